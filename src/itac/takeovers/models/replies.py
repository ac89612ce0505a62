"""What the public says below the posts of a window, and how far each channel's replies were heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itac.core.personal import personal
from itac.networks.models import Channel
from itac.networks.protocol import AnswerTo
from itac.publishing.models import DeliveryPart, Post
from itac.takeovers.models.takeovers import TakeOver

KEPT_FOR = timedelta(days=90)  # after the window: time enough for a report
_TO_ANSWER = {
    "purpose": "To read and answer what the public says to a take-over.",
    "ends": "90 days after the window: who wrote it, and what, is emptied then.",
}


class ReplyCursor(models.Model):
    """How far the replies on one channel were heard.

    Stored with the replies in one transaction, so that each is told once. `next_at` is when to ask again; whoever moves
    it on, and thereby is its `listener`, is the one who asks. `code` says why something has still to be heard.
    """

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="reply_cursor")
    cursor = models.TextField(blank=True)
    next_at = models.DateTimeField()
    listener = models.CharField(max_length=64, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=60, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("listening")
        verbose_name_plural = _("listening")

    def __str__(self) -> str:
        return str(self.channel)


class ReplyQuerySet(models.QuerySet["Reply"]):
    """Replies by what is to be done with them."""

    def standing(self) -> ReplyQuerySet:
        """Those of the public that are still there."""
        return self.filter(gone_at=None, is_ours=False)

    def outlived(self, *, at: datetime) -> ReplyQuerySet:
        """Those whose words are kept no longer, and aren't emptied yet."""
        return self.filter(ends_at__lte=at, emptied_at=None)


class Reply(models.Model):
    """One public reply below a post of a window, at any depth; a row for each, however often the network tells of it.

    `part` is the message of ours it stands below. `answer` is the post that answers it, a post like any other.
    """

    takeover = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="replies")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(DeliveryPart, on_delete=models.CASCADE, related_name="+")
    remote_id = personal(models.CharField(max_length=300), **_TO_ANSWER)  # on Bluesky it names the account
    parent = models.CharField(max_length=300, blank=True)
    address = personal(models.CharField(max_length=500, blank=True), **_TO_ANSWER)
    author_handle = personal(models.CharField(_("account"), max_length=300, blank=True), **_TO_ANSWER)
    author_name = personal(models.CharField(_("name"), max_length=300, blank=True), **_TO_ANSWER)
    author_address = personal(models.CharField(max_length=500, blank=True), **_TO_ANSWER)
    text = personal(models.TextField(_("text"), blank=True), **_TO_ANSWER)
    warning = personal(models.TextField(blank=True), **_TO_ANSWER)
    language = models.CharField(max_length=35, blank=True)
    attachments = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(_("written"))
    version = models.CharField(max_length=100, blank=True)
    is_ours = models.BooleanField(default=False)
    answer_to: models.JSONField[Any, Any] = personal(models.JSONField(default=dict, blank=True), **_TO_ANSWER)
    heard_at = models.DateTimeField(_("heard"))
    gone_at = models.DateTimeField(null=True, blank=True)
    answer = models.OneToOneField(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="answers_reply", verbose_name=_("answer")
    )
    ends_at = models.DateTimeField(db_index=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="reply_once_a_channel", fields=["channel", "remote_id"]),
            models.CheckConstraint(name="reply_ends", condition=Q(ends_at__gt=F("heard_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.author_handle}: {self.text[:60]}"

    @property
    def answered_to(self) -> AnswerTo | None:
        """What an answer to it names; None once its words are emptied."""
        return AnswerTo.of(self.answer_to)
