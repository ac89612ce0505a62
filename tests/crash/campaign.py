"""One database's share of the kill test: posts are planned by the real verbs, workers killed while they send them.

Run by `__main__` as `python -m tests.crash.campaign`, with what it needs as JSON on standard input. It answers with
one line of JSON: what was planned, what became of it, which kills were made, and what stands on the site.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import django

from tests.crash.plan import ON_THE_WIRE
from tests.servers.proxy import Proxy

if TYPE_CHECKING:
    from itac.networks.models import Channel
    from itac.publishing.models import Delivery
    from itac.publishing.tests.factories import Scene

WORKERS = 3
PATIENCE_SECONDS = 90.0
PATHS = {"mastodon": "/api/v1/statuses", "bluesky": "/xrpc/com.atproto.repo.putRecord"}


class NothingKilled(RuntimeError):
    """An ordered kill didn't happen in time: no worker came to its point."""


class Herd:
    """The worker processes: always as many, whoever dies."""

    def __init__(self, orders: Path, mutant: str) -> None:
        self.news: queue.Queue[dict[str, Any]] = queue.Queue()
        self.pids: dict[str, int] = {}
        command = [sys.executable, "-m", "tests.crash.workers", str(orders), mutant]
        self.nursery = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        for _ in range(WORKERS):
            self.start_one()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.nursery.stdin is not None
        self.nursery.stdin.close()
        self.nursery.wait()

    def start_one(self) -> None:
        """One more worker; returns when it works."""
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(b"+")
        self.nursery.stdin.flush()
        self.wait_for("worker")

    def wait_for(self, what: str) -> dict[str, Any]:
        """The next news of that kind. Raises `NothingKilled` when none comes."""
        try:
            while True:
                news = self.news.get(timeout=PATIENCE_SECONDS)
                if "worker" in news:
                    self.pids[news["worker"]] = news["pid"]
                if what in news:
                    return news
        except queue.Empty:
            raise NothingKilled(f"No news of a worker that {what} in {PATIENCE_SECONDS} s") from None

    def _listen(self) -> None:
        assert self.nursery.stdout is not None
        for line in self.nursery.stdout:
            if line.startswith(b"{"):
                self.news.put(json.loads(line))


class Campaign:
    """A small campaign on one database, with a channel on each network behind its cutting proxy.

    All of them are lent to North City, and every second post is said in its window.
    """

    def __init__(self, given: dict[str, Any], orders: Path, proxies: dict[str, Proxy]) -> None:
        from itac.core import clock
        from itac.publishing import mandating
        from itac.publishing.models import Mandate, Oversight
        from itac.publishing.tests.factories import Scene

        self.orders, self.proxies, self.clock = orders, proxies, clock
        self.scene: Scene = Scene(clock.now())
        accounts = {name: {**account, "address": proxies[name].url} for name, account in given["accounts"].items()}
        self.channels: dict[str, Channel] = {
            "website": self.scene.website,
            **{name: self.scene.channel(name, network=name, **account) for name, account in accounts.items()},
        }
        window = Mandate(
            organisation=self.scene.north,
            oversight=Oversight.OWN,
            opens_at=clock.now() - timedelta(hours=1),
            closes_at=clock.now() + timedelta(hours=2),
        )
        self.window = mandating.give(window, map(mandating.Place, self.channels.values()), reason="a window")
        self.marks: dict[int, str] = {}
        self.number = 0

    def plan(self, network: str, *, parts: int = 1) -> Delivery:
        """A post that is due now, in so many parts, each with a mark of its own."""
        self.number += 1
        mark = f"mark{self.number:05d}"
        text = "\n---\n".join(f"{mark}{'abc'[place]} was said here." for place in range(parts))
        self.scene.now = self.clock.now()
        # Approved for later, then moved to now within its window: the workers are quicker than approvers.
        post = self.scene.post(
            text,
            channels=[self.channels[network]],
            at=self.scene.now + timedelta(minutes=30),
            mandate=self.window if self.number % 2 else None,
        )
        self.scene.plan(post, self.scene.now)
        delivery = self.scene.deliveries(post)[0]
        self.marks[delivery.pk] = mark
        return delivery

    def kill_one(self, herd: Herd, network: str, point: str) -> None:
        """Plan a post and kill the worker that has it in hand at that point; another takes its place.

        Raises `NothingKilled` when no worker came there with something in its hand.
        """
        others = [name for name in self.channels if name != network]
        if point in ON_THE_WIRE:
            self._kill_on_the_wire(herd, network, point)
        else:
            order = self.orders / f"{self.number}--{point}--{network}"
            order.touch()
            self.plan(network, parts=2 if point == "between_parts" else 1)
            self.plan(others[self.number % len(others)])
            herd.wait_for("ended")
            if not json.loads((self.orders / "taken" / order.name).read_text(encoding="ascii")):
                raise NothingKilled(point)
        herd.start_one()

    def _kill_on_the_wire(self, herd: Herd, network: str, point: str) -> None:
        from itac.publishing.models import Attempt, AttemptState

        proxy, path = self.proxies[network], PATHS[network]
        mark = f"mark{self.number + 1:05d}"
        if point == "bytes_left":
            rule = proxy.hold_before(method="POST", path=path, contains=mark)
        else:
            rule = proxy.hold(method="POST", path=path, contains=mark)
        delivery = self.plan(network)
        event = "held_before" if point == "bytes_left" else "held"
        proxy.wait_for(event, PATIENCE_SECONDS, method="POST", path=path, contains=mark)
        attempt = Attempt.objects.get(part__delivery=delivery, state=AttemptState.PENDING)
        os.kill(herd.pids[attempt.worker], signal.SIGKILL)
        herd.wait_for("ended")
        proxy.remove(rule)
        proxy.release()

    def wait_until_settled(self) -> None:
        """Return when no delivery is planned or under way, or when patience ends: what isn't settled then is lost."""
        from itac.publishing.models import Delivery, State

        end = time.monotonic() + PATIENCE_SECONDS
        while Delivery.objects.filter(state__in=[State.PLANNED, State.SENDING]).exists() and time.monotonic() < end:
            time.sleep(0.2)  # the workers are other processes, and the database tells nobody

    def outcome(self) -> dict[str, Any]:
        """Every planned delivery with its state, and the texts on the site."""
        from itac.networks.models import WebsiteEntry
        from itac.publishing.models import Delivery

        deliveries = [
            {
                "network": delivery.channel.network,
                "mark": self.marks[delivery.pk],
                "parts": max(1, delivery.parts.count()),
                "state": delivery.state,
                "code": delivery.code,
            }
            for delivery in Delivery.objects.filter(pk__in=self.marks).select_related("channel")
        ]
        return {"deliveries": deliveries, "website": list(WebsiteEntry.objects.values_list("text", flat=True))}


@contextlib.contextmanager
def stand(given: dict[str, Any], orders: Path) -> Iterator[Campaign]:
    """The campaign with a proxy in front of each network's server."""
    with contextlib.ExitStack() as stack:
        proxies = {
            name: stack.enter_context(Proxy(server["url"], announced=server["announced"]))
            for name, server in given["servers"].items()
        }
        yield Campaign(given, orders, proxies)


def main() -> None:
    """Make all kills, wait until everything is settled, tell."""
    given = json.load(sys.stdin)
    django.setup()
    made: list[tuple[str, str]] = []
    failure = ""
    with tempfile.TemporaryDirectory(prefix="itac-orders-") as directory:
        orders = Path(directory)
        (orders / "taken").mkdir()
        with stand(given, orders) as campaign, Herd(orders, given["mutant"]) as herd:
            for network, point in given["kills"]:
                try:
                    campaign.kill_one(herd, network, point)
                except (NothingKilled, AssertionError) as error:
                    failure = f"{network}, {point}: {error}"
                    break
                made.append((network, point))
                if len(made) % 10 == 0:
                    print(
                        f"{given['database']}: {len(made)} of {len(given['kills'])} kills", file=sys.stderr, flush=True
                    )
            campaign.wait_until_settled()
        print(json.dumps({"kills": made, "failure": failure, **campaign.outcome()}))


if __name__ == "__main__":
    main()
