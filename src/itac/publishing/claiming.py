"""Taking deliveries in hand, and writing the intent of each call before it is made.

Promise 1: an intent (an `Attempt`) is on disk before its call begins. Many are written in one durable transaction, so
that a thousand due in the same second don't wait for a thousand disk flushes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from itac.core import rows
from itac.networks.protocol import Content, NeedsPerson, Network, Prepared, Refused, Sending, TryLater
from itac.publishing import gate
from itac.publishing.models import (
    Attempt,
    AttemptState,
    Delivery,
    DeliveryMove,
    DeliveryPart,
    PartState,
    State,
    WorkerBeat,
)
from itac.publishing.moving import move
from itac.publishing.payload import content_of
from itac.publishing.planning import make_parts

START_SECONDS = 5.0  # a call that hasn't begun this long after its intent is not begun any more


@dataclass
class Flight:
    """A delivery in this worker's hand, with what its calls need. `part` and `attempt` are the current ones."""

    delivery: Delivery
    parts: list[DeliveryPart]
    content: Content
    part: DeliveryPart | None = None
    attempt: Attempt | None = None
    looks: int = 0
    taken: frozenset[str] = field(default_factory=frozenset)

    @property
    def plug(self) -> Network:
        """The network it goes to."""
        return self.delivery.channel.plug()

    def next_part(self) -> DeliveryPart | None:
        """The first part that isn't sent."""
        return next((part for part in self.parts if part.state != PartState.SENT), None)

    def sending(self) -> Sending:
        """What the network gets for the current part."""
        assert self.part is not None
        return Sending(
            content=self.content,
            index=self.part.place,
            key=self.part.key,
            frozen=self.part.frozen or {},
            earlier=[part.ref for part in self.parts if part.place < self.part.place],
            began_at=self.part.began_at,
            taken=self.taken,
            seconds=settings.REQUEST_SECONDS,
        )


def with_content(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """With everything that gate and payload read, in a fixed number of queries.

    Each channel and mandate is one object for all their deliveries, so that a secret is opened once.
    """
    return deliveries.select_related("variant__post").prefetch_related(
        "channel", "variant__post__mandate", "variant__post__media__picture", "parts__attempts"
    )


def claim(*, worker: str, most: int, now: datetime) -> list[Delivery]:
    """Take up to that many due deliveries in hand, in the caller's transaction; each goes to exactly one worker.

    PostgreSQL: rows another worker holds are skipped (SKIP LOCKED). SQLite: the immediate transaction has the only
    write lock. On both the conditional update decides.
    """
    due = Delivery.objects.due(at=now).values_list("pk", flat=True)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    ids = list(due[:most])
    if not ids:
        return []
    mine = Delivery.objects.filter(pk__in=ids, state=State.PLANNED)
    mine.update(state=State.SENDING, worker=worker, moved_at=now, code="")
    deliveries = list(
        with_content(Delivery.objects.filter(pk__in=ids, state=State.SENDING, worker=worker)).order_by("ready_at", "pk")
    )
    rows.add(
        DeliveryMove(delivery=delivery, before=State.PLANNED, after=State.SENDING, at=now) for delivery in deliveries
    )
    return deliveries


def adopt(*, worker: str, most: int, now: datetime) -> list[Delivery]:
    """Take over deliveries of workers whose heartbeat is missing, in the caller's transaction."""
    alive_since = now - timedelta(seconds=settings.WORKER_DEAD_SECONDS)
    alive = WorkerBeat.objects.filter(beat_at__gte=alive_since, ended_at=None).values("worker")
    orphans = Delivery.objects.filter(state=State.SENDING).exclude(worker__in=alive).exclude(worker=worker)
    taken = [
        pk
        for pk, before in orphans.values_list("pk", "worker")[:most]
        if Delivery.objects.filter(pk=pk, state=State.SENDING, worker=before).update(worker=worker)
    ]
    return list(with_content(Delivery.objects.filter(pk__in=taken)).order_by("ready_at", "pk"))


def in_nobodys_hand(*, worker: str, but: Collection[int]) -> list[Delivery]:
    """Deliveries that this live worker claimed and doesn't know of: a commit whose success it couldn't hear of."""
    mine = Delivery.objects.filter(state=State.SENDING, worker=worker).exclude(pk__in=but)
    return list(with_content(mine).order_by("ready_at", "pk"))


def take_in_hand(delivery: Delivery) -> Flight:
    """A flight for a delivery that was under way: frozen content, its parts, and the attempt without an answer."""
    flight = Flight(
        delivery, sorted(delivery.parts.all(), key=lambda part: part.place), content_of(delivery.payload or {})
    )
    flight.part = flight.next_part()
    if flight.part is not None:
        open_states = {AttemptState.PENDING, AttemptState.UNCLEAR}
        flight.attempt = next((a for a in flight.part.attempts.all() if a.state in open_states), None)
    return flight


@dataclass
class Begun:
    """What came of deliveries put before the gate: calls to make, and preparations to make first."""

    to_publish: list[Flight] = field(default_factory=list)
    to_prepare: list[Flight] = field(default_factory=list)


def begin(deliveries: Sequence[Delivery], *, worker: str, now: datetime) -> Begun:
    """Put claimed deliveries before the gate; write the intents of those that pass, hold the others.

    In the caller's durable transaction. Content freezes here: payload and parts, with their keys, are written once.
    """
    verdicts = gate.judge(deliveries, now=now)
    flights: list[Flight] = []
    fresh: list[Flight] = []
    for delivery in deliveries:
        verdict = verdicts[delivery.pk]
        if isinstance(verdict, gate.Stopped):
            _hold(delivery, code=verdict.code, now=now)
            continue
        flight = Flight(delivery, sorted(delivery.parts.all(), key=lambda p: p.place), content_of(verdict.payload))
        if delivery.payload is None:
            delivery.payload, delivery.payload_hash = verdict.payload, verdict.payload_hash
            flight.parts = make_parts(delivery, count=len(flight.content.parts), now=now)
            fresh.append(flight)
        flight.part = flight.next_part()
        flights.append(flight)
    if fresh:
        rows.write([flight.delivery for flight in fresh], ["payload", "payload_hash"])
    begun = _sort(flights, now=now)
    attempts = _intents(begun.to_publish, worker=worker, now=now)
    rows.write([attempt.part for attempt in attempts if attempt.part.pk], ["state", "frozen", "began_at"])
    DeliveryPart.objects.bulk_create([part for flight in fresh for part in flight.parts])
    Attempt.objects.bulk_create(attempts)
    return begun


def _sort(flights: Sequence[Flight], *, now: datetime) -> Begun:
    begun = Begun()
    for flight in flights:
        part = flight.part
        if part is None:
            continue
        if part.frozen is None:
            if flight.plug.needs_preparing(flight.sending()):
                begun.to_prepare.append(flight)
                continue
            prepared = flight.plug.prepare(flight.delivery.channel, flight.sending(), now=now)
            if not isinstance(prepared, Prepared):
                refuse(flight, prepared, now=now)
                continue
            part.frozen = dict(prepared.frozen)
        begun.to_publish.append(flight)
    return begun


def refuse(flight: Flight, answer: Refused | NeedsPerson | TryLater, *, now: datetime) -> None:
    """A preparation that didn't work: nothing was sent, so the delivery fails or is tried again."""
    if isinstance(answer, TryLater):
        wait = backoff(flight.delivery.tries, answer.after_seconds)
        move(
            flight.delivery,
            to=State.PLANNED,
            now=now,
            code=answer.code,
            worker="",
            ready_at=now + wait,
            tries=flight.delivery.tries + 1,
        )
    else:
        move(flight.delivery, to=State.FAILED, now=now, code=answer.code, worker="")


def _intents(flights: Sequence[Flight], *, worker: str, now: datetime) -> list[Attempt]:
    """One attempt per flight, pending, to be written before its call. What is sent under a key never changes: the
    fingerprint is the frozen payload's, and another one can't become the same part's next attempt."""
    deadline = now + timedelta(seconds=START_SECONDS + settings.REQUEST_SECONDS)
    attempts = []
    for flight in flights:
        part = flight.part
        assert part is not None
        earlier = part.attempts.count() if part.began_at else 0
        part.state, part.began_at = PartState.SENDING, part.began_at or now
        flight.attempt = Attempt(
            part=part,
            number=earlier + 1,
            fingerprint=flight.delivery.payload_hash,
            worker=worker,
            began_at=now,
            deadline_at=deadline,
        )
        attempts.append(flight.attempt)
    return attempts


def _hold(delivery: Delivery, *, code: str, now: datetime) -> None:
    """Out of SENDING into HELD; a thread with parts out says so."""
    out = any(part.state == PartState.SENT for part in delivery.parts.all())
    move(delivery, to=State.HELD, now=now, code=code, note="thread_cut" if out else "", worker="")


def backoff(tries: int, after_seconds: float | None) -> timedelta:
    """How long to wait before the next try: 5 seconds doubling to 5 minutes, and never less than the network said."""
    return timedelta(seconds=max(after_seconds or 0.0, min(300.0, 5.0 * 2 ** min(tries, 6))))
