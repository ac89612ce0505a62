"""How we talk to each database: the settings Django gets for SQLite and for PostgreSQL."""

from pathlib import Path
from typing import Any

import dj_database_url


def sqlite(file: Path) -> dict[str, Any]:
    """An embedded database: read by every page, written by one at a time.

    An immediate transaction takes the write lock at its beginning, so that reading first and writing later can't
    fail halfway; FULL keeps an intent on disk through a power cut (Promise 1).
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;",
        },
        "CONN_MAX_AGE": None,
    }


def postgresql(url: str) -> dict[str, Any]:
    """A PostgreSQL database by its address; connections are kept for a minute and looked at before use."""
    return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
