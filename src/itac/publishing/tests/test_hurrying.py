"""Who presses stop is first in line for the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections, transaction

from itac.campaign.models import Campaign
from itac.core.hurrying import hurried
from itac.core.localised import Localised
from tools.databases import Database


def test_it_begins_as_soon_as_others_let_it_and_leaves_the_connection_as_it_was(each_database: Database) -> None:
    held, let_go = threading.Event(), threading.Event()
    tries = 0

    def write_for_a_while() -> None:
        with transaction.atomic():
            Campaign.objects.update_or_create(pk=1, defaults={"name": Localised({"en": "First"}), "short_name": "A"})
            held.set()
            let_go.wait(30)
        connections.close_all()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal tries
        tries += sql.startswith("BEGIN")
        if tries > 2:
            let_go.set()
        return execute(sql, params, many, context)

    other = threading.Thread(target=write_for_a_while)
    other.start()
    held.wait(30)
    with connection.execute_wrapper(count), hurried():
        began = tries
        connection.cursor().execute("SELECT 1")
    let_go.set()
    other.join()

    # On SQLite it asked until the other was through; on PostgreSQL it didn't have to.
    assert began > 2 if each_database.kind == "sqlite" else began == 0
    assert Campaign.objects.get().short_name == "A"
    if each_database.kind == "sqlite":
        assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == (20_000,)
