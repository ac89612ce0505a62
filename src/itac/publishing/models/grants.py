"""Who may speak on which channel, when, and how much."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation
from itac.networks.models import Channel


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by the clock."""

    def open_at(self, now: datetime) -> GrantQuerySet:
        """Those in force at that instant."""
        return self.filter(
            Q(opens_at__lte=now), Q(closes_at=None) | Q(closes_at__gt=now), Q(revoked_at=None) | Q(revoked_at__gt=now)
        )


class Grant(models.Model):
    """The right of an organisation (None: of the campaign, through its coordinators) to speak on a channel.

    Promise 6: it ends by the clock (`closes_at`) and by revocation; both are asked at the moment of sending, and no job
    has to run for it to end. Half-open: `opens_at` ≤ t < `closes_at`. One of a mandate serves the posts under that
    mandate alone, and while it is open nobody else speaks on its channel in its languages.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="grants", verbose_name=_("channel"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("who may speak"),
        help_text=_("Empty: the campaign itself."),
    )
    languages: models.JSONField[Any, Any] = models.JSONField(
        _("languages"), default=list, blank=True, help_text=_("Empty for any.")
    )
    opens_at = models.DateTimeField(_("from"))
    closes_at = models.DateTimeField(_("until"), null=True, blank=True)
    per_day = models.PositiveSmallIntegerField(_("posts a day"), null=True, blank=True, help_text=_("Empty: no limit."))
    mandate = models.ForeignKey(
        "publishing.Mandate", on_delete=models.CASCADE, null=True, blank=True, related_name="grants", editable=False
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_start",
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A grant can't end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.organisation or _('the campaign')}"

    def is_open(self, *, at: datetime) -> bool:
        """Whether it is in force at that instant."""
        return (
            self.opens_at <= at
            and (self.closes_at is None or at < self.closes_at)
            and (self.revoked_at is None or at < self.revoked_at)
        )

    def covers(self, *, language: str) -> bool:
        """Whether it allows that language."""
        return not self.languages or language in self.languages
