"""Windows of take-overs in words: from when to when, and how long still."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from itac.core import clock
from itac.website.takeovers import ShownTakeOver
from itac.website.templatetags.website import full_date

register = template.Library()


@register.simple_tag
def window(shown: ShownTakeOver) -> SafeString:
    """From when to when, on the take-over's own clock; with script, on the visitor's beside it."""
    said_here = _("On your own clock: {start} to {end}")
    return format_html(
        '<itac-here lang="{}" data-comma="{}" data-here="{}">{}</itac-here>',
        get_language(),
        pgettext("between the items of a list", ", "),
        said_here,
        window_words(shown),
    )


@register.simple_tag
def window_words(shown: ShownTakeOver) -> SafeString:
    """From when to when, on the take-over's own clock alone, for those who read it elsewhere."""
    zone = ZoneInfo(shown.it.zone)
    opens, closes = shown.it.opens_at.astimezone(zone), shown.closes_at.astimezone(zone)
    end = date_format(closes, "H:i") if opens.date() == closes.date() else _clock(closes)
    words = {
        "start": _time(opens, _clock(opens)),
        "end": _time(closes, end),
        "place": escape(shown.it.zone.rsplit("/", 1)[-1].replace("_", " ")),
    }
    # Translators: from one moment to another, on the clock of a place.
    return mark_safe(_("%(start)s to %(end)s, on the clock of %(place)s") % words)  # noqa: S308 -- escaped above


@register.inclusion_tag("website/components/left.html")
def left(shown: ShownTakeOver) -> dict[str, Any]:
    """How long until it opens or closes, in words and, while it is open, as a strand; nothing once it is past."""
    now = clock.now()
    is_open, whole = shown.state == "open", shown.closes_at - shown.it.opens_at
    until = shown.closes_at if is_open else shown.it.opens_at
    words = _("Ends in {time}") if is_open else _("Begins in {time}")
    return {
        "shown": shown,
        "language": get_language(),
        "until": until,
        "words": words,
        "said": words.replace("{time}", _duration(until - now)),
        "after": _("It is over.") if is_open else _("It has begun."),
        "minutes": int(whole.total_seconds()) // 60,
        "passed": int((now - shown.it.opens_at).total_seconds()) // 60,
    }


def _duration(span: timedelta) -> str:
    """Days and hours, or hours and minutes, as `left.js` says them too; never none at all."""
    minutes = max(ceil(span / timedelta(minutes=1)), 1)
    units = [("day", 1440), ("hour", 60), ("minute", 1)]
    first = next(place for place, (_unit, size) in enumerate(units) if minutes >= size)
    said = []
    for unit, size in units[first : first + 2]:
        count, minutes = divmod(minutes, size)
        if count:
            said.append(avoid_wrapping(TIME_STRINGS[unit] % {"num": count}))
    return pgettext("between the items of a list", ", ").join(said)


def _clock(local: datetime) -> str:
    return _("%(date)s, %(time)s") % {"date": full_date(local), "time": date_format(local, "H:i")}


def _time(local: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)
