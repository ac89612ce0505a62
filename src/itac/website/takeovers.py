"""What a reader gets of take-overs today: who has, had or will have the floor, and what they said with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from itac.campaign import dated
from itac.campaign.dated import DatedItem
from itac.networks.registry import NETWORKS
from itac.publishing.models import Delivery, Post, State
from itac.takeovers.models import Place, Stage, TakeOver
from itac.takeovers.showing import KIND, address_of, public_takeovers
from itac.website import reading
from itac.website.reading import Shown

ORDER = ("open", "coming", "past")
WORDS = 100  # posts on a take-over's page
OTHERS = 3  # take-overs to go on to


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
    def closes_at(self) -> datetime:
        """When it ends: before its time where it was stopped or called off."""
        mandate = self.it.mandate
        stops = [stop.stopped_at for stop in mandate.stops.all() if stop.undone_at is None]
        early = [max(at, self.it.opens_at) for at in (*stops, mandate.ended_at) if at]
        return min([self.it.closes_at, *early])

    @property
    def opens_on(self) -> date:
        """Its first day, on its own clock."""
        return self.it.opens_at.astimezone(ZoneInfo(self.it.zone)).date()

    def changed_at(self, *, now: datetime) -> datetime:
        """When it last became something else for its readers: agreed on, planned anew, opened, closed."""
        moments = [step.at for step in self.it.steps.all() if step.stage in {Stage.AGREED, Stage.BRIEFED}]
        found = [at for at in (*moments, self.it.opens_at, self.closes_at) if at <= now]
        return max(found, default=self.it.opens_at)

    @property
    def revision(self) -> int:
        """How often the terms were agreed on anew."""
        return max(sum(step.stage == Stage.AGREED for step in self.it.steps.all()) - 1, 0)

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
    others: list[ShownTakeOver] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    items: list[DatedItem] = field(default_factory=list)

    @property
    def languages(self) -> list[str]:
        """The languages in which its words stand here."""
        return sorted({one.entry.language for one in self.words})


def takeovers(*, now: datetime) -> list[ShownTakeOver]:
    """All that the public may know of: those open, then those to come, the next first, then the past, newest first."""
    found = [ShownTakeOver(each, state) for each in public_takeovers() if (state := each.public_state(now=now))]

    def place(shown: ShownTakeOver) -> tuple[int, float]:
        opens = shown.it.opens_at.timestamp()
        return ORDER.index(shown.state), opens if shown.state == "coming" else -opens

    return sorted(found, key=place)


def now_and_next(*, now: datetime) -> list[ShownTakeOver]:
    """Those open, and the next to come."""
    found = takeovers(now=now)
    return [one for one in found if one.state == "open"] + [one for one in found if one.state == "coming"][:1]


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
        others=[one for one in takeovers(now=now) if one.it != found][:OTHERS],
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
        [
            *(one.it.slug, one.state, one.it.opens_at.isoformat(), one.closes_at.isoformat(), one.revision, language),
            *(str(one.it.title), str(one.it.why), str(one.it.organisation.name)),
        ]
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
