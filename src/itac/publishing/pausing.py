"""The stop: of one channel or of the whole campaign.

Promise 2: it is read right before each call, so that no call begins a second after it; resuming sends nothing overdue.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign import auditing
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
        if rows.filter(paused_at=None).update(paused_at=now, pause_reason=reason[:300]):
            _record("paused", actor, channel, now=now, reason=reason[:300])


def resume(actor: Person, *, channel: Channel | None, now: datetime) -> None:
    """Let what comes go out again. What was held stays held until a person sends, moves or drops it."""
    _coordinator(actor)
    with transaction.atomic(durable=True):
        rows = Channel.objects.filter(pk=channel.pk) if channel else Campaign.objects.filter(pk=1)
        if rows.exclude(paused_at=None).update(paused_at=None, pause_reason=""):
            _record("resumed", actor, channel, now=now)


def _record(kind: str, actor: Person, channel: Channel | None, *, now: datetime, **facts: str) -> None:
    about = channel or Campaign.current()
    auditing.record(kind, actor=actor, organisation=None, now=now, about=about, name=str(about), **facts)


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


def _paused(words: Mapping[str, Any]) -> str:
    if words.get("reason"):
        return _("%(who)s paused %(name)s: %(reason)s") % words
    return _("%(who)s paused %(name)s.") % words


auditing.sentences({"paused": _paused, "resumed": gettext_lazy("%(who)s resumed %(name)s.")})
