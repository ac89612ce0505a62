"""The calendar: month and week by FullCalendar where there is script and room, an agenda as a table everywhere.

The address says it all: view, day, clock and filters are its query. The table is the page; the script puts a month or
a week in its place and asks `feed` for what stands in it.
"""

from __future__ import annotations

import calendar as month_calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itac.campaign.models import Organisation
from itac.core.walltime import zone_in_words
from itac.publishing.models import State
from itac.studio.answering import moment_of, page, person_of
from itac.studio.calendar_reading import Behind, Filters, Line, Plan, TakenSlot, days_of, plan_of
from itac.studio.composing import language_name, the_channels
from itac.studio.moments import campaign_zone, own_zone

VIEWS = ("month", "week", "agenda")
AGENDA_DAYS = 28
LONGEST = timedelta(days=62)  # of what a script may ask for at once


@dataclass(frozen=True)
class Asked:
    """What the address asks for. What it asks wrongly is taken as not asked."""

    view: str  # "" where the person didn't choose: an agenda, or a month where the script finds room for it
    day: date
    clock: str  # "own" or "campaign"
    zone: str
    other_zone: str
    filters: Filters

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """From a request; without a day it is today on the chosen clock."""
        own, campaign = own_zone(), campaign_zone()
        clock = "campaign" if request.GET.get("clock") == "campaign" else "own"
        zone, other = (campaign, own) if clock == "campaign" else (own, campaign)
        try:
            day = date.fromisoformat(request.GET.get("day", ""))
        except ValueError:
            day = moment_of(request).astimezone(ZoneInfo(zone)).date()
        view = request.GET.get("view", "")
        names = ("channel", "organisation", "language", "state")
        filters = Filters(**{name: request.GET.get(name, "").strip() for name in names})
        # A year or so from the ends of what a date can be, so that neighbours of the stretch exist too.
        day = min(max(day, date(2000, 1, 1)), date(2999, 1, 1))
        return cls(view if view in VIEWS else "", day, clock, zone, other, filters)

    def stretch(self) -> tuple[date, date]:
        """First day and the day after the last: whole weeks from Monday for a month, four weeks for an agenda."""
        if self.view == "month":
            first = self.day.replace(day=1)
            last = first.replace(day=month_calendar.monthrange(first.year, first.month)[1])
            return first - timedelta(days=first.weekday()), last + timedelta(days=7 - last.weekday())
        monday = self.day - timedelta(days=self.day.weekday())
        if self.view == "week":
            return monday, monday + timedelta(days=7)
        return self.day, self.day + timedelta(days=AGENDA_DAYS)

    def neighbours(self) -> tuple[date, date]:
        """A day of the stretch before and of the one after."""
        if self.view == "month":
            first = self.day.replace(day=1)
            days = month_calendar.monthrange(first.year, first.month)[1]
            return (first - timedelta(days=1)).replace(day=1), first + timedelta(days=days)
        step = timedelta(days=7 if self.view == "week" else AGENDA_DAYS)
        return self.day - step, self.day + step

    def query(self, **changed: str) -> str:
        """The address's query with something changed; what is empty is left out."""
        kept = {"view": self.view, "day": self.day.isoformat(), "clock": self.clock, **vars(self.filters), **changed}
        return urlencode({name: value for name, value in kept.items() if value})


def calendar(request: HttpRequest) -> HttpResponse:
    """The stretch that is asked for, as a table; what a script needs to show it as a month or a week."""
    person, asked = person_of(request), Asked.of(request)
    first, after = asked.stretch()
    start, end = _midnight(first, asked.zone), _midnight(after, asked.zone)
    plan = plan_of(person, start=start, end=end, filters=asked.filters, zone=asked.zone, now=moment_of(request))
    before, later = asked.neighbours()
    channels = the_channels()
    context = {
        "asked": asked,
        "days": [Day.of(day, what, asked) for day, what in days_of(plan, asked.zone).items()],
        "phases": [(each.title, _phase_in_words(each)) for each in plan.behind if each.kind == "phase"],
        "title_of_stretch": _stretch_in_words(asked, first, after),
        "views": [(view, _view_name(view), asked.query(view=view)) for view in VIEWS],
        "clocks": _clocks(asked),
        "before": asked.query(day=before.isoformat()),
        "later": asked.query(day=later.isoformat()),
        "today": asked.query(day=""),
        "here": f"{request.path}?{asked.query()}",
        "feed_query": asked.query(view="", day=""),
        "channels": channels,
        "organisations": list(Organisation.objects.all()),
        "languages": _languages(channels),
        "states": [("draft", _("draft")), *((s.value, s.label) for s in State if s != State.CANCELLED)],
        "may_write": person.is_coordinator or bool(person.organisation_ids("editor")),
    }
    return page(request, "studio/calendar.html", context, title=_("Calendar"))


def feed(request: HttpRequest) -> HttpResponse:
    """What stands in a stretch of at most `LONGEST`, in the form that FullCalendar reads; words are drawn here."""
    asked, wanted = Asked.of(request), _stretch_of(request)
    if wanted is None:
        sentence = _("Ask for a stretch of at most %(days)d days, from an earlier to a later moment.")
        return JsonResponse({"error": sentence % {"days": LONGEST.days}}, status=400)
    start, end = wanted
    plan = plan_of(
        person_of(request), start=start, end=end, filters=asked.filters, zone=asked.zone, now=moment_of(request)
    )
    answer = JsonResponse(_entries(plan, asked, request), safe=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _stretch_of(request: HttpRequest) -> tuple[datetime, datetime] | None:
    """The moments a script asks for; None where they are no stretch, or one that is too long."""
    try:
        start, end = (datetime.fromisoformat(request.GET[name]) for name in ("start", "end"))
        return (start, end) if start < end <= start + LONGEST and start.tzinfo else None
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


@dataclass(frozen=True)
class Day:
    """A day of the agenda."""

    day: date
    words: str
    rows: list[dict[str, Any]]
    behind: list[Behind]
    strands: list[Any]
    full: list[Any]

    @classmethod
    def of(cls, day: date, what: dict[str, list[Any]], asked: Asked) -> Day:
        """With each row's time on both clocks."""
        rows = [{"line": row, "is_taken": isinstance(row, TakenSlot), **_times(row.at, asked)} for row in what["rows"]]
        return cls(day, day_in_words(day), rows, what["behind"], what["strands"], what["full"])


def day_in_words(day: date) -> str:
    """`Friday, 18 December 2026`."""
    # Translators: a day with its weekday, as Django's date format writes it.
    return date_format(day, pgettext("weekday, day, month, year", "l, j F Y"), use_l10n=False)


def _times(at: datetime, asked: Asked) -> dict[str, str]:
    """The time on the chosen clock, and on the other one where it shows another."""
    here, there = at.astimezone(ZoneInfo(asked.zone)), at.astimezone(ZoneInfo(asked.other_zone))
    second = "" if here.utcoffset() == there.utcoffset() else f"{there:%H:%M}"
    if second and here.date() != there.date():
        second = _("%(time)s on %(day)s") % {
            "time": second,
            # Translators: a day and its month, as Django's date format writes it.
            "day": date_format(there, pgettext("day, month", "j F"), use_l10n=False),
        }
    return {
        "time": f"{here:%H:%M}",
        "stamp": here.isoformat(timespec="minutes"),
        "second": second,
        "second_zone": zone_in_words(asked.other_zone),
    }


def _entries(plan: Plan, asked: Asked, request: HttpRequest) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [_line_entry(line, asked, request) for line in plan.lines]
    entries += [
        {"kind": "taken", "start": _stamp(slot.at), "html": _drawn(slot, asked, request, is_taken=True)}
        for slot in plan.taken
    ]
    entries += [
        {
            "kind": "strand",
            "title": item.words,
            "start": _stamp(item.opens_at),
            "end": _stamp(item.closes_at),
            "url": item.address,
        }
        for item in plan.strands
    ]
    for behind in plan.behind:
        if behind.kind != "phase" and behind.last is not None:
            after = (behind.last + timedelta(days=1)).isoformat()
            span = {"start": behind.first.isoformat(), "end": after}
            entries.append({"kind": behind.kind, "title": behind.title, "allDay": True, "peak": behind.is_peak, **span})
    for full in plan.full:
        words = render_to_string("studio/calendar_full.html", {"full": full})
        entries.append({"kind": "full", "title": words.strip(), "allDay": True, "start": full.day.isoformat()})
    return entries


def _line_entry(line: Line, asked: Asked, request: HttpRequest) -> dict[str, Any]:
    return {
        "kind": "post",
        "id": line.key,
        "start": _stamp(line.at),
        "url": line.url,
        "editable": line.may_move,
        "move": reverse("studio_calendar_move", args=[line.post_id]) if line.may_move else "",
        "html": _drawn(line, asked, request, is_taken=False),
    }


def _drawn(row: Line | TakenSlot, asked: Asked, request: HttpRequest, *, is_taken: bool) -> str:
    context = {"line": row, "is_taken": is_taken, **_times(row.at, asked)}
    return render_to_string("studio/calendar_line.html", context, request=request).strip()


def _stamp(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).isoformat(timespec="seconds").replace("+00:00", "Z")


def _midnight(day: date, zone: str) -> datetime:
    """When the day begins on the clocks of that zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def _stretch_in_words(asked: Asked, first: date, after: date) -> str:
    if asked.view == "month":
        # Translators: a month with its year, as Django's date format writes it.
        return date_format(asked.day, pgettext("month, year", "F Y"), use_l10n=False)
    words = pgettext("day, month, year", "j F Y")
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, words, use_l10n=False),
        "last": date_format(after - timedelta(days=1), words, use_l10n=False),
    }


def _phase_in_words(phase: Behind) -> str:
    """Its days as exactly as they are known: a year, a month or a day."""
    formats = {
        "year": "Y",
        "month": pgettext("month, year", "F Y"),
        "day": pgettext("day, month, year", "j F Y"),
    }
    first = date_format(phase.first, formats[phase.exactness[0]], use_l10n=False)
    if phase.last is None:
        return _("since %(first)s") % {"first": first}
    last = date_format(phase.last, formats[phase.exactness[1]], use_l10n=False)
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def _view_name(view: str) -> str:
    return {"month": _("Month"), "week": _("Week"), "agenda": _("Agenda")}[view]


def _clocks(asked: Asked) -> list[dict[str, Any]]:
    """The two clocks to choose from; one where they show the same zone."""
    own, campaign = (asked.zone, asked.other_zone) if asked.clock == "own" else (asked.other_zone, asked.zone)
    words = {"own": _("Your clock: %(zone)s"), "campaign": _("The campaign's clock: %(zone)s")}
    zones = {"own": own} if own == campaign else {"own": own, "campaign": campaign}
    return [
        {
            "words": words[clock] % {"zone": zone_in_words(zone)},
            "query": asked.query(clock=clock),
            "is_chosen": clock == asked.clock or len(zones) == 1,
        }
        for clock, zone in zones.items()
    ]


def _languages(channels: list[Any]) -> list[tuple[str, str]]:
    codes = [code for code, _name in settings.LANGUAGES]
    codes += [code for channel in channels for code in channel.languages or []]
    return [(code, language_name(code)) for code in dict.fromkeys(codes)]
