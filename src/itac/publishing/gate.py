"""The gate: asked for every delivery right before its call, with everything read afresh.

Promise 2: a delivery leaves only if, at that moment, its exact content is approved, the time lies in the window the
approval names, a grant covers it, neither channel nor campaign is paused, and its organisation isn't on hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Count

from itac.campaign.models import Campaign
from itac.core.logs import get_logger
from itac.publishing import holding
from itac.publishing.models import ApprovalRequest, Delivery, Grant, State
from itac.publishing.payload import hash_of, payload_of

log = get_logger("itac.gate")


@dataclass(frozen=True)
class Passed:
    """It may leave now: exactly this payload."""

    payload: Mapping[str, Any]
    payload_hash: str


@dataclass(frozen=True)
class Stopped:
    """It may not leave now; `code` of `codes.HOLDS` says why."""

    code: str


def check(delivery: Delivery, *, now: datetime) -> Passed | Stopped:
    """The gate's answer for one delivery. Raises nothing for what it finds."""
    return judge([delivery], now=now)[delivery.pk]


def judge(deliveries: Sequence[Delivery], *, now: datetime) -> dict[int, Passed | Stopped]:
    """The gate's answer for several, in a fixed number of queries.

    Wants deliveries as `claiming.with_content` reads them, in the transaction that writes their intents: the rows of
    campaign, channels, approvals and grants are read here and now.
    """
    campaign = Campaign.objects.filter(pk=1).only("paused_at", "zone").first()
    if campaign is None or campaign.paused_at:
        return {delivery.pk: Stopped("campaign_paused") for delivery in deliveries}
    requests = _granted_requests(delivery.variant.post_id for delivery in deliveries)
    stops = holding.stops_of(delivery.variant.post.organisation_id for delivery in deliveries)
    grants = _open_grants({delivery.channel_id for delivery in deliveries}, now=now)
    used = _Used(campaign, grants, now=now)
    verdicts: dict[int, Passed | Stopped] = {}
    for delivery in deliveries:
        if _is_on_hold(delivery, stops):
            verdicts[delivery.pk] = Stopped("organisation_held")
            continue
        request, fitting = requests.get(delivery.variant.post_id), grants[delivery.channel_id]
        try:
            verdicts[delivery.pk] = _judge_one(delivery, request, fitting, used, now)
        except DatabaseError:
            raise
        except Exception as error:  # one delivery that can't even be read must not keep all others from leaving
            log.exception("gate_failed", delivery=delivery.pk, error=type(error).__name__)
            verdicts[delivery.pk] = Stopped("unexpected")
    return verdicts


def _judge_one(
    delivery: Delivery, request: ApprovalRequest | None, grants: Sequence[Grant], used: _Used, now: datetime
) -> Passed | Stopped:
    channel, variant = delivery.channel, delivery.variant
    if variant.channel_id == channel.pk:
        variant.channel = channel  # the same row; the payload needn't read it again
    post = variant.post
    if channel.paused_at:
        return Stopped("channel_paused")
    if now - (delivery.released_at or delivery.due_at) > timedelta(seconds=post.grace_seconds):
        return Stopped("late")
    if channel.token_is_over(now=now):
        return Stopped("channel_needs_person")
    if request is None:
        return Stopped("not_approved")
    window = request.window()
    if window is None:
        return Stopped("trigger_pending")
    if not window[0] <= now < window[1]:
        return Stopped("outside_window")
    payload = delivery.payload if delivery.payload is not None else payload_of(variant)
    payload_hash = hash_of(payload)
    if request.sealed.get(str(variant.pk), {}).get("hash") != payload_hash:
        return Stopped("approval_changed")
    if not all(item.picture.may_be_shown(today=now.date()) for item in post.media.all()):
        return Stopped("rights_missing")
    fitting = [
        grant
        for grant in grants
        if grant.organisation_id == post.organisation_id and grant.covers(language=variant.language)
    ]
    if not fitting:
        return Stopped("no_grant")
    if not any(used.take(grant, delivery) for grant in fitting):
        return Stopped("daily_limit")
    return Passed(payload, payload_hash)


def _is_on_hold(delivery: Delivery, stops: Mapping[int, datetime | None]) -> bool:
    """Whether its organisation is, or was when it was due: lifting a hold lets nothing out that is overdue."""
    speaker = delivery.variant.post.organisation_id
    if speaker is None or speaker not in stops:
        return False
    lifted_at = stops[speaker]
    return lifted_at is None or (delivery.released_at or delivery.due_at) < lifted_at


def _granted_requests(post_ids: Iterable[int]) -> dict[int, ApprovalRequest]:
    found = ApprovalRequest.objects.filter(
        post_id__in=set(post_ids), voided_at=None, refused_at=None, returned_at=None, granted_at__isnull=False
    ).select_related("trigger")
    return {request.post_id: request for request in found}


def _open_grants(channel_ids: set[int], *, now: datetime) -> dict[int, list[Grant]]:
    found = Grant.objects.filter(channel_id__in=channel_ids).open_at(now).order_by("pk")
    if connection.features.has_select_for_update:
        # Two workers must not both take the last post of a day. SQLite has one writer at a time anyway.
        list(
            Grant.objects.select_for_update()
            .filter(pk__in=[g.pk for g in found if g.per_day is not None])
            .order_by("pk")
        )
    by_channel: dict[int, list[Grant]] = defaultdict(list)
    for grant in found:
        by_channel[grant.channel_id].append(grant)
    return by_channel


class _Used:
    """How many posts of the day each limited grant has used, counting those this batch lets through."""

    def __init__(self, campaign: Campaign, grants: Mapping[int, Sequence[Grant]], *, now: datetime) -> None:
        limited = [grant for found in grants.values() for grant in found if grant.per_day is not None]
        self.counts: dict[tuple[int, int | None], int] = {}
        if not limited:
            return
        midnight = campaign.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        begun = (
            Delivery.objects.filter(
                channel_id__in={grant.channel_id for grant in limited}, parts__began_at__gte=midnight
            )
            .filter(parts__place=0)
            .exclude(state__in=[State.CANCELLED, State.FAILED])
        )
        rows = begun.values_list("channel_id", "variant__post__organisation_id").annotate(n=Count("pk", distinct=True))
        self.counts = {(channel, organisation): n for channel, organisation, n in rows}

    def take(self, grant: Grant, delivery: Delivery) -> bool:
        """Whether the grant has room for this delivery today; one that has begun is counted already."""
        if grant.per_day is None or delivery.payload is not None:
            return True
        key = (grant.channel_id, grant.organisation_id)
        if self.counts.get(key, 0) >= grant.per_day:
            return False
        self.counts[key] = self.counts.get(key, 0) + 1
        return True
