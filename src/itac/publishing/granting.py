"""Giving and taking back the right to speak on a channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from itac.campaign.models import Organisation, Person
from itac.networks.models import Channel
from itac.publishing import recording
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Grant, Post


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


def fits(grant: Grant, post: Post, *, language: str) -> bool:
    """Whether the grant, if it is open, lets the post speak in that language: one of its speaker, under its mandate."""
    return (
        grant.mandate_id == post.mandate_id
        and grant.organisation_id == post.organisation_id
        and grant.covers(language=language)
    )


def shuts_out(grant: Grant, post: Post, *, language: str) -> bool:
    """Whether the grant, while it is open, keeps the post from its channel: another organisation has the floor there.

    Who has the floor isn't shut out by itself, also in what it says by a standing grant. A coordinator lets an urgent
    post through (`Post.urgent_at`).
    """
    is_of_others = grant.mandate_id is not None and grant.organisation_id != post.organisation_id
    return is_of_others and post.urgent_at is None and grant.covers(language=language)


def mark_urgent(actor: Person, post: Post, *, is_urgent: bool, now: datetime) -> None:
    """Let the campaign's or an organisation's own post leave also while another organisation has the floor on its
    channels, or no longer. Everything else is still asked. Raises `NotAllowed` unless the actor is a coordinator."""
    _coordinator(actor)
    with transaction.atomic():
        facts: dict[str, Any] = {"urgent_at": now, "urgent_by": actor} if is_urgent else {"urgent_at": None}
        Post.objects.filter(pk=post.pk, mandate=None).update(**facts)
        kind = "post_urgent" if is_urgent else "post_not_urgent"
        recording.record(post, kind, actor=actor, now=now)


def revoke(actor: Person, given: Grant, *, now: datetime) -> None:
    """Take a grant back, from this instant on. What is under way is finished; nothing new begins."""
    _coordinator(actor)
    with transaction.atomic():
        Grant.objects.filter(pk=given.pk, revoked_at=None).update(revoked_at=now)
    given.refresh_from_db()


def _coordinator(actor: Person | None) -> None:
    if actor is not None and not actor.is_coordinator:
        raise NotAllowed("Only coordinators give and take back the right to speak on a channel.")
