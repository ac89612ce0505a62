"""Databases for tests: migrated once, then copied in milliseconds, on SQLite and on PostgreSQL.

A template is kept in `.cache/databases` under a fingerprint of all that migrating depends on: as a file for SQLite,
as a dump for PostgreSQL. Migrating takes a dozen seconds, a copy of the file 5 ms, a clone inside a cluster 40 ms.
Knows nothing of pytest: the crash test and the benchmarks use it too.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from psycopg import sql

from tools import postgres

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache/databases"
KEEP_TEMPLATES = 6


class MigrationFailed(Exception):
    """The template could not be migrated. The message has the end of what Django said."""


@dataclass(frozen=True)
class Database:
    """One database with a data directory of its own. `environment` makes any process of ours use it."""

    kind: Kind
    data: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What to put into the environment of a process: ITAC_DATA, and DATABASE_URL (empty for SQLite)."""
        return {"ITAC_DATA": str(self.data), "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "itac.core.settings"}

    @property
    def file(self) -> Path:
        """Where SQLite keeps it (`itac.core.settings` decides the name)."""
        return self.data / "itac.sqlite3"


def fingerprint() -> str:
    """Changes whenever a freshly migrated database might."""
    source = ROOT / "src/itac"
    paths = {ROOT / "requirements/run.txt", source / "core/settings.py"}
    for pattern in ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py"):
        paths.update(source.glob(pattern))
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return sha.hexdigest()[:16]


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Only one process of this folder at a time; the lock ends with the process, however it ends."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(database: Database) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "-v", "0"],
        cwd=database.data,
        env=os.environ | database.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise MigrationFailed(f"Migrating the template for tests failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _forget_old_templates() -> None:
    old = sorted(CACHE.glob("template-*"), key=lambda path: path.stat().st_mtime, reverse=True)[KEEP_TEMPLATES:]
    for path in old:
        path.unlink(missing_ok=True)


def sqlite_template() -> Path:
    """A migrated SQLite file, made now if there is none of this fingerprint. Raises `MigrationFailed`."""
    template = CACHE / f"template-{fingerprint()}.sqlite3"
    with _alone("sqlite"):
        if not template.exists():
            with tempfile.TemporaryDirectory(prefix="itac-template-") as folder:
                database = Database("sqlite", Path(folder), "")
                _migrate(database)
                # Everything into the one file, so that a copy of it is a copy of the database.
                with contextlib.closing(sqlite3.connect(database.file)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                draft = template.with_suffix(".draft")
                shutil.copyfile(database.file, draft)
                draft.replace(template)
            _forget_old_templates()
    return template


def postgres_template(cluster_url: str) -> str:
    """The name of a migrated database in the cluster that others are cloned from. Raises `MigrationFailed`."""
    mark = fingerprint()
    name = f"itac_template_{mark}"
    dump = CACHE / f"template-{mark}.sql"
    with _alone("postgresql"), postgres.administration(cluster_url) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        making = f"{name}_making"
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        url = _beside(cluster_url, making)
        if dump.exists():
            _run_sql(url, dump)
        else:
            with tempfile.TemporaryDirectory(prefix="itac-template-") as folder:
                _migrate(Database("postgresql", Path(folder), url))
            _dump(url, dump)
            _forget_old_templates()
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
        )
    return name


def _beside(cluster_url: str, name: str) -> str:
    return f"{cluster_url.rpartition('/')[0]}/{name}"


def _dump(url: str, target: Path) -> None:
    draft = target.with_suffix(".draft")
    subprocess.run([postgres.programs() / "pg_dump", "--no-owner", "-f", draft, url], check=True, capture_output=True)
    draft.replace(target)


def _run_sql(url: str, source: Path) -> None:
    command = [postgres.programs() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", source, url]
    subprocess.run(command, check=True, capture_output=True)


def fill(database: Database, *, cluster_url: str = "") -> None:
    """Make the database what it is after migrating, whatever it was before. Nobody may be using it."""
    database.data.mkdir(parents=True, exist_ok=True)
    if database.kind == "sqlite":
        template = sqlite_template()
        for suffix in ("-wal", "-shm"):
            database.file.with_name(database.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(template, database.file)
        return
    template_name = postgres_template(cluster_url)
    name = sql.Identifier(database.url.rpartition("/")[2])
    with postgres.administration(cluster_url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template_name)))


def fresh(kind: Kind, *, cluster_url: str = "", data: Path | None = None) -> Database:
    """A new migrated database with a data directory of its own (`data`, else a temporary one). `remove` it after."""
    directory = data or Path(tempfile.mkdtemp(prefix="itac-data-"))
    url = _beside(cluster_url, f"itac_{uuid.uuid4().hex[:12]}") if kind == "postgresql" else ""
    database = Database(kind, directory, url)
    fill(database, cluster_url=cluster_url)
    return database


def remove(database: Database, *, cluster_url: str = "") -> None:
    """Drop the database, whoever still uses it, and its data directory."""
    if database.kind == "postgresql":
        name = sql.Identifier(database.url.rpartition("/")[2])
        with postgres.administration(cluster_url) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    shutil.rmtree(database.data, ignore_errors=True)
