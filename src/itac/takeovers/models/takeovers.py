"""A take-over: who speaks when on which channels, how far both sides have come, and every step that somebody took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Duty, Organisation, Person
from itac.campaign.models.campaign import known_zone
from itac.core.languages import language_name
from itac.core.localised import LocalisedField
from itac.networks.models import Channel
from itac.publishing.models import Mandate


class Stage(models.TextChoices):
    """How far people have come with it. *Open* and *closed* aren't among them: the clock answers those (`state`)."""

    REQUESTED = "requested", _("requested")
    OFFERED = "offered", _("offered")
    AGREED = "agreed", _("agreed")
    BRIEFED = "briefed", _("briefed")
    HANDED_OVER = "handed_over", _("handed over")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


PLANNED = (Stage.REQUESTED, Stage.OFFERED, Stage.AGREED, Stage.BRIEFED)  # the window counts while planning
CALLED_OFF = (Stage.DECLINED, Stage.CANCELLED)


class TakeOverQuerySet(models.QuerySet["TakeOver"]):
    """Take-overs by who may see them, and by the clock."""

    def visible_to(self, actor: Person) -> TakeOverQuerySet:
        """Those of this person's organisations, and those they guard; coordinators see all."""
        if actor.is_coordinator:
            return self
        return self.filter(Q(organisation_id__in=actor.organisation_ids()) | Q(mandate__guardian=actor))

    def writable_by(self, actor: Person) -> TakeOverQuerySet:
        """Those in whose name this person plans: editors of the organisation; coordinators, all."""
        if actor.is_coordinator:
            return self
        return self.filter(organisation_id__in=actor.organisation_ids(Duty.EDITOR))

    def to_write_for(self, *, now: datetime) -> TakeOverQuerySet:
        """Those in which a post can be begun: agreed on, and not over."""
        return self.filter(stage__in=[Stage.AGREED, Stage.BRIEFED], closes_at__gt=now)

    def overlapping(self, start: datetime, end: datetime) -> TakeOverQuerySet:
        """Those whose window overlaps the half-open stretch."""
        return self.filter(opens_at__lt=end, closes_at__gt=start)

    def public(self) -> TakeOverQuerySet:
        """Those that the public may know of: agreed on, or once open. `TakeOver.public_state` says how they read."""
        once_open = Q(stage=Stage.CANCELLED, mandate__ended_at__gt=F("opens_at"), mandate__grants__isnull=False)
        return self.filter(Q(stage__in=[Stage.AGREED, Stage.BRIEFED, Stage.HANDED_OVER]) | once_open).distinct()


class TakeOver(models.Model):
    """One organisation's window on the campaign's channels. Its terms are the mandate's; its channels, `places`.

    Nothing is allowed by this row: the mandate's grants are, which briefing writes and the gate reads.
    """

    MOVES = {
        Stage.REQUESTED: {Stage.AGREED, Stage.DECLINED, Stage.CANCELLED, Stage.OFFERED},
        Stage.OFFERED: {Stage.AGREED, Stage.DECLINED, Stage.CANCELLED, Stage.REQUESTED},
        Stage.AGREED: {Stage.BRIEFED, Stage.CANCELLED, Stage.REQUESTED, Stage.OFFERED},
        Stage.BRIEFED: {Stage.HANDED_OVER, Stage.CANCELLED, Stage.REQUESTED, Stage.OFFERED},
        Stage.HANDED_OVER: set[Stage](),
        Stage.DECLINED: set[Stage](),
        Stage.CANCELLED: set[Stage](),
    }

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="takeovers", verbose_name=_("who takes over")
    )
    title = LocalisedField(_("title"))
    why = LocalisedField(_("why"), blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="takeover")
    word_to_next = models.TextField(_("a word to whoever comes next"), blank=True)

    objects = TakeOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("take-over")
        verbose_name_plural = _("take-overs")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="takeover_ends_after_start", condition=Q(closes_at__gt=F("opens_at"))),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def state(self, *, now: datetime) -> str:
        """Its stage, or what the clock makes of it: *open*, *stopped*, *closed*; *lapsed* when its time passed before
        both sides were ready."""
        if self.stage in CALLED_OFF or self.stage == Stage.HANDED_OVER:
            return self.stage
        if self.stage != Stage.BRIEFED:
            return "lapsed" if now >= self.closes_at else self.stage
        if now < self.opens_at:
            return self.stage
        if now >= self.closes_at:
            return "closed"
        return "stopped" if self.is_stopped else "open"

    def public_state(self, *, now: datetime) -> str:
        """*coming*, *open* or *past*; "" for one that isn't there. One that was stopped reads as past."""
        state = self.state(now=now)
        if state == "open":
            return "open"
        if state in {Stage.AGREED, Stage.BRIEFED} and now < self.opens_at:
            return "coming"
        return "past" if state in {"closed", "stopped", Stage.HANDED_OVER} or self._was_open() else ""

    @property
    def agreed_at(self) -> datetime | None:
        """When both sides had agreed, for the first time."""
        return min((step.at for step in self.steps.all() if step.stage == Stage.AGREED), default=None)

    @property
    def is_stopped(self) -> bool:
        """Whether a stop is in force; read once per object, from prefetched stops where there are."""
        if not hasattr(self, "_is_stopped"):
            self._is_stopped = any(stop.undone_at is None for stop in self.mandate.stops.all())
        return self._is_stopped

    def _was_open(self) -> bool:
        ended_at = self.mandate.ended_at
        return self.stage == Stage.CANCELLED and ended_at is not None and ended_at > self.opens_at


class Place(models.Model):
    """One channel that is lent, in which languages (none named: any)."""

    takeover = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="places")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", verbose_name=_("channel"))
    languages: models.JSONField[Any, Any] = models.JSONField(_("languages"), default=list, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="channel_once_a_takeover", fields=["takeover", "channel"])]

    def __str__(self) -> str:
        names = ", ".join(language_name(code) for code in self.languages)
        return f"{self.channel} ({names})" if names else str(self.channel)

    def meets(self, other: Place) -> bool:
        """Whether both want the same channel in the same language."""
        if self.channel_id != other.channel_id:
            return False
        return not self.languages or not other.languages or bool(set(self.languages) & set(other.languages))


# What a change can be of, as it is said to people.
TERMS = {
    "title": _("title"),
    "why": _("why, for the public"),
    "window": _("window"),
    "channels": _("channels and languages"),
    "kinds": _("sorts of posts"),
    "may_answer": _("answers to the public"),
    "signature": _("signature"),
    "guardian": _("guardian"),
    "oversight": _("whose yes a post needs"),
    "per_day": _("posts a day"),
}


class Step(models.Model):
    """One step that a person took: to which stage, who, when, and why.

    `changed` names the terms (of `TERMS`) that the person changed with it, and `asks_again` says whether the other side
    is asked because of that; other changes lead to no other stage.
    """

    takeover = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("why"), blank=True)
    changed: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    asks_again = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.takeover}: {self.get_stage_display()}"

    @property
    def changed_words(self) -> str:
        """What was changed, in the words of people; "" for a step that changed nothing."""
        return ", ".join(str(TERMS[name]) for name in self.changed)
