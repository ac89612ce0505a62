"""What a window would meet: other windows on its channels, posts planned there, observances, blackout periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from itac.campaign.dated import DatedItem, between
from itac.campaign.models import Blackout, Observance, Organisation
from itac.publishing.models import Delivery, State
from itac.takeovers.models import PLANNED, Place, TakeOver


@dataclass(frozen=True)
class Clash:
    """Another take-over wants the same channel in the same language at the same time."""

    takeover: TakeOver
    places: Sequence[Place]


@dataclass(frozen=True)
class Slot:
    """A post of others that is planned in the window on one of its channels, and will be held there."""

    at: datetime
    channel: str
    organisation: Organisation | None


@dataclass(frozen=True)
class Meetings:
    """All that a window meets. Only clashes stand in its way; the rest is good to know."""

    clashes: list[Clash] = field(default_factory=list)
    blackouts: list[Blackout] = field(default_factory=list)
    observances: list[Observance] = field(default_factory=list)
    items: list[DatedItem] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


def meetings_of(
    places: Sequence[Place],
    *,
    opens_at: datetime,
    closes_at: datetime,
    organisation: Organisation | None = None,
    but: TakeOver | None = None,
) -> Meetings:
    """What the half-open window on these places meets; `but` is the take-over itself, `organisation` who takes over."""
    country = organisation.country if organisation else ""
    return Meetings(
        clashes=_clashes(places, opens_at, closes_at, but),
        blackouts=[
            each
            for each in Blackout.objects.overlapping(opens_at, closes_at)
            if not each.countries or not country or country in each.countries
        ],
        observances=_observances(opens_at, closes_at),
        items=[
            item
            for item in between(opens_at, closes_at)
            if but is None or (item.kind, item.opens_at) != ("takeover", but.opens_at) or item.title != str(but.title)
        ],
        slots=_slots(places, opens_at, closes_at, organisation),
    )


def _clashes(places: Sequence[Place], opens_at: datetime, closes_at: datetime, but: TakeOver | None) -> list[Clash]:
    others = TakeOver.objects.overlapping(opens_at, closes_at).filter(stage__in=PLANNED)
    if but is not None:
        others = others.exclude(pk=but.pk)
    found = []
    for other in others.select_related("organisation").prefetch_related("places__channel"):
        met = [theirs for theirs in other.places.all() if any(theirs.meets(place) for place in places)]
        if met:
            found.append(Clash(other, met))
    return found


def _observances(opens_at: datetime, closes_at: datetime) -> list[Observance]:
    first, last = opens_at.date(), (closes_at - timedelta(microseconds=1)).date()
    spans = [
        (observance, observance.span(year))
        for observance in Observance.objects.all()
        for year in range(first.year - 1, last.year + 1)
    ]
    return list(dict.fromkeys(each for each, span in spans if span and span[0] <= last and span[1] >= first))


def _slots(
    places: Sequence[Place], opens_at: datetime, closes_at: datetime, organisation: Organisation | None
) -> list[Slot]:
    """What others have planned there: whoever has the floor isn't shut out, whatever it speaks by."""
    wanted = Q(pk__in=[])
    for place in places:
        there = Q(channel_id=place.channel_id)
        wanted |= there & Q(variant__language__in=place.languages) if place.languages else there
    rows = (
        Delivery.objects.between(opens_at, closes_at)
        .filter(wanted, variant__post__urgent_at=None)
        .exclude(state__in=[State.CANCELLED, State.FAILED, State.SENT])
    )
    if organisation is not None:
        rows = rows.exclude(variant__post__organisation=organisation)
    names = rows.values_list("due_at", "channel__name", "variant__post__organisation_id")
    organisations = Organisation.objects.in_bulk([pk for _at, _channel, pk in names if pk])
    return [Slot(at, channel, organisations.get(pk) if pk else None) for at, channel, pk in names]
