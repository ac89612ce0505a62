"""Sessions with AT Protocol servers: one a channel, kept, renewed ahead of its end, by one thread at a time.

The SDK's own renewal isn't used: it lets a call fail when renewing fails, although the old token is good for minutes.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DatabaseError

from itac.core import clock
from itac.core.logs import get_logger
from itac.networks.lines import NoReply, Reply, Stopwatch
from itac.networks.protocol import NeedsPerson, TryLater
from itac.networks.secrets import Secret
from itac.networks.waiting import seconds_to_wait

if TYPE_CHECKING:
    from itac.networks.models import Channel

DEFAULT_SERVER = "https://bsky.social"
AHEAD = timedelta(minutes=15)  # renewed this long before the end
BARELY = timedelta(seconds=30)  # with less than this a token isn't used any more
TOKEN_OVER = ("ExpiredToken", "InvalidToken")
CLOSED = ("AccountTakedown", "AccountDeactivated", "RepoTakendown", "RepoDeactivated")

Answer = TypeVar("Answer")
log = get_logger(__name__)


class Refusal(Exception):
    """The server answered, with another status than 2xx."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(str(reply.status))

    @property
    def is_about_token(self) -> bool:
        """Whether the token is over: a definite no, after which the same may be asked with a new one."""
        return self.reply.status in (400, 401) and self.reply.member("error") in TOKEN_OVER


class Unreadable(Exception):
    """The server said yes with something else in it, or the SDK's types refuse what we gave them."""


class Unavailable(Exception):
    """There is no session to be had now; `outcome` says what is known."""

    def __init__(self, outcome: TryLater | NeedsPerson) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


@dataclass(frozen=True, kw_only=True)
class Session:
    """A log-in: whose it is, its two tokens (never shown), and the server where the account's records lie."""

    handle: str
    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    server: str

    @property
    def remaining(self) -> timedelta:
        """How long the access token is still good, by what it says itself; nothing when it doesn't."""
        try:
            payload = self.access.split(".")[1]
            ends = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"]
            return datetime.fromtimestamp(ends, UTC) - clock.now()
        except (IndexError, KeyError, TypeError, ValueError, OverflowError):
            return timedelta(0)


@dataclass
class _Held:
    """A channel's session in this process, and the lock of whoever renews it."""

    secret: tuple[str, str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None


_held: dict[int, _Held] = {}
_held_lock = threading.Lock()


def sdk() -> Any:
    """The module that knows the atproto SDK, imported when it is needed first. No transaction waits for that."""
    from itac.networks import bluesky_sdk  # noqa: PLC0415 -- its import takes a second

    return bluesky_sdk


def sdk_is_here() -> bool:
    """Whether the SDK is imported, so that using it takes no time."""
    return "itac.networks.bluesky_sdk" in sys.modules


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def home(channel: Channel) -> str:
    """The server a channel logs in at."""
    return (channel.address or DEFAULT_SERVER).rstrip("/")


def stored(channel: Channel) -> Session | None:
    """The channel's stored session, whether or not it is still good. Calls nobody."""
    values = dict(channel.session)
    return Session(**values) if set(values) == {"handle", "did", "access", "refresh", "server"} else None


def log_in(channel: Channel, watch: Stopwatch) -> Session:
    """A new session by the app password, stored. Raises `Unavailable`, and `NoReply` when nobody answered."""
    held = _holder(channel)
    with held.lock:
        return _logged_in(held, channel, watch)


def session_for(channel: Channel, watch: Stopwatch, *, unlike: str = "") -> Session:
    """A session good for a call now, and not the one whose token is `unlike` (which a server just refused).

    Renews it when its end is near. A renewal that fails for a passing reason leaves the old session as it is, stored
    and in use while it lasts. Raises `Unavailable`.
    """
    held = _holder(channel)
    with held.lock:  # one renewal a channel: the others wait and find the new one
        current = held.session or stored(channel)
        if not _is_good(current, unlike):
            current = _newer(channel, current) or current
        if current is not None and _is_good(current, unlike):
            held.session = current
            return current
        try:
            return _renewed(held, channel, current, watch)
        except NoReply:
            outcome: TryLater | NeedsPerson = TryLater(code="token_refresh_failed")
        except Unavailable as error:
            outcome = error.outcome
        is_usable = current is not None and current.access != unlike and current.remaining > BARELY
        if current is not None and is_usable and isinstance(outcome, TryLater):
            return current
        raise Unavailable(outcome)


def with_session(channel: Channel, watch: Stopwatch, work: Callable[[Session], Answer]) -> Answer:
    """Do some work with a session, and once more with a new one when its token turned out to be over.

    Promise 1: the second time is allowed because `Refusal` of a token is a definite no. Raises `Unavailable` and all
    that the work raises.
    """
    session = session_for(channel, watch)
    try:
        return work(session)
    except Refusal as refusal:
        if not refusal.is_about_token:
            raise
    return work(session_for(channel, watch, unlike=session.access))


def _is_good(session: Session | None, unlike: str) -> bool:
    return session is not None and session.access != unlike and session.remaining >= AHEAD


def _holder(channel: Channel) -> _Held:
    secret = (home(channel), channel.secret.get("app_password", ""))
    number = _number(channel)
    if number is None:
        return _Held(secret)
    with _held_lock:
        held = _held.get(number)
        if held is None or held.secret != secret:  # new, or connected anew
            held = _held[number] = _Held(secret)
        return held


def _number(channel: Channel) -> int | None:
    """The channel's row; None while it is being connected for the first time."""
    number: int | None = channel.pk
    return number


def _newer(channel: Channel, current: Session | None) -> Session | None:
    """What another process stored meanwhile, if it is another session than the one known here."""
    number = _number(channel)
    if number is None:
        return None
    try:
        found = stored(type(channel).objects.only("session").get(pk=number))
    except (DatabaseError, type(channel).DoesNotExist):
        return None
    return found if found is not None and found != current else None


def _renewed(held: _Held, channel: Channel, current: Session | None, watch: Stopwatch) -> Session:
    if current is None:
        return _logged_in(held, channel, watch)
    try:
        fresh = sdk().refresh_session(current.server, token=current.refresh, watch=watch)
    except Refusal as refusal:
        if refusal.reply.member("error") in CLOSED:
            raise Unavailable(NeedsPerson(code="account_closed")) from None
        # Only the server's word that the refresh token is over makes us log in anew; all else passes by itself.
        if refusal.is_about_token or refusal.reply.status == 401:
            return _logged_in(held, channel, watch)
        raise Unavailable(_later(refusal.reply)) from None
    except Unreadable:
        raise Unavailable(TryLater(code="token_refresh_failed")) from None
    return _keep(held, channel, fresh)


def _logged_in(held: _Held, channel: Channel, watch: Stopwatch) -> Session:
    password = channel.secret.get("app_password", "")
    name = channel.account_id or channel.handle.lstrip("@")
    if not password or not name:
        raise Unavailable(NeedsPerson(code="secret_missing"))
    try:
        session = sdk().create_session(home(channel), identifier=name, password=password, watch=watch)
    except Refusal as refusal:
        raise Unavailable(_log_in_refused(refusal.reply)) from None
    except Unreadable:
        raise Unavailable(NeedsPerson(code="server_wrong")) from None
    return _keep(held, channel, session)


def _log_in_refused(reply: Reply) -> TryLater | NeedsPerson:
    name = reply.member("error")
    by_status = {400: "password_refused", 401: "password_refused", 403: "password_refused", 404: "server_wrong"}
    if name == "AuthFactorTokenRequired":
        return NeedsPerson(code="second_factor")
    if name in CLOSED:
        return NeedsPerson(code="account_closed")
    if 300 <= reply.status < 400:
        return NeedsPerson(code="server_moved")
    if reply.status in by_status and name != "RateLimitExceeded":
        return NeedsPerson(code=by_status[reply.status])
    return _later(reply)


def _later(reply: Reply) -> TryLater:
    is_limit = reply.status == 429 or reply.member("error") == "RateLimitExceeded"
    code = "rate_limited" if is_limit else "token_refresh_failed"
    return TryLater(code=code, after_seconds=seconds_to_wait(reply.headers))


def _keep(held: _Held, channel: Channel, session: Session) -> Session:
    held.session = session
    channel.session = Secret(asdict(session))
    number = _number(channel)
    if number is not None:
        try:
            type(channel).objects.filter(pk=number).update(session=channel.session)
        except DatabaseError:
            # In use here all the same; the old refresh token stays good for a while for whoever reads it.
            log.warning("session_not_stored", channel=number)
    return session
