"""The rows of `core`: mail that goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itac.core.personal import personal

KEPT_DAYS = 30  # how long the words of a mail stay once nothing happens with it any more
TRIED_DAYS = 3  # how long a mail without an end of its own is tried


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", pgettext_lazy("mail", "waits to be sent")
    SENDING = "sending", pgettext_lazy("mail", "is being handed over")
    SENT = "sent", pgettext_lazy("mail", "sent")
    UNCLEAR = "unclear", pgettext_lazy("mail", "unclear")
    FAILED = "failed", pgettext_lazy("mail", "failed")
    EXPIRED = "expired", pgettext_lazy("mail", "too late")
    DROPPED = "dropped", pgettext_lazy("mail", "no longer needed")


S = MailState
OVER = (S.SENT, S.FAILED, S.EXPIRED, S.DROPPED)


class MailQuerySet(models.QuerySet["Mail"]):
    """Questions about mails."""

    def due(self, *, at: datetime) -> MailQuerySet:
        """To be handed over now: waiting, or unclear once (and so repeated once); the longest waiting first."""
        return self.filter(Q(state=S.QUEUED) | Q(state=S.UNCLEAR, doubts=1), ready_at__lte=at).order_by(
            "ready_at", "pk"
        )

    def abandoned(self, *, at: datetime) -> MailQuerySet:
        """In the hand of a process that must be dead: the handover's deadline is over."""
        return self.filter(state=S.SENDING, deadline_at__lt=at)

    def spent(self, *, at: datetime) -> MailQuerySet:
        """Words that served their purpose: 30 days after the last move, or at the end the mail was given."""
        settled = Q(state__in=OVER) | Q(state=S.UNCLEAR, doubts__gte=2)
        old = Q(moved_at__lte=at - timedelta(days=KEPT_DAYS)) | Q(not_after__lte=at)
        return self.filter(settled, old, emptied_at=None)

    def needing_person(self) -> MailQuerySet:
        """What a coordinator should look at: failed, or unclear twice. The newest first."""
        return self.filter(Q(state=S.FAILED) | Q(state=S.UNCLEAR, doubts__gte=2)).order_by("-moved_at", "-pk")


class Mail(models.Model):
    """One mail to one person.

    Handed over at most twice: the intent is on disk before each handover (`postman`), and only one whose answer is
    missing is repeated, once, under the same Message-ID, by which the reader's side can tell that it is the same.
    """

    MOVES: dict[MailState, frozenset[MailState]] = {
        # To UNCLEAR: where an older copy was put back (`returning`).
        S.QUEUED: frozenset({S.SENDING, S.EXPIRED, S.DROPPED, S.UNCLEAR}),
        S.SENDING: frozenset({S.SENT, S.QUEUED, S.UNCLEAR, S.FAILED}),
        S.UNCLEAR: frozenset({S.SENDING, S.QUEUED, S.DROPPED}),
        S.FAILED: frozenset({S.QUEUED, S.DROPPED}),
        S.SENT: frozenset(),
        S.EXPIRED: frozenset(),
        S.DROPPED: frozenset(),
    }
    _TO_REACH = {"purpose": "To hand the mail over, and to see whether it went out.", "ends": "30 days after sending"}

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    to = personal(models.EmailField(blank=True), **_TO_REACH)
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=60)
    subject = personal(models.CharField(max_length=300, blank=True), **_TO_REACH)
    text = personal(models.TextField(blank=True), **_TO_REACH)
    html = personal(models.TextField(blank=True), **_TO_REACH)
    unsubscribe = models.CharField(max_length=500, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    posted_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.QUEUED)
    moved_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    worker = models.CharField(max_length=60, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(name="mail_ready", fields=["state", "ready_at"]),
            models.Index(name="mail_moved", fields=["state", "moved_at"]),
        ]
        constraints = [
            models.CheckConstraint(name="mail_doubts_at_most_two", condition=Q(doubts__lte=2)),
            models.CheckConstraint(name="mail_has_text", condition=~Q(text="") | Q(emptied_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def gives_up_at(self) -> datetime:
        """From then on it isn't handed over any more."""
        return self.not_after or self.queued_at + timedelta(days=TRIED_DAYS)
