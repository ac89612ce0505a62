"""The postman: hands mails over, one after the other, beside the outbox in every worker process.

Once, as far as SMTP allows: the intent is on disk before each handover. One whose answer is missing (the line broke
after the words had begun to go, or the process died) is *unclear* and repeated exactly once, under the same Message-ID.
SMTP has no question "did you get this?", so a second doubt is for a person.

    due ──► intent on disk ──► handover ──► sent | later | failed
                                   └► no answer ──► unclear ──► once more ──► sent | unclear, for a person
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from itac.core import clock
from itac.core.carrying import Accepted, Carrier, Folder, Outcome, Refused, Smtp, TryLater, Unclear
from itac.core.crewing import InTurns, unwatched
from itac.core.logs import get_logger
from itac.core.mailing import move
from itac.core.models import KEPT_DAYS, Mail, MailState

log = get_logger("itac.postman")
HANDOVER_SECONDS = 120.0  # RFC 5321 would wait longer for an answer, but a code that somebody waits for can't
MARGIN_SECONDS = 30.0  # beyond a handover's deadline, before another postman believes that this one is dead
AGAIN_AFTER = timedelta(minutes=2)  # before an unclear mail is repeated: the first may be on its way
LONGEST_WAIT = timedelta(minutes=15)
START_SECONDS = 5.0  # a handover that hasn't begun this long after its intent isn't begun any more
TIDY_EVERY = timedelta(hours=1)


class Postman(InTurns):
    """One postman; several may run, in one process or on many machines: each mail is in one hand at a time.

    `watch` is called at the named points around a handover (`before_intent`, `after_intent`, `before_record`): tests
    stop the process there.
    """

    def __init__(
        self,
        carrier: Carrier,
        *,
        now: Callable[[], datetime] = clock.now,
        watch: Callable[[str], None] = unwatched,
        seconds: float = HANDOVER_SECONDS,
    ) -> None:
        super().__init__()
        self.carrier, self.now, self.watch, self.seconds = carrier, now, watch, seconds
        self.next_tidying: datetime | None = None

    def leave(self) -> None:
        """Let the line to the mail server go."""
        self.carrier.close()

    def turn(self) -> bool:
        """Hand over one mail that is due. False where there is none; then the line is let go."""
        now = self.now()
        self._tidy(now)
        self._adopt(now)
        mail = self._claim(now)
        if mail is None:
            self.carrier.close()
            return False
        self.watch("after_intent")
        outcome = self._hand_over(mail)
        self.watch("before_record")
        with transaction.atomic(durable=True):
            settle(mail, outcome, now=self.now())
        if not isinstance(outcome, Accepted):
            log.warning("mail_not_sent", mail=mail.pk, state=mail.state, code=mail.code)
        return True

    def _hand_over(self, mail: Mail) -> Outcome:
        if (self.now() - mail.moved_at).total_seconds() > START_SECONDS:
            return TryLater("worker_slow")  # this process slept; another may believe it dead by now
        return self.carrier.hand_over(mail)

    def _claim(self, now: datetime) -> Mail | None:
        """The next mail with its intent on disk, in this hand alone; those whose time is over are closed on the way."""
        # Looked for outside the transaction first: an idle postman never takes SQLite's write lock.
        while Mail.objects.due(at=now).exists():
            with transaction.atomic(durable=True):
                due = Mail.objects.due(at=now)
                if connection.features.has_select_for_update_skip_locked:
                    due = due.select_for_update(skip_locked=True)
                mail = due.first()
                if mail is None:
                    return None
                if mail.gives_up_at <= now:
                    close_late(mail, now=now)
                    continue
                self.watch("before_intent")
                deadline = now + timedelta(seconds=self.seconds + MARGIN_SECONDS)
                facts = {"worker": self.name, "deadline_at": deadline, "tries": mail.tries + 1}
                move(mail, to=MailState.SENDING, now=now, **facts)
            return mail
        return None

    def _adopt(self, now: datetime) -> None:
        """What a dead postman had in hand: its intent is there and its answer isn't, so it is unclear."""
        if not Mail.objects.abandoned(at=now).exists():
            return
        with transaction.atomic(durable=True):
            for mail in Mail.objects.abandoned(at=now):
                settle(mail, Unclear("worker_died"), now=now)

    def _tidy(self, now: datetime) -> None:
        """Empty the words that have served their purpose (Promise 7), also those in files."""
        if self.next_tidying is not None and now < self.next_tidying:
            return
        self.next_tidying = now + TIDY_EVERY
        if Mail.objects.spent(at=now).exists():
            Mail.objects.spent(at=now).update(to="", subject="", text="", html="", unsubscribe="", emptied_at=now)
        if isinstance(self.carrier, Folder):
            self.carrier.forget(before=(now - timedelta(days=KEPT_DAYS)).timestamp())


def settle(mail: Mail, outcome: Outcome, *, now: datetime) -> None:
    """Write down what came of a handover, in the caller's transaction. Raises `MovedMeanwhile`.

    A doubt is never forgotten: what was unclear once and is put off now stays unclear, and isn't repeated after a
    second doubt.
    """
    facts: dict[str, Any] = {"worker": "", "deadline_at": None}
    match outcome:
        case Accepted():
            move(mail, to=MailState.SENT, now=now, code="", **facts)
        case Refused(code=code):
            move(mail, to=MailState.FAILED, now=now, code=code, **facts)
        case TryLater(code=code):
            waiting = MailState.UNCLEAR if mail.doubts else MailState.QUEUED
            move(mail, to=waiting, now=now, code=code, ready_at=now + backoff(mail.tries), **facts)
        case Unclear(code=code):
            facts |= {"doubts": mail.doubts + 1, "ready_at": now + AGAIN_AFTER}
            move(mail, to=MailState.UNCLEAR, now=now, code=code, **facts)


def close_late(mail: Mail, *, now: datetime) -> None:
    """The time of a mail is over: it isn't handed over any more. What was unclear stays so, for a person to see."""
    if mail.state == MailState.UNCLEAR:
        Mail.objects.filter(pk=mail.pk, state=MailState.UNCLEAR, doubts=1).update(doubts=2)
    else:
        move(mail, to=MailState.EXPIRED, now=now)


def backoff(tries: int) -> timedelta:
    """How long to wait after that many tries: 10 seconds, doubling up to a quarter of an hour."""
    return min(timedelta(seconds=10 * 2 ** min(tries - 1, 10)), LONGEST_WAIT)


def carrier_of_settings(say: Callable[[str], object]) -> Carrier:
    """The mail server an operator named, else the folder `mail` in the data directory."""
    if settings.MAIL_SERVER is not None:
        return Smtp(settings.MAIL_SERVER, seconds=HANDOVER_SECONDS)
    return Folder(Path(settings.DATA) / "mail", say=say)


class PostOffice:
    """A postman on a thread of its own, from entering the block until leaving it; one that fails is replaced."""

    def __init__(self, say: Callable[[str], object], *, make: Callable[[], Postman] | None = None) -> None:
        self.make = make or (lambda: Postman(carrier_of_settings(say)))
        self.stopping = threading.Event()
        self.postman: Postman | None = None
        self.thread = threading.Thread(target=self._keep, name="postman")

    def start(self) -> None:
        """Begin to work."""
        self.thread.start()

    def stop(self) -> None:
        """Begin no further handover. Safe from any thread and from a signal handler."""
        self.stopping.set()
        if self.postman is not None:
            self.postman.stop()

    def join(self) -> None:
        """Return once the handover that had begun is recorded."""
        while self.thread.is_alive():
            self.thread.join(timeout=0.5)

    def __enter__(self) -> PostOffice:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.join()

    def _keep(self) -> None:
        while not self.stopping.is_set():
            try:
                self.postman = self.make()
                if not self.stopping.is_set():
                    self.postman.run()
            except Exception as error:
                log.exception("postman_failed", error=type(error).__name__)
                self.stopping.wait(InTurns.idle_seconds)
