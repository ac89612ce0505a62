"""What people did, for who has to answer for it later: the audit log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models.organisations import Organisation
from itac.campaign.models.people import Person

KEPT_DAYS = 3 * 365


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries by what they are about."""

    def about(self, row: models.Model) -> AuditEntryQuerySet:
        """Those about one row."""
        return self.filter(subject=type(row)._meta.label_lower, subject_id=row.pk)

    def outlived(self, *, at: datetime) -> AuditEntryQuerySet:
        """Those kept long enough."""
        return self.filter(at__lt=at - timedelta(days=KEPT_DAYS))


class AuditEntry(models.Model):
    """One thing that somebody did, written in the transaction that did it, and changed by nobody afterwards.

    An organisation of None means the campaign itself. The subject is named by its model and id, so that rooms above
    can have theirs; `name` is what it was called that day. `facts` fill the sentence of the kind (`auditing`).
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("organisation")
    )
    kind = models.CharField(_("what"), max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.PositiveBigIntegerField(null=True)
    name = models.CharField(_("of what"), max_length=200, blank=True)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="audit_of_organisation", fields=["organisation", "at"]),
            models.Index(name="audit_of_subject", fields=["subject", "subject_id"]),
            models.Index(name="audit_by_time", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"
