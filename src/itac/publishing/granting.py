"""Giving and taking back the right to speak on a channel."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from itac.campaign.models import Organisation, Person
from itac.networks.models import Channel
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Grant


def grant(
    actor: Person | None,
    *,
    channel: Channel,
    organisation: Organisation | None,
    opens_at: datetime,
    closes_at: datetime | None = None,
    languages: list[str] | None = None,
    per_day: int | None = None,
    reason: str = "",
) -> Grant:
    """Let an organisation (None: the campaign) speak on a channel. Coordinators may; `actor` None is the set-up."""
    _coordinator(actor)
    return Grant.objects.create(
        channel=channel,
        organisation=organisation,
        opens_at=opens_at,
        closes_at=closes_at,
        languages=languages or [],
        per_day=per_day,
        reason=reason,
    )


def revoke(actor: Person, given: Grant, *, now: datetime) -> None:
    """Take a grant back, from this instant on. What is under way is finished; nothing new begins."""
    _coordinator(actor)
    with transaction.atomic():
        Grant.objects.filter(pk=given.pk, revoked_at=None).update(revoked_at=now)
    given.refresh_from_db()


def _coordinator(actor: Person | None) -> None:
    if actor is not None and not actor.is_coordinator:
        raise NotAllowed("Only coordinators give and take back the right to speak on a channel.")
