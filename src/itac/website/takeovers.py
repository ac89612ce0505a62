"""What a reader gets of take-overs today: who has, had or will have the floor, and what they said with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from itac.campaign import dated
from itac.campaign.dated import DatedItem
from itac.networks.registry import NETWORKS
from itac.publishing.models import Delivery, Post, State
from itac.takeovers.models import Place, TakeOver
from itac.takeovers.showing import KIND, address_of, public_takeovers
from itac.website import reading
from itac.website.reading import Shown

ORDER = ("open", "coming", "past")
WORDS = 100  # posts on a take-over's page


@dataclass(frozen=True)
class ShownTakeOver:
    """A take-over as the public sees it: *coming*, *open* or *past*, and never why."""

    it: TakeOver
    state: str

    @property
    def address(self) -> str:
        """The path of its page in the language in force."""
        return address_of(self.it)

    @property
    def places(self) -> list[Place]:
        """The channels that are lent to it."""
        return list(self.it.places.all())

    @property
    def id(self) -> str:
        """A name for ever, whatever host serves the site."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"takeover:{self.it.slug}").urn


@dataclass(frozen=True)
class Elsewhere:
    """A post of a take-over on another network: where it stands."""

    network: str
    channel: str
    address: str


@dataclass(frozen=True)
class WholeTakeOver:
    """Everything its page tells."""

    shown: ShownTakeOver
    words: list[Shown] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    items: list[DatedItem] = field(default_factory=list)


def takeovers(*, now: datetime) -> list[ShownTakeOver]:
    """All that the public may know of: those open, then those to come, the next first, then the past, newest first."""
    found = [ShownTakeOver(each, state) for each in public_takeovers() if (state := each.public_state(now=now))]

    def place(shown: ShownTakeOver) -> tuple[int, float]:
        opens = shown.it.opens_at.timestamp()
        return ORDER.index(shown.state), opens if shown.state == "coming" else -opens

    return sorted(found, key=place)


def takeover(slug: str, language: str, *, now: datetime) -> WholeTakeOver | None:
    """One of them with what was said under it; None where the public knows nothing of it."""
    found = public_takeovers().filter(slug=slug).first()
    state = found.public_state(now=now) if found else ""
    if found is None or not state:
        return None
    subjects = list(Post.objects.filter(mandate=found.mandate).values_list("slug", flat=True))
    entries = reading.entries(now=now).filter(subject__in=subjects)
    return WholeTakeOver(
        ShownTakeOver(found, state),
        words=reading.show(reading.each_once(entries, language)[:WORDS], now=now),
        elsewhere=_elsewhere(found),
        items=[
            item
            for item in dated.between(found.opens_at, found.closes_at)
            if item.kind != KIND and item.organisation == found.organisation
        ],
    )


def of_post(subject: str, *, now: datetime) -> ShownTakeOver | None:
    """The take-over under which a post was said, if any."""
    found = public_takeovers().filter(mandate__posts__slug=subject).first()
    state = found.public_state(now=now) if found else ""
    return ShownTakeOver(found, state) if found and state else None


def as_facts(shown: Iterable[ShownTakeOver]) -> list[list[Any]]:
    """What a cached copy depends on, as plain values."""
    language = get_language()
    return [
        [one.it.slug, one.state, one.it.opens_at.isoformat(), one.it.closes_at.isoformat(), str(one.it.title), language]
        for one in shown
    ]


def _elsewhere(found: TakeOver) -> list[Elsewhere]:
    sent = Delivery.objects.filter(variant__post__mandate=found.mandate, state=State.SENT).exclude(
        channel__network="website"
    )
    rows = sent.order_by("-sent_at", "-pk").prefetch_related("parts").select_related("channel")
    shown = []
    for row in rows.defer("channel__secret", "channel__session")[:WORDS]:
        address = row.address or next((part.address for part in row.parts.all() if part.address), "")
        if address.startswith(("https://", "http://")):
            shown.append(Elsewhere(NETWORKS[row.channel.network].title, row.channel.name, address))
    return shown
