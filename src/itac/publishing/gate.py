"""The gate: asked for every delivery right before its call, with everything read afresh.

Promise 2: a delivery leaves only if, at that moment, its exact content is approved, the time lies in the window the
approval names, a grant covers it, nobody else has the floor, and nothing that it hangs on is stopped: campaign,
channel, organisation, take-over.
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
from itac.publishing import holding, mandating
from itac.publishing.granting import fits, shuts_out
from itac.publishing.models import ApprovalRequest, Delivery, Grant, Mandate, State
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
    mandate_stops = mandating.stops_of(delivery.variant.post.mandate_id for delivery in deliveries)
    grants = _open_grants({delivery.channel_id for delivery in deliveries}, now=now)
    used = _Used(campaign, grants, now=now)
    verdicts: dict[int, Passed | Stopped] = {}
    for delivery in deliveries:
        if _is_stopped(delivery, delivery.variant.post.organisation_id, stops):
            verdicts[delivery.pk] = Stopped("organisation_held")
            continue
        if _is_stopped(delivery, delivery.variant.post.mandate_id, mandate_stops):
            verdicts[delivery.pk] = Stopped("takeover_stopped")
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
    code = _not_granted(delivery, grants, used)
    return Stopped(code) if code else Passed(payload, payload_hash)


def _not_granted(delivery: Delivery, grants: Sequence[Grant], used: _Used) -> str:
    """Why its speaker may not say this here now, as a code of `codes.HOLDS`; "" when it may."""
    post, language = delivery.variant.post, delivery.variant.language
    if any(shuts_out(grant, post, language=language) for grant in grants):
        return "window_taken"
    fitting = [grant for grant in grants if fits(grant, post, language=language)]
    if not fitting:
        return "no_grant"
    if post.mandate and post.mandate.kinds and post.kind not in post.mandate.kinds:
        return "kind_not_lent"
    if post.mandate and not post.mandate.may_answer and delivery.variant.options.get("answers"):
        return "answers_not_lent"
    if not used.take_of_mandate(delivery) or not any(used.take(grant, delivery) for grant in fitting):
        return "daily_limit"
    return ""


def _is_stopped(delivery: Delivery, stopped: int | None, stops: Mapping[int, datetime | None]) -> bool:
    """Whether what it hangs on is, or was when it was due: lifting a stop lets nothing out that is overdue."""
    if stopped is None or stopped not in stops:
        return False
    lifted_at = stops[stopped]
    return lifted_at is None or (delivery.released_at or delivery.due_at) < lifted_at


def _granted_requests(post_ids: Iterable[int]) -> dict[int, ApprovalRequest]:
    found = ApprovalRequest.objects.filter(
        post_id__in=set(post_ids), voided_at=None, refused_at=None, returned_at=None, granted_at__isnull=False
    ).select_related("trigger")
    return {request.post_id: request for request in found}


def _open_grants(channel_ids: set[int], *, now: datetime) -> dict[int, list[Grant]]:
    found = Grant.objects.filter(channel_id__in=channel_ids).open_at(now).order_by("pk").select_related("mandate")
    if connection.features.has_select_for_update:
        # Two workers must not both take the last post of a day. SQLite has one writer at a time anyway.
        list(
            Grant.objects.select_for_update()
            .filter(pk__in=[g.pk for g in found if g.per_day is not None])
            .order_by("pk")
        )
        limited = [g.mandate.pk for g in found if g.mandate and g.mandate.per_day is not None]
        list(Mandate.objects.select_for_update().filter(pk__in=limited).order_by("pk"))
    by_channel: dict[int, list[Grant]] = defaultdict(list)
    for grant in found:
        by_channel[grant.channel_id].append(grant)
    return by_channel


class _Used:
    """How many posts of the day each limited grant has used, counting those this batch lets through."""

    def __init__(self, campaign: Campaign, grants: Mapping[int, Sequence[Grant]], *, now: datetime) -> None:
        limited = [grant for found in grants.values() for grant in found if grant.per_day is not None]
        mandates = {grant.mandate for found in grants.values() for grant in found if grant.mandate}
        of_the_day = {mandate.pk for mandate in mandates if mandate.per_day is not None}
        self.counts: dict[tuple[int, int | None], int] = {}
        self.posts: dict[int, set[int]] = {pk: set() for pk in of_the_day}
        if not limited and not of_the_day:
            return
        midnight = campaign.local(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        today = (
            Delivery.objects.filter(parts__began_at__gte=midnight, parts__place=0)
            .exclude(state__in=[State.CANCELLED, State.FAILED])
            .order_by()
        )
        if of_the_day:
            spoken = today.filter(variant__post__mandate__in=of_the_day).exclude(variant__options__has_key="answers")
            for mandate_id, post_id in spoken.values_list("variant__post__mandate_id", "variant__post_id"):
                self.posts[mandate_id].add(post_id)
        begun = today.filter(channel_id__in={grant.channel_id for grant in limited})
        rows = begun.values_list("channel_id", "variant__post__organisation_id").annotate(n=Count("pk", distinct=True))
        self.counts = {(channel, organisation): n for channel, organisation, n in rows}

    def take_of_mandate(self, delivery: Delivery) -> bool:
        """Whether its mandate has room for its post today; on further channels and in further languages it has.

        An answer to the public is no post of its own: who is asked much may answer much.
        """
        post = delivery.variant.post
        is_answer = "answers" in delivery.variant.options
        if post.mandate is None or post.mandate.per_day is None or delivery.payload is not None or is_answer:
            return True
        begun = self.posts.setdefault(post.mandate.pk, set())
        if post.pk not in begun and len(begun) >= post.mandate.per_day:
            return False
        begun.add(post.pk)
        return True

    def take(self, grant: Grant, delivery: Delivery) -> bool:
        """Whether the grant has room for this delivery today; one that has begun is counted already."""
        if grant.per_day is None or delivery.payload is not None:
            return True
        key = (grant.channel_id, grant.organisation_id)
        if self.counts.get(key, 0) >= grant.per_day:
            return False
        self.counts[key] = self.counts.get(key, 0) + 1
        return True
