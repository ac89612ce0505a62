"""`burst`: many deliveries due in the same second, one worker, 32 calls in flight, a server that answers in 50 ms.

Lateness is measured from the due second to the server's receipt. The floor is the same calls by a bare client
(`requests`, one session a thread, the same concurrency) without any of our records. Full durability: SQLite with
`synchronous=FULL`, PostgreSQL with its defaults (fsync on).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import local
from typing import Any

import requests

from benchmarks.report import each_database, machine, percentile
from tests.servers.receiver import Receiver
from tools import databases

CHANNELS, IN_FLIGHT = 20, 32


def floor(address: str, count: int) -> float:
    """Seconds a bare client takes for as many calls, with the same concurrency."""
    kept = local()

    def call(number: int) -> None:
        if not hasattr(kept, "session"):
            kept.session = requests.Session()
        answer = kept.session.post(
            f"{address}/api/v1/statuses",
            data={"status": f"Sentence number {number}: more than half stay near.", "language": "en"},
            headers={"Authorization": f"Bearer floor-{number % CHANNELS}", "Idempotency-Key": f"floor-{number}"},
            timeout=30,
        )
        answer.raise_for_status()
        answer.json()

    began = time.time()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(call, range(count)))
    return time.time() - began


def ours(database: databases.Database, receiver: Receiver, count: int) -> dict[str, Any]:
    """One burst through a worker process of its own; its figures in seconds and megabytes."""
    environment = {**os.environ, **database.environment, "ITAC_IN_FLIGHT": str(IN_FLIGHT)}
    command = [sys.executable, "-m", "benchmarks.burst", "--worker", receiver.url, "--count", str(count)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    receipts = [receipt for receipt in receiver.receipts() if not receipt["token"].startswith("floor")]
    assert len(receipts) == count, "none lost"
    assert len({receipt["key"] for receipt in receipts}) == count, "none twice"
    late = sorted(receipt["received_at"] - told["due"] for receipt in receipts)
    return {
        "p50_s": percentile(late, 50),
        "p99_s": percentile(late, 99),
        "per_s": count / late[-1],
        "rss_mb": told["rss_mb"],
        "makespan_s": late[-1] + 0.05,
        "sent": told["sent"],
    }


def worker(address: str, count: int) -> None:
    """The worker process: fill, wait for the due second, send, tell."""
    import django  # noqa: PLC0415 -- only this process needs it

    os.environ["DJANGO_SETTINGS_MODULE"] = "itac.core.settings"
    django.setup()
    from benchmarks import scene  # noqa: PLC0415
    from itac.publishing.models import Delivery, State  # noqa: PLC0415
    from itac.publishing.outbox import Worker  # noqa: PLC0415

    now = datetime.now(UTC)
    scene.campaign()
    channels = scene.mastodon_channels(CHANNELS, address=address, now=now)
    scene.approved_deliveries(channels, [now + timedelta(hours=1)] * count, now=now)
    running = Worker()
    running.turn()
    idle = _rss_mb()
    due = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    Delivery.objects.update(due_at=due, ready_at=due)
    peak = idle
    while Delivery.objects.filter(state=State.PLANNED).exists() or running.under_way:
        for _ in range(20):
            running.turn()
        peak = max(peak, _rss_mb())
    running.work_off()
    sent = Delivery.objects.filter(state=State.SENT).count()
    running.stop()
    running.run()
    print(json.dumps({"due": due.timestamp(), "sent": sent, "rss_mb": round(peak - idle, 1)}))


def _rss_mb() -> float:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(*, count: int, rounds: int) -> dict[str, Any]:
    """All rounds, ours and the floor in turn, on each database there is; `ours` is the slower one."""
    results: dict[str, list[dict[str, Any]]] = {}
    floors: list[float] = []
    with each_database() as (urls, left_out):
        for number in range(rounds):
            for kind, url in urls.items():
                database = databases.fresh(kind, cluster_url=url)
                with Receiver() as receiver:
                    floors.append(floor(receiver.url, count))
                    results.setdefault(kind, []).append(ours(database, receiver, count))
                databases.remove(database, cluster_url=url)
                took = results[kind][-1]["makespan_s"]
                print(
                    f"burst, {kind}, {number + 1} of {rounds}: {took:.2f} s, floor {floors[-1]:.2f} s", file=sys.stderr
                )
    middle = {
        kind: {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
        for kind, runs in results.items()
    }
    slower = max(middle, key=lambda kind: middle[kind]["makespan_s"])
    bare = statistics.median(floors)
    return {
        "name": "burst",
        "ours": {**middle[slower], "database": slower, "deliveries": count},
        "peers": {"bare_client_makespan_s": round(bare, 3), **{f"ours_on_{kind}": middle[kind] for kind in middle}},
        "ratios": {"makespan_to_floor": round(middle[slower]["makespan_s"] / bare, 3)},
        "machine": machine(),
        **left_out,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--worker", metavar="ADDRESS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.count)
        return
    print(json.dumps(measure(count=options.count, rounds=1 if options.quick else 3)))


if __name__ == "__main__":
    main()
