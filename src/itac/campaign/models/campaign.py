"""The campaign itself: one row."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.core.localised import LocalisedField


def known_zone(name: str) -> None:
    """Raise `ValidationError` unless the name is a time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write one such as America/Guayaquil."), params={"name": name}
        )


class Campaign(models.Model):
    """The campaign this installation runs. There is exactly one row.

    Promise 2: while `paused_at` is set nothing leaves on any channel; the outbox reads it right before each call.
    """

    name = LocalisedField(_("name"))
    short_name = models.CharField(_("short name"), max_length=40)
    full_title = LocalisedField(_("full title"), blank=True)
    hashtag = models.CharField(_("hashtag"), max_length=60, blank=True)
    zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    contact_email = models.EmailField(_("contact address"), blank=True)
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Every page says so, and search engines are asked to stay away.")
    )
    first_started_at = models.DateTimeField(_("first started"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    pause_reason = models.CharField(_("reason of the pause"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [models.CheckConstraint(name="one_campaign", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def current(cls) -> Campaign:
        """The campaign. Raises `Campaign.DoesNotExist` before `itac init` made it."""
        return cls.objects.get(pk=1)

    def zoneinfo(self) -> zoneinfo.ZoneInfo:
        """The campaign's time zone."""
        return zoneinfo.ZoneInfo(self.zone)

    def local(self, moment: datetime) -> datetime:
        """A moment in the campaign's time zone."""
        return moment.astimezone(self.zoneinfo())
