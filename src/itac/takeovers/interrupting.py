"""Speaking for the campaign itself while another organisation has its channels: also a stopped window keeps them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from itac.campaign.models import Person
from itac.publishing import granting, writing
from itac.publishing.errors import ForbiddenMove, NotAllowed
from itac.publishing.models import Post
from itac.takeovers.agreeing import languages_on, places_of
from itac.takeovers.models import TakeOver


def may_interrupt(actor: Person, takeover: TakeOver, *, now: datetime) -> bool:
    """Coordinators, while the window keeps others from its channels."""
    return actor.is_coordinator and takeover.state(now=now) in {"open", "stopped"}


def begin_urgent_post(actor: Person, takeover: TakeOver, *, now: datetime) -> Post:
    """An empty draft in the campaign's name on all the lent channels, marked as urgent: it leaves although they are
    kept, once it is written, approved by the channels' own rules and planned like any other.

    Raises `NotAllowed` unless the actor coordinates, `ForbiddenMove` while the window keeps nobody from anything.
    """
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators let the campaign speak in a window.")
    if not may_interrupt(actor, takeover, now=now):
        raise ForbiddenMove("Outside a window the campaign speaks without being urgent.")
    variants = [
        writing.DraftVariant(channel_id=place.channel.pk, language=language)
        for place in places_of(takeover)
        for language in languages_on(place)
    ]
    draft = writing.Draft(original=variants[0].language, variants=variants)
    with transaction.atomic():
        post = writing.begin_post(actor, organisation=None, draft=draft, now=now)
        granting.mark_urgent(actor, post, is_urgent=True, now=now)
    return post
