"""Setting a sent delivery right: correcting it, or taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itac.campaign.models import Person
from itac.publishing.models.deliveries import Delivery
from itac.publishing.models.mandates import Mandate


class RightingKind(models.TextChoices):
    """What is to happen to what stands on the network."""

    CORRECT = "correct", _("correct")
    WITHDRAW = "withdraw", _("withdraw")


class RightingState(models.TextChoices):
    """Where it stands."""

    PLANNED = "planned", pgettext_lazy("righting", "planned")
    DOING = "doing", pgettext_lazy("righting", "under way")
    AWAITING = "awaiting", pgettext_lazy("righting", "awaiting a person")
    DONE = "done", pgettext_lazy("righting", "done")
    HELD = "held", pgettext_lazy("righting", "held")
    FAILED = "failed", pgettext_lazy("righting", "failed")
    UNCERTAIN = "uncertain", pgettext_lazy("righting", "uncertain")
    CANCELLED = "cancelled", pgettext_lazy("righting", "cancelled")


OPEN_STATES = (RightingState.PLANNED, RightingState.DOING, RightingState.AWAITING)


class RightingQuerySet(models.QuerySet["Righting"]):
    """Rightings by what is asked of them."""

    def due(self, *, at: datetime) -> RightingQuerySet:
        """Planned, and their moment (or that of the next try) has come; withdrawals before corrections."""
        return self.filter(state=RightingState.PLANNED, ready_at__lte=at).order_by("-kind", "ready_at", "pk")

    def open(self) -> RightingQuerySet:
        """Those that aren't over."""
        return self.filter(state__in=OPEN_STATES)

    def visible_to(self, actor: Person) -> RightingQuerySet:
        """Those of posts of one's organisations and of windows one guards, and those that wait for one's hand."""
        if actor.is_coordinator:
            return self
        own = Q(delivery__variant__post__organisation_id__in=actor.organisation_ids())
        own |= Q(delivery__variant__post__mandate__in=Mandate.objects.guarded_by(actor))
        by_hand = Q(delivery__channel__person=actor) | Q(delivery__channel__stand_in=actor)
        return self.filter(own | (by_hand & Q(state=RightingState.AWAITING)))


class Righting(models.Model):
    """One sent delivery to be corrected or taken back, with what stood there before: the record stays.

    Changing to the same content twice, or deleting twice, changes nothing more. So an unclear call is simply made
    again, and no look-up is needed; what stays unclear for an hour asks a person.
    """

    MOVES = {
        RightingState.PLANNED: {
            RightingState.DOING,
            RightingState.AWAITING,
            RightingState.HELD,
            RightingState.CANCELLED,
            RightingState.UNCERTAIN,  # where an older copy was put back
        },
        RightingState.DOING: {
            RightingState.PLANNED,
            RightingState.AWAITING,
            RightingState.DONE,
            RightingState.FAILED,
            RightingState.UNCERTAIN,
        },
        RightingState.AWAITING: {RightingState.DONE, RightingState.FAILED},
        RightingState.HELD: {RightingState.PLANNED, RightingState.CANCELLED},
        RightingState.FAILED: {RightingState.PLANNED, RightingState.CANCELLED},
        RightingState.UNCERTAIN: {RightingState.PLANNED, RightingState.DONE, RightingState.CANCELLED},
        RightingState.DONE: set[RightingState](),
        RightingState.CANCELLED: set[RightingState](),
    }

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="rightings")
    kind = models.CharField(max_length=8, choices=RightingKind)
    state = models.CharField(_("state"), max_length=10, choices=RightingState, default=RightingState.PLANNED)
    code = models.CharField(_("why"), max_length=60, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    note = models.TextField(_("what was wrong, for everybody to read"))
    # A coordinator let the correction go without waiting for approval.
    is_urgent = models.BooleanField(default=False)
    # The payload that stood on the network, and for a correction the one that is to stand there.
    before: models.JSONField[Any, Any] = models.JSONField()
    after: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    moved_at = models.DateTimeField(_("since"))
    settled_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RightingQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction or withdrawal")
        verbose_name_plural = _("corrections and withdrawals")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_righting_of_a_kind",
                fields=["delivery", "kind"],
                condition=Q(state__in=list(OPEN_STATES)),
            ),
            models.CheckConstraint(
                name="correction_has_content", condition=Q(kind="withdraw") | Q(after__isnull=False)
            ),
            models.CheckConstraint(name="righting_says_why", condition=~Q(note="")),
        ]
        indexes = [
            models.Index(fields=["ready_at"], name="righting_ready", condition=Q(state="planned")),
            models.Index(fields=["state", "asked_at"], name="righting_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.delivery}"
