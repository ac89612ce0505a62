"""`stop`: from the press to the last call that still begins, with 1,000 due deliveries of a window and four workers.

Four worker processes send a window's deliveries over 20 channels to a loopback server that answers in 50 ms, each with
32 calls in flight; when 200 have arrived somebody presses stop, as the control room does. What is measured is the time
from the press to the server's receipt of the last call. Beside it, as the floor, four bare clients (`requests`, as many
threads) that look for a file before each call and write nothing down. Full durability, as in `burst`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

import requests

from benchmarks.report import each_database, machine, percentile
from tests.servers.receiver import Receiver
from tools import databases

if TYPE_CHECKING:
    from itac.publishing.models import Mandate

CHANNELS, IN_FLIGHT, WORKERS, PRESSED_AFTER = 20, 32, 4, 200
PATIENCE_SECONDS = 60.0


@contextmanager
def forked(work: Callable[[], None], *, count: int) -> Iterator[None]:
    """So many processes that do this until they are told to end. Begin it before anything has a connection."""
    children = []
    for _ in range(count):
        child = os.fork()
        if not child:
            work()
            os._exit(0)
        children.append(child)
    try:
        yield
    finally:
        for child in children:
            os.kill(child, signal.SIGTERM)
        for child in children:
            os.waitpid(child, 0)


def until(holds: Callable[[], bool]) -> None:
    """Return when it holds. Raises `TimeoutError` when it never does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(holds.__name__)
        time.sleep(0.01)  # other processes work, and neither their database nor the server tells us


def received(address: str) -> list[dict[str, Any]]:
    """All that has arrived at the receiver."""
    found: list[dict[str, Any]] = requests.get(f"{address}/receipts", timeout=30).json()
    return found


def last_after(pressed_at: float, receipts: list[dict[str, Any]]) -> float:
    """Seconds from the press to the last receipt; 0 when none came after it."""
    last: float = max(receipt["received_at"] for receipt in receipts)
    return max(0.0, last - pressed_at)


# -- the floor ---------------------------------------------------------------------------------------


def floor(presses: int) -> list[float]:
    """The same for bare clients that look for a file before each call."""
    seconds = []
    with tempfile.TemporaryDirectory(prefix="itac-stop-") as folder, Receiver() as receiver:
        for number in range(presses):
            flag = Path(folder) / str(number)
            wanted = len(receiver.receipts()) + PRESSED_AFTER
            with forked(partial(_bare_client, receiver.url, flag), count=WORKERS):
                until(lambda wanted=wanted: len(receiver.receipts()) >= wanted)  # type: ignore[misc]
                pressed_at = time.time()
                flag.touch()
            seconds.append(last_after(pressed_at, receiver.receipts()))
    return seconds


def _bare_client(address: str, flag: Path) -> None:
    kept = local()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends by the flag

    def call(number: int) -> None:
        if not hasattr(kept, "session"):
            kept.session = requests.Session()
        if flag.exists():
            return
        kept.session.post(
            f"{address}/api/v1/statuses",
            data={"status": f"Sentence number {number}: more than half stay near.", "language": "en"},
            headers={"Authorization": "Bearer floor", "Idempotency-Key": f"{os.getpid()}-{number}"},
            timeout=30,
        ).raise_for_status()

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(call, range(1000)))  # more than are needed


# -- ours ----------------------------------------------------------------------------------------------


def ours(database: databases.Database, receiver: Receiver, *, count: int, presses: int) -> list[dict[str, float]]:
    """The figures of each press, in seconds, from a process that has this database."""
    environment = {**os.environ, **database.environment, "ITAC_IN_FLIGHT": str(IN_FLIGHT)}
    command = [sys.executable, "-m", "benchmarks.stop", "--address", receiver.url]
    command += ["--count", str(count), "--presses", str(presses)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    told: list[dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def press_all(address: str, *, count: int, presses: int) -> None:
    """The process with the database: workers beside it, a window of its own for each press; tells the figures."""
    import django  # noqa: PLC0415 -- only this process needs it

    os.environ["DJANGO_SETTINGS_MODULE"] = "itac.core.settings"
    django.setup()
    with forked(_work, count=WORKERS):
        print(json.dumps([_press(address, count=count, number=number) for number in range(presses)]))


def _work() -> None:
    from itac.publishing.outbox import Worker  # noqa: PLC0415

    worker = Worker()
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


def _press(address: str, *, count: int, number: int) -> dict[str, float]:
    from benchmarks import scene  # noqa: PLC0415
    from itac.campaign.models import Person  # noqa: PLC0415
    from itac.core import clock  # noqa: PLC0415
    from itac.publishing import mandating  # noqa: PLC0415
    from itac.publishing.models import Delivery, State  # noqa: PLC0415

    now = clock.now()
    mandate = _window(address, number=number, now=now)
    channels = [grant.channel for grant in mandate.grants.select_related("channel")]
    scene.approved_deliveries(
        channels, [now + timedelta(hours=1)] * count, now=now, prefix=f"window-{number}", mandate=mandate
    )
    theirs = Delivery.objects.filter(variant__post__mandate=mandate)
    pks = list(theirs.values_list("pk", flat=True))
    earlier = len(received(address))
    due = clock.now() + timedelta(seconds=0.5)
    Delivery.objects.filter(pk__in=pks).update(due_at=due, ready_at=due)
    until(lambda: len(received(address)) >= earlier + PRESSED_AFTER)
    pressed_at = time.time()
    actor = Person.objects.get(is_coordinator=True)
    mandating.stop(actor, mandate, reason="A wrong figure", now=datetime.fromtimestamp(pressed_at, UTC))
    said_at = time.time()
    until(lambda: not theirs.filter(state__in=[State.PLANNED, State.SENDING]).exists())
    receipts = received(address)[earlier:]
    sent = theirs.filter(state=State.SENT).count()
    assert len(receipts) == len({receipt["key"] for receipt in receipts}) == sent, "all that left is known, none twice"
    assert theirs.filter(state=State.HELD, code="takeover_stopped").count() == count - sent, "the rest is held"
    return {"last_s": last_after(pressed_at, receipts), "said_s": said_at - pressed_at, "sent": sent}


def _window(address: str, *, number: int, now: datetime) -> Mandate:
    from benchmarks import scene  # noqa: PLC0415
    from itac.campaign.models import Organisation, Person  # noqa: PLC0415
    from itac.core.localised import Localised  # noqa: PLC0415
    from itac.networks.models import Channel  # noqa: PLC0415
    from itac.publishing import mandating  # noqa: PLC0415
    from itac.publishing.models import Mandate  # noqa: PLC0415

    if number == 0:
        scene.campaign()
        scene.mastodon_channels(CHANNELS, address=address, now=now)
        Organisation.objects.create(slug="bench", name=Localised({"en": "Bench"}), kind="city")
        Person.objects.create(email="coordinator@example.org", name="Coordinator", is_coordinator=True)
    for over in Mandate.objects.all():
        mandating.end(over, now=now)
    window = Mandate(
        organisation=Organisation.objects.get(), opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=2)
    )
    places = [mandating.Place(channel) for channel in Channel.objects.all()]
    return mandating.give(window, places, reason="bench")


def measure(*, count: int, presses: int) -> dict[str, Any]:
    """Floor and ours on each database there is; `ours` is the slower one."""
    results: dict[str, list[dict[str, float]]] = {}
    bare = sorted(floor(presses))
    with each_database() as (urls, left_out):
        for kind, url in urls.items():
            database = databases.fresh(kind, cluster_url=url)
            with Receiver() as receiver:
                results[kind] = ours(database, receiver, count=count, presses=presses)
            databases.remove(database, cluster_url=url)
            last = max(each["last_s"] for each in results[kind])
            print(f"stop, {kind}: at most {last:.2f} s, floor {bare[-1]:.2f} s", file=sys.stderr)
    figures = {kind: _figures(found) for kind, found in results.items()}
    slower = max(figures, key=lambda kind: figures[kind]["p99_s"])
    floor_p99 = round(percentile(bare, 99), 3)
    return {
        "name": "stop",
        "ours": {**figures[slower], "database": slower, "deliveries": count, "workers": WORKERS, "presses": presses},
        "peers": {
            "bare_clients_p50_s": round(percentile(bare, 50), 3),
            "bare_clients_p99_s": floor_p99,
            **{f"ours_on_{kind}": figures[kind] for kind in figures},
        },
        "ratios": {"p99_to_one_second": figures[slower]["p99_s"]},
        "machine": machine(),
        **left_out,
    }


def _figures(found: list[dict[str, float]]) -> dict[str, float]:
    last = sorted(each["last_s"] for each in found)
    return {
        "p50_s": round(percentile(last, 50), 3),
        "p99_s": round(percentile(last, 99), 3),
        "until_the_page_says_so_s": round(statistics.median(each["said_s"] for each in found), 3),
        "sent_before_it_held": round(statistics.median(each["sent"] for each in found)),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three presses on each database instead of twenty")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--presses", type=int, default=0)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    options = parser.parse_args()
    presses = options.presses or (3 if options.quick else 20)
    if options.address:
        press_all(options.address, count=options.count, presses=presses)
        return
    print(json.dumps(measure(count=options.count, presses=presses)))


if __name__ == "__main__":
    main()
