"""The workers of the product, watched: they die when an order says so. And one without its fence."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from itac.networks.protocol import Accepted
from itac.publishing import claiming
from itac.publishing.claiming import Flight
from itac.publishing.models import Attempt, AttemptState, Delivery, PartState, State
from itac.publishing.outbox import Worker

TAKEN = "taken"


def work(orders: Path, mutant: str) -> None:
    """Be one worker process until SIGTERM, or until an order kills it."""
    worker = MUTANTS[mutant](orders)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print(json.dumps({"worker": worker.name, "pid": os.getpid()}), flush=True)
    worker.run()


class Victim(Worker):
    """A worker that looks for orders at each of its points."""

    def __init__(self, orders: Path) -> None:
        super().__init__(watch=self._stand_at)
        self.orders = orders
        self.called: set[int] = set()

    def _start(self, kind: str, flight: Flight) -> None:
        if flight.attempt:
            self.called.add(flight.attempt.pk)
        super()._start(kind, flight)

    def _stand_at(self, point: str) -> None:
        for order in self.orders.glob(f"*--{point}--*"):
            held = self._in_hand(point, order.name.rpartition("--")[2])
            if held and self._take(order, held):
                os.kill(os.getpid(), signal.SIGKILL)

    def _take(self, order: Path, held: list[int]) -> bool:
        mine = order.parent / TAKEN / order.name
        try:
            order.rename(mine)
        except FileNotFoundError:
            return False  # another worker was first
        mine.write_text(json.dumps(held), encoding="ascii")
        return True

    def _in_hand(self, point: str, network: str) -> list[int]:
        """The deliveries of that network which a death at this point would interrupt."""
        if point in {"before_intent", "after_intent"}:
            mine = Attempt.objects.filter(
                worker=self.name, state=AttemptState.PENDING, part__delivery__channel__network=network
            )
            return list(mine.exclude(pk__in=self.called).values_list("part__delivery", flat=True))
        if point == "before_record":
            return [
                answer.flight.delivery.pk
                for answer in self.unsettled
                if answer.kind == "publish"
                and isinstance(answer.outcome, Accepted)
                and answer.flight.delivery.channel.network == network
            ]
        threads = Delivery.objects.filter(
            pk__in=self.going_on, channel__network=network, state=State.SENDING, parts__state=PartState.SENT
        )
        return list(threads.distinct().values_list("pk", flat=True))


class Resending(Victim):
    """A mutant: what a dead worker left is simply sent again, as a new message, without a look."""

    def _adopt(self) -> None:
        looking = claiming.take_in_hand
        claiming.take_in_hand = _as_new
        try:
            super()._adopt()
        finally:
            claiming.take_in_hand = looking


def _as_new(delivery: Delivery) -> Flight:
    Attempt.objects.filter(part__delivery=delivery, state=AttemptState.PENDING).update(state=AttemptState.NOT_ACCEPTED)
    for part in delivery.parts.exclude(state=PartState.SENT):
        part.key, part.frozen, part.state = f"again{part.pk}{os.getpid()}", None, PartState.WAITING
        if delivery.channel.network == "bluesky":
            part.key = delivery.channel.plug().new_key(now=delivery.moved_at)
        part.save()
    fresh = claiming.with_content(Delivery.objects.filter(pk=delivery.pk)).get()
    return Flight(fresh, list(fresh.parts.all()), claiming.content_of(fresh.payload or {}))


MUTANTS = {"": Victim, "resends": Resending}
