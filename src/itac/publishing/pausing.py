"""The stop: of one channel or of the whole campaign.

Promise 2: it is read right before each call, so that no call begins a second after it; resuming sends nothing overdue.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from itac.campaign.models import Campaign, Person
from itac.core.hurrying import hurried
from itac.networks.models import Channel
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Delivery, MandateStop, OrganisationHold


def pause(actor: Person, *, channel: Channel | None, reason: str, now: datetime) -> None:
    """Stop every call that hasn't begun, on a channel, or everywhere when `channel` is None. Coordinators may."""
    _coordinator(actor)
    with hurried():
        rows = Channel.objects.filter(pk=channel.pk) if channel else Campaign.objects.filter(pk=1)
        rows.filter(paused_at=None).update(paused_at=now, pause_reason=reason[:300])


def resume(actor: Person, *, channel: Channel | None) -> None:
    """Let what comes go out again. What was held stays held until a person sends, moves or drops it."""
    _coordinator(actor)
    with transaction.atomic(durable=True):
        rows = Channel.objects.filter(pk=channel.pk) if channel else Campaign.objects.filter(pk=1)
        rows.update(paused_at=None, pause_reason="")


def stop_in_force(delivery: Delivery) -> str:
    """What stops it now, as a code of `codes.HOLDS`: campaign, channel, its organisation or its take-over. "" for
    nothing."""
    if Campaign.objects.filter(pk=1).exclude(paused_at=None).exists():
        return "campaign_paused"
    if Channel.objects.filter(pk=delivery.channel_id).exclude(paused_at=None).exists():
        return "channel_paused"
    post = delivery.variant.post
    if post.organisation_id and OrganisationHold.objects.in_force().filter(organisation=post.organisation_id).exists():
        return "organisation_held"
    if post.mandate_id and MandateStop.objects.in_force().filter(mandate=post.mandate_id).exists():
        return "takeover_stopped"
    return ""


def _coordinator(actor: Person) -> None:
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators pause and resume.")
