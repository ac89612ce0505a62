"""What stands on the calendar in a stretch of time: posts, the slots of others, strands, what lies behind, full days.

Whose eyes: a post's line is read only through `visible_to`; of all other deliveries the database is asked for channel,
time and organisation (`taken`), and nothing else of them reaches this module. 300 rows take as many queries as three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from itac.campaign import dated
from itac.campaign.models import Blackout, Observance, Organisation, Person, Phase
from itac.publishing.foreseeing import FullDay, Slot, crowded, full_days
from itac.publishing.models import ApprovalRequest, Delivery, Post, State
from itac.publishing.planning import MOVABLE
from itac.studio.answering import row_number
from itac.studio.home import with_post
from itac.takeovers.models import CALLED_OFF, Stage, TakeOver
from itac.takeovers.showing import address_of

# The state of a line is the most pressing one of its deliveries.
PRESSING = (
    State.UNCERTAIN,
    State.AWAITING,
    State.HELD,
    State.FAILED,
    State.SENDING,
    State.PLANNED,
    State.SENT,
)


@dataclass(frozen=True)
class Filters:
    """What the calendar is narrowed to; "" for all."""

    channel: str = ""
    organisation: str = ""
    language: str = ""
    state: str = ""

    @property
    def channel_id(self) -> int | None:
        """The channel's id, if one is asked for."""
        return row_number(self.channel) if self.channel.isdecimal() else None

    @property
    def organisation_id(self) -> int | None:
        """The organisation's id, if one is asked for."""
        return row_number(self.organisation) if self.organisation.isdecimal() else None


@dataclass(frozen=True)
class Line:
    """A post at a moment, on all channels on which it then leaves."""

    key: str
    post_id: int
    at: datetime
    title: str
    organisation: str
    places: Sequence[tuple[str, str]]  # channel, languages
    state: str
    since: datetime | None
    approval: str  # of one that is planned: the state of its request, "none" without one
    url: str
    may_move: bool
    is_close: bool = False

    @property
    def channels(self) -> str:
        """Its channels with their languages, in one phrase."""
        return ", ".join(f"{channel} ({languages})" for channel, languages in self.places)


@dataclass(frozen=True)
class TakenSlot:
    """All that others learn of a slot."""

    at: datetime
    channel: str
    organisation: str
    is_close: bool = False


@dataclass(frozen=True)
class Behind:
    """A phase, an observance or a blackout period, by days; `last` is its last day, None for an open end.

    `exactness` says how exactly first and last day are known: values of `campaign.models.calendar.Precision`.
    """

    kind: str
    title: str
    first: date
    last: date | None
    is_peak: bool = False
    exactness: tuple[str, str] = ("day", "day")


@dataclass(frozen=True)
class Strand:
    """An activity over a stretch of time, such as a take-over; `note` is what its title leaves unsaid."""

    title: str
    organisation: Organisation | None
    opens_at: datetime
    closes_at: datetime
    address: str
    note: str = ""

    @property
    def words(self) -> str:
        """Title and note in one phrase."""
        return _("%(title)s (%(note)s)") % {"title": self.title, "note": self.note} if self.note else self.title


@dataclass(frozen=True)
class Plan:
    """A stretch of the calendar as one person sees it."""

    start: datetime
    end: datetime
    lines: list[Line] = field(default_factory=list)
    taken: list[TakenSlot] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)
    behind: list[Behind] = field(default_factory=list)
    full: list[FullDay] = field(default_factory=list)


def plan_of(person: Person, *, start: datetime, end: datetime, filters: Filters, zone: str, now: datetime) -> Plan:
    """The half-open stretch as this person may see it. `zone` decides on which days observances and phases fall."""
    deliveries = list(_deliveries(person, start, end, filters))
    taken = _taken(person, start, end, filters)
    close = crowded([*_slots(deliveries), *(slot for slot, _organisation in taken)])
    info = ZoneInfo(zone)
    first, last = start.astimezone(info).date(), end.astimezone(info).date()
    return Plan(
        start,
        end,
        lines=sorted(
            [*_lines(person, deliveries, close, now=now), *_drafts(person, start, end, filters)],
            key=lambda line: (line.at, line.key),
        ),
        taken=_taken_slots(taken, close),
        strands=_strands(person, start, end, filters, now=now),
        behind=[*_phases(first, last), *_observances(first, last), *_blackouts(start, end, info)],
        full=[
            each
            for each in full_days(person, start=start, end=end)
            if filters.organisation_id in (None, each.organisation.pk if each.organisation else 0)
        ],
    )


def _deliveries(person: Person, start: datetime, end: datetime, filters: Filters) -> Iterable[Delivery]:
    found = Delivery.objects.between(start, end).exclude(state=State.CANCELLED)
    found = _narrowed(found, filters)
    if filters.language:
        found = found.filter(variant__language=filters.language)
    if filters.state:
        found = found.filter(state=filters.state if filters.state in State.values else "")
    rows: Iterable[Delivery] = (
        with_post(found.visible_to(person))
        .defer("payload", "channel__secret", "channel__session", "variant__post__sources")
        .prefetch_related(
            Prefetch(
                "variant__post__requests",
                ApprovalRequest.objects.filter(voided_at=None).select_related("trigger").defer("sealed"),
            )
        )
    )
    return rows


def _narrowed(found: QuerySet[Delivery], filters: Filters) -> Any:
    if filters.channel_id is not None:
        found = found.filter(channel_id=filters.channel_id)
    if filters.organisation_id is not None:
        found = found.filter(variant__post__organisation_id=filters.organisation_id)
    return found


def _taken(person: Person, start: datetime, end: datetime, filters: Filters) -> list[tuple[Slot, tuple[str, str]]]:
    """Slots of others, with channel and organisation in words.

    Their language and state aren't told, so a calendar narrowed to one of these has none of them.
    """
    if person.is_coordinator or filters.language or filters.state:
        return []
    stretch = Delivery.objects.between(start, end)
    others = _narrowed(stretch.exclude(pk__in=stretch.visible_to(person).order_by().values("pk")), filters)
    rows = list(others.taken(start=start, end=end))
    names = Organisation.objects.in_bulk({row["variant__post__organisation_id"] for row in rows} - {None})
    return [
        (
            Slot(f"taken-{number}", row["channel_id"], "", row["due_at"]),
            (row["channel__name"], _speaker(names.get(row["variant__post__organisation_id"]))),
        )
        for number, row in enumerate(rows)
    ]


def _taken_slots(taken: Sequence[tuple[Slot, tuple[str, str]]], close: set[str]) -> list[TakenSlot]:
    return [TakenSlot(slot.at, channel, speaker, slot.key in close) for slot, (channel, speaker) in taken]


def _slots(deliveries: Sequence[Delivery]) -> list[Slot]:
    return [
        Slot(str(each.pk), each.channel_id, each.variant.language, each.due_at)
        for each in deliveries
        if each.state != State.FAILED
    ]


def _lines(person: Person, deliveries: Sequence[Delivery], close: set[str], *, now: datetime) -> list[Line]:
    grouped: dict[tuple[int, datetime], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        grouped[delivery.variant.post_id, delivery.due_at].append(delivery)
    readable = set(
        Post.objects.visible_to(person).filter(pk__in={post for post, _at in grouped}).values_list("pk", flat=True)
    )
    return [_line(person, group, close, readable, now=now) for group in grouped.values()]


def _line(person: Person, group: Sequence[Delivery], close: set[str], readable: set[int], *, now: datetime) -> Line:
    pressing = min(group, key=lambda each: PRESSING.index(State(each.state)))
    post = pressing.variant.post
    languages: dict[str, list[str]] = defaultdict(list)
    for each in group:
        languages[each.channel.name].append(each.variant.language)
    requests = list(post.requests.all())
    is_planned = pressing.state == State.PLANNED
    return Line(
        key=f"post-{post.pk}-{pressing.pk}",
        post_id=post.pk,
        at=pressing.due_at,
        title=_title(post),
        organisation=_speaker(post.organisation),
        places=[(channel, ", ".join(codes)) for channel, codes in languages.items()],
        state=pressing.state,
        since=None if is_planned else pressing.moved_at,
        approval=(requests[0].state(now=now) if requests else "none") if is_planned else "",
        url=reverse("studio_post", args=[post.pk])
        if post.pk in readable
        else reverse("studio_delivery", args=[pressing.pk]),
        may_move=_may_move(person, post) and any(each.state in MOVABLE for each in group),
        is_close=any(str(each.pk) in close for each in group),
    )


def _drafts(person: Person, start: datetime, end: datetime, filters: Filters) -> list[Line]:
    """Posts that have a time and no delivery yet, because they were never submitted."""
    if filters.channel or filters.language or filters.state not in {"", "draft"}:
        return []
    found = Post.objects.visible_to(person).filter(
        planned_at__gte=start, planned_at__lt=end, submitted_at=None, variants__deliveries=None
    )
    if filters.organisation_id is not None:
        found = found.filter(organisation_id=filters.organisation_id)
    return [
        Line(
            key=f"draft-{post.pk}",
            post_id=post.pk,
            at=post.planned_at,
            title=_title(post),
            organisation=_speaker(post.organisation),
            places=[],
            state="draft",
            since=None,
            approval="",
            url=reverse("studio_post", args=[post.pk]),
            may_move=_may_move(person, post),
        )
        for post in found.select_related("organisation")
        if post.planned_at
    ]


def _may_move(person: Person, post: Post) -> bool:
    return person.is_coordinator or post.organisation_id in person.organisation_ids("editor")


def _title(post: Post) -> str:
    return str(post) or str(post.text)[:60] or _("A post without a title")


def _speaker(organisation: Organisation | None) -> str:
    return str(organisation) if organisation else _("the campaign")


def _strands(person: Person, start: datetime, end: datetime, filters: Filters, *, now: datetime) -> list[Strand]:
    """What is public, and the take-overs this person sees in the Studio, which lead there."""
    takeovers = TakeOver.objects.visible_to(person).overlapping(start, end).exclude(stage__in=CALLED_OFF)
    seen = {
        address_of(each): each
        for each in takeovers.select_related("organisation", "mandate").prefetch_related("mandate__stops")
    }
    found = [
        Strand(item.title, item.organisation, item.opens_at, item.closes_at, item.address)
        for item in dated.between(start, end)
        if item.address not in seen
    ]
    found += [_takeover(each, now=now) for each in seen.values()]
    wanted = filters.organisation_id
    return sorted(
        (
            each
            for each in found
            if wanted is None or (each.organisation is not None and each.organisation.pk == wanted)
        ),
        key=lambda each: (each.opens_at, each.title),
    )


def _takeover(takeover: TakeOver, *, now: datetime) -> Strand:
    state = takeover.state(now=now)
    notes = {Stage.REQUESTED: Stage.REQUESTED.label, Stage.OFFERED: Stage.OFFERED.label, "stopped": _("stopped")}
    return Strand(
        str(takeover),
        takeover.organisation,
        takeover.opens_at,
        takeover.closes_at,
        reverse("studio_takeover", args=[takeover.pk]),
        str(notes.get(state, "")),
    )


def _phases(first: date, last: date) -> list[Behind]:
    found = Phase.objects.filter(starts_on__lt=last).exclude(ends_on__lt=first)
    return [
        Behind(
            "phase",
            str(phase),
            phase.starts_on,
            phase.ends_on,
            exactness=(phase.starts_precision, phase.ends_precision),
        )
        for phase in found
    ]


def _observances(first: date, last: date) -> list[Behind]:
    found = []
    for observance in Observance.objects.all():
        # A span may begin in the year before the stretch.
        for year in range(first.year - 1, last.year + 1):
            span = observance.span(year)
            if span and span[0] < last and span[1] >= first:
                found.append(Behind("observance", str(observance), *span, is_peak=observance.is_peak))
    return sorted(found, key=lambda each: each.first)


def _blackouts(start: datetime, end: datetime, zone: ZoneInfo) -> list[Behind]:
    """With the days they touch on the clocks of that zone."""
    return [
        Behind(
            "blackout",
            _blackout_in_words(each),
            each.starts_at.astimezone(zone).date(),
            (each.ends_at - timedelta(microseconds=1)).astimezone(zone).date(),
        )
        for each in Blackout.objects.overlapping(start, end)
    ]


def _blackout_in_words(blackout: Blackout) -> str:
    """Its name, and for whom it is if not for all."""
    facts = {"name": blackout, "countries": ", ".join(blackout.countries)}
    if blackout.countries:
        return _("Blackout period in %(countries)s: %(name)s") % facts
    return _("Blackout period: %(name)s") % facts


def _each_day(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def days_of(plan: Plan, zone: str) -> Mapping[date, dict[str, list[Any]]]:
    """The stretch day by day on the clocks of that zone, only days on which something stands, in their order."""
    info = ZoneInfo(zone)
    days: dict[date, dict[str, list[Any]]] = defaultdict(lambda: {"rows": [], "behind": [], "strands": [], "full": []})
    rows: list[Line | TakenSlot] = [*plan.lines, *plan.taken]
    for row in sorted(rows, key=lambda each: each.at):
        days[row.at.astimezone(info).date()]["rows"].append(row)
    first = plan.start.astimezone(info).date()
    for behind in plan.behind:
        if behind.kind == "observance":
            days[max(behind.first, first)]["behind"].append(behind)
        elif behind.kind == "blackout" and behind.last is not None:
            after = plan.end.astimezone(info).date()
            for day in _each_day(max(behind.first, first), min(behind.last, after - timedelta(days=1))):
                days[day]["behind"].append(behind)
    for strand in plan.strands:
        days[max(strand.opens_at.astimezone(info).date(), first)]["strands"].append(strand)
    for full in plan.full:
        days[full.day]["full"].append(full)
    return dict(sorted(days.items()))
