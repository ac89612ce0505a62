"""Deliveries, their parts and attempts: the outbox's own rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itac.campaign.models import Person
from itac.networks.models import Channel
from itac.publishing.models.mandates import Mandate
from itac.publishing.models.posts import Post, Variant


class State(models.TextChoices):
    """Where a delivery stands. *Due* isn't one of them: it is computed from the clock."""

    PLANNED = "planned", pgettext_lazy("delivery", "planned")
    HELD = "held", pgettext_lazy("delivery", "held")
    SENDING = "sending", pgettext_lazy("delivery", "sending")
    AWAITING = "awaiting", pgettext_lazy("delivery", "awaiting a person")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", pgettext_lazy("delivery", "failed")
    UNCERTAIN = "uncertain", pgettext_lazy("delivery", "uncertain")
    CANCELLED = "cancelled", pgettext_lazy("delivery", "cancelled")


class PartState(models.TextChoices):
    """Where one part stands. A part with an attempt whose answer is missing is `SENDING`."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")


class AttemptState(models.TextChoices):
    """What is known of one call."""

    PENDING = "pending", _("no answer yet")
    ACCEPTED = "accepted", _("accepted")
    NOT_ACCEPTED = "not_accepted", _("known not to have been accepted")
    UNCLEAR = "unclear", _("unclear")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what is asked of them."""

    def due(self, *, at: datetime) -> DeliveryQuerySet:
        """Planned, and their moment (or that of the next try) has come; the earliest first."""
        return self.filter(state=State.PLANNED, ready_at__lte=at).order_by("ready_at", "pk")

    def between(self, start: datetime, end: datetime) -> DeliveryQuerySet:
        """The plan of a stretch of time, half-open, in its order."""
        return self.filter(due_at__gte=start, due_at__lt=end).order_by("due_at", "pk")

    def few_in(self, *states: State) -> DeliveryQuerySet:
        """Those in states in which few are at a time: found by state first, beside any number in other states.

        A plain condition on the state leaves databases to guess that each state holds its share of the rows.
        """
        few = Delivery.objects.filter(state__in=states).order_by().values("pk")
        return self.filter(pk__in=few)

    def editable_by(self, actor: Person) -> DeliveryQuerySet:
        """Deliveries of posts this person may change."""
        if actor.is_coordinator:
            return self
        return self.filter(variant__post__organisation_id__in=actor.organisation_ids("editor"))

    def visible_to(self, actor: Person) -> DeliveryQuerySet:
        """Deliveries of posts this person may read whole."""
        if actor.is_coordinator:
            return self
        own = Q(variant__post__organisation_id__in=actor.organisation_ids())
        asked = Q(variant__post__in=Post.objects.asked_of(actor).order_by().values("pk"))
        guarded = Q(variant__post__mandate__in=Mandate.objects.guarded_by(actor))
        by_hand = Q(channel__person=actor) | Q(channel__stand_in=actor) | Q(hand=actor)
        return self.filter(own | guarded | asked | (by_hand & Q(state__in=[State.AWAITING, State.SENT])))

    def taken(self, *, start: datetime, end: datetime) -> Any:
        """All that other members learn of the plan: which slots are taken. Dictionaries of channel, time, organisation.

        Nothing of the post itself is even read from the database. Each slot once, by time: how many languages it has
        isn't told either.
        """
        return (
            self.between(start, end)
            .exclude(state=State.CANCELLED)
            .values("due_at", "channel_id", "channel__name", "variant__post__organisation_id")
            .order_by("due_at", "channel_id")
            .distinct()
        )


class Delivery(models.Model):
    """One variant going to one channel at one time.

    Promise 1 (once): it leaves PLANNED for SENDING through the outbox alone, and becomes SENT at most once. What may
    follow what is declared in `MOVES` and done by `moving.move`; what workers move by the hundred, `claiming` and
    `settling` do by the same conditional update.
    """

    MOVES = {
        # To UNCERTAIN otherwise than from SENDING: where an older copy was put back (`returning`).
        State.PLANNED: {State.SENDING, State.HELD, State.CANCELLED, State.UNCERTAIN},
        State.HELD: {State.PLANNED, State.CANCELLED, State.UNCERTAIN},
        State.SENDING: {
            State.PLANNED,
            State.HELD,
            State.AWAITING,
            State.SENT,
            State.FAILED,
            State.UNCERTAIN,
        },
        State.AWAITING: {State.SENT, State.FAILED, State.CANCELLED},
        State.FAILED: {State.PLANNED, State.CANCELLED, State.UNCERTAIN},
        State.UNCERTAIN: {State.SENT, State.SENDING, State.HELD, State.CANCELLED},
        State.SENT: set[State](),
        State.CANCELLED: set[State](),
    }

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries")
    due_at = models.DateTimeField(_("due"), db_index=True)
    ready_at = models.DateTimeField()  # due_at, or the moment of the next try
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    moved_at = models.DateTimeField(_("since"))
    code = models.CharField(_("why"), max_length=60, blank=True)  # of `codes.CODES`: why held, failed, uncertain
    hold_for = models.CharField(max_length=60, blank=True)  # who pressed: "organisation", "person" or ""
    tries = models.PositiveSmallIntegerField(default=0)
    # Claimed by a worker; others look after it once that worker's heartbeat is missing.
    worker = models.CharField(max_length=64, blank=True)
    # Frozen when sending begins: the exact payload, which nothing changes any more.
    payload: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    # A person said "send now": the lateness rule is answered; everything else is still asked.
    released_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    address = models.URLField(_("address of the post"), max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # By hand: who took it on or was given it, and when. Empty: those whom the channel names.
    hand = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_delivery_a_variant", fields=["variant"], condition=~Q(state="cancelled")),
            models.CheckConstraint(name="delivery_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="sent_says_when", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
            models.CheckConstraint(name="sending_says_who", condition=~Q(state="sending") | ~Q(worker="")),
        ]
        indexes = [
            models.Index(fields=["ready_at", "id"], name="delivery_ready", condition=Q(state="planned")),
            models.Index(fields=["worker"], name="delivery_in_hand", condition=Q(state="sending")),
            models.Index(fields=["state", "moved_at"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} ({self.get_state_display()})"

    @property
    def grace(self) -> timedelta:
        """How late it may leave by itself."""
        return timedelta(seconds=self.variant.post.grace_seconds)


class DeliveryPart(models.Model):
    """One message of a delivery: the only one, or one of a thread.

    Promise 1: `key` is its network key for life; `frozen` is what must be the same on each try.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="parts")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PartState, default=PartState.WAITING)
    frozen: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    ref: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    address = models.CharField(max_length=500, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["delivery", "place"]
        constraints = [
            models.UniqueConstraint(name="part_place_once", fields=["delivery", "place"]),
            models.UniqueConstraint(name="key_once_a_channel", fields=["channel", "key"]),
            models.UniqueConstraint(
                name="remote_once_a_channel", fields=["channel", "remote_id"], condition=~Q(remote_id="")
            ),
            models.CheckConstraint(name="sent_has_remote_id", condition=~Q(state="sent") | ~Q(remote_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.delivery}, {self.place}"


class Attempt(models.Model):
    """One call for one part, written before it is made (Promise 1).

    `fingerprint` is the hash of what was sent; another content can't be sent as the same part's next attempt.
    `deadline_at` is the latest moment at which it can still arrive.
    """

    part = models.ForeignKey(DeliveryPart, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    worker = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=AttemptState, default=AttemptState.PENDING)
    code = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["part", "number"]
        constraints = [
            models.UniqueConstraint(name="attempt_number_once", fields=["part", "number"]),
            models.UniqueConstraint(
                name="one_pending_attempt", fields=["part"], condition=Q(state__in=["pending", "unclear"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.number} ({self.get_state_display()})"


class DeliveryMoveQuerySet(models.QuerySet["DeliveryMove"]):
    """Moves by who made them."""

    def by_people(self) -> DeliveryMoveQuerySet:
        """Those of people: few among the workers' many, with an index of their own."""
        return self.filter(actor__isnull=False)


class DeliveryMove(models.Model):
    """One move of a delivery from one state to another: by whom, when, and why. Without an actor: the worker.

    `whom` is the person in whose hand it is since a move that changes nothing else.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="moves")
    before = models.CharField(max_length=10, choices=State)
    after = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    whom = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DeliveryMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="move_by_a_person", condition=Q(actor__isnull=False))]

    def __str__(self) -> str:
        return f"{self.delivery}: {self.get_before_display()}, {self.get_after_display()}"


class WorkerBeat(models.Model):
    """A worker's heartbeat. A worker whose beat is missing is dead to the others."""

    worker = models.CharField(max_length=64, unique=True)
    beat_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker
