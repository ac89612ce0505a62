"""Carrying corrections and withdrawals out, beside the outbox, in every worker process.

As with sending, a call is made between two transactions and what is on disk says that it may be under way. Unlike
sending, making it again is harmless: the same content twice, or a second deletion, changes nothing. So a dead worker's
work is simply done again by another, and an unclear call is repeated, for at most an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from itac.core import clock
from itac.core.crewing import InTurns, unwatched
from itac.core.logs import get_logger
from itac.networks.models import Channel, Health
from itac.networks.protocol import (
    Accepted,
    Awaiting,
    Content,
    NeedsPerson,
    Outcome,
    Prepared,
    Refused,
    Sending,
    TryLater,
)
from itac.publishing.claiming import backoff
from itac.publishing.models import Delivery, DeliveryPart, Righting, RightingKind, RightingState
from itac.publishing.payload import ChangedMedia, content_of
from itac.publishing.righting import move_on, stopped_by, waits_for_answer

log = get_logger("itac.mending")
ASKED_AGAIN = timedelta(seconds=10)  # between two looks whether approvers have answered
CALLS = 25  # what a mender is given time for, at their longest, before another believes that it is dead
PATIENCE = timedelta(hours=1)  # how long an unclear or refused-for-now call is repeated before a person is asked


class Mender(InTurns):
    """One mender; several may run. `watch` is called at `before_call` and `before_record`: tests stop it there."""

    idle_seconds = 0.5

    def __init__(self, *, now: Callable[[], datetime] = clock.now, watch: Callable[[str], None] = unwatched) -> None:
        super().__init__()
        self.now, self.watch = now, watch

    def turn(self) -> bool:
        """One correction or withdrawal, if one is due. Whether there was one."""
        self._take_over()
        righting = Righting.objects.due(at=self.now()).select_related("delivery__channel", "delivery__variant").first()
        if righting is None:
            return False
        if self._claim(righting):
            self.watch("before_call")
            outcome = self._carry_out(righting)
            self.watch("before_record")
            self._record(righting, outcome)
        return True

    def _take_over(self) -> None:
        """What a dead mender had in hand is planned again: doing it twice changes nothing."""
        dead_since = self.now() - timedelta(seconds=settings.REQUEST_SECONDS * CALLS + settings.MARGIN_SECONDS)
        for righting in Righting.objects.filter(state=RightingState.DOING, began_at__lt=dead_since):
            with transaction.atomic(durable=True):
                move_on(righting, to=RightingState.PLANNED, now=self.now(), worker="", code="worker_died")

    def _claim(self, righting: Righting) -> bool:
        now = self.now()
        with transaction.atomic(durable=True):
            code = stopped_by(righting, now=now)
            if code == "not_approved" and waits_for_answer(righting, now=now):
                still = Righting.objects.filter(pk=righting.pk, state=RightingState.PLANNED)
                still.update(ready_at=now + ASKED_AGAIN, code="waits_for_answer")
                return False
            if code:
                move_on(righting, to=RightingState.HELD, now=now, code=code)
                return False
            facts = {"worker": self.name, "code": ""}
            move_on(righting, to=RightingState.DOING, now=now, began_at=now, **facts)
        return True

    def _carry_out(self, righting: Righting) -> Outcome:
        """Every part, from the last when taking back, so that no thread stands without its beginning."""
        delivery = righting.delivery
        parts = list(delivery.parts.exclude(remote_id="").order_by("place"))
        outcome: Outcome = Accepted(remote_id="")
        if righting.kind == RightingKind.WITHDRAW:
            parts.reverse()
        content = content_of(righting.after) if righting.after else None
        latest = (righting.began_at or self.now()) + timedelta(seconds=settings.REQUEST_SECONDS * (CALLS - 1))
        for part in parts:
            if self.now() > latest:
                # This process slept; by now another may have done it, and a newer correction after it.
                return TryLater(code="worker_slow")
            try:
                outcome = self._call(delivery, part, content, righting.note)
            except ChangedMedia:
                return Refused(code="picture_changed")
            except Exception as error:  # noqa: BLE001 -- whatever it was, the outcome is recorded and a person sees it
                # Without its traceback, which could hold what was to be sent (Promise 8).
                log.error("mending_failed", righting=righting.pk, error=type(error).__name__)  # noqa: TRY400
                return TryLater(code="unexpected")
            if not isinstance(outcome, Accepted):
                return outcome
        return outcome

    def _call(self, delivery: Delivery, part: DeliveryPart, content: Content | None, note: str) -> Outcome:
        channel = delivery.channel
        plug = channel.plug()
        if content is None:
            return plug.delete(channel, part.remote_id, seconds=settings.REQUEST_SECONDS, note=note)
        sending = Sending(
            content=content, index=part.place, key=part.key, frozen=part.frozen or {}, seconds=settings.REQUEST_SECONDS
        )
        if plug.needs_preparing(sending):
            prepared = plug.prepare(channel, sending, now=self.now())
            if not isinstance(prepared, Prepared):
                return prepared
            sending = Sending(
                content=content,
                index=part.place,
                key=part.key,
                frozen={**(part.frozen or {}), **prepared.frozen},
                seconds=settings.REQUEST_SECONDS,
            )
        return plug.edit(channel, part.remote_id, sending, note=note)

    def _record(self, righting: Righting, outcome: Outcome) -> None:
        now = self.now()
        with transaction.atomic(durable=True):
            match outcome:
                case Accepted():
                    move_on(righting, to=RightingState.DONE, now=now, worker="", code="")
                case Awaiting():
                    move_on(righting, to=RightingState.AWAITING, now=now, worker="", code="by_hand")
                case Refused(code=code) | NeedsPerson(code=code):
                    move_on(righting, to=RightingState.FAILED, now=now, worker="", code=code)
                    if isinstance(outcome, NeedsPerson):
                        facts = {"health": Health.NEEDS_PERSON, "health_code": code, "health_at": now}
                        Channel.objects.filter(pk=righting.delivery.channel_id).update(**facts)
                case _:
                    self._again(righting, outcome.code, getattr(outcome, "after_seconds", None), now=now)

    def _again(self, righting: Righting, code: str, after_seconds: float | None, *, now: datetime) -> None:
        if now - righting.asked_at > PATIENCE:
            move_on(righting, to=RightingState.UNCERTAIN, now=now, worker="", code=code)
            return
        wait = backoff(righting.tries, after_seconds)
        facts = {"tries": righting.tries + 1, "ready_at": now + wait}
        move_on(righting, to=RightingState.PLANNED, now=now, worker="", code=code, **facts)
