"""What an organisation may do on channels that are lent to it for a window: the terms that its grants share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation, Person
from itac.core.localised import LocalisedField

FIRST_POSTS = 3  # how many "the first ones" are


class Oversight(models.TextChoices):
    """Whose yes a post in the window needs beyond the organisation's own."""

    EACH = "each", _("each post by the guardian")
    FIRST = "first", _("the first three by the guardian")
    OWN = "own", _("none beyond the organisation's own")


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by the clock, and by who answers for them."""

    def guarded_by(self, actor: Person) -> Any:
        """Ids of those this person is the guardian of; asked as a subquery."""
        return self.filter(guardian=actor).order_by().values("pk")

    def open_at(self, now: datetime) -> MandateQuerySet:
        """Those whose window it is."""
        return self.filter(opens_at__lte=now, closes_at__gt=now, ended_at=None)


class Mandate(models.Model):
    """The terms of one window: who speaks, who answers for it on the campaign's side, and within which limits.

    It allows nothing by itself: its grants do, one a channel, written once both sides have agreed and for the same
    window. Promise 6: they open and close by the clock.
    A stop in force (`MandateStop`) holds everything of it. Posts under it name it, and leave by its grants alone.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("who speaks")
    )
    guardian = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guarded",
        verbose_name=_("guardian"),
        help_text=_("Answers for the window on the campaign's side, of whatever organisation."),
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    oversight = models.CharField(_("approval"), max_length=5, choices=Oversight, default=Oversight.EACH)
    kinds: models.JSONField[Any, Any] = models.JSONField(_("kinds of posts"), default=list, blank=True)  # empty: any
    per_day = models.PositiveSmallIntegerField(_("posts a day"), null=True, blank=True)
    signature = LocalisedField(_("signature"), blank=True)
    may_answer = models.BooleanField(_("may answer the public's replies"), default=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # cancelled before its time

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["opens_at", "pk"]
        constraints = [
            models.CheckConstraint(name="mandate_ends_after_start", condition=Q(closes_at__gt=models.F("opens_at"))),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def is_open(self, *, at: datetime) -> bool:
        """Whether it is in force at that instant, stops aside."""
        return self.opens_at <= at < self.closes_at and (self.ended_at is None or at < self.ended_at)

    def signature_in(self, language: str) -> str:
        """The line that ends each post in that language; the original's where it has none of its own."""
        return self.signature.texts.get(language, "") or self.signature.texts.get(self.signature.original, "")


class MandateStopQuerySet(models.QuerySet["MandateStop"]):
    """Stops by whether they still stop anything."""

    def in_force(self) -> MandateStopQuerySet:
        """Those that nobody undid."""
        return self.filter(undone_at=None)


class MandateStop(models.Model):
    """Somebody stopped everything under a mandate, until another person undoes it. Rows stay: who, when, and why."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="stops")
    reason = models.CharField(_("why"), max_length=300, blank=True)
    stopped_at = models.DateTimeField(_("since"))
    stopped_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = MandateStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["-stopped_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_stop_at_a_time", fields=["mandate"], condition=Q(undone_at=None)),
            models.CheckConstraint(
                name="stop_undone_by_another", condition=Q(undone_by=None) | ~Q(undone_by=models.F("stopped_by"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.mandate)
