"""What the public may know of take-overs: who, when, why, and what they said; never why one ended early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import get_language

from itac.campaign.dated import DatedItem
from itac.core import clock
from itac.takeovers.models import TakeOver
from itac.takeovers.models.takeovers import TakeOverQuerySet

KIND = "takeover"


def public_takeovers() -> TakeOverQuerySet:
    """Those the public may know of, with what their page says, in a fixed number of queries."""
    found = TakeOver.objects.public().select_related("organisation", "mandate")
    return found.prefetch_related("mandate__stops", "places__channel", "steps")


def address_of(takeover: TakeOver) -> str:
    """Its public page in the language in force."""
    return f"/{get_language() or 'en'}/take-overs/{takeover.slug}/"


def public_items(start: datetime, end: datetime) -> Iterator[DatedItem]:
    """Take-overs among the campaign's dated items. One that was stopped or called off isn't told of any more."""
    now = clock.now()
    for takeover in public_takeovers().filter(opens_at__lt=end, closes_at__gt=start):
        state = takeover.public_state(now=now)
        if state == "open" or (state and not (takeover.opens_at <= now < takeover.closes_at)):
            yield DatedItem(
                kind=KIND,
                title=str(takeover.title),
                organisation=takeover.organisation,
                opens_at=takeover.opens_at,
                closes_at=takeover.closes_at,
                address=address_of(takeover),
            )


def with_the_floor(now: datetime) -> list[TakeOver]:
    """Whose windows are open now, the one opened last first."""
    found = public_takeovers().overlapping(now, now + timedelta(microseconds=1)).order_by("-opens_at", "-pk")
    return [takeover for takeover in found if takeover.public_state(now=now) == "open"]
