"""The stop of one organisation: everything that speaks in its name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation, Person


class OrganisationHoldQuerySet(models.QuerySet["OrganisationHold"]):
    """Holds by whether they still stop anything."""

    def in_force(self) -> OrganisationHoldQuerySet:
        """Those that nobody lifted."""
        return self.filter(lifted_at=None)


class OrganisationHold(models.Model):
    """Everything of an organisation is on hold, from `held_at` until somebody lifts it. Rows stay: who, when, and why.

    Promise 2: while one is in force nothing of the organisation leaves, and what was due before it was lifted leaves
    only by a person's decision. The gate reads both right before each call.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="holds", verbose_name=_("organisation")
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    held_at = models.DateTimeField(_("since"))
    held_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OrganisationHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold of an organisation")
        verbose_name_plural = _("holds of organisations")
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_hold_at_a_time", fields=["organisation"], condition=Q(lifted_at=None))
        ]

    def __str__(self) -> str:
        return str(self.organisation)
