"""Channels, and the entries of the campaign's own network, its site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation, Person
from itac.networks.secrets import SecretField

if TYPE_CHECKING:
    from itac.networks.protocol import Network


class Health(models.TextChoices):
    """What the last contact with an account showed."""

    UNTESTED = "untested", _("not tried yet")
    GOOD = "good", _("works")
    NEEDS_PERSON = "needs_person", _("needs somebody")


class Channel(models.Model):
    """One account on one network, on which the campaign speaks.

    Promise 2: while `paused_at` is set nothing leaves on it. Promise 8: `secret` and `session` are encrypted at rest.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    network = models.CharField(_("network"), max_length=20)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("belongs to"),
        help_text=_("Empty for the campaign's own."),
    )
    languages = models.JSONField(_("languages"), default=list, blank=True, help_text=_("Empty for any."))
    address = models.URLField(_("server"), max_length=300, blank=True)
    handle = models.CharField(_("account"), max_length=200, blank=True)
    account_id = models.CharField(max_length=200, blank=True, editable=False)
    secret = SecretField(blank=True, default=dict, editable=False)
    session = SecretField(blank=True, default=dict, editable=False)
    token_expires_at = models.DateTimeField(_("token ends"), null=True, blank=True, editable=False)
    limits = models.JSONField(_("limits of this account"), default=dict, blank=True)
    health = models.CharField(_("health"), max_length=12, choices=Health, default=Health.UNTESTED, editable=False)
    health_code = models.CharField(max_length=60, blank=True, editable=False)
    health_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(_("reason of the pause"), max_length=300, blank=True, editable=False)
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="channels_by_hand",
        verbose_name=_("who posts by hand"),
    )
    stand_in = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="channels_standing_in",
        verbose_name=_("who stands in after 15 minutes"),
    )

    # One of `composers.COMPOSERS`: where the person of a by-hand channel posts. Empty for elsewhere.
    posted_on = models.CharField(_("where a person posts"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def plug(self) -> Network:
        """The network behind this channel. Raises `UnknownNetwork`."""
        from itac.networks.registry import network  # noqa: PLC0415 -- the networks import this module

        return network(self.network)

    def token_is_over(self, *, now: datetime) -> bool:
        """True once the token's own end has passed."""
        return self.token_expires_at is not None and self.token_expires_at <= now

    def token_ends_soon(self, *, now: datetime) -> bool:
        """True in the week before the token's end."""
        return self.token_expires_at is not None and self.token_expires_at <= now + timedelta(days=7)


class WebsiteEntry(models.Model):
    """One post in one language on the campaign's own site.

    Promise 1: `key` is the delivery's, and unique: a second call under it finds the first one's entry.
    """

    key = models.CharField(max_length=64, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="entries")
    subject = models.SlugField(max_length=120)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=300)
    text = models.TextField()
    media: models.JSONField[Any, Any] = models.JSONField(default=list)
    card: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sources: models.JSONField[Any, Any] = models.JSONField(default=list)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    published_at = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    correction = models.TextField(blank=True)  # what was corrected, in the entry's language, for its readers

    class Meta:
        verbose_name = _("entry on the site")
        verbose_name_plural = _("entries on the site")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["language", "-published_at"], name="entry_language_newest")]

    def __str__(self) -> str:
        return self.title
