"""The outbox: one worker's loop. It claims what is due, asks the gate, writes intents, calls, records.

All database work happens here, on one thread, in short durable transactions; the calls themselves run in a pool of
threads, never inside a transaction. Outcomes come back through a queue and are written in batches.

    claim ──► gate ──► intent on disk ──► call ──► outcome on disk
                │                           │
                └► held                     └► unclear ──► look-up ──► sent, again, or uncertain
"""

from __future__ import annotations

import heapq
import itertools
import queue
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)

from itac.core import clock
from itac.core.crewing import own_name, unwatched
from itac.core.logs import get_logger
from itac.networks.protocol import CantTell, Finding, Outcome, Preparation, Refused, TryLater, Unclear
from itac.publishing import claiming, settling
from itac.publishing.claiming import START_SECONDS, Flight
from itac.publishing.errors import MovedMeanwhile
from itac.publishing.models import Attempt, Delivery, DeliveryPart, State, WorkerBeat
from itac.publishing.payload import ChangedMedia
from itac.publishing.settling import Answered, GoOn, LookLater, NotBegun

log = get_logger("itac.outbox")
IDLE_SECONDS = 0.2  # how long the loop waits for an outcome before it looks what is due
LINE_SECONDS = 0.5  # a call that waited longer for a free thread goes before the gate again
USUAL_LINE_SECONDS = 0.15  # how long a call may be expected to wait there
GATHER_SECONDS = 0.02  # how long answers are gathered while calls still stand in line
BEAT_SECONDS = 2.0


class Worker:
    """One outbox worker. Several may run, in one process or on many machines.

    `watch` is called with the name of each point around a call (`before_intent`, `after_intent`, `before_record`,
    `between_parts`): tests stop the process there.
    """

    def __init__(
        self,
        *,
        in_flight: int | None = None,
        now: Callable[[], datetime] = clock.now,
        watch: Callable[[str], None] = unwatched,
    ) -> None:
        self.name = own_name()
        self.capacity = in_flight or settings.IN_FLIGHT
        self.now, self.watch = now, watch
        self.answers: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self.unsettled: list[Answered] = []
        self.calling: set[int] = set()  # deliveries with a call whose answer isn't recorded
        self.going_on: list[int] = []
        self.to_look: list[tuple[datetime, int, Flight]] = []
        self.call_seconds: float | None = None  # what a call takes at present
        self.order = itertools.count()
        self.stopping = threading.Event()
        self.doubtful = False
        self.next_beat = self.next_adoption = 0.0
        self.pool = ThreadPoolExecutor(max_workers=self.capacity, thread_name_prefix="call")

    @property
    def under_way(self) -> int:
        """How many calls have begun whose answer isn't recorded."""
        return len(self.calling)

    @property
    def room(self) -> int:
        """How many calls may be begun now: one for each free thread, and some to stand in line for the next threads."""
        return self.capacity + self.line - self.under_way

    @property
    def line(self) -> int:
        """How many calls may stand in line, so that no thread waits for the disk: as many as the threads take up soon.

        The slower the networks answer, the shorter it is; while none has answered yet there is none.
        """
        if self.call_seconds is None:
            return 0
        return min(2 * self.capacity, int(self.capacity * USUAL_LINE_SECONDS / max(self.call_seconds, 0.001)))

    # -- the loop ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until `stop`; calls that have begun are finished and recorded before it returns."""
        log.info("worker_started", worker=self.name)
        try:
            while not (self.stopping.is_set() and not self.under_way and not self.unsettled):
                try:
                    self.turn()
                except (DatabaseError, MovedMeanwhile) as error:
                    # Busy, full or gone, or another worker took over what this one slept on: outcomes stay in
                    # `unsettled`, claims were rolled back. Nothing is lost; the next turn reads afresh.
                    log.warning(
                        "database_trouble", worker=self.name, error=type(error).__name__, said=_first_line(error)
                    )
                    self._doubt()
                    time.sleep(IDLE_SECONDS)
        finally:
            self.pool.shutdown(wait=True)
            self._say_goodbye()

    def stop(self) -> None:
        """Begin nothing new, and let `run` return. Safe from any thread and from a signal handler."""
        self.stopping.set()

    def turn(self) -> None:
        """One round: record what came back, then begin what is due; waits at most `IDLE_SECONDS` for either."""
        self._beat()
        self._gather()
        if self.unsettled:
            self.watch("before_record")
            self._settle()
        if not self.stopping.is_set():
            self._begin()

    def work_off(self, *, at_most_seconds: float = 60.0) -> None:
        """Turn until nothing is due, under way or to be looked up now. For commands and tests, not for a service."""
        end = time.monotonic() + at_most_seconds
        while time.monotonic() < end:
            self.turn()
            busy = self.under_way or self.unsettled or self.going_on or not self.answers.empty()
            looks = any(at <= self.now() for at, _order, _flight in self.to_look)
            if not busy and not looks and not Delivery.objects.due(at=self.now()).exists():
                return

    # -- recording -----------------------------------------------------------------------------------

    def _gather(self) -> None:
        wait = 0.0 if self.unsettled else self._seconds_to_wait()
        try:
            self.unsettled.append(self.answers.get(timeout=wait) if wait else self.answers.get_nowait())
            end = time.monotonic() + GATHER_SECONDS
            while True:
                # Nobody is kept waiting while threads find calls in line, and one transaction serves many answers.
                in_line = self.under_way - len(self.unsettled) - self.capacity
                wait = end - time.monotonic() if 2 * in_line > self.line else 0.0
                self.unsettled.append(self.answers.get(timeout=wait) if wait > 0 else self.answers.get_nowait())
        except queue.Empty:
            pass
        took = [answer.seconds for answer in self.unsettled if answer.seconds is not None]
        if took:
            mean = statistics.fmean(took)
            self.call_seconds = mean if self.call_seconds is None else (self.call_seconds + mean) / 2

    def _seconds_to_wait(self) -> float:
        if self.under_way >= self.capacity:
            return IDLE_SECONDS
        if self.going_on:
            return 0.0
        soonest = Delivery.objects.filter(state=State.PLANNED).order_by("ready_at").values_list("ready_at", flat=True)
        ready = soonest.first()
        looks = self.to_look[0][0] if self.to_look else None
        nearest = min((at for at in (ready, looks) if at), default=None)
        if nearest is None or self.stopping.is_set():
            return IDLE_SECONDS
        return max(0.0, min(IDLE_SECONDS, (nearest - self.now()).total_seconds()))

    def _doubt(self) -> None:
        """Believe the database alone: what a failed transaction left in memory isn't so, or was committed all the same
        before its line broke. `_settle` reads each flight again, `_adopt` finds what is in nobody's hand."""
        self.doubtful, self.going_on, self.next_adoption = True, [], 0.0
        connection.close()

    def _settle(self) -> None:
        answers, now = self.unsettled, self.now()
        if self.doubtful:
            answers = [answer for answer in answers if settling.read_again(answer, worker=self.name)]
        try:
            with transaction.atomic(durable=True):
                following = settling.settle(answers, worker=self.name, now=now)
        except IntegrityError:
            following = [step for answer in answers for step in self._settle_alone(answer, now)]
        self.calling.difference_update(answer.flight.delivery.pk for answer in self.unsettled)
        self.unsettled = []
        for step in following:
            match step:
                case GoOn(flight=flight):
                    self.going_on.append(flight.delivery.pk)
                case LookLater(at=at, flight=flight):
                    heapq.heappush(self.to_look, (at, next(self.order), flight))
        if self.going_on:
            self.watch("between_parts")

    def _settle_alone(self, answer: Answered, now: datetime) -> Sequence[settling.Next]:
        """One answer that may not be what it seems, such as a post that another delivery has already: ask a person."""
        if not settling.read_again(answer, worker=self.name):
            return []
        try:
            with transaction.atomic(durable=True):
                return settling.settle([answer], worker=self.name, now=now)
        except IntegrityError:
            settling.read_again(answer, worker=self.name)
            doubtful = Answered(answer.flight, "find", CantTell(code="unexpected"))
            answer.flight.attempt = None
            with transaction.atomic(durable=True):
                return settling.settle([doubtful], worker=self.name, now=now)

    # -- beginning -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._adopt()
        self._look()
        room = self.room
        if room <= 0:
            return
        # Looked for outside the transaction first: an idle worker never takes SQLite's write lock.
        if not self.going_on and not Delivery.objects.due(at=self.now()).exists():
            return
        going_on = self.going_on[:room]
        with transaction.atomic(durable=True):
            # Promises 2 and 6: not the moment before others let this one write. A window may have closed meanwhile.
            now = self.now()
            # Locked, so that nobody adopts one between this look and its intent (SQLite has one writer anyway).
            mine = Delivery.objects.select_for_update(of=("self",)).filter(
                pk__in=going_on, state=State.SENDING, worker=self.name
            )
            deliveries = list(claiming.with_content(mine)) if going_on else []
            deliveries += claiming.claim(worker=self.name, most=room - len(going_on), now=now)
            begun = claiming.begin(deliveries, worker=self.name, now=now)
            if begun.to_publish:
                self.watch("before_intent")
        del self.going_on[: len(going_on)]
        if begun.to_publish:
            self.watch("after_intent")
        for flight in begun.to_publish:
            self._start("publish", flight)
        for flight in begun.to_prepare:
            self._start("prepare", flight)

    def _adopt(self) -> None:
        if self.doubtful:
            in_hand = self.calling.union(self.going_on, (flight.delivery.pk for _at, _order, flight in self.to_look))
            self._take_up(claiming.in_nobodys_hand(worker=self.name, but=in_hand))
            self.doubtful = False
        if time.monotonic() < self.next_adoption:
            return
        self.next_adoption = time.monotonic() + min(BEAT_SECONDS, settings.WORKER_DEAD_SECONDS / 3)
        alive_since = self.now() - timedelta(seconds=settings.WORKER_DEAD_SECONDS)
        alive = WorkerBeat.objects.filter(beat_at__gte=alive_since, ended_at=None).values("worker")
        if (
            not Delivery.objects.filter(state=State.SENDING)
            .exclude(worker__in=alive)
            .exclude(worker=self.name)
            .exists()
        ):
            return
        with transaction.atomic(durable=True):
            orphans = claiming.adopt(worker=self.name, most=self.capacity, now=self.now())
        self._take_up(orphans)

    def _take_up(self, orphans: Sequence[Delivery]) -> None:
        for delivery in orphans:
            log.info("delivery_adopted", delivery=delivery.pk, worker=self.name)
            if delivery.payload is None:
                self.going_on.append(delivery.pk)
                continue
            flight = claiming.take_in_hand(delivery)
            if flight.attempt is None:
                self.going_on.append(delivery.pk)
            else:
                heapq.heappush(self.to_look, (self.now(), next(self.order), flight))

    def _look(self) -> None:
        while self.to_look and self.to_look[0][0] <= self.now() and self.room > 0:
            _at, _order, flight = heapq.heappop(self.to_look)
            others = DeliveryPart.objects.filter(channel_id=flight.delivery.channel_id).exclude(remote_id="")
            since = flight.part.began_at if flight.part else None
            if since:
                others = others.filter(sent_at__gte=since - timedelta(hours=1))
            flight.taken = frozenset(others.values_list("remote_id", flat=True))
            self._start("find", flight)

    def _start(self, kind: str, flight: Flight) -> None:
        self.calling.add(flight.delivery.pk)
        self.pool.submit(self._call, kind, flight, flight.attempt, time.monotonic())

    # -- calling (in the pool's threads) -------------------------------------------------------------

    def _call(self, kind: str, flight: Flight, attempt: Attempt | None, in_line_since: float) -> None:
        outcome: Outcome | Finding | Preparation | NotBegun
        changed = False
        began = time.monotonic()
        try:
            # Promise 2: what the gate said holds for this moment, not for one after a wait.
            waited_too_long = kind == "publish" and began - in_line_since > LINE_SECONDS
            outcome = NotBegun() if waited_too_long else self._ask(kind, flight)
        except ChangedMedia:
            outcome, changed = Refused(code="picture_changed"), True
        except Exception as error:  # noqa: BLE001 -- whatever it was, the outcome is recorded and a person sees it
            # Without its traceback, which could hold what was to be sent (Promise 8).
            log.error("call_failed", kind=kind, delivery=flight.delivery.pk, error=type(error).__name__)  # noqa: TRY400
            outcome = _unexpected(kind)
        finally:
            # A website's or a session's row was written on this thread's own connection.
            connections.close_all()
        seconds = None if isinstance(outcome, NotBegun) else time.monotonic() - began
        self.answers.put(Answered(flight, kind, outcome, attempt, changed, seconds))

    def _ask(self, kind: str, flight: Flight) -> Outcome | Finding | Preparation:
        channel, sending = flight.delivery.channel, flight.sending()
        if kind == "prepare":
            return flight.plug.prepare(channel, sending, now=self.now())
        if kind == "find":
            return flight.plug.find(channel, sending)
        began = flight.attempt.began_at if flight.attempt else self.now()
        if (self.now() - began).total_seconds() > START_SECONDS:
            # This process slept; another worker may be looking this part up by now. Don't call.
            return TryLater(code="worker_slow")
        return flight.plug.publish(channel, sending)

    # -- being alive ---------------------------------------------------------------------------------

    def _beat(self) -> None:
        if time.monotonic() < self.next_beat:
            return
        self.next_beat = time.monotonic() + min(BEAT_SECONDS, settings.WORKER_DEAD_SECONDS / 4)
        close_old_connections()
        facts: dict[str, Any] = {"beat_at": self.now(), "ended_at": None}
        WorkerBeat.objects.update_or_create(worker=self.name, defaults=facts)
        WorkerBeat.objects.filter(beat_at__lt=self.now() - timedelta(days=7)).delete()

    def _say_goodbye(self) -> None:
        try:
            WorkerBeat.objects.filter(worker=self.name).update(ended_at=self.now())
        except DatabaseError:
            log.warning("goodbye_not_said", worker=self.name)
        connections.close_all()
        log.info("worker_stopped", worker=self.name)


def _first_line(error: Exception) -> str:
    """Why the database can't, such as "database or disk is full". Never the values of a row (Promise 8)."""
    return str(error).partition("\n")[0] if isinstance(error, OperationalError) else ""


def _unexpected(kind: str) -> Outcome | Finding | Preparation:
    """What an error in our own code means for the delivery: a visible call stays unclear."""
    if kind == "publish":
        return Unclear(code="unexpected")
    return CantTell(code="unexpected") if kind == "find" else Refused(code="unexpected")
