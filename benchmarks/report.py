"""What every benchmark says in the same way: percentiles, the databases there are, and the machine."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools import databases, postgres


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least that percentage of an ordered list doesn't exceed."""
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


@contextmanager
def each_database() -> Iterator[tuple[dict[databases.Kind, str], dict[str, str]]]:
    """The kinds of database there are, each with its cluster's address, and what is left out (`left_out`: why).

    PostgreSQL runs with full durability, as a server in earnest does, and ends with the block.
    """
    try:
        cluster = postgres.start(durable=True)
    except postgres.PostgresMissing as error:
        yield {"sqlite": ""}, {"left_out": str(error)}
        return
    try:
        yield {"sqlite": "", "postgresql": cluster.url()}, {}
    finally:
        cluster.stop()


def machine() -> dict[str, Any]:
    """Cores, memory, versions, the date, and how many processes wanted to run in the last minute, ours among them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgres_version(),
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "load_1_min": round(os.getloadavg()[0], 2),
        "date": datetime.now(UTC).date().isoformat(),
    }


def _postgres_version() -> str:
    try:
        program = postgres.programs() / "postgres"
    except postgres.PostgresMissing:
        return "missing"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return said.removeprefix("postgres (PostgreSQL) ").split()[0]


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
