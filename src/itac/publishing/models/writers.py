"""Who has a post open to write it, so that two people see each other."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.personal import personal
from itac.publishing.models.posts import Post

SEAT_LENGTH = 36  # a UUID, drawn for each composer page


class Writer(models.Model):
    """A person at one open composer page. Renewed while the page is open, and deleted minutes after it no longer is."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="writers")
    person = personal(
        models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+"),
        purpose="To show two people in one post to each other.",
        ends="Minutes after the page was left.",
    )
    seat = models.CharField(max_length=SEAT_LENGTH)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("somebody who writes")
        verbose_name_plural = _("people who write")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="writer_once_a_seat", fields=["post", "seat"])]

    def __str__(self) -> str:
        return str(self.person)
