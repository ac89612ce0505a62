"""A rehearsal: the whole window said to its team alone, in a few minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.networks.models import Channel
from itac.publishing.models import Post
from itac.takeovers.models.takeovers import TakeOver

KEPT_FOR = timedelta(days=7)


class Rehearsal(models.Model):
    """One run through the window, `seconds` long. Nothing sends it: what was said so far is an answer of the clock."""

    takeover = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="rehearsals")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    seconds = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ["-begun_at", "-pk"]
        constraints = [models.CheckConstraint(name="rehearsal_takes_time", condition=Q(seconds__gt=0))]

    def __str__(self) -> str:
        return str(self.takeover)

    @property
    def ends_at(self) -> datetime:
        """When its window closes."""
        return self.begun_at + timedelta(seconds=self.seconds)

    def instant(self, now: datetime) -> datetime:
        """Which moment of the real window it is in the rehearsal."""
        takeover = self.takeover
        share = min(max((now - self.begun_at) / timedelta(seconds=self.seconds), 0.0), 1.0)
        return takeover.opens_at + (takeover.closes_at - takeover.opens_at) * share


class RehearsedDelivery(models.Model):
    """One delivery as it was when the rehearsal began: exactly this payload, or why it wouldn't have left."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="deliveries")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    said_at = models.DateTimeField()
    payload: models.JSONField[Any, Any] = models.JSONField()
    code = models.CharField(max_length=60, blank=True)  # why it wouldn't leave, "" when it would

    class Meta:
        verbose_name = _("rehearsed delivery")
        verbose_name_plural = _("rehearsed deliveries")
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"{self.post} ({self.channel})"
