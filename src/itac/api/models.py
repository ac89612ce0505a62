"""What is kept of a request that may come twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import ApiToken


class KeptAnswer(models.Model):
    """The answer to one request with an `Idempotency-Key`, for a day: whoever asks again gets it again.

    Promise 1 (once): claimed before the work begins, by one only; the answer is written in the work's own transaction.
    A claim without answer is one that is being worked on, or whose process died with nothing done.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # of method, address and content
    claim = models.UUIDField()
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(name="answer_once", fields=["token", "key"]),
            models.CheckConstraint(name="answer_was_good", condition=Q(status=None) | Q(status__lt=300)),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return self.key
