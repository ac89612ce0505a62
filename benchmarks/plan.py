"""`plan`: what is due now, and a month of the plan, among 1,000 deliveries and among 100,000.

The same 300 deliveries stand in the month and the same 32 are due, in a small database and in a large one; only the
years around them differ. `due` is what a worker asks for each claim, `month` what the calendar reads for a coordinator
and for an editor (her own posts whole, of others the taken slots). Both sizes are asked in turn, each in a process of
its own, and must give the same rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from benchmarks.report import each_database, machine, percentile
from tools import databases

SIZES = {"1k": 1_000, "100k": 100_000}
IN_MONTH, DUE, REPEATS = 300, 32, 5
# A moment of the past, so that every run has the same month.
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
MONTH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
QUERIES = ("due", "month")


def serve(count: int) -> None:
    """The measured process: fill, then answer each line of its input with the seconds of one round and what it read."""
    import django  # noqa: PLC0415 -- only this process needs it

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from benchmarks import scene  # noqa: PLC0415

    asked = scene.month_among(count, in_month=IN_MONTH, due=DUE, month=MONTH, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL's autovacuum does by itself
    print(json.dumps({"ready": True}), flush=True)
    for _line in sys.stdin:
        print(json.dumps({name: _timed(asked[name]) for name in QUERIES}), flush=True)


def _timed(ask: Callable[[], list[Any]]) -> dict[str, Any]:
    began = time.perf_counter()
    for _ in range(REPEATS):
        found = ask()
    seconds = (time.perf_counter() - began) / REPEATS
    return {"seconds": seconds, "rows": len(found), "sum": hashlib.sha256(repr(found).encode()).hexdigest()}


@contextmanager
def _served(database: databases.Database, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.plan", "--serve", str(count)]
    environment = {**os.environ, **database.environment}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("The measured process ended; what it said stands above.")
    told: dict[str, Any] = json.loads(line)
    return told


def _on(kind: databases.Kind, url: str, rounds: int) -> dict[str, Any]:
    """Both sizes on one kind of database, in turn."""
    seconds: dict[str, dict[str, list[float]]] = {size: {name: [] for name in QUERIES} for size in SIZES}
    with ExitStack() as stack:
        asked: dict[str, subprocess.Popen[str]] = {}
        for size, count in SIZES.items():
            database = databases.fresh(kind, cluster_url=url)
            stack.callback(databases.remove, database, cluster_url=url)
            asked[size] = stack.enter_context(_served(database, count))
        for size, process in asked.items():  # both fill at the same time
            _told(process)
            print(f"plan, {kind}: {SIZES[size]:,} deliveries are there", file=sys.stderr)
        for number in range(rounds + 2):
            told = {}
            for size, process in asked.items():
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
                told[size] = _told(process)
            for name in QUERIES:
                small, large = told["1k"][name], told["100k"][name]
                assert (small["rows"], small["sum"]) == (large["rows"], large["sum"]), f"{name}: not the same rows"
                if number >= 2:  # the first two warm up
                    for size in SIZES:
                        seconds[size][name].append(told[size][name]["seconds"])
    figures: dict[str, Any] = {}
    for name in QUERIES:
        for size in SIZES:
            ordered = sorted(seconds[size][name])
            figures[f"{name}_{size}_p50_ms"] = round(statistics.median(ordered) * 1000, 2)
            figures[f"{name}_{size}_p99_ms"] = round(percentile(ordered, 99) * 1000, 2)
    return figures


def measure(*, rounds: int) -> dict[str, Any]:
    """On each database there is; `ours` is the one with the slower month among 100,000."""
    with each_database() as (urls, left_out):
        results = {kind: _on(kind, url, rounds) for kind, url in urls.items()}
    slower = max(results, key=lambda kind: results[kind]["month_100k_p50_ms"])

    def worst(name: str) -> float:
        ratios = [each[f"{name}_100k_p50_ms"] / each[f"{name}_1k_p50_ms"] for each in results.values()]
        return round(float(max(ratios)), 2)

    return {
        "name": "plan",
        "ours": {**results[slower], "database": slower, "in_month": IN_MONTH, "due": DUE},
        "peers": {f"ours_on_{kind}": figures for kind, figures in results.items()},
        "ratios": {"due_query_100k_to_1k": worst("due"), "month_view_100k_to_1k": worst("month")},
        "machine": machine(),
        **left_out,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--serve", type=int, metavar="COUNT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    print(json.dumps(measure(rounds=6 if options.quick else 60)))


if __name__ == "__main__":
    main()
