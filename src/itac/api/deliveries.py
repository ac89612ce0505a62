"""Deliveries, channels and slots: what leaves when, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from itac.api.doors import Visit, visit_of
from itac.api.operations import operation
from itac.api.paging import A_PAGE, Cursor, Limit, page_of
from itac.api.problems import unfit
from itac.api.shapes import (
    LARGEST,
    NO_NUL,
    Action,
    ActionIn,
    ChannelList,
    ChannelOut,
    DeliveryOut,
    DeliveryPage,
    DeliveryRow,
    DeliveryState,
    Moment,
    PartOut,
    SlotOut,
    SlotPage,
)
from itac.campaign.models import Organisation
from itac.networks.models import Channel
from itac.publishing import deciding
from itac.publishing.codes import sentence
from itac.publishing.models import Delivery, Grant
from itac.publishing.proving import LONGEST_BYTES

LONGEST = timedelta(days=62)
Number = Annotated[int, Field(ge=1, le=LARGEST)]
VERBS: Mapping[str, Callable[..., None]] = {
    "hold": deciding.hold,
    "send_now": deciding.send_now,
    "drop": deciding.drop,
    "try_again": deciding.try_again,
    "plan_again": deciding.plan_again,
    "look_up": deciding.look_up,
    "confirm": deciding.confirm,
    "decline": deciding.decline,
    "is_there": deciding.is_there,
    "is_not_there": deciding.is_not_there,
}
WITH_ADDRESS = frozenset({"confirm", "is_there"})


@operation(DeliveryPage)
def list_deliveries(
    request: HttpRequest,
    cursor: Cursor | None = None,
    limit: Limit = A_PAGE,
    state: DeliveryState | None = None,
    post: Number | None = None,
    channel: Number | None = None,
    due_from: Moment | None = None,
    due_until: Moment | None = None,
) -> Any:
    """Of posts one may read, narrowed by state, post, channel, or to a half-open stretch of time."""
    asked = {
        "state": state,
        "variant__post_id": post,
        "channel_id": channel,
        "due_at__gte": due_from,
        "due_at__lt": due_until,
    }
    rows = _theirs(visit_of(request)).filter(**{name: value for name, value in asked.items() if value is not None})
    found, following = page_of(rows, order=("-due_at", "-pk"), cursor=cursor, limit=limit)
    return DeliveryPage(items=[DeliveryRow(**_facts(delivery)) for delivery in found], next=following)


@operation(DeliveryOut)
def read_delivery(request: HttpRequest, delivery_id: int) -> Any:
    """With the actions that fit its state, if this token's organisation decides about it."""
    return _answer(visit_of(request), delivery_id)


@operation(DeliveryOut)
def act_on_delivery(request: HttpRequest, delivery_id: int, act: ActionIn) -> Any:
    """The same buttons as in the Studio. 409 where its state has moved on; nothing is ever sent twice by it."""
    visit = visit_of(request)
    delivery = get_object_or_404(_theirs(visit), pk=delivery_id)
    facts = {"note": act.note, "address": act.address} if act.action in WITH_ADDRESS else {"note": act.note}
    VERBS[act.action](visit.actor, delivery, now=visit.now, **facts)
    return _answer(visit, delivery_id)


@operation(DeliveryOut)
def prove_delivery(
    request: HttpRequest,
    delivery_id: int,
    screenshot: Annotated[UploadedFile, File(...)],
    address: Annotated[str, Form(max_length=500, pattern=NO_NUL)] = "",
    note: Annotated[str, Form(max_length=2000, pattern=NO_NUL)] = "",
) -> Any:
    """The action `confirm`, for what has no address: JPEG, PNG, WebP or GIF, 10 MB at most, kept for a while."""
    visit = visit_of(request)
    delivery = get_object_or_404(_theirs(visit), pk=delivery_id)
    picture = screenshot.read(LONGEST_BYTES + 1)
    deciding.confirm(visit.actor, delivery, address=address, screenshot=picture, note=note, now=visit.now)
    return _answer(visit, delivery_id)


@operation(ChannelList)
def list_channels(request: HttpRequest) -> Any:
    """Few, so all at once. A channel without languages takes any of the site's."""
    visit = visit_of(request)
    granted = set(
        Grant.objects.filter(organisation=visit.token.organisation)
        .open_at(visit.now)
        .values_list("channel_id", flat=True)
    )
    channels = Channel.objects.defer("secret", "session")
    return ChannelList(items=[_channel(each, may_speak=each.pk in granted) for each in channels])


@operation(SlotPage)
def list_slots(
    request: HttpRequest, start: Moment, end: Moment, cursor: Cursor | None = None, limit: Limit = A_PAGE
) -> Any:
    """In a half-open stretch of at most 62 days: channel, time and organisation, and nothing else of others' posts."""
    if not timedelta() < end - start <= LONGEST:
        raise unfit("stretch", _("Ask for a stretch that ends after it starts, and for 62 days at most."), "end")
    taken = Delivery.objects.taken(start=start, end=end)
    rows = taken.annotate(speaker=Coalesce(F("variant__post__organisation_id"), 0)).distinct()
    found, following = page_of(rows, order=("due_at", "channel_id", "speaker"), cursor=cursor, limit=limit)
    slugs = dict(Organisation.objects.filter(pk__in={row["speaker"] for row in found}).values_list("pk", "slug"))
    slots = [
        SlotOut(at=row["due_at"], channel=row["channel_id"], organisation=slugs.get(row["speaker"])) for row in found
    ]
    return SlotPage(items=slots, next=following)


def _theirs(visit: Visit) -> QuerySet[Delivery]:
    mine: QuerySet[Delivery] = Delivery.objects.visible_to(visit.actor)
    return (
        mine.select_related("variant__post__organisation", "channel")
        .defer("payload", "channel__secret", "channel__session")
        .prefetch_related("parts")
    )


def _answer(visit: Visit, delivery_id: int) -> DeliveryOut:
    delivery = get_object_or_404(_theirs(visit), pk=delivery_id)
    return DeliveryOut(**_facts(delivery), actions=_actions(visit, delivery, now=visit.now))


def _actions(visit: Visit, delivery: Delivery, *, now: datetime) -> list[Action]:
    """What the token may do: its scope is asked first, since reading it says nothing of acting."""
    if "deliveries:write" not in visit.token.scopes:
        return []
    return [Action(each) for each in deciding.actions_for(visit.actor, delivery, now=now)]


def _facts(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "post": delivery.variant.post_id,
        "channel": delivery.channel_id,
        "language": delivery.variant.language,
        "state": delivery.state,
        "since": delivery.moved_at,
        "due_at": delivery.due_at,
        "sent_at": delivery.sent_at,
        "address": delivery.address,
        "code": delivery.code,
        "why": sentence(delivery.code) if delivery.code else "",
        "parts": [
            PartOut(place=part.place, state=part.state, address=part.address, sent_at=part.sent_at)
            for part in delivery.parts.all()
        ],
    }


def _channel(channel: Channel, *, may_speak: bool) -> ChannelOut:
    capabilities = channel.plug().capabilities(channel)
    return ChannelOut(
        id=channel.pk,
        slug=channel.slug,
        name=channel.name,
        network=channel.network,
        languages=channel.languages or [],
        is_paused=channel.paused_at is not None,
        may_speak=may_speak,
        text_max=capabilities.text_max,
        pictures_max=capabilities.images_max,
        threads=capabilities.threads,
    )
