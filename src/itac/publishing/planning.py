"""When a post leaves: the time a person chose, and the deliveries that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.walltime import WallTime
from itac.publishing.checking import Problem
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.models import Delivery, DeliveryPart, Post, State, Trigger, Variant
from itac.publishing.moving import move


def plan(actor: Person, post: Post, *, at: WallTime, now: datetime) -> None:
    """The post leaves at that clock time: what was chosen is kept beside the instant it means today.

    Deliveries are made or moved to it; an approval stays as long as the time lies in its window (Promise 2: the gate
    asks again then). A held delivery is planned anew by it. Raises `NotAllowed`; `Unfit` for a time in the past.
    """
    _may_plan(actor, post)
    instant = at.instant()
    if instant <= now:
        raise Unfit([Problem("past", _("This time is over. Choose a later one."), "planned")])
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(
            planned_wall=at.text(), planned_fold=at.fold, planned_zone=at.zone, planned_at=instant, trigger=None
        )
        post.refresh_from_db()
        _deliver_at(post, instant, actor=actor, now=now)


def plan_for_trigger(actor: Person, post: Post, trigger: Trigger) -> None:
    """The post leaves when something happens; its deliveries are made then."""
    _may_plan(actor, post)
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(trigger=trigger, planned_at=None, planned_wall="", planned_zone="")
        post.refresh_from_db()


def fire(actor: Person, trigger: Trigger, *, now: datetime) -> int:
    """It has happened: the windows of its posts open, and they are due. Returns how many deliveries are. Once only."""
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators say that something happened.")
    with transaction.atomic():
        if not Trigger.objects.filter(pk=trigger.pk, fired_at=None).update(fired_at=now, fired_by=actor):
            return 0
        posts = list(Post.objects.filter(trigger=trigger))
        for post in posts:
            _deliver_at(post, now, actor=actor, now=now)
    return Delivery.objects.filter(variant__post__in=posts, state=State.PLANNED).count()


def follow_variants(post: Post, *, gone: Iterable[Variant], actor: Person, now: datetime) -> None:
    """After a change of variants: cancel what isn't wanted and hasn't begun, and plan what is new."""
    for delivery in Delivery.objects.filter(variant__in=list(gone), state__in=[State.PLANNED, State.HELD]):
        move(delivery, to=State.CANCELLED, now=now, actor=actor, code="dropped")
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
    for delivery in Delivery.objects.filter(variant__post=post, state__in=[State.PLANNED, State.HELD]):
        if delivery.state == State.HELD:
            move(delivery, to=State.PLANNED, now=now, actor=actor, code="moved", hold_for="")
        Delivery.objects.filter(pk=delivery.pk, state=State.PLANNED).update(
            due_at=instant, ready_at=instant, released_at=None, released_by=None
        )
    _make_missing(post, instant, now=now)


def _make_missing(post: Post, instant: datetime, *, now: datetime) -> None:
    for variant in post.variants.exclude(deliveries__in=Delivery.objects.exclude(state=State.CANCELLED)):
        Delivery.objects.create(
            variant=variant, channel_id=variant.channel_id, due_at=instant, ready_at=instant, moved_at=now
        )


def make_parts(delivery: Delivery, *, count: int, now: datetime) -> list[DeliveryPart]:
    """The delivery's parts, each with its network key for life; made once, when sending begins."""
    plug = delivery.channel.plug()
    return [
        DeliveryPart(delivery=delivery, channel_id=delivery.channel_id, place=place, key=plug.new_key(now=now))
        for place in range(count)
    ]
