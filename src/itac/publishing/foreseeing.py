"""What a time would mean for a post before it is given that time, and where a plan is too full. Changes nothing.

Whoever asks learns of others' posts only what `Delivery.objects.taken` tells anybody: channel, time, organisation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from itac.campaign.models import Campaign, Organisation, Person
from itac.networks.models import Channel
from itac.publishing.approving import request_in_force
from itac.publishing.granting import fits, shuts_out
from itac.publishing.models import Delivery, Grant, Post, State, Variant
from itac.publishing.planning import MOVABLE

# Two posts closer than this on one channel push each other away; a reader sees only the later one.
CLOSE = timedelta(minutes=15)
NOT_LEAVING = (State.CANCELLED, State.FAILED)


@dataclass(frozen=True)
class Neighbour:
    """A delivery close by on the same channel. `delivery` is None where the asker may not read it."""

    at: datetime
    channel: str
    organisation: Organisation | None
    delivery: Delivery | None


@dataclass(frozen=True)
class FullDay:
    """A day, in the campaign's zone, on which an organisation has used what its grants allow on a channel."""

    day: date
    channel: str
    organisation: Organisation | None
    limit: int
    planned: int


@dataclass(frozen=True)
class Foresight:
    """What leaving at `at` would mean.

    `approval` is the state of the request in force ("" for none) and `holds` whether it counts at that time. `closed`
    are channels on which nobody may then speak for the post's organisation, `taken` the grants by which another
    organisation then has the floor there; `staying` is what has left already.
    """

    at: datetime
    approval: str
    window: tuple[datetime, datetime] | None
    holds: bool
    staying: Sequence[Delivery]
    neighbours: Sequence[Neighbour]
    full: Sequence[FullDay]
    closed: Sequence[Channel]
    taken: Sequence[Grant] = ()

    @property
    def loses_approval(self) -> bool:
        """Whether an answer given, or still asked for, doesn't count at that time."""
        return self.approval in {"open", "granted"} and not self.holds

    @property
    def warns(self) -> bool:
        """Whether a person should read something before deciding."""
        return bool(self.loses_approval or self.neighbours or self.full or self.closed or self.taken)

    @property
    def seal(self) -> str:
        """Short name of exactly this time and these warnings: what a person has read when they decide."""
        facts = (
            self.at.isoformat(),
            self.loses_approval,
            [(each.at.isoformat(), each.channel) for each in self.neighbours],
            [(each.day.isoformat(), each.channel, each.planned) for each in self.full],
            [channel.pk for channel in self.closed],
            [grant.pk for grant in self.taken],
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def foresee(actor: Person, post: Post, *, at: datetime, now: datetime) -> Foresight:
    """What it would mean if the post left at that instant, as far as this person may know."""
    request = request_in_force(post)
    approval = request.state(now=now) if request else ""
    window = request.window() if request else None
    variants = list(post.variants.current().select_related("channel").defer("channel__secret", "channel__session"))
    full, closed = _room_for(post, variants, at=at)
    return Foresight(
        at=at,
        approval=approval,
        window=window,
        holds=window is not None and window[0] <= at < window[1],
        staying=list(
            Delivery.objects.filter(variant__post=post)
            .exclude(state__in=[*MOVABLE, State.CANCELLED])
            .select_related("channel", "variant")
            .defer("channel__secret", "channel__session")
        ),
        neighbours=_neighbours(actor, post, variants, at=at),
        full=full,
        closed=closed,
        taken=taken_at(post, variants, at=at),
    )


def taken_at(post: Post, variants: Sequence[Variant], *, at: datetime) -> list[Grant]:
    """The grants of others who at that instant have the floor where the post would leave: there it is held."""
    found = Grant.objects.filter(channel__in={each.channel_id for each in variants}).exclude(mandate=None).open_at(at)
    return [
        grant
        for grant in found.select_related("organisation", "channel").defer("channel__secret", "channel__session")
        if any(
            grant.channel_id == each.channel_id and shuts_out(grant, post, language=each.language) for each in variants
        )
    ]


@dataclass(frozen=True)
class Slot:
    """One delivery as far as one may know it: `language` is "" for a slot of others, of which it isn't told."""

    key: str
    channel_id: int
    language: str
    at: datetime


def crowded(slots: Iterable[Slot]) -> set[str]:
    """The keys of slots that are `CLOSE` to another on their channel, in their language as far as it is known."""
    by_channel: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_channel[slot.channel_id].append(slot)
    found: set[str] = set()
    for row in by_channel.values():
        row.sort(key=lambda slot: slot.at)
        for place, slot in enumerate(row):
            for later in row[place + 1 :]:
                if later.at - slot.at >= CLOSE:
                    break
                if not slot.language or not later.language or slot.language == later.language:
                    found |= {slot.key, later.key}
    return found


def full_days(actor: Person, *, start: datetime, end: datetime) -> list[FullDay]:
    """Days of the stretch on which an organisation of this person's (a coordinator's: any) has no room left."""
    grants = Grant.objects.filter(
        Q(opens_at__lt=end), Q(closes_at=None) | Q(closes_at__gt=start), Q(revoked_at=None) | Q(revoked_at__gt=start)
    ).select_related("channel", "organisation")
    if not actor.is_coordinator:
        grants = grants.filter(organisation_id__in=actor.organisation_ids())
    by_pair: dict[tuple[int, int | None], list[Grant]] = defaultdict(list)
    for grant in grants.defer("channel__secret", "channel__session"):
        by_pair[grant.channel_id, grant.organisation_id].append(grant)
    limited = {pair for pair, found in by_pair.items() if any(grant.per_day is not None for grant in found)}
    if not limited:
        return []
    campaign = Campaign.current()
    counts: dict[tuple[date, int, int | None], int] = defaultdict(int)
    organisation_id: int | None
    rows = (
        Delivery.objects.between(start, end)
        .filter(channel_id__in={channel for channel, _organisation in limited})
        .exclude(state__in=NOT_LEAVING)
        .values_list("due_at", "channel_id", "variant__post__organisation_id")
    )
    for due_at, channel_id, organisation_id in rows:
        if (channel_id, organisation_id) in limited:
            counts[campaign.local(due_at).date(), channel_id, organisation_id] += 1
    found = []
    for (day, channel_id, organisation_id), planned in sorted(counts.items(), key=_by_day):
        midnight = datetime(day.year, day.month, day.day, tzinfo=campaign.zoneinfo())
        grants_then = [each for each in by_pair[channel_id, organisation_id] if _overlaps(each, midnight)]
        limit = _limit(grants_then)
        if limit is not None and planned >= limit:
            full = grants_then[0]
            found.append(FullDay(day, full.channel.name, full.organisation, limit, planned))
    return found


def _by_day(item: tuple[tuple[date, int, int | None], int]) -> tuple[date, int, int]:
    (day, channel_id, organisation_id), _planned = item
    return day, channel_id, organisation_id or 0


def _overlaps(grant: Grant, midnight: datetime) -> bool:
    ends = [each for each in (grant.closes_at, grant.revoked_at) if each]
    return grant.opens_at < midnight + timedelta(days=1) and all(each > midnight for each in ends)


def _limit(grants: Sequence[Grant]) -> int | None:
    """How many a day the grants allow together: each counts all of the organisation's posts, so the largest decides."""
    limits = [grant.per_day for grant in grants]
    known = [each for each in limits if each is not None]
    return max(known) if known and len(known) == len(limits) else None


def _neighbours(actor: Person, post: Post, variants: Sequence[Variant], *, at: datetime) -> list[Neighbour]:
    languages: dict[int, set[str]] = defaultdict(set)
    for variant in variants:
        languages[variant.channel_id].add(variant.language)
    close: QuerySet[Delivery] = (
        Delivery.objects.filter(due_at__gt=at - CLOSE, due_at__lt=at + CLOSE, channel_id__in=languages)
        .exclude(variant__post=post)
        .exclude(state__in=NOT_LEAVING)
        .order_by("due_at", "pk")
    )
    readable = set(
        Delivery.objects.visible_to(actor).filter(pk__in=close.order_by().values("pk")).values_list("pk", flat=True)
    )
    found = []
    for delivery in close.select_related("variant__post__organisation", "channel").defer(
        "payload", "channel__secret", "channel__session"
    ):
        if delivery.pk not in readable:
            # Its language isn't told to others, so it counts whichever it has.
            found.append(Neighbour(delivery.due_at, delivery.channel.name, delivery.variant.post.organisation, None))
        elif delivery.variant.language in languages[delivery.channel_id]:
            found.append(
                Neighbour(delivery.due_at, delivery.channel.name, delivery.variant.post.organisation, delivery)
            )
    return found


def _room_for(post: Post, variants: Sequence[Variant], *, at: datetime) -> tuple[list[FullDay], list[Channel]]:
    """Channels whose day is full, and those without a grant; as the gate would judge (Promise 2)."""
    open_then: dict[int, list[Grant]] = defaultdict(list)
    by_channel: dict[Channel, list[Variant]] = defaultdict(list)
    for variant in variants:
        by_channel[variant.channel].append(variant)
    found = Grant.objects.filter(channel__in=by_channel).open_at(at).select_related("organisation", "channel")
    for grant in found.defer("channel__secret", "channel__session"):
        open_then[grant.channel_id].append(grant)
    full: list[FullDay] = []
    closed: list[Channel] = []
    campaign = Campaign.current()
    midnight = campaign.local(at).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for channel, own in by_channel.items():
        there = open_then[channel.pk]
        fitting = [[grant for grant in there if fits(grant, post, language=each.language)] for each in own]
        if not all(fitting):
            closed.append(channel)
        limit = min((each for each in map(_limit, fitting) if each is not None), default=None)
        planned = 0 if limit is None else _others_of_the_day(post, channel, midnight)
        if limit is not None and planned + len(own) > limit:
            full.append(FullDay(midnight.date(), channel.name, post.organisation, limit, planned))
    return full, closed


def _others_of_the_day(post: Post, channel: Channel, midnight: datetime) -> int:
    """How many deliveries of the post's organisation leave on that channel that day, the post's own aside."""
    return (
        Delivery.objects.between(midnight, midnight + timedelta(days=1))
        .filter(channel=channel, variant__post__organisation=post.organisation)
        .exclude(variant__post=post)
        .exclude(state__in=NOT_LEAVING)
        .count()
    )
