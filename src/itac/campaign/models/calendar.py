"""Phases, observances and regional editions: what the campaign's calendar is made of."""

from __future__ import annotations

import calendar as month_calendar
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.core.localised import LocalisedField

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Precision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Phase(models.Model):
    """A stretch of the campaign with a character of its own. Its end may be open or not known."""

    slug = models.SlugField(_("address"), unique=True)
    name = LocalisedField(_("name"))
    summary = LocalisedField(_("what it was or is about"), blank=True)
    focus = LocalisedField(_("focus"), blank=True)
    starts_on = models.DateField(_("starts"))
    starts_precision = models.CharField(_("exactness of the start"), max_length=5, choices=Precision, default="day")
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    ends_precision = models.CharField(_("exactness of the end"), max_length=5, choices=Precision, default="day")
    note = LocalisedField(_("what isn't known"), blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                name="phase_ends_after_start",
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("A phase can't end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class Milestone(models.Model):
    """Something that happened on a date within a phase."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("phase"))
    on = models.DateField(_("date"))
    precision = models.CharField(_("exactness"), max_length=5, choices=Precision, default="day")
    what = LocalisedField(_("what happened"))
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on}: {self.what}"


def check_rule(rule: Any) -> None:
    """Raise `ValidationError` unless the rule is one of the four an observance may have.

    ``{"fixed": "12-18"}``, ``{"last_weekday": {"weekday": "sunday", "month": 9}}``,
    ``{"nth_weekday": {"weekday": "monday", "month": 10, "n": 1}}``, ``{"announced_each_year": true, "month": 9}``.
    """
    if not _is_rule(rule):
        raise ValidationError(
            _("Write the date as one of: a fixed day (“12-18”), the last or the n-th weekday of a month, or announced.")
        )


def _is_rule(rule: Any) -> bool:
    match rule:
        case {"fixed": str(day)}:
            try:
                date.fromisoformat(f"2024-{day}")
            except ValueError:
                return False
            return True
        case {"last_weekday": {"weekday": weekday, "month": int(month)}}:
            return weekday in WEEKDAYS and 1 <= month <= 12
        case {"nth_weekday": {"weekday": weekday, "month": int(month), "n": int(n)}}:
            return weekday in WEEKDAYS and 1 <= month <= 12 and 1 <= n <= 4
        case {"announced_each_year": True, "month": int(month)}:
            return 1 <= month <= 12
    return False


class Observance(models.Model):
    """A day or week that comes back each year by a rule of its own, such as International Migrants Day."""

    slug = models.SlugField(_("address"), unique=True)
    name = LocalisedField(_("name"))
    rule = models.JSONField(_("when it falls"), validators=[check_rule])
    applies_from = models.PositiveSmallIntegerField(_("first year under this rule"), null=True, blank=True)
    announced = models.JSONField(
        _("announced dates"),
        default=list,
        blank=True,
        help_text=_("For one that is announced each year: the known spans, such as “2025-09-12/2025-09-21”."),
    )
    proclaimed_by = models.CharField(_("proclaimed by"), max_length=300, blank=True)
    instrument = models.CharField(_("resolution"), max_length=100, blank=True)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)
    is_peak = models.BooleanField(_("the campaign peaks here"), default=False)

    class Meta:
        verbose_name = _("observance")
        verbose_name_plural = _("observances")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.name)

    def span(self, year: int) -> tuple[date, date] | None:
        """First and last day in that year, or None where the rule doesn't apply or no date was announced."""
        if self.applies_from and year < self.applies_from:
            return None
        match self.rule:
            case {"fixed": str(day)}:
                try:
                    only = date.fromisoformat(f"{year}-{day}")
                except ValueError:  # 29 February outside leap years
                    return None
                return only, only
            case {"last_weekday": {"weekday": weekday, "month": month}}:
                last = date(year, month, month_calendar.monthrange(year, month)[1])
                only = last - timedelta(days=(last.weekday() - WEEKDAYS.index(weekday)) % 7)
                return only, only
            case {"nth_weekday": {"weekday": weekday, "month": month, "n": n}}:
                first = date(year, month, 1)
                only = first + timedelta(days=(WEEKDAYS.index(weekday) - first.weekday()) % 7 + 7 * (n - 1))
                return only, only
        for known in self.announced:
            first_text, _slash, last_text = known.partition("/")
            if first_text.startswith(f"{year}-"):
                return date.fromisoformat(first_text), date.fromisoformat(last_text or first_text)
        return None

    def next_span(self, *, today: date) -> tuple[date, date] | None:
        """The span that is running or comes next within two years, or None where it isn't known."""
        spans = (self.span(year) for year in range(today.year - 1, today.year + 3))
        return next((span for span in spans if span and span[1] >= today), None)


class Edition(models.Model):
    """A regional edition: a name for a group of countries and languages, an attribute of organisations and posts."""

    slug = models.SlugField(_("address"), unique=True)
    name = LocalisedField(_("name"))
    countries = models.JSONField(_("countries"), default=list, blank=True, help_text=_("Two-letter codes."))
    languages = models.JSONField(_("languages"), default=list, blank=True)

    class Meta:
        verbose_name = _("regional edition")
        verbose_name_plural = _("regional editions")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.name)


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    """Blackouts by the clock."""

    def overlapping(self, start: datetime, end: datetime) -> BlackoutQuerySet:
        """Those that overlap the half-open stretch."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Blackout(models.Model):
    """A stretch in which the campaign would rather be silent: an election, a day of mourning. It is shown while
    planning; what is planned into it all the same is somebody's decision."""

    name = LocalisedField(_("name"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    countries = models.JSONField(
        _("countries"), default=list, blank=True, help_text=_("Two-letter codes with commas between. Empty for all.")
    )

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("blackout period")
        verbose_name_plural = _("blackout periods")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                name="blackout_ends_after_start",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("A blackout period can't end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)
