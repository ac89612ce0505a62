"""The databases that other tests stand on."""

import subprocess
import sys
import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tools.databases import Database

MODEL = {"app_label": "house", "model": "brick"}


def bricks() -> int:
    return ContentType.objects.filter(**MODEL).count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_transactional_test_finds_migrated_rows_and_nothing_of_the_one_before(turn: int) -> None:
    assert bricks() == 0
    assert ContentType.objects.count() > 10

    ContentType.objects.create(**MODEL)

    assert bricks() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_each_database_is_of_its_kind_and_fresh(each_database: Database, turn: int) -> None:
    assert connection.vendor == each_database.kind
    assert bricks() == 0

    ContentType.objects.create(**MODEL)

    assert bricks() == 1


def test_threads_and_processes_see_what_each_database_holds(each_database: Database) -> None:
    ContentType.objects.create(**MODEL)
    seen: list[int] = []
    code = (
        "import django; django.setup();"
        "from django.contrib.contenttypes.models import ContentType as C;"
        "print(C.objects.filter(app_label='house').count())"
    )

    def look() -> None:
        seen.append(bricks())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    answer = subprocess.run(
        [sys.executable, "-c", code], env=each_database.environment, capture_output=True, text=True, check=True
    ).stdout

    assert seen == [1]
    assert answer.strip() == "1"
