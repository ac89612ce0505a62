"""Organisations, what binds them to the campaign, and whom the campaign thanks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models.calendar import Edition, Phase
from itac.core.localised import LocalisedField


class Kind(models.TextChoices):
    """The seven kinds of organisation the campaign is made of."""

    NATIONAL_GOVERNMENT = "national_government", _("national government")
    CITY = "city", _("city")
    BUSINESS = "business", _("business")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    YOUTH = "youth", _("youth")
    INTERNATIONAL_ORGANISATION = "international_organisation", _("international organisation")
    ACADEMIA = "academia", _("academia")


def country_code(value: str) -> None:
    """Raise `ValidationError` unless the value has the form of an ISO 3166-1 alpha-2 code."""
    if len(value) != 2 or not value.isascii() or not value.isupper():
        raise ValidationError(_("Write the country as its two-letter code, such as EC."))


def link_rows(value: Any) -> None:
    """Raise `ValidationError` unless the value is a list of ``{"title", "address"}``."""
    good = isinstance(value, list) and all(
        isinstance(row, dict) and str(row.get("address", "")).startswith(("https://", "http://")) for row in value
    )
    if not good:
        raise ValidationError(_("Write each link as an address that begins with https://."))


class Organisation(models.Model):
    """A government, city, company, association, youth platform, international body or university in the campaign."""

    slug = models.SlugField(_("address"), unique=True)
    name = LocalisedField(_("name"))
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_code])
    languages = models.JSONField(_("languages"), default=list, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True, validators=[link_rows])
    line = LocalisedField(_("one sentence about it"), blank=True)
    editions = models.ManyToManyField(Edition, blank=True, related_name="organisations", verbose_name=_("editions"))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["slug"]
        constraints = [models.CheckConstraint(name="organisation_kind_known", condition=models.Q(kind__in=Kind.values))]

    def __str__(self) -> str:
        return str(self.name)


class Mechanism(models.Model):
    """A group that organises stakeholders, such as the mayors'. It speaks through an organisation of its own."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="mechanism", verbose_name=_("organisation")
    )
    founded = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    steered_by = models.ManyToManyField(Organisation, blank=True, related_name="steers", verbose_name=_("steered by"))
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mechanism")
        verbose_name_plural = _("mechanisms")

    def __str__(self) -> str:
        return str(self.organisation)


class Standing(models.TextChoices):
    """What a membership makes of an organisation. Co-chairs stand before any other name."""

    CO_CHAIR = "co_chair", _("co-chair")
    MEMBER = "member", _("member")
    OBSERVER = "observer", _("observer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by the day and in the order they are shown."""

    def on(self, day: date) -> MembershipQuerySet:
        """Those in force that day; the day of `until` counts no more."""
        return self.filter(
            models.Q(since=None) | models.Q(since__lte=day), models.Q(until=None) | models.Q(until__gt=day)
        )

    def in_order(self) -> MembershipQuerySet:
        """Co-chairs first, then by kind as the campaign lists them, then by address."""
        ranks = [models.When(organisation__kind=kind, then=place) for place, kind in enumerate(Kind.values)]
        return self.annotate(
            first=models.Case(models.When(standing=Standing.CO_CHAIR, then=0), default=1),
            rank=models.Case(*ranks, default=99, output_field=models.IntegerField()),
        ).order_by("first", "rank", "organisation__slug")


class Membership(models.Model):
    """An organisation's part in the campaign, from one day until another."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.MEMBER)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    part = LocalisedField(_("its part"), blank=True)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gt=models.F("since")),
                violation_error_message=_("A membership can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_standing_display()})"


class Contribution(models.TextChoices):
    """What was given."""

    FINANCIAL = "financial", _("money")
    IN_KIND = "in_kind", _("work")


class Contributor(models.Model):
    """Somebody the campaign thanks, tied to the phase and the project it was given for."""

    name = LocalisedField(_("name"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("organisation"),
    )
    contribution = models.CharField(_("what was given"), max_length=10, choices=Contribution)
    phase = models.ForeignKey(
        Phase, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributors", verbose_name=_("phase")
    )
    project = models.CharField(_("through the project"), max_length=120, blank=True)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return str(self.name)
