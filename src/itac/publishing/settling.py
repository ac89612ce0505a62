"""Writing down what a call's outcome means, each exactly once.

The only code between the network's answer and this is the queue it waits in. An outcome is written also when another
worker has taken the delivery over meanwhile: what is known to be out is never forgotten (Promise 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from itac.core import rows
from itac.networks.models import Channel, Health
from itac.networks.protocol import (
    Accepted,
    Awaiting,
    CantTell,
    Finding,
    NeedsPerson,
    NothingFound,
    Outcome,
    Preparation,
    Prepared,
    Refused,
    TryLater,
    Unclear,
)
from itac.publishing.claiming import Flight, backoff, take_in_hand, with_content
from itac.publishing.models import Attempt, AttemptState, Delivery, DeliveryMove, DeliveryPart, PartState, State
from itac.publishing.moving import move
from itac.publishing.signals import delivery_moved

PATIENCE = timedelta(minutes=10)  # how long look-ups that fail are repeated before a person is asked


@dataclass(frozen=True)
class NotBegun:
    """The call waited too long for a free thread and wasn't made: the gate is asked again."""


@dataclass(frozen=True)
class Answered:
    """A call that ended. `kind` is "publish", "find" or "prepare"; `attempt` is the one it was made or looked up for;
    `changed_media` when a picture wasn't the approved one; `seconds` is what it took (None: it wasn't made)."""

    flight: Flight
    kind: str
    outcome: Outcome | Finding | Preparation | NotBegun
    attempt: Attempt | None = None
    changed_media: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class LookLater:
    """A look-up to make at that moment."""

    at: datetime
    flight: Flight


@dataclass(frozen=True)
class GoOn:
    """The delivery goes on: its next part, or the same one again, is to be put before the gate."""

    flight: Flight


Next = LookLater | GoOn | None


def read_again(answer: Answered, *, worker: str) -> bool:
    """Make the flight what the database says it is, after a transaction that failed. False when there is nothing to
    settle: the failed transaction was committed all the same, or the delivery isn't this worker's any more."""
    flight, was = answer.flight, answer.flight.part
    mine = Delivery.objects.filter(pk=flight.delivery.pk, state=State.SENDING, worker=worker)
    delivery = with_content(mine).first()
    if delivery is None or was is None:
        return False
    fresh = take_in_hand(delivery)
    flight.delivery, flight.parts = fresh.delivery, fresh.parts
    flight.part = next(part for part in fresh.parts if part.pk == was.pk)
    flight.attempt = fresh.attempt if fresh.attempt and fresh.attempt == answer.attempt else None
    return answer.attempt is None or flight.attempt is not None


def settle(answers: Sequence[Answered], *, worker: str, now: datetime) -> list[Next]:
    """Write the outcomes down, in the caller's durable transaction. Returns what each delivery needs next."""
    accepted = [answer for answer in answers if isinstance(answer.outcome, Accepted)]
    following = _settle_accepted(accepted, worker=worker, now=now)
    following += [_settle_other(answer, now=now) for answer in answers if not isinstance(answer.outcome, Accepted)]
    return following


def _settle_accepted(answers: Sequence[Answered], *, worker: str, now: datetime) -> list[Next]:
    if not answers:
        return []
    ids = [answer.flight.delivery.pk for answer in answers]
    # Locked until the commit: nobody may adopt one between this look and the writing (SQLite has one writer anyway).
    mine = Delivery.objects.select_for_update().filter(pk__in=ids, state=State.SENDING, worker=worker)
    still_mine = set(mine.values_list("pk", flat=True))
    parts, attempts, sent, following = [], [], [], list[Next]()
    for answer in answers:
        flight, outcome = answer.flight, answer.outcome
        assert isinstance(outcome, Accepted)
        assert flight.part is not None
        if flight.delivery.pk not in still_mine:
            _note_late_news(flight, outcome, now=now)
            continue
        part = flight.part
        part.state, part.sent_at = PartState.SENT, now
        part.remote_id, part.address, part.ref = outcome.remote_id, outcome.address, dict(outcome.ref)
        parts.append(part)
        if flight.attempt:
            flight.attempt.state, flight.attempt.ended_at = AttemptState.ACCEPTED, now
            flight.attempt.code = "looked_up" if answer.kind == "find" else ""
            attempts.append(flight.attempt)
        if flight.next_part() is None:
            sent.append(flight.delivery)
        else:
            following.append(GoOn(flight))
    rows.write(parts, ["state", "sent_at", "remote_id", "address", "ref"])
    rows.write(attempts, ["state", "ended_at", "code"])
    _close(sent, {answer.flight.delivery.pk: answer for answer in answers}, now=now)
    return following


def _close(sent: Sequence[Delivery], answers: dict[int, Answered], *, now: datetime) -> None:
    """SENDING to SENT for several at once; the move is the one `Delivery.MOVES` declares."""
    if not sent:
        return
    for delivery in sent:
        flight = answers[delivery.pk].flight
        delivery.state, delivery.moved_at, delivery.sent_at, delivery.code = State.SENT, now, now, ""
        delivery.address = flight.parts[0].address if flight.parts[0].address.startswith("http") else ""
        delivery.worker = ""
    rows.write(sent, ["state", "moved_at", "sent_at", "code", "address", "worker"])
    rows.add(
        DeliveryMove(
            delivery=delivery,
            before=State.SENDING,
            after=State.SENT,
            at=now,
            code="looked_up" if answers[delivery.pk].kind == "find" else "",
        )
        for delivery in sent
    )
    for delivery in sent:
        transaction.on_commit(
            partial(delivery_moved.send_robust, sender=Delivery, pk=delivery.pk, state=State.SENT), robust=True
        )


def _note_late_news(flight: Flight, outcome: Accepted, *, now: datetime) -> None:
    """Another worker has this delivery now. Its look-up will find the post; ours only closes our own attempt."""
    if flight.attempt:
        Attempt.objects.filter(pk=flight.attempt.pk, state=AttemptState.PENDING).update(
            code="answered_late", ended_at=now
        )


def _settle_other(answer: Answered, *, now: datetime) -> Next:
    flight, outcome = answer.flight, answer.outcome
    delivery = flight.delivery
    assert flight.part is not None
    if not Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, worker=delivery.worker).exists():
        return None
    if answer.changed_media:
        _end_attempt(flight, AttemptState.NOT_ACCEPTED, "picture_changed", now=now)
        move(delivery, to=State.HELD, now=now, code="picture_changed", worker="")
        return None
    match outcome:
        case Unclear(code=code):
            _end_attempt(flight, AttemptState.UNCLEAR, code, now=now)
            return _look(flight, now=now)
        case NotBegun() | NothingFound():
            return _not_there(flight, outcome, now=now)
        case CantTell(code=code):
            if flight.attempt is None or now - flight.attempt.began_at > PATIENCE:
                move(delivery, to=State.UNCERTAIN, now=now, code=code, worker="")
                return None
            flight.looks += 1
            return LookLater(now + backoff(flight.looks, None), flight)
        case Awaiting():
            _end_attempt(flight, AttemptState.NOT_ACCEPTED, "by_hand", now=now)
            move(delivery, to=State.AWAITING, now=now, worker="")
        case TryLater(code=code, after_seconds=after):
            _end_attempt(flight, AttemptState.NOT_ACCEPTED, code, now=now)
            move(
                delivery,
                to=State.PLANNED,
                now=now,
                code=code,
                worker="",
                tries=delivery.tries + 1,
                ready_at=now + backoff(delivery.tries, after),
            )
        case NeedsPerson(code=code):
            _end_attempt(flight, AttemptState.NOT_ACCEPTED, code, now=now)
            move(delivery, to=State.FAILED, now=now, code=code, worker="")
            Channel.objects.filter(pk=delivery.channel_id).update(
                health=Health.NEEDS_PERSON, health_code=code, health_at=now
            )
        case Refused(code=code):
            _end_attempt(flight, AttemptState.NOT_ACCEPTED, code, now=now)
            move(delivery, to=State.FAILED, now=now, code=code, worker="")
        case Prepared(frozen=frozen):  # the gate is asked again, then the intent written
            DeliveryPart.objects.filter(pk=flight.part.pk, frozen=None).update(frozen=dict(frozen))
            return GoOn(flight)
    return None


def _look(flight: Flight, *, now: datetime) -> Next:
    """An unclear call is looked up where the network can be asked, else it is for a person."""
    if not flight.plug.capabilities(flight.delivery.channel).finds:
        code = flight.attempt.code if flight.attempt else "unexpected"
        move(flight.delivery, to=State.UNCERTAIN, now=now, code=code, worker="")
        return None
    return LookLater(now, flight)


def _not_there(flight: Flight, outcome: NotBegun | NothingFound, *, now: datetime) -> Next:
    """A call that wasn't made goes before the gate again. One that isn't found does so once it can't arrive any more
    (its deadline and a margin)."""
    if isinstance(outcome, NotBegun):
        _end_attempt(flight, AttemptState.NOT_ACCEPTED, "worker_slow", now=now)
        return GoOn(flight)
    if flight.attempt is None:
        return GoOn(flight)
    sure_at = flight.attempt.deadline_at + timedelta(seconds=settings.MARGIN_SECONDS)
    if now < sure_at:
        return LookLater(sure_at, flight)
    _end_attempt(flight, AttemptState.NOT_ACCEPTED, "not_there", now=now)
    return GoOn(flight)


def _end_attempt(flight: Flight, state: AttemptState, code: str, *, now: datetime) -> None:
    if flight.attempt is not None:
        open_states = Q(state__in=[AttemptState.PENDING, AttemptState.UNCLEAR])
        Attempt.objects.filter(open_states, pk=flight.attempt.pk).update(state=state, code=code, ended_at=now)
        flight.attempt.state, flight.attempt.code = state, code
        if state == AttemptState.NOT_ACCEPTED:
            flight.attempt = None
    if flight.part is not None and state == AttemptState.NOT_ACCEPTED:
        DeliveryPart.objects.filter(pk=flight.part.pk, state=PartState.SENDING).update(state=PartState.WAITING)
        flight.part.state = PartState.WAITING
