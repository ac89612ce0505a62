"""A post: what is said, in all its languages, and how each channel says it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Edition, Organisation, Person
from itac.campaign.models.campaign import known_zone
from itac.core.localised import LocalisedField
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing.models.mandates import Mandate

GRACE_SECONDS = 15 * 60


class PostKind(models.TextChoices):
    """What sort of post it is: rules of approval may ask others for a statement than for a story."""

    STATEMENT = "statement", _("statement")
    FIGURE = "figure", _("figure with its source")
    STORY = "story", _("story of a person or a place")
    CALL = "call", _("call to take part")


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by who may see them."""

    def visible_to(self, actor: Person) -> PostQuerySet:
        """Those this person may read whole: their organisations' own, those of windows they guard, and those their
        organisation is asked about.

        Coordinators see all. Everybody else learns only that a slot is taken (`Delivery.objects.taken`).
        """
        if actor.is_coordinator:
            return self
        own = models.Q(organisation_id__in=actor.organisation_ids())
        asked = Post.objects.asked_of(actor).order_by().values("pk")
        return self.filter(own | models.Q(mandate__in=Mandate.objects.guarded_by(actor)) | models.Q(pk__in=asked))

    def asked_of(self, actor: Person) -> PostQuerySet:
        """Those about which an organisation is asked for which this person approves. A post may come more than once.

        Others ask it as a subquery: joined to their rows it would multiply them, and cost more the more rows there are.
        """
        return self.filter(
            requests__voided_at=None, requests__requirements__organisations__in=actor.organisation_ids("approver")
        )

    def editable_by(self, actor: Person) -> PostQuerySet:
        """Those this person may change: the posts of organisations they write for; coordinators, all."""
        if actor.is_coordinator:
            return self
        return self.filter(organisation_id__in=actor.organisation_ids("editor"))


class Post(models.Model):
    """What is said: one row in all languages. Its texts, pictures, link and sources are the *submitted* ones.

    Work in progress is kept in its `WorkingCopy`, which nothing is ever sent from. An organisation of None means the
    campaign itself speaks.
    """

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("who speaks"),
    )
    author = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="posts", verbose_name=_("written by")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("edition")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PostKind, default=PostKind.STATEMENT)
    title = LocalisedField(_("title"))
    text = LocalisedField(_("text"))
    link_address = models.URLField(_("link"), max_length=500, blank=True)
    link_title = LocalisedField(_("title of the link"), blank=True)
    link_description = LocalisedField(_("description of the link"), blank=True)
    # [{"title", "publisher", "address", "figure"}]: where the figures come from; shown where a network has room.
    sources: models.JSONField[Any, Any] = models.JSONField(_("sources"), default=list, blank=True)
    created_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("last submitted"), null=True, blank=True)

    # Under which mandate it is said; without one, by the organisation's standing grants.
    mandate = models.ForeignKey(
        "publishing.Mandate", on_delete=models.PROTECT, null=True, blank=True, related_name="posts"
    )
    # A coordinator says that it leaves also while another organisation has the floor on its channels.
    urgent_at = models.DateTimeField(null=True, blank=True)
    urgent_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    # When: the wall clock and zone a person chose, beside the instant it meant under the zone data of that day.
    planned_wall = models.CharField(_("planned, on the clock"), max_length=16, blank=True)  # 2026-12-18T18:00
    planned_fold = models.PositiveSmallIntegerField(default=0)  # 1: the second of two equal clock times
    planned_zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[known_zone])
    planned_at = models.DateTimeField(_("planned"), null=True, blank=True, db_index=True)
    grace_seconds = models.PositiveIntegerField(_("may be late by, in seconds"), default=GRACE_SECONDS)
    trigger = models.ForeignKey(
        "publishing.Trigger",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("leaves when"),
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.title)


class PostMedia(models.Model):
    """One picture of a post, in its place, with its words per language."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="media")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="post_media")
    place = models.PositiveSmallIntegerField(default=0)
    alt = LocalisedField(_("description for those who don't see it"), blank=True)

    class Meta:
        verbose_name = _("picture of a post")
        verbose_name_plural = _("pictures of posts")
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(name="picture_once_a_post", fields=["post", "picture"])]

    def __str__(self) -> str:
        return str(self.picture)


class VariantQuerySet(models.QuerySet["Variant"]):
    """Variants by whether the post still wants them."""

    def current(self) -> VariantQuerySet:
        """Those that weren't taken out."""
        return self.filter(taken_out_at=None)


class Variant(models.Model):
    """A post as one channel and one language see it. An empty text means: the post's own in that language.

    One that the writer took out stays as a row when it had deliveries, because their history hangs on it.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="variants", verbose_name=_("channel"))
    language = models.CharField(_("language"), max_length=8)
    text = models.TextField(_("text of its own"), blank=True)
    options: models.JSONField[Any, Any] = models.JSONField(_("options"), default=dict, blank=True)
    taken_out_at = models.DateTimeField(null=True, blank=True)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="variant_once", fields=["post", "channel", "language"], condition=models.Q(taken_out_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}, {self.language}"


class WorkingCopy(models.Model):
    """What is being written: saved as often as wanted, sent never, voiding nothing until it is submitted.

    `content` has the shape of `writing.Draft.as_json`. `version` grows with each save: nobody overwrites unseen.

    `seat` is the page that saved last and `turn` its count of saves, so that a page whose answer was lost on the way
    knows its own save again. `begun_in` is the page that began the post: asked again, it begins no second one.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="working_copy")
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField()
    seat = models.CharField(max_length=36, blank=True)
    turn = models.PositiveIntegerField(default=0)
    begun_in = models.CharField(max_length=36, blank=True)

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        constraints = [
            models.UniqueConstraint(name="begun_once_a_seat", fields=["begun_in"], condition=~models.Q(begun_in=""))
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.version})"


class Wording(models.Model):
    """What a post says on a channel, as the digest of its words without case, signs and spaces (`repeating`).

    Of the submitted post; until it is submitted for the first time, of its working copy. It finds the same text among
    any number of posts without reading them; nothing is decided by it.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="wordings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [models.UniqueConstraint(name="wording_once", fields=["post", "channel", "digest"])]
        indexes = [models.Index(name="wording_found", fields=["digest", "channel"])]

    def __str__(self) -> str:
        return f"{self.channel}: {self.digest}"
