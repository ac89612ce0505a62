"""Who must say yes, who said it, and to what exactly.

Promise 2: an approval binds to the hash of what will be sent and to a window of time. `ApprovalRequest.sealed` keeps,
per variant, the hash and the payload that were shown; any other payload isn't approved.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation, Person
from itac.networks.models import Channel
from itac.publishing.models.posts import Post, PostKind


class ApprovalRule(models.Model):
    """What a post on a channel needs before it may leave. Without a channel: for every channel without its own rule;
    with a kind, only for posts of that kind. The most exact rule counts.

    `organisations` are asked; `needed` of them must approve. Without organisations any one coordinator decides. With
    `readers` each language version must have been read by somebody who says yes to it.
    """

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, null=True, blank=True, related_name="rules", verbose_name=_("channel")
    )
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("who is asked"))
    post_kind = models.CharField(_("only for posts of this kind"), max_length=10, choices=PostKind, blank=True)
    needed = models.PositiveSmallIntegerField(_("how many must approve"), default=1)
    veto = models.BooleanField(_("one refusal ends it"), default=True)
    readers = models.BooleanField(_("each language needs a reader who says yes to it"), default=False)
    deadline_hours = models.PositiveSmallIntegerField(_("hours to answer"), default=72)

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        constraints = [
            models.UniqueConstraint(name="rule_once_a_channel_and_kind", fields=["channel", "post_kind"]),
            # SQLite has no NULLS NOT DISTINCT, so the rows without a channel have a constraint of their own.
            models.UniqueConstraint(
                name="one_rule_a_kind_for_the_others", fields=["post_kind"], condition=models.Q(channel__isnull=True)
            ),
            models.CheckConstraint(name="rule_needs_somebody", condition=models.Q(needed__gte=1)),
        ]

    def __str__(self) -> str:
        where = str(self.channel or _("Every channel without its own rule"))
        return f"{where}: {self.get_post_kind_display()}" if self.post_kind else where


class Trigger(models.Model):
    """A named event that opens the window of posts waiting for it, such as the adoption of a resolution."""

    name = models.CharField(_("what is waited for"), max_length=160, unique=True)
    open_minutes = models.PositiveIntegerField(_("stays open, in minutes"), default=60)
    fired_at = models.DateTimeField(_("happened at"), null=True, blank=True)
    fired_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")

    def __str__(self) -> str:
        return self.name


class ApprovalRequestQuerySet(models.QuerySet["ApprovalRequest"]):
    """Requests by whether they can still be answered."""

    def still_open(self, *, at: datetime) -> ApprovalRequestQuerySet:
        """Neither answered, voided nor past their deadline; the query to `ApprovalRequest.is_open`."""
        return self.filter(voided_at=None, granted_at=None, refused_at=None, returned_at=None, deadline_at__gt=at)


class ApprovalRequest(models.Model):
    """One question to the approvers: may exactly this leave within this window?

    Open until one of `granted_at`, `refused_at`, `returned_at` (changes asked for), `voided_at` is set; past its
    deadline an open one counts no more. Half-open window: `opens_at` ≤ t < `closes_at`; with a trigger the window is
    the trigger's, and both are empty.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="requests")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    # {"<variant id>": {"hash": …, "payload": {…}}}
    sealed: models.JSONField[Any, Any] = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)  # one hash over all of `sealed`: what a decision names
    granted_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=40, blank=True)

    objects = ApprovalRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            # Few among many: what waits for approvers, and what went back to its writer.
            models.Index(
                fields=["deadline_at"],
                name="request_open",
                condition=models.Q(voided_at=None, granted_at=None, refused_at=None, returned_at=None),
            ),
            models.Index(
                fields=["asked_at"],
                name="request_sent_back",
                condition=models.Q(voided_at=None)
                & (models.Q(returned_at__isnull=False) | models.Q(refused_at__isnull=False)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_request_in_force", fields=["post"], condition=models.Q(voided_at=None)),
            models.CheckConstraint(
                name="window_or_trigger",
                condition=models.Q(trigger__isnull=False)
                | (models.Q(opens_at__isnull=False) & models.Q(closes_at__gt=models.F("opens_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.asked_at:%Y-%m-%d %H:%M})"

    def window(self) -> tuple[datetime, datetime] | None:
        """The window's half-open span; None while its trigger hasn't happened."""
        if self.trigger is not None:
            if self.trigger.fired_at is None:
                return None
            return self.trigger.fired_at, self.trigger.fired_at + timedelta(minutes=self.trigger.open_minutes)
        assert self.opens_at is not None
        assert self.closes_at is not None
        return self.opens_at, self.closes_at

    def is_open(self, *, now: datetime) -> bool:
        """Whether approvers can still answer."""
        ended = self.granted_at or self.refused_at or self.returned_at or self.voided_at
        return not ended and now < self.deadline_at

    def state(self, *, now: datetime) -> str:
        """One of open, granted, refused, returned, voided, expired."""
        for name in ("voided", "refused", "returned", "granted"):
            if getattr(self, f"{name}_at"):
                return name
        return "open" if now < self.deadline_at else "expired"


class Requirement(models.Model):
    """One rule as it stood when the question was asked. All of a request's requirements must be met."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="requirements")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+")
    needed = models.PositiveSmallIntegerField(default=1)
    veto = models.BooleanField(default=True)
    readers = models.BooleanField(default=False)
    # The mandate whose guardian answers for the campaign: in a window in place of any one coordinator.
    mandate = models.ForeignKey("publishing.Mandate", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")

    def __str__(self) -> str:
        return f"{self.request}: {self.needed}"


class Verdict(models.TextChoices):
    """What an approver says."""

    APPROVE = "approve", _("approve")
    CHANGES = "changes", _("ask for changes")
    REFUSE = "refuse", _("refuse")


class Decision(models.Model):
    """One answer of one person for one organisation (None: as a coordinator), to exactly the seal it names."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.CASCADE, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(blank=True)
    seal = models.CharField(max_length=64)
    # The language versions that this person has read and vouches for.
    languages: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    by_mail = models.BooleanField(default=False)  # on the page of a mail, with the code sent there, not in the Studio
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_answer_an_organisation", fields=["request", "organisation"]),
            models.UniqueConstraint(
                name="one_answer_of_coordinators", fields=["request"], condition=models.Q(organisation__isnull=True)
            ),
            models.CheckConstraint(
                name="no_without_a_reason", condition=models.Q(verdict="approve") | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_verdict_display()}"


class ApprovalCode(models.Model):
    """Six digits by mail, with which one person answers exactly the questions they were shown.

    Only a hash is kept. It lives ten minutes, is tried five times at most, and the next one ends it. `covers` names the
    requests with their seals: another post, or the same one changed since, isn't answered by it (Promise 2).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    covers: models.JSONField[Any, Any] = models.JSONField()  # {"<request id>": "<seal>"}
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code to answer")
        verbose_name_plural = _("codes to answer")
        constraints = [
            models.UniqueConstraint(
                name="one_approval_code", fields=["person"], condition=models.Q(ended_at=None, used_at=None)
            ),
            models.CheckConstraint(name="approval_code_tries", condition=models.Q(tries__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
