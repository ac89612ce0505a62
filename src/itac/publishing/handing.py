"""Whose hand a by-hand delivery is in: taken on by one of those who are asked, or passed on to somebody else.

Two who are asked at once would post it twice, so one of them says "I am posting it"; and nobody is left alone with it:
a quarter of an hour later the channel's people are asked again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from itac.campaign.models import Deputy, Person
from itac.core import mailing
from itac.core.addresses import whole_address
from itac.publishing.deciding import may_decide
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed
from itac.publishing.models import Delivery, DeliveryMove, State


def stand_ins(delivery: Delivery, *, now: datetime) -> list[Person]:
    """To whom it may be passed on: the channel's people first, then those of the organisation that speaks or owns the
    channel, their deputies of today, and coordinators."""
    channel = delivery.channel
    organisations = {pk for pk in (delivery.variant.post.organisation_id, channel.organisation_id) if pk}
    deputies = Deputy.objects.open_at(now).filter(organisation_id__in=organisations).values("person_id")
    first = [pk for pk in (channel.stand_in_id, channel.person_id) if pk]
    asked = Q(roles__organisation_id__in=organisations) | Q(pk__in=deputies) | Q(pk__in=first) | Q(is_coordinator=True)
    found = Person.objects.filter(asked, is_active=True).distinct().order_by("name")
    others = (each for each in found if each.is_staff and each.pk != delivery.hand_id)
    return sorted(others, key=lambda each: each.pk not in first)


def pass_on(actor: Person, delivery: Delivery, *, to: Person, now: datetime, note: str = "") -> None:
    """From now on it is that person's to post; told by a mail and among what needs them.

    Raises `NotAllowed` for an actor who doesn't decide about it or a person who isn't among the `stand_ins`,
    `ForbiddenMove` where it doesn't wait for a hand, `MovedMeanwhile` when it is in another hand or state by now.
    """
    _may(actor, delivery, now)
    if to not in stand_ins(delivery, now=now):
        raise NotAllowed("It can't be passed on to that person.")
    _give(actor, delivery, to=to, now=now, note=note)


def take(actor: Person, delivery: Delivery, *, now: datetime) -> None:
    """The actor is posting it, so that nobody else does meanwhile. Raises `NotAllowed`, `MovedMeanwhile`, and
    `ForbiddenMove` where it doesn't wait for a hand any more."""
    _may(actor, delivery, now)
    _give(actor, delivery, to=actor, now=now, note="")


def _may(actor: Person, delivery: Delivery, now: datetime) -> None:
    if not may_decide(actor, delivery, now=now):
        raise NotAllowed("This person doesn't decide about this delivery.")
    if delivery.state != State.AWAITING:
        raise ForbiddenMove(f"A delivery that is {delivery.state} isn't anybody's to post")


def _give(actor: Person, delivery: Delivery, *, to: Person, now: datetime, note: str) -> None:
    with transaction.atomic():
        here = Delivery.objects.filter(pk=delivery.pk, state=State.AWAITING, hand_id=delivery.hand_id)
        if not here.update(hand=to, handed_at=now):
            raise MovedMeanwhile(delivery.pk)
        move = DeliveryMove.objects.create(
            delivery=delivery,
            before=State.AWAITING,
            after=State.AWAITING,
            at=now,
            actor=actor,
            code="passed_on",
            note=note.strip(),
            whom=to,
        )
        if to != actor:
            _tell(move, delivery, to, now=now)
    delivery.hand, delivery.handed_at = to, now


def _tell(move: DeliveryMove, delivery: Delivery, to: Person, *, now: datetime) -> None:
    letter = mailing.render(
        "publishing/mail/passed_on.txt",
        language=to.language,
        zone=to.zone,
        person=to,
        who=move.actor,
        note=move.note,
        post=delivery.variant.post,
        channel=delivery.channel,
        due_at=delivery.due_at,
        link=whole_address(reverse("studio_delivery", args=[delivery.pk])),
    )
    mailing.post(
        to=to.email,
        language=to.language,
        zone=to.zone,
        kind="passed_on",
        key=f"passed_on:{move.pk}",
        subject=letter.subject,
        text=letter.text,
        now=now,
    )
