"""The line to a network's server: each request goes out once, is over in time, and what left is known.

Promise 1 stands on two facts that HTTP libraries don't tell: whether any byte of a request may have left this machine
(`Missing.NOT_SENT` or not), and that a call can't outlive its time, not even one byte at a time. So the sockets here
note the first byte and take each wait from what is left of the call's time. Nothing is sent again: no retries, no
redirects, no log-in by `.netrc`, no cookies.

One `Line` belongs to one thread and one server; `line_to` keeps it open for the next call.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

CONNECT_SECONDS = 10.0
# Puma, behind Mastodon, lets an idle connection go after 20 s: one that may be dying isn't used again.
IDLE_SECONDS = 15.0
LINES_A_THREAD = 32


class Missing(Enum):
    """Why there is no answer."""

    NOT_SENT = "not_sent"  # no byte of the request left: known not to have been accepted
    CUT = "cut"  # the line broke after bytes may have left
    LATE = "late"  # the time was over after bytes may have left
    UNREADABLE = "unreadable"  # it says yes, but not what became of the request


class NoReply(Exception):
    """There is no whole answer; `missing` says what that means."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.value)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def entity(self) -> Any:
        """The answer's JSON value; None when it isn't JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def member(self, name: str) -> str:
        """A text of the answer's JSON object; "" when there is none."""
        entity = self.entity()
        value = entity.get(name) if isinstance(entity, dict) else None
        return value if isinstance(value, str) else ""


class _Call(threading.local):
    """The call this thread is making: when it must be over (stopwatch seconds), and whether a byte of it left."""

    over_at = 0.0
    left = False


_call = _Call()


class _Timed:
    """A socket whose every wait ends with the call, and which notes the first byte on its way."""

    def _hurry(self) -> None:
        remaining = _call.over_at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("The time of this call is over")
        self.settimeout(remaining)  # type: ignore[attr-defined]

    def recv_into(self, *args: Any) -> int:
        self._hurry()
        return super().recv_into(*args)  # type: ignore[misc]

    def send(self, data: Any, flags: int = 0) -> int:
        self._hurry()
        _call.left = True
        return super().send(data, flags)  # type: ignore[misc]

    def sendall(self, data: Any, flags: int = 0) -> None:
        # Promise 1: a call whose time passed while the name was looked up sends nothing any more.
        self._hurry()
        _call.left = True
        super().sendall(data, flags)  # type: ignore[misc]


class _PlainSocket(_Timed, socket.socket):
    pass


class _TlsSocket(_Timed, ssl.SSLSocket):
    pass


def _timed(plain: socket.socket) -> _PlainSocket:
    timeout = plain.gettimeout()
    timed = _PlainSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    timed.settimeout(timeout)
    return timed


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _timed(super()._new_conn())


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _timed(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Sends once, over timed sockets."""

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_tls(self._bundle), **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=_tls(self._bundle), **options)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
        return manager


@lru_cache(maxsize=4)
def _tls(bundle: str) -> ssl.SSLContext:
    """One context for all lines that trust the same bundle: each would keep a copy of it."""
    context = create_urllib3_context()
    context.sslsocket_class = _TlsSocket
    return context


class Line(requests.Session):
    """A session with one server that belongs to one thread. After a call, `reply` or `missing` says what is known."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.trust_env = False  # reads files on each call; the machine's proxies are asked for once, here
        with contextlib.suppress(ValueError):  # an address that is none fails when it is asked
            self.proxies = dict(get_environ_proxies(address))
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or ""
        self.verify = bundle or True
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = "ITAC"
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(bundle))
        self.reply: Reply | None = None
        self.missing: Missing | None = None
        self._used_at = 0.0
        self._hollow = False

    def begin(self, seconds: float, *, hollow: bool = False) -> None:
        """Start the clock of a call. `hollow`: give the library on top nothing to read, and keep the answer here.

        Mastodon.py turns each answer into typed objects, which takes 1.6 ms of its 2.1 ms of processor time a call
        (measured 2026-11-24, version 2.3.3); we read a few members instead. It ends its work with an error then,
        which means nothing: `reply` and `missing` say what happened.
        """
        _call.over_at = time.monotonic() + seconds
        self.reply, self.missing, self._hollow = None, None, hollow

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        """Send a request, once. Raises `NoReply`; an answer of any status is an answer."""
        self.reply, self.missing = None, None
        self._drop_idle()
        _call.left = False
        seconds = _call.over_at - time.monotonic()
        if seconds <= 0:
            self.missing = Missing.NOT_SENT
            raise NoReply(self.missing)
        options |= {"allow_redirects": False, "timeout": (min(CONNECT_SECONDS, seconds), seconds), "stream": False}
        try:
            response = super().request(method, url, *args, **options)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self.missing = self._why()
            raise NoReply(self.missing) from error
        self.reply = Reply(response.status_code, response.headers, response.content)
        return _hollowed(self.reply) if self._hollow else response

    def known(self) -> Reply:
        """The last call's answer. Raises `NoReply` when there was none."""
        if self.reply is None:
            raise NoReply(self.missing or Missing.NOT_SENT)
        return self.reply

    def _why(self) -> Missing:
        if not _call.left:
            return Missing.NOT_SENT
        return Missing.LATE if time.monotonic() >= _call.over_at else Missing.CUT

    def _drop_idle(self) -> None:
        then, self._used_at = self._used_at, time.monotonic()
        if self._used_at - then > IDLE_SECONDS:
            self.close()


def _hollowed(reply: Reply) -> requests.Response:
    hollow = requests.Response()
    hollow.status_code = reply.status
    hollow.encoding = "ascii"
    hollow.raw = io.BytesIO(b"-")
    return hollow


class _Lines(threading.local):
    def __init__(self) -> None:
        self.by_address: dict[str, Line] = {}


_lines = _Lines()


def line_to(address: str) -> Line:
    """This thread's line to the server at an address (scheme and host), open since its last call."""
    lines = _lines.by_address
    line = lines.pop(address, None) or Line(address)
    lines[address] = line  # the latest used stands last
    if len(lines) > LINES_A_THREAD:
        lines.pop(next(iter(lines))).close()
    return line


def ask(method: str, url: str, *, seconds: float, **options: Any) -> Reply:
    """One request, over within `seconds`. Raises `NoReply`."""
    line = line_to("/".join(url.split("/", 3)[:3]))
    line.begin(seconds)
    line.request(method, url, **options)
    return line.known()


class Stopwatch:
    """How much of a call's time is left, when it takes several requests."""

    def __init__(self, seconds: float) -> None:
        self._over_at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; 0.0 when the time is over."""
        return max(0.0, self._over_at - time.monotonic())
