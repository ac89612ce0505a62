"""What people say to each other about a post."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.personal import personal
from itac.publishing.models.posts import Post, Variant

LONGEST_COMMENT = 5000


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by who may read them."""

    def visible_to(self, actor: Person) -> CommentQuerySet:
        """Those on posts this person may read; those kept within the organisation only for its own people."""
        found = self.filter(post__in=Post.objects.visible_to(actor).order_by().values("pk"))
        if actor.is_coordinator:
            return found
        return found.filter(Q(is_internal=False) | Q(post__organisation_id__in=actor.organisation_ids()))


class Comment(models.Model):
    """One remark on a post, or on how one channel and language see it (`variant`). Nothing of it is ever sent.

    An internal one stays among the people of the organisation that speaks, and coordinators. One that was taken back
    keeps its line without its words.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    variant = models.ForeignKey(
        Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments", verbose_name=_("about")
    )
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    text = personal(
        models.TextField(_("comment"), max_length=LONGEST_COMMENT, blank=True),
        purpose="To agree on a post.",
        ends="With the post, or when its author takes it back.",
    )
    is_internal = models.BooleanField(_("only for the organisation that speaks"), default=False)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """Somebody who is to read a comment. It waits on their first page until they have."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(name="mention_once", fields=["comment", "person"])]
        indexes = [models.Index(fields=["person"], name="mention_unseen", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return str(self.person)
