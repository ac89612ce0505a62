"""What a reader gets today: entries, members, phases, observances, as the pages and feeds show them.

Promise 3: a picture whose rights don't hold today is in nothing that this module returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest

from itac.campaign import dated
from itac.campaign.dated import DatedItem
from itac.campaign.models import Campaign, Contributor, Kind, Membership, Observance, Organisation, Phase, Standing
from itac.campaign.models.organisations import Contribution
from itac.library.models import FootageCredit, Picture
from itac.networks.models import WebsiteEntry

NEWEST = 100  # how many items a feed and the first page of the updates hold
WORDS_AT_HOME = 5
COMING_AT_HOME = 4


def bound(text: str) -> str:
    """The text with a space that no line breaks at between a number and its sign: "33 %", "4,5 €"."""
    return re.sub(r"(?<=\d) (?=[%‰€$£°])", "\N{NO-BREAK SPACE}", text)


@dataclass(frozen=True)
class ShownPicture:
    """A picture that may be shown, and its words for those who don't see it."""

    picture: Picture
    alt: str


@dataclass(frozen=True)
class Shown:
    """An entry as a reader sees it. `speaker` is None where the campaign itself speaks."""

    entry: WebsiteEntry
    speaker: Organisation | None = None
    pictures: list[ShownPicture] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Path of the post's own page, in the language it is written in."""
        return f"/{self.entry.language}/updates/{self.entry.subject}/"

    @property
    def title(self) -> str:
        """The title, with each number and its sign on one line."""
        return bound(self.entry.title)

    @property
    def text(self) -> str:
        """The whole text, likewise."""
        return bound(self.entry.text)

    @property
    def rest(self) -> str:
        """What the text says beyond the title: in lists the title stands above it, and needn't be read twice."""
        text, title = self.text.strip(), self.title.strip().rstrip(".")
        if not text.startswith(title):
            return text
        after = text.removeprefix(title)
        return after.lstrip(" .:\n") if not after or after[0] in ".:\n" else text


@dataclass(frozen=True)
class Coming:
    """An observance that is running or comes next."""

    observance: Observance
    first: date
    last: date
    days: int  # until the first day; 0 or less while it runs


def campaign_of(request: HttpRequest | None) -> Campaign | None:
    """The campaign, read once a request; None before it was founded."""
    if request is None:
        return Campaign.objects.filter(pk=1).first()
    known = vars(request)
    if "campaign" not in known:
        known["campaign"] = Campaign.objects.filter(pk=1).first()
    found: Campaign | None = known["campaign"]
    return found


def today(*, now: datetime) -> date:
    """The day in the campaign's time zone."""
    campaign = Campaign.objects.filter(pk=1).first()
    return campaign.local(now).date() if campaign else now.date()


# -- posts ---------------------------------------------------------------------------------------


def entries(*, now: datetime) -> QuerySet[WebsiteEntry]:
    """Published and not withdrawn, newest first."""
    return WebsiteEntry.objects.filter(withdrawn_at=None, published_at__lte=now).order_by("-published_at", "-pk")


def count(language: str, *, now: datetime) -> int:
    """How many entries there are in a language."""
    return entries(now=now).filter(language=language).count()


def page_number(value: str) -> int:
    """The number of a page as written in an address; anything that is none means the first."""
    return min(max(int(value), 1), 10_000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def newest(language: str, *, now: datetime, page: int = 1, most: int = NEWEST) -> list[Shown]:
    """The newest entries in a language; `page` 2 holds those after the first `most`."""
    first = (page - 1) * most
    return show(entries(now=now).filter(language=language)[first : first + most], now=now)


def latest_words(language: str, *, now: datetime, most: int = WORDS_AT_HOME) -> list[Shown]:
    """The newest posts, each once: in the reader's language where it exists, else in the one it was said in."""
    return show(each_once(entries(now=now)[: most * 12], language)[:most], now=now)


def each_once(found: Iterable[WebsiteEntry], language: str) -> list[WebsiteEntry]:
    """Of each post one entry: in the reader's language where it exists, else in another; the newest first."""
    chosen: dict[str, WebsiteEntry] = {}
    for entry in found:
        known = chosen.get(entry.subject)
        if known is None or (known.language != language and entry.language == language):
            chosen[entry.subject] = entry
    return sorted(chosen.values(), key=lambda entry: (entry.published_at, entry.pk), reverse=True)


def post(subject: str, language: str, *, now: datetime) -> Shown | None:
    """One post in that language, else in another; None when nothing of it is public."""
    found = list(entries(now=now).filter(subject=subject))
    if not found:
        return None
    best = next((entry for entry in found if entry.language == language), found[-1])
    return show([best], now=now)[0]


def languages_of(subject: str, *, now: datetime) -> list[str]:
    """The languages in which a post is public."""
    return sorted(set(entries(now=now).filter(subject=subject).values_list("language", flat=True)))


def withdrawal(subject: str, language: str, *, now: datetime) -> WebsiteEntry | None:
    """The entry of a post that was public and isn't any more, with when and why; None where it never was public."""
    gone = WebsiteEntry.objects.filter(subject=subject, published_at__lte=now).exclude(withdrawn_at=None)
    newest = list(gone.order_by("-withdrawn_at"))
    return next((entry for entry in newest if entry.language == language), newest[0] if newest else None)


def others(shown: Shown, language: str, *, now: datetime) -> list[Shown]:
    """Up to three further posts, to go on reading."""
    return [one for one in latest_words(language, now=now, most=4) if one.entry.subject != shown.entry.subject][:3]


def show(chosen: Iterable[WebsiteEntry], *, now: datetime) -> list[Shown]:
    """Entries with their speakers and those of their pictures that may be shown today, in two queries for all."""
    rows = list(chosen)
    wanted = {item.get("picture") for row in rows for item in row.media}
    speakers = {row.options.get("speaker") for row in rows} - {None}
    day = now.date()
    pictures = {
        picture.pk: picture
        for picture in (Picture.objects.filter(pk__in=wanted) if wanted else ())
        if picture.may_be_shown(today=day)
    }
    organisations = Organisation.objects.select_related("logo").in_bulk(speakers) if speakers else {}
    return [
        Shown(
            entry=row,
            speaker=organisations.get(row.options.get("speaker")),
            pictures=[
                ShownPicture(pictures[item["picture"]], item.get("alt", ""))
                for item in row.media
                if item.get("picture") in pictures
            ],
        )
        for row in rows
    ]


def changed_at(language: str, *, now: datetime) -> datetime | None:
    """When a language's feeds last changed: by publishing, correcting, withdrawing, or a picture's end of rights."""
    public = WebsiteEntry.objects.filter(language=language, published_at__lte=now)
    facts = public.aggregate(
        published=Max("published_at"), withdrawn=Max("withdrawn_at"), corrected=Max("corrected_at")
    )
    moments = [moment for moment in facts.values() if moment and moment <= now]
    media = public.order_by("-published_at").values_list("media", flat=True)[: NEWEST * 2]
    pictures = {item.get("picture") for items in media for item in items}
    if pictures:
        ended = Picture.objects.filter(pk__in=pictures, valid_until__lt=now.date()).aggregate(last=Max("valid_until"))
        if ended["last"]:
            moments.append(datetime.combine(ended["last"] + timedelta(days=1), time.min, tzinfo=now.tzinfo))
    return max(moments, default=None)


# -- who has the floor ---------------------------------------------------------------------------

TAKE_OVER = "takeover"  # the kind under which the take-overs' room joins the campaign's dated items


def floor(*, now: datetime) -> list[DatedItem]:
    """The take-overs whose windows are open, the one opened last first: it gives the colour. None: the campaign itself
    speaks."""
    items = dated.between(now, now + timedelta(microseconds=1))
    found = [item for item in items if item.kind == TAKE_OVER and item.organisation]
    return sorted(found, key=lambda item: item.opens_at, reverse=True)


# -- the ground ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Members of one kind."""

    kind: str
    title: str
    members: list[Membership]


@dataclass(frozen=True)
class Members:
    """All co-chairs, then the others by kind, in the order they are shown."""

    chairs: list[Membership]
    groups: list[Group]

    @property
    def rest(self) -> list[Membership]:
        """Everybody who isn't a co-chair."""
        return [member for group in self.groups for member in group.members]


def members(*, now: datetime) -> Members:
    """Memberships in force today, each organisation once, with the higher standing where it has two."""
    rows: list[Membership] = []
    seen: set[int] = set()
    chosen = Membership.objects.on(today(now=now)).in_order()
    for row in chosen.select_related("organisation", "organisation__logo", "organisation__mechanism"):
        if row.organisation_id not in seen:
            seen.add(row.organisation_id)
            rows.append(row)
    rest = [row for row in rows if row.standing != Standing.CO_CHAIR]
    groups = [
        Group(kind.value, str(kind.label), [row for row in rest if row.organisation.kind == kind]) for kind in Kind
    ]
    return Members(
        chairs=[row for row in rows if row.standing == Standing.CO_CHAIR],
        groups=[group for group in groups if group.members],
    )


def phases() -> list[Phase]:
    """All phases with their milestones and contributors, from the first on."""
    return list(Phase.objects.prefetch_related("milestones"))


def coming_observances(*, now: datetime, most: int = COMING_AT_HOME) -> list[Coming]:
    """The observances that run or come next, the nearest first; on the same day the campaign's peak first."""
    day = today(now=now)
    found = []
    for observance in Observance.objects.all():
        span = observance.next_span(today=day)
        if span:
            found.append(Coming(observance, span[0], span[1], (span[0] - day).days))
    return sorted(found, key=lambda one: (max(one.days, 0), not one.observance.is_peak, one.last))[:most]


@dataclass(frozen=True)
class Thanks:
    """Contributors who gave the same kind of thing."""

    contribution: str
    contributors: list[Contributor]


def contributions() -> list[Thanks]:
    """Contributors by what they gave, money before work, in their order."""
    rows = list(Contributor.objects.select_related("phase", "organisation", "organisation__logo"))
    groups = [Thanks(kind.value, [row for row in rows if row.contribution == kind]) for kind in Contribution]
    return [group for group in groups if group.contributors]


def footage() -> list[FootageCredit]:
    """Whose footage is shown by courtesy, in its order."""
    return list(FootageCredit.objects.select_related("organisation", "organisation__logo"))


def credited_pictures(*, now: datetime) -> list[Picture]:
    """Pictures of public posts that may be shown today, by title."""
    wanted = {item.get("picture") for media in entries(now=now).values_list("media", flat=True) for item in media}
    rows = Picture.objects.filter(pk__in=wanted).order_by("title") if wanted else ()
    return [picture for picture in rows if picture.may_be_shown(today=now.date())]


def logo_of(organisation: Organisation, *, now: datetime) -> Picture | None:
    """The organisation's logo, where it has one that may be shown today (Promise 3)."""
    logo: Picture | None = getattr(organisation, "logo", None)
    return logo if logo is not None and logo.may_be_shown(today=now.date()) else None


def as_facts(shown: Iterable[Shown]) -> list[list[Any]]:
    """What a cached copy of these entries depends on, as plain values."""
    return [
        [
            one.entry.pk,
            one.entry.published_at.isoformat(),
            one.entry.corrected_at.isoformat() if one.entry.corrected_at else "",
            [item.picture.sha256 for item in one.pictures],
        ]
        for one in shown
    ]
