"""Moments in words: on the reader's clock, and on the campaign's where that shows another time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itac.campaign.models import Campaign
from itac.core.walltime import zone_in_words


def campaign_zone() -> str:
    """The campaign's time zone; UTC before there is a campaign."""
    return Campaign.objects.filter(pk=1).values_list("zone", flat=True).first() or "UTC"


def on_the_clock(moment: datetime, zone: str) -> str:
    """`18 December 2026, 18:00`, on the clock of that zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(time)s") % {
        # Translators: a day as Django's date format writes it, such as 18 December 2026.
        "day": date_format(local, pgettext("day, month, year", "j F Y"), use_l10n=False),
        "time": f"{local:%H:%M}",
    }


def shortly(moment: datetime, *, zone: str, now: datetime) -> str:
    """The moment in a list, under a page's own line about the zone: `today, 18:00`, `18 December, 18:00`."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    near = {-1: _("yesterday, %(time)s"), 0: _("today, %(time)s"), 1: _("tomorrow, %(time)s")}
    time = f"{local:%H:%M}"
    if (words := near.get((local.date() - today).days)) is not None:
        return words % {"time": time}
    if local.year != today.year:
        return on_the_clock(moment, zone)
    return _("%(day)s, %(time)s") % {
        "day": date_format(local, pgettext("day, month", "j F"), use_l10n=False),
        "time": time,
    }


def in_words(moment: datetime, *, zone: str) -> str:
    """The moment with its zone."""
    return _("%(moment)s (%(zone)s)") % {"moment": on_the_clock(moment, zone), "zone": zone_in_words(zone)}


def own_zone() -> str:
    """The name of the reader's zone. Django's own would ask the zone, and one without a place answers with "-05"."""
    return str(timezone.get_current_timezone())


def clocks_in_words(now: datetime, *, campaign: str) -> str:
    """On whose clock a page's times are, and what the campaign's shows where that differs."""
    own = own_zone()
    names = {"zone": zone_in_words(own), "time": f"{now.astimezone(ZoneInfo(own)):%H:%M}"}
    if now.astimezone(ZoneInfo(campaign)).utcoffset() == now.astimezone(ZoneInfo(own)).utcoffset():
        return _("Times on your clock: %(time)s now (%(zone)s).") % names
    names |= {"there": zone_in_words(campaign), "then": f"{now.astimezone(ZoneInfo(campaign)):%H:%M}"}
    return _("Times on your clock: %(time)s now (%(zone)s); for the campaign %(then)s (%(there)s).") % names


def twice_in_words(moment: datetime, *, campaign: str) -> str:
    """The moment on the reader's clock and, where that differs, on the campaign's."""
    own = own_zone()
    if moment.astimezone(ZoneInfo(campaign)).utcoffset() == moment.astimezone(ZoneInfo(own)).utcoffset():
        return in_words(moment, zone=own)
    there = moment.astimezone(ZoneInfo(campaign))
    same_day = there.date() == moment.astimezone(ZoneInfo(own)).date()
    return _("%(own)s, for the campaign %(then)s (%(zone)s)") % {
        "own": in_words(moment, zone=own),
        "then": f"{there:%H:%M}" if same_day else on_the_clock(moment, campaign),
        "zone": zone_in_words(campaign),
    }
