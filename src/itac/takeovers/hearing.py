"""Hearing what the public says below a window's posts, while the window is open and an hour after.

Each reply once: the rows and the cursor are written in one transaction, by whoever still is the channel's listener,
and the database refuses a second row for the same reply. What a network can't tell now is heard later.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, close_old_connections, connections, transaction
from django.db.models import Q

from itac.core import clock
from itac.core.logs import get_logger
from itac.networks.models import Channel
from itac.networks.protocol import Hearing, Known, Listening, NeedsPerson, PublicReply, Refused, Replies, TryLater
from itac.publishing.models import DeliveryPart, PartState
from itac.takeovers import replying
from itac.takeovers.models import Place, Reply, ReplyCursor, Stage, TakeOver
from itac.takeovers.models.replies import KEPT_FOR

log = get_logger("itac.hearing")
AFTER = timedelta(hours=1)  # people go on answering for a while
EVERY = timedelta(seconds=20)  # how often a channel is asked
SLOWEST = timedelta(minutes=5)
AT_ONCE = 20  # questions to one channel, as long as it has more to tell
LOOK_SECONDS = 3.0  # how often it is looked which channel's turn it is
CALL_SECONDS = 15.0  # at most: what isn't heard now is heard later, and a process that ends waits for the call
LEASE = timedelta(seconds=30)  # beyond the call itself: a listener that died is followed by another


class Listener:
    """Hears all channels that are lent, one after the other, and sends off answers that were approved."""

    name = "listener"

    def __init__(self) -> None:
        self.key = f"listener-{uuid4().hex}"
        self.stopping = threading.Event()

    def run(self) -> None:
        """Listen until `stop`."""
        try:
            while not self.stopping.is_set():
                close_old_connections()
                now = clock.now()
                replying.send_approved(now=now)
                hear_all(self.key, now=now, stopping=self.stopping)
                self.stopping.wait(LOOK_SECONDS)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Let `run` return once the call under way is over."""
        self.stopping.set()


def listened(now: datetime) -> list[TakeOver]:
    """The take-overs whose public is listened to now."""
    lent = TakeOver.objects.filter(opens_at__lte=now, closes_at__gt=now - AFTER, mandate__grants__isnull=False)
    lent = lent.exclude(stage=Stage.HANDED_OVER)
    ended = Q(mandate__ended_at__isnull=True) | Q(mandate__ended_at__gt=now - AFTER)
    return list(lent.filter(ended).distinct())


def channels_to_hear(now: datetime) -> list[Channel]:
    """The lent channels whose network tells of replies, whether or not it is their turn."""
    takeovers = listened(now)
    if not takeovers:
        return []
    ids = Place.objects.filter(takeover__in=takeovers).values_list("channel_id", flat=True)
    return [channel for channel in Channel.objects.filter(pk__in=set(ids)) if hears(channel)]


def hears(channel: Channel) -> bool:
    """Whether its network tells of replies; where it doesn't, people look there themselves."""
    return channel.plug().capabilities(channel).replies


def hear_all(listener: str, *, now: datetime, stopping: threading.Event | None = None) -> None:
    """Ask each channel whose turn it is, until there is no more for now. One that fails keeps no other from it."""
    for channel in channels_to_hear(now):
        try:
            for _again in range(AT_ONCE):
                if not hear(channel, listener, now=now) or (stopping is not None and stopping.is_set()):
                    break
        except Exception as error:
            log.exception("hearing_failed", channel=channel.pk, error=type(error).__name__)


def hear(channel: Channel, listener: str, *, now: datetime) -> bool:
    """Ask the channel once, if it is its turn and nobody else asks; whether it is worth asking again at once.

    The network is called between two transactions, and never inside one.
    """
    cursor = _take_turn(channel, listener, now=now)
    if cursor is None:
        return False
    parts = _parts_of(channel, now=now)
    known = {
        name: Known(version=version, under=under)
        for name, version, under in Reply.objects.filter(channel=channel, part__in=list(parts.values()), gone_at=None)
        .exclude(emptied_at__isnull=False)
        .values_list("remote_id", "version", "part__remote_id")
    }
    listening = Listening(posts=list(parts), cursor=cursor.cursor, known=known, seconds=_call_seconds())
    told = channel.plug().replies(channel, listening) if parts else Replies(cursor=cursor.cursor)
    return _keep(channel, cursor, told, parts, now=now)


def forget_words(now: datetime) -> None:
    """Empty what was kept long enough: who wrote it, and what. That there was a reply stays, for the report."""
    for reply in Reply.objects.outlived(at=now).only("pk"):
        nothing = dict.fromkeys(("author_handle", "author_name", "author_address", "text", "warning", "address"), "")
        Reply.objects.filter(pk=reply.pk).update(
            **nothing, parent="", answer_to={}, remote_id=f"emptied:{reply.pk}", emptied_at=now
        )


def _call_seconds() -> float:
    return min(CALL_SECONDS, settings.REQUEST_SECONDS)


def _take_turn(channel: Channel, listener: str, *, now: datetime) -> ReplyCursor | None:
    """The channel's cursor when it is its turn and this listener was first; nobody else asks then for a while."""
    cursor, _made = ReplyCursor.objects.get_or_create(channel=channel, defaults={"next_at": now})
    lease = now + timedelta(seconds=_call_seconds()) + LEASE
    mine = ReplyCursor.objects.filter(pk=cursor.pk, next_at=cursor.next_at, next_at__lte=now)
    if not mine.update(next_at=lease, listener=listener):
        return None
    return ReplyCursor.objects.get(pk=cursor.pk)


def _parts_of(channel: Channel, *, now: datetime) -> dict[str, DeliveryPart]:
    """What stands on the channel of the windows that are listened to, by its remote id."""
    found = DeliveryPart.objects.filter(
        channel=channel,
        state=PartState.SENT,
        delivery__variant__post__mandate__takeover__in=listened(now),
    ).exclude(remote_id="")
    return {part.remote_id: part for part in found.select_related("delivery__variant__post__mandate__takeover")}


def _keep(
    channel: Channel, cursor: ReplyCursor, told: Hearing, parts: Mapping[str, DeliveryPart], *, now: datetime
) -> bool:
    still_mine = ReplyCursor.objects.filter(pk=cursor.pk, listener=cursor.listener, next_at=cursor.next_at)
    if not isinstance(told, Replies):
        failures = min(cursor.failures + 1, 10)
        still_mine.update(code=told.code, failures=failures, next_at=now + _patience(told, failures))
        return False
    wait = timedelta(seconds=told.after_seconds) if told.after_seconds is not None else EVERY
    facts = {"cursor": told.cursor, "code": told.code, "heard_at": now, "failures": 0}
    try:
        with transaction.atomic():
            if not still_mine.update(**facts, next_at=now if told.more else now + wait):
                return False
            _write(channel, told.replies, parts, now=now)
            Reply.objects.filter(channel=channel, remote_id__in=list(told.gone), gone_at=None).update(gone_at=now)
    except IntegrityError:
        return False  # another process wrote one of them just now; the cursor stays, and they are told again
    return told.more


def _write(
    channel: Channel, replies: Iterable[PublicReply], parts: Mapping[str, DeliveryPart], *, now: datetime
) -> None:
    for reply in replies:
        part = parts.get(reply.under)
        if part is None:
            continue
        takeover = part.delivery.variant.post.mandate.takeover  # type: ignore[union-attr]
        Reply.objects.update_or_create(
            channel=channel,
            remote_id=reply.remote_id,
            defaults={"gone_at": None, **_facts(reply)},
            create_defaults={
                **_facts(reply),
                "takeover": takeover,
                "part": part,
                "heard_at": now,
                "ends_at": max(takeover.closes_at, now) + KEPT_FOR,
            },
        )


def _facts(reply: PublicReply) -> dict[str, object]:
    answers = reply.answer_to
    return {
        "parent": reply.parent[:300],
        "address": reply.address[:500],
        "author_handle": reply.author.handle[:300],
        "author_name": reply.author.name[:300],
        "author_address": reply.author.address[:500],
        "text": reply.text,
        "warning": reply.warning,
        "language": reply.language[:35],
        "attachments": min(reply.attachments, 1_000),
        "at": reply.at,
        "version": reply.version[:100],
        "is_ours": reply.is_ours,
        "answer_to": {"remote_id": answers.remote_id, "mention": answers.mention, "ref": dict(answers.ref)},
    }


def _patience(told: TryLater | Refused | NeedsPerson, failures: int) -> timedelta:
    """How long to leave a channel alone that couldn't be asked: as long as the network said, else longer each time."""
    wait = min(EVERY * 2**failures, SLOWEST) if isinstance(told, TryLater) else SLOWEST
    said = getattr(told, "after_seconds", None)
    return max(wait, timedelta(seconds=said)) if said is not None else wait
