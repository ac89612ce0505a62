"""When a post leaves: the time a person chose, and the deliveries that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from itac.campaign import auditing
from itac.campaign.models import AuditEntry, Person
from itac.core.walltime import WallTime
from itac.publishing import recording
from itac.publishing.checking import Problem
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.models import (
    Attempt,
    AttemptState,
    Delivery,
    DeliveryPart,
    PartState,
    Post,
    State,
    Trigger,
    Variant,
)
from itac.publishing.moving import move
from itac.publishing.payload import hash_of, payload_of

# What follows its post to another time; all else has begun, is over, or waits for a person's answer.
MOVABLE = (State.PLANNED, State.HELD, State.FAILED)


def plan(actor: Person, post: Post, *, at: WallTime, now: datetime) -> None:
    """The post leaves at that clock time: what was chosen is kept beside the instant it means today.

    Deliveries are made or moved to it; an approval stays as long as the time lies in its window (Promise 2: the gate
    asks again then). A held delivery is planned anew by it. Raises `NotAllowed`; `Unfit` for a time in the past.
    """
    _may_plan(actor, post)
    columns = columns_of(at, now=now)
    before = recording.clock_of(post)
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**columns, trigger=None)
        post.refresh_from_db()
        _deliver_at(post, columns["planned_at"], actor=actor, now=now)
        after = recording.clock_of(post)
        if after != before:
            recording.record(post, "post_planned", actor=actor, now=now, before=before, after=after)


def columns_of(at: WallTime, *, now: datetime) -> dict[str, Any]:
    """How a post keeps that time: what was chosen, and what it means. Raises `Unfit` for a time in the past."""
    instant = at.instant()
    if instant <= now:
        raise Unfit([Problem("past", _("This time is over. Choose a later one."), "planned")])
    clock = {"planned_wall": at.text(), "planned_fold": at.fold, "planned_zone": at.zone}
    return {**clock, "planned_at": instant}


def plan_for_trigger(actor: Person, post: Post, trigger: Trigger, *, now: datetime) -> None:
    """The post leaves when something happens; its deliveries are made then."""
    _may_plan(actor, post)
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(trigger=trigger, planned_at=None, planned_wall="", planned_zone="")
        post.refresh_from_db()
        recording.record(post, "post_waits", actor=actor, now=now, event=trigger.name)


def lines_of_new(posts: Iterable[Post], *, actor: Person, now: datetime) -> list[AuditEntry]:
    """What the histories of new posts say about their time, where they have one; not written yet."""
    facts: dict[str, Any] = {"actor": actor, "now": now}
    found = []
    for post in posts:
        if post.trigger is not None:
            found.append(recording.line_of(post, "post_waits", **facts, event=post.trigger.name))
        elif clock := recording.clock_of(post):
            found.append(recording.line_of(post, "post_planned", **facts, before={}, after=clock))
    return found


def fire(actor: Person, trigger: Trigger, *, now: datetime) -> int:
    """It has happened: the windows of its posts open, and they are due. Returns how many deliveries are. Once only."""
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators say that something happened.")
    with transaction.atomic():
        if not Trigger.objects.filter(pk=trigger.pk, fired_at=None).update(fired_at=now, fired_by=actor):
            return 0
        auditing.record("happened", actor=actor, organisation=None, now=now, about=trigger)
        posts = list(Post.objects.filter(trigger=trigger))
        for post in posts:
            _deliver_at(post, now, actor=actor, now=now)
    return Delivery.objects.filter(variant__post__in=posts, state=State.PLANNED).count()


def follow_variants(post: Post, *, gone: Iterable[Variant], actor: Person, now: datetime) -> None:
    """After a change of variants: cancel what isn't wanted and hasn't begun, and plan what is new."""
    for delivery in Delivery.objects.filter(variant__in=list(gone), state__in=[State.PLANNED, State.HELD]):
        move(delivery, to=State.CANCELLED, now=now, actor=actor, code="taken_out")
    if post.planned_at:
        _make_missing(post, post.planned_at, now=now)


@dataclass(frozen=True)
class MovedByZone:
    """A post whose agreed clock time now means another instant."""

    post: Post
    before: datetime
    after: datetime


def moved_by_zone_data(posts: QuerySet[Post], *, now: datetime) -> list[MovedByZone]:
    """Posts to come that an update of the zone data moves: same clock time, other instant. Changes nothing."""
    coming = posts.filter(planned_at__gt=now).exclude(planned_zone="")
    pairs = (
        (post, WallTime.parse(post.planned_wall, post.planned_zone, post.planned_fold).instant()) for post in coming
    )
    # Clock times are kept to the minute; a plan to the second hasn't moved by its seconds.
    return [
        MovedByZone(post, post.planned_at, after)
        for post, after in pairs
        if post.planned_at and after != post.planned_at.replace(second=0, microsecond=0)
    ]


def _may_plan(actor: Person, post: Post) -> None:
    if not actor.is_coordinator and "editor" not in actor.duties(post.organisation):
        raise NotAllowed("This person doesn't plan for that organisation.")


def _deliver_at(post: Post, instant: datetime, *, actor: Person, now: datetime) -> None:
    for delivery in Delivery.objects.filter(variant__post=post, state__in=MOVABLE):
        if is_outdated(delivery):
            move(delivery, to=State.CANCELLED, now=now, actor=actor, code="replaced")
            continue
        if delivery.state == State.FAILED and may_be_out(delivery):
            continue
        if delivery.state != State.PLANNED:
            move(delivery, to=State.PLANNED, now=now, actor=actor, code="moved", hold_for="")
        Delivery.objects.filter(pk=delivery.pk, state=State.PLANNED).update(
            due_at=instant, ready_at=instant, released_at=None, released_by=None
        )
    _make_missing(post, instant, now=now)


def _make_missing(post: Post, instant: datetime, *, now: datetime) -> None:
    # What a person dropped stays dropped, whoever moves the post.
    answered = Delivery.objects.exclude(state=State.CANCELLED, code="replaced")
    for variant in post.variants.current().exclude(deliveries__in=answered):
        make_delivery(variant, at=instant, now=now)


def make_delivery(variant: Variant, *, at: datetime, now: datetime) -> Delivery:
    """A planned delivery of the variant, due at that instant. The database refuses a second one beside it."""
    return Delivery.objects.create(variant=variant, channel_id=variant.channel_id, due_at=at, ready_at=at, moved_at=now)


def is_outdated(delivery: Delivery) -> bool:
    """Whether it froze, in an earlier try, another content than the post now has, and none of it can be out.

    Its parts' keys and fingerprints belong to the old content for life, so only another delivery can send the new one.
    """
    if delivery.payload is None or may_be_out(delivery):
        return False
    return delivery.payload_hash != hash_of(payload_of(delivery.variant))


def may_be_out(delivery: Delivery) -> bool:
    """Whether a part of it is on the network, or isn't known not to be."""
    known_not = Attempt.objects.filter(part__delivery=delivery).exclude(state=AttemptState.NOT_ACCEPTED)
    return known_not.exists() or delivery.parts.exclude(state=PartState.WAITING).exists()


def replace(delivery: Delivery, *, actor: Person, now: datetime) -> Delivery:
    """Another delivery, of today's content, in the place of one that `is_outdated`; due when that one was."""
    move(delivery, to=State.CANCELLED, now=now, actor=actor, code="replaced")
    return make_delivery(delivery.variant, at=delivery.due_at, now=now)


def make_parts(delivery: Delivery, *, count: int, now: datetime) -> list[DeliveryPart]:
    """The delivery's parts, each with its network key for life; made once, when sending begins."""
    plug = delivery.channel.plug()
    return [
        DeliveryPart(delivery=delivery, channel_id=delivery.channel_id, place=place, key=plug.new_key(now=now))
        for place in range(count)
    ]
