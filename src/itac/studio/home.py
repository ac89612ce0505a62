"""The first page: what needs me today, the most urgent first, then how the channels are, then every room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from wagtail import hooks

from itac.campaign.models import ApiToken, Organisation, Person
from itac.networks.models import Channel, Health
from itac.publishing.approving import Question, questions_to
from itac.publishing.commenting import unseen_by
from itac.publishing.deciding import whose_hand
from itac.publishing.models import ApprovalRequest, Delivery, Mention, Post, Righting, RightingState, State
from itac.publishing.planning import MovedByZone, moved_by_zone_data
from itac.publishing.righting import may_set_right
from itac.publishing.righting import whose_hand as hand_of
from itac.studio.answering import moment_of, page, person_of
from itac.studio.rooms import rooms_for
from itac.takeovers.asking_sides import waiting_for
from itac.takeovers.models import TakeOver

SOON = timedelta(hours=24)
TOKEN_SOON = timedelta(days=14)  # time to make a new one and to hand it to who keeps the program
SHOWN = 20  # rows of each kind; the lists have the rest
STOPPED_RIGHTINGS = (RightingState.AWAITING, RightingState.HELD, RightingState.FAILED, RightingState.UNCERTAIN)


@dataclass(frozen=True)
class Taken:
    """All that others learn of a slot."""

    due_at: datetime
    channel: str
    organisation: str


@dataclass(frozen=True)
class Needs:
    """What needs this person now, by kind, the most urgent kind first."""

    uncertain: list[Delivery]
    by_hand: list[Delivery]
    to_approve: list[Question]
    held: list[Delivery]
    failed: list[Delivery]
    changes: list[ApprovalRequest]
    rightings: list[Righting]
    mentions: list[Mention]
    takeovers: list[TakeOver]

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Today:
    """What this person's day looks like: for the first page, and for the mail in the morning."""

    needs: Needs
    waiting: list[tuple[str, str]]
    soon: list[Delivery]
    troubled: list[Channel]
    tokens: list[ApiToken]
    moved: list[MovedByZone]

    @property
    def needs_somebody(self) -> bool:
        """Whether there is anything to do; what leaves by itself is only good to know."""
        return bool(self.needs or self.waiting or self.troubled or self.tokens or self.moved)


def today_for(person: Person, *, now: datetime) -> Today:
    """The day as it stands now."""
    planned = with_post(Delivery.objects.visible_to(person)).filter(state=State.PLANNED)
    return Today(
        needs=needs_of(person, now=now),
        waiting=waiting_for_coordinators() if person.is_coordinator else [],
        soon=list(planned.between(now, now + SOON)[:SHOWN]),
        troubled=channels_in_trouble(person, now=now),
        tokens=ending_tokens(person, now=now),
        moved=moved_posts(person, now=now),
    )


def home(request: HttpRequest) -> HttpResponse:
    """In place of Wagtail's dashboard, whose panels would tell of rows that aren't this person's."""
    person, now = person_of(request), moment_of(request)
    context = {
        **vars(today_for(person, now=now)),
        "taken": taken_slots(person, start=now, end=now + SOON)[:SHOWN],
        "rooms": rooms_for(person),
    }
    return page(request, "studio/home.html", context, title=_("What needs you today"))


def needs_of(person: Person, *, now: datetime) -> Needs:
    """What waits for this person: only what they may see, and only where they can do something."""
    mine = with_post(Delivery.objects.editable_by(person))
    sent_back = ApprovalRequest.objects.filter(voided_at=None).filter(
        Q(returned_at__isnull=False) | Q(refused_at__isnull=False)
    )
    return Needs(
        uncertain=list(mine.few_in(State.UNCERTAIN).order_by("moved_at")[:SHOWN]),
        by_hand=by_hand_for(person, now=now),
        to_approve=questions_to(person, now=now)[:SHOWN],
        held=list(mine.few_in(State.HELD).order_by("due_at")[:SHOWN]),
        failed=list(mine.few_in(State.FAILED).order_by("-moved_at")[:SHOWN]),
        changes=list(
            (sent_back if person.is_coordinator else sent_back.filter(post__in=Post.objects.editable_by(person)))
            .select_related("post__organisation")
            .prefetch_related("decisions__person", "decisions__organisation")[:SHOWN]
        ),
        rightings=rightings_to_settle(person, now=now)[:SHOWN],
        mentions=list(unseen_by(person)[:SHOWN]),
        takeovers=list(waiting_for(person, now=now)[:SHOWN]),
    )


def rightings_to_settle(person: Person, *, now: datetime) -> list[Righting]:
    """Corrections and withdrawals that wait for this person: by hand, held, failed, or unclear."""
    found = Righting.objects.visible_to(person).filter(state__in=STOPPED_RIGHTINGS)
    rows = found.select_related("delivery__channel", "delivery__variant__post__organisation").order_by("asked_at")
    return [
        one
        for one in rows.defer("delivery__channel__secret", "delivery__channel__session")
        if may_set_right(person, one.delivery.variant.post) or person.pk in hand_of(one, now=now)
    ]


def waiting_for_coordinators() -> list[tuple[str, str]]:
    """Sentences and addresses from rooms that the Studio doesn't know, by the hook `itac_waits_for_coordinators`."""
    told = (ask() for ask in hooks.get_hooks("itac_waits_for_coordinators"))
    return [found for found in told if found is not None]


def by_hand_for(person: Person, *, now: datetime) -> list[Delivery]:
    """What waits for this person's hand: as the channel's person, later its stand-in, or as who can decide about it."""
    waiting = with_post(Delivery.objects.visible_to(person).few_in(State.AWAITING)).order_by("due_at")
    editable = set(
        Post.objects.editable_by(person).filter(variants__deliveries__in=waiting).values_list("pk", flat=True)
    )
    return [each for each in waiting if person.pk in whose_hand(each, now=now) or each.variant.post_id in editable][
        :SHOWN
    ]


def with_post(deliveries: QuerySet[Delivery]) -> Any:
    """With what a row of a list says about a delivery, in one query. Secrets of channels stay in the database."""
    return deliveries.select_related("variant__post__organisation", "channel").defer(
        "channel__secret", "channel__session"
    )


def taken_slots(person: Person, *, start: datetime, end: datetime) -> list[Taken]:
    """Slots of posts this person may not read: channel, time and organisation, nothing more."""
    # Narrowed to the stretch before asking who may see: it costs the same beside any number of others.
    stretch = Delivery.objects.between(start, end)
    others = stretch.exclude(pk__in=stretch.visible_to(person).order_by().values("pk"))
    rows = list(others.taken(start=start, end=end))
    names = Organisation.objects.in_bulk({row["variant__post__organisation_id"] for row in rows} - {None})
    return [
        Taken(
            row["due_at"],
            row["channel__name"],
            str(names.get(row["variant__post__organisation_id"]) or _("the campaign")),
        )
        for row in rows
    ]


def channels_in_trouble(person: Person, *, now: datetime) -> list[Channel]:
    """Channels that need somebody, are paused, or whose token ends within the week; for coordinators and owners."""
    known = Channel.objects.defer("secret", "session")
    if not person.is_coordinator:
        known = known.filter(organisation_id__in=person.organisation_ids())
    wanted = (
        Q(health=Health.NEEDS_PERSON) | Q(token_expires_at__lte=now + timedelta(days=7)) | Q(paused_at__isnull=False)
    )
    return list(known.filter(wanted))


def ending_tokens(person: Person, *, now: datetime) -> list[ApiToken]:
    """Tokens of the API that end within two weeks: all for coordinators, else those of the person's organisations."""
    ending = ApiToken.objects.open_at(now).filter(expires_at__lte=now + TOKEN_SOON)
    if not person.is_coordinator:
        ending = ending.filter(organisation_id__in=person.organisation_ids())
    return list(ending.select_related("organisation").order_by("expires_at", "pk"))


def moved_posts(person: Person, *, now: datetime) -> list[MovedByZone]:
    """Posts whose agreed clock time means another instant since the zone data changed."""
    return moved_by_zone_data(Post.objects.editable_by(person), now=now)
