"""A request that comes twice is worked on once, also when both come at the same moment. Promise 1."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from itac.api.models import KeptAnswer
from itac.api.repeating import forget_old
from itac.api.tests.programs import Program, Programs
from itac.api.tests.test_sweep import jpeg
from itac.campaign.models import ApiToken
from itac.core import clock
from itac.library.models import Picture
from itac.publishing import writing
from itac.publishing.models import Post
from tools.databases import Database

KEY = "5f0c6a3e-once"


def at_once(number: int, work: Any) -> list[Any]:
    """Do it in so many threads at the same moment."""
    start, results = threading.Barrier(number), []

    def one() -> None:
        try:
            start.wait()
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_at_once_with_one_key_one_works(each_database: Database) -> None:
    programs = Programs(clock.now())
    text, content = programs.program().text, programs.content()

    answers = at_once(6, lambda: Program(text).post("/posts", content, Idempotency_Key=KEY))

    good = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.content for each in good}) == 1
    assert Post.objects.count() == 1
    again = Program(text).post("/posts", content, Idempotency_Key=KEY)
    assert (again.status_code, again.content) == (201, good[0].content)


def test_of_two_at_once_with_one_version_one_is_kept(each_database: Database) -> None:
    programs = Programs(clock.now())
    program = programs.program()
    begun = program.post("/posts", programs.content())
    address, etag = f"/posts/{begun.json()['id']}/draft", begun["ETag"]
    titles = iter(["One", "Two", "Three", "Four"])

    def save() -> Any:
        title = next(titles)
        return title, Program(program.text).put(address, programs.content(title={"en": title}), etag)

    answers = at_once(4, save)

    kept = [title for title, response in answers if response.status_code == 200]
    assert sorted(response.status_code for _title, response in answers) == [200, 412, 412, 412]
    assert writing.working_draft(Post.objects.get())[0].title == {"en": kept[0]}


def test_the_second_request_gets_the_first_ones_answer_and_says_so(programs: Programs) -> None:
    program = programs.program()

    first, second = (program.post("/posts", programs.content(), Idempotency_Key=KEY) for _ in range(2))

    assert (second.status_code, second.content) == (201, first.content)
    assert [second[name] for name in ("ETag", "Location")] == [first[name] for name in ("ETag", "Location")]
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Post.objects.count() == 1


def test_a_form_with_a_file_is_the_same_however_it_is_packed(programs: Programs) -> None:
    program = programs.program()

    def add(title: str) -> Any:
        facts = {"file": jpeg(), "title": title, "credit": "Own work", "licence": "CC BY 4.0"}
        return program.form("/pictures", facts, Idempotency_Key=KEY)

    first, second, other = add("A street"), add("A street"), add("Another street")

    assert (first.status_code, second.content, other.status_code) == (201, first.content, 422)
    assert Picture.objects.count() == 1


def test_a_key_belongs_to_one_request_of_one_token(programs: Programs) -> None:
    program = programs.program()
    program.post("/posts", programs.content(), Idempotency_Key=KEY)

    other = program.post("/posts", programs.content(title={"en": "Another"}), Idempotency_Key=KEY)
    elsewhere = programs.program().post("/posts", programs.content(), Idempotency_Key=KEY)

    assert (other.status_code, other.json()["type"]) == (422, "urn:itac:problem:key-reused")
    assert elsewhere.status_code == 201
    assert Post.objects.count() == 2


def test_a_request_that_failed_frees_its_key(programs: Programs) -> None:
    program = programs.program()

    failed = program.post(
        "/posts", programs.content(variants=[{"channel": 999, "language": "en"}]), Idempotency_Key=KEY
    )
    mended = program.post("/posts", programs.content(), Idempotency_Key=KEY)

    assert (failed.status_code, mended.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "with space", "x" * 201, "ñ"])
def test_a_key_that_is_none_is_refused(key: str, programs: Programs) -> None:
    response = programs.program().post("/posts", programs.content(), Idempotency_Key=key)

    assert response.status_code == 400
    assert not Post.objects.exists()
    assert not KeptAnswer.objects.exists()


def claimed(programs: Programs, program: Program, *, ago: timedelta) -> KeptAnswer:
    """A claim whose process is still at work, or died."""
    response = program.post("/posts", programs.content(), Idempotency_Key=KEY)
    Post.objects.all().delete()
    assert response.status_code == 201
    KeptAnswer.objects.update(status=None, body="", claim=uuid.uuid4(), claimed_at=clock.now() - ago)
    return KeptAnswer.objects.get()


def test_while_the_first_is_worked_on_the_second_is_told_to_ask_again(programs: Programs) -> None:
    program = programs.program()
    claimed(programs, program, ago=timedelta(seconds=10))

    response = program.post("/posts", programs.content(), Idempotency_Key=KEY)

    assert (response.status_code, response["Retry-After"]) == (409, "1")
    assert response.json()["type"] == "urn:itac:problem:under-way"
    assert not Post.objects.exists()


def test_what_a_process_left_when_it_died_is_taken_over(programs: Programs) -> None:
    program = programs.program()
    claimed(programs, program, ago=timedelta(minutes=2))

    response = program.post("/posts", programs.content(), Idempotency_Key=KEY)

    assert response.status_code == 201
    assert Post.objects.count() == 1


def test_a_process_whose_claim_was_taken_over_leaves_nothing(programs: Programs) -> None:
    from django.http import HttpResponse

    from itac.api.repeating import ClaimLost, _keep, _whole  # what a slow process does last

    program = programs.program()
    mine = KeptAnswer.objects.filter(pk=claimed(programs, program, ago=timedelta()).pk, claim=uuid.uuid4())

    def work() -> HttpResponse:
        assert program.post("/posts", programs.content()).status_code == 201
        return HttpResponse("{}", status=201)

    with pytest.raises(ClaimLost):
        _whole(work, lambda answer: _keep(mine, answer))

    assert not Post.objects.exists()


def test_answers_are_forgotten_after_a_day_and_then_the_key_is_free(programs: Programs) -> None:
    program = programs.program()
    program.post("/posts", programs.content(), Idempotency_Key=KEY)
    now = clock.now()

    forget_old(now + timedelta(hours=23))
    kept = KeptAnswer.objects.count()
    KeptAnswer.objects.update(claimed_at=now - timedelta(hours=25))
    again = program.post("/posts", programs.content(), Idempotency_Key=KEY)
    forget_old(now + timedelta(hours=25))

    assert (kept, again.status_code, Post.objects.count()) == (1, 201, 2)
    assert not KeptAnswer.objects.exists()


def test_nothing_of_a_token_stands_in_what_is_kept(programs: Programs) -> None:
    """Promise 8."""
    program = programs.program()
    program.post("/posts", programs.content(), Idempotency_Key=KEY)

    assert program.text not in repr([*KeptAnswer.objects.values(), *ApiToken.objects.values()])
