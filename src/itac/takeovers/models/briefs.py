"""The brief of a take-over: what both sides have agreed to do, how, and who answers the telephone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.personal import personal
from itac.takeovers.models.takeovers import TakeOver

_TO_REACH = {"purpose": "To be reached during the take-over.", "ends": "With the take-over's row."}


class Promised(models.TextChoices):
    """What an organisation promises to do in its window."""

    POSTS = "posts", _("posts")
    LIVE_CHAT = "live_chat", _("live chat")
    PHOTO_SERIES = "photo_series", _("photo series")
    CHALLENGE = "challenge", _("challenge")


class Brief(models.Model):
    """Goals, themes, promises, house rules and contacts of one take-over. It begins from a template of its kind."""

    takeover = models.OneToOneField(TakeOver, on_delete=models.CASCADE, related_name="brief")
    goals = models.TextField(_("goals"), blank=True, help_text=_("What people know, feel or do afterwards."))
    themes = models.TextField(_("themes"), blank=True)
    audiences = models.TextField(_("audiences"), blank=True, help_text=_("Whom it is for, and where they are."))
    # [{"what": a value of Promised, "number": 3, "words": "…"}]
    promises: models.JSONField[Any, Any] = models.JSONField(_("what is promised"), default=list, blank=True)
    house_rules = models.TextField(_("house rules"), blank=True)
    their_contact = personal(
        models.CharField(_("contact of the organisation"), max_length=200, blank=True), **_TO_REACH
    )
    our_contact = personal(models.CharField(_("contact of the campaign"), max_length=200, blank=True), **_TO_REACH)
    guardian_hours = models.CharField(_("hours of the guardian"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")

    def __str__(self) -> str:
        return str(self.takeover)

    def name_of(self, field: str) -> str:
        """What a person calls one of its fields."""
        return str(self._meta.get_field(field).verbose_name)  # type: ignore[union-attr]

    @property
    def missing(self) -> list[str]:
        """The names of the fields without which nobody is briefed."""
        wanted = ("goals", "house_rules", "their_contact", "our_contact", "guardian_hours")
        return [name for name in wanted if not getattr(self, name).strip()]


class BriefTask(models.Model):
    """One line of the checklist: what is to be done until when, and who did it."""

    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="tasks")
    what = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(_("until"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what
