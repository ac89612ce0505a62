"""A transaction for somebody who presses stop: first in line for SQLite's one write lock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import OperationalError, connection, transaction

TRY_MS = 2
PATIENCE_SECONDS = 20.0


@contextmanager
def hurried() -> Iterator[None]:
    """A durable transaction that begins as soon as the database can.

    Who waits for SQLite's write lock asks for it ever more seldom, ten times a second in the end, and workers at full
    speed leave it free for a few milliseconds at a time: a second or two can pass. Here it is asked for all the time.
    On PostgreSQL nobody waits to begin.
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            _begin(stack)
        else:
            stack.enter_context(transaction.atomic(durable=True))
        yield


def _begin(stack: ExitStack) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {TRY_MS}")
        try:
            while True:
                try:
                    stack.enter_context(transaction.atomic(durable=True))
                except OperationalError:
                    if time.monotonic() > end:
                        raise
                else:
                    return
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
