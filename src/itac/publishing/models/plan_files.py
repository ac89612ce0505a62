"""A plan that somebody brought in a spreadsheet, kept from its dry run until its posts are made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person

KEPT_DAYS = 7


class PlanFileQuerySet(models.QuerySet["PlanFile"]):
    """Files by who may see them and how long they are kept."""

    def visible_to(self, actor: Person) -> PlanFileQuerySet:
        """One's own."""
        return self.filter(person=actor)

    def outlived(self, *, at: datetime) -> PlanFileQuerySet:
        """Those kept long enough."""
        return self.filter(made_at__lt=at - timedelta(days=KEPT_DAYS))


class PlanFile(models.Model):
    """The cells of an uploaded table as texts, so that nothing has to be uploaded twice.

    Its posts are made once: `done_at` is set in the transaction that makes them, by an update whose row count decides.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    cells: models.JSONField[Any, Any] = models.JSONField(default=list)
    zone = models.CharField(max_length=60)  # of rows that name none
    is_guessed = models.BooleanField(default=False)  # its letters: the file didn't say how they are written
    made_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = PlanFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan in a spreadsheet")
        verbose_name_plural = _("plans in spreadsheets")

    def __str__(self) -> str:
        return self.name
