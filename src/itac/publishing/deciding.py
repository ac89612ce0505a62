"""What a person can do with a delivery that needs somebody. Every state that stops has its human actions here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.returning import CODE as RESTORED
from itac.networks.by_hand import STAND_IN_AFTER
from itac.publishing import planning, proving
from itac.publishing.checking import Problem
from itac.publishing.errors import ForbiddenMove, NotAllowed, Unfit
from itac.publishing.models import Attempt, AttemptState, Delivery, DeliveryMove, DeliveryPart, PartState, State
from itac.publishing.moving import move

NOBODY = "nobody"  # a worker that never beats: the next live one takes the delivery over

ACTIONS: dict[str, tuple[str, ...]] = {
    State.PLANNED: ("hold", "drop"),
    State.HELD: ("send_now", "plan_again", "drop"),
    State.SENDING: (),
    State.AWAITING: ("confirm", "decline"),
    State.SENT: (),
    State.FAILED: ("try_again", "drop"),
    State.UNCERTAIN: ("look_up", "is_there", "is_not_there"),
    State.CANCELLED: ("plan_again",),
}


def actions_for(actor: Person, delivery: Delivery, *, now: datetime) -> tuple[str, ...]:
    """Which of the actions this person may take now."""
    if not may_decide(actor, delivery, now=now):
        return ()
    comes_back = delivery.due_at > now if delivery.state == State.HELD else _can_come_back(delivery)
    left_out = set() if comes_back else {"plan_again"}
    if not can_be_looked_up(delivery):
        left_out.add("look_up")
    return tuple(action for action in ACTIONS[delivery.state] if action not in left_out)


def can_be_looked_up(delivery: Delivery) -> bool:
    """Whether a worker can find out by itself: not after a copy was put back, when what left may have had another key,
    or other words (Promise 1)."""
    return delivery.code != RESTORED


def may_decide(actor: Person, delivery: Delivery, *, now: datetime) -> bool:
    """Coordinators and those who write for the speaker; for a by-hand delivery also the person whose hand it is."""
    speaker = delivery.variant.post.organisation
    if actor.is_coordinator or "editor" in actor.duties(speaker):
        return True
    return delivery.state == State.AWAITING and actor.pk in whose_hand(delivery, now=now)


def whose_hand(delivery: Delivery, *, now: datetime) -> set[int]:
    """Who is asked to post it: whoever it was given to, else the channel's person; 15 minutes later all of the channel.

    Answered by the clock."""
    channel = delivery.channel
    asked = {delivery.hand_id or channel.person_id}
    if now >= (delivery.handed_at or delivery.moved_at) + STAND_IN_AFTER:
        asked |= {channel.person_id, channel.stand_in_id}
    return {pk for pk in asked if pk}


def hold(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """Keep a planned delivery from leaving until a person decides."""
    _may(actor, delivery, "hold", now)
    with transaction.atomic():
        move(delivery, to=State.HELD, now=now, actor=actor, code="held_by_person", note=note, hold_for="person")


def send_now(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """Let a held delivery leave at once. Only its lateness is answered by this: the gate asks everything else."""
    _may(actor, delivery, "send_now", now)
    _release(delivery, actor=actor, now=now, code="sent_now", note=note, hold_for="")


def drop(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """Never send it."""
    _may(actor, delivery, "drop", now)
    with transaction.atomic():
        move(delivery, to=State.CANCELLED, now=now, actor=actor, code="dropped", note=note)


def try_again(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """A failed delivery, after what was wrong is mended. Parts that are out stay out; it goes on where it failed.

    When nothing of it is out and the post was changed since, another delivery takes its place, with the new content.
    """
    _may(actor, delivery, "try_again", now)
    _release(delivery, actor=actor, now=now, code="tried_again", note=note, tries=0)


def plan_again(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """A delivery that was held or dropped, at its time after all (one dropped is held if that is over).

    Raises `Unfit` for a held one whose time is over; `ForbiddenMove` for a dropped one when a part of it may be out,
    another delivery took its place, or the post has no time.
    """
    _may(actor, delivery, "plan_again", now)
    if delivery.state == State.HELD:
        if delivery.due_at <= now:
            message = _("Its time is over. Send it now, move it to another time, or drop it.")
            raise Unfit([Problem("past", message)])
        _release(delivery, actor=actor, now=now, code="planned_again", note=note, hold_for="", at=delivery.due_at)
        return
    if not _can_come_back(delivery):
        raise ForbiddenMove("This delivery can't be planned again")
    planned_at = delivery.variant.post.planned_at
    assert planned_at is not None
    with transaction.atomic():
        again = planning.make_delivery(delivery.variant, at=planned_at, now=now)
        DeliveryMove.objects.create(
            delivery=again,
            before=State.CANCELLED,
            after=State.PLANNED,
            at=now,
            actor=actor,
            code="planned_again",
            note=note,
        )


def _can_come_back(delivery: Delivery) -> bool:
    variant = delivery.variant
    return (
        delivery.code == "dropped"
        and variant.taken_out_at is None
        and variant.post.planned_at is not None
        and not variant.deliveries.exclude(state=State.CANCELLED).exists()
        and not planning.may_be_out(delivery)
    )


def _release(delivery: Delivery, *, actor: Person, now: datetime, at: datetime | None = None, **facts: Any) -> None:
    """Ready at once, its lateness answered by this person, or ready `at` its time; another delivery takes its place if
    its content is old."""
    released: dict[str, Any] = {"ready_at": now, "released_at": now, "released_by": actor}
    if at is not None:
        released = {"ready_at": at, "released_at": None, "released_by": None}
    with transaction.atomic():
        if planning.is_outdated(delivery):
            other = planning.replace(delivery, actor=actor, now=now)
            Delivery.objects.filter(pk=other.pk).update(**released)
        else:
            move(delivery, to=State.PLANNED, now=now, actor=actor, **released, **facts)


def confirm(
    actor: Person,
    delivery: Delivery,
    *,
    address: str = "",
    screenshot: bytes | None = None,
    now: datetime,
    note: str = "",
) -> None:
    """The person posted it by hand: `address` is where it stands; a screenshot shows it where it has none.

    Raises `Unfit` without either, for something that is no address, and for what can't be kept as a screenshot.
    """
    _may(actor, delivery, "confirm", now)
    if not address.strip() and screenshot is None:
        message = _("Paste the address of the post. If it has none, hand in a screenshot of it.")
        raise Unfit([Problem("no_address", message, "address")])
    if address.strip():
        _refuse_no_address(address)
    picture = proving.cleaned(screenshot) if screenshot is not None else None
    with transaction.atomic():
        _sent_at_address(actor, delivery, address=address, now=now, note=note)
        if picture is not None:
            proving.keep(delivery, picture, given_by=actor, now=now)


def decline(actor: Person, delivery: Delivery, *, now: datetime, note: str) -> None:
    """The person couldn't post it, and says why."""
    _may(actor, delivery, "decline", now)
    if not note.strip():
        raise Unfit([Problem("reason_missing", _("Say in a sentence why it couldn't be posted."), "note")])
    with transaction.atomic():
        nobody = {"hand": None, "handed_at": None}
        move(delivery, to=State.FAILED, now=now, actor=actor, code="declined_by_hand", note=note.strip(), **nobody)


def look_up(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """Let a worker look whether an uncertain delivery is there. Sends nothing unless the network says it isn't.

    Raises `ForbiddenMove` for one that came with a copy that was put back: only a person can tell.
    """
    _may(actor, delivery, "look_up", now)
    if not can_be_looked_up(delivery):
        raise ForbiddenMove("What an older copy left uncertain is looked at by a person")
    with transaction.atomic():
        move(delivery, to=State.SENDING, now=now, actor=actor, worker=NOBODY, note=note)


def is_there(actor: Person, delivery: Delivery, *, address: str, now: datetime, note: str = "") -> None:
    """The person found an uncertain delivery on the network, at that address."""
    _may(actor, delivery, "is_there", now)
    _refuse_no_address(address)
    _sent_at_address(actor, delivery, address=address, now=now, note=note)


def is_not_there(actor: Person, delivery: Delivery, *, now: datetime, note: str = "") -> None:
    """The person looked: it isn't on the network. It is held, and leaves only by a further decision."""
    _may(actor, delivery, "is_not_there", now)
    with transaction.atomic():
        open_states = [AttemptState.PENDING, AttemptState.UNCLEAR]
        Attempt.objects.filter(part__delivery=delivery, state__in=open_states).update(
            state=AttemptState.NOT_ACCEPTED, code="not_there", ended_at=now
        )
        DeliveryPart.objects.filter(delivery=delivery, state=PartState.SENDING).update(state=PartState.WAITING)
        move(delivery, to=State.HELD, now=now, actor=actor, code="not_there", note=note)


def _may(actor: Person, delivery: Delivery, action: str, now: datetime) -> None:
    if not may_decide(actor, delivery, now=now):
        raise NotAllowed("This person doesn't decide about this delivery.")
    if action not in ACTIONS[delivery.state]:
        raise ForbiddenMove(f"{action} doesn't fit a delivery that is {delivery.state}")


def _refuse_no_address(address: str) -> None:
    try:
        URLValidator(schemes=["https", "http"])(address.strip())
    except ValidationError as error:
        message = _("Paste the address of the post, such as https://example.org/posts/123.")
        raise Unfit([Problem("no_address", message, "address")]) from error


def _sent_at_address(actor: Person, delivery: Delivery, *, address: str, now: datetime, note: str) -> None:
    """Its parts stand there. Without an address, which only a screenshot makes up for, each has its key as its name."""
    address = address.strip()
    try:
        with transaction.atomic():
            open_states = [AttemptState.PENDING, AttemptState.UNCLEAR]
            Attempt.objects.filter(part__delivery=delivery, state__in=open_states).update(
                state=AttemptState.ACCEPTED, code="confirmed", ended_at=now
            )
            waiting = delivery.parts.exclude(state=PartState.SENT).order_by("place")
            for number, part in enumerate(waiting):
                part.state, part.sent_at, part.address = PartState.SENT, now, address
                first = address[:290] if number == 0 else f"{address[:290]}#{part.place}"
                part.remote_id = first if address else f"by-hand:{part.key}"
                part.save(update_fields=["state", "sent_at", "remote_id", "address"])
            move(
                delivery, to=State.SENT, now=now, actor=actor, code="confirmed", note=note, sent_at=now, address=address
            )
    except IntegrityError as error:
        message = _("Another post has this address already. Check it, and paste this post's own.")
        raise Unfit([Problem("address_taken", message, "address")]) from error
