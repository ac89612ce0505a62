"""Copying a database while it is used, and filling an empty one from such a copy.

SQLite copies itself in one reading transaction (`VACUUM INTO`), which waits for nobody and keeps nobody waiting in WAL
mode; its file is never copied as it lies there. PostgreSQL is asked by its own programs, in one snapshot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.client import DatabaseClient

MISSING = "The program {name} is missing. Install PostgreSQL's client (Debian: apt install postgresql-client)."


class DumpFailed(Exception):
    """The database couldn't be copied or filled; the message says why in one line."""


def kind() -> str:
    """The kind of the database in use, as copies name it."""
    return "sqlite" if settings.SQLITE else "postgresql"


def size() -> int:
    """About how many bytes a copy of the database takes before it is packed."""
    with connection.cursor() as cursor:
        if settings.SQLITE:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def dump(target: Path) -> None:
    """Write the database as it is at one instant to a new file, readable by its owner alone. Raises `DumpFailed`."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if settings.SQLITE:
        _dump_sqlite(target)
    else:
        _run("pg_dump", ["--no-owner", "--no-privileges", f"--file={target}"])


def _dump_sqlite(target: Path) -> None:
    try:
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=20, isolation_level=None)) as ours:
            ours.execute("VACUUM INTO ?", [str(target)])
        _refuse_damaged(target)
    except sqlite3.Error as error:
        raise DumpFailed(f"The database can't be copied: {error}.") from error


def load(source: Path, *, then: str) -> None:
    """Fill the empty database that the settings name. `then` is one statement of SQL that is part of it: at no instant
    does the database hold the copy without it. Raises `DumpFailed`; the database is empty then.

    A SQLite copy is itself moved to its place.
    """
    if settings.SQLITE:
        _load_sqlite(source, then)
        return
    if connection.introspection.table_names():
        name = connection.settings_dict["NAME"]
        raise DumpFailed(f"The database {name} isn't empty. Make an empty one and name it in DATABASE_URL.")
    connections.close_all()
    after = source.with_suffix(".then")
    # A dump leaves the session without a place to look for tables in.
    after.write_text(f"RESET search_path;\n{then}\n", encoding="utf-8")
    words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", [*words, f"--file={source}", f"--file={after}"], stdout=subprocess.DEVNULL)
    source.unlink()
    after.unlink()


def _load_sqlite(source: Path, then: str) -> None:
    try:
        _refuse_damaged(source)
        with closing(sqlite3.connect(source)) as ours, ours:
            ours.execute(then)
    except sqlite3.Error as error:
        raise DumpFailed(f"The copy of the database can't be used: {error}.") from error
    # Libraries look into the database while they are loaded; that made an empty one.
    connections.close_all()
    place = Path(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    source.rename(place)


def empty_again() -> None:
    """Take every table of ours out of a PostgreSQL database that was empty before: what came of it can't be used."""
    if settings.SQLITE:
        return
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor))
        if names:
            cursor.execute(f"DROP TABLE {names} CASCADE")
    connections.close_all()


def close_whole() -> None:
    """End our use of a SQLite file so that all of it lies in the one file, which may then be moved."""
    if settings.SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()


def _refuse_damaged(file: Path) -> None:
    with closing(sqlite3.connect(file)) as found:
        (said,) = found.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise DumpFailed(f"The database is damaged: {said}.")


def _run(program: str, words: Sequence[str], *, stdout: int | None = None) -> None:
    """One of PostgreSQL's programs on the database of the settings; the password stands in no list of processes."""
    if shutil.which(program) is None:
        raise DumpFailed(MISSING.format(name=program))
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    done = subprocess.run(
        [program, "--no-password", *words, *arguments[1:]],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it said nothing")
        raise DumpFailed(
            f"{program} failed: {said.rpartition('ERROR:')[2].rpartition('error:')[2].strip().rstrip('.')}."
        )
