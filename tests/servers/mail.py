"""A mail server on loopback (aiosmtpd, which speaks SMTP in full) that refuses, stalls and dies where it is told to.

    with MailServer() as server:
        server.answers("DATA_END", "451 4.3.0 Try again later")
        …
        server.mails    # what was accepted, as the server has it

Points in the order of a handover: `CONNECT`, `MAIL`, `RCPT`, `DATA`, and `DATA_END`, the answer to the words. At a
point the server may `answers` with a line of its own, `dies` (the line is cut; at DATA_END after the mail was accepted
or, with `accepts=False`, before) or `stalls` (says nothing for ever). Each order holds for one handover, or `times` of
them; then all is well again.
"""

from __future__ import annotations

import asyncio
import collections
import email
import threading
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Order:
    """What to do at a point: answer with a line, or end the line ("die"), or fall silent ("stall")."""

    do: str
    line: str = ""
    accepts: bool = True


class _Line(SMTP):
    """One connection. aiosmtpd has a hook for most points; those it lacks are its own methods, listened to here."""

    greeted = False

    async def push(self, status: str | bytes) -> None:
        """A reply; the first one of a line is the greeting."""
        if not self.greeted:
            self.greeted = True
            order = self.event_handler.next_order("CONNECT")
            if order is not None:
                await self.event_handler.obey(order, self)
                return
        await super().push(status)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """The word DATA, before its go-ahead."""
        order = self.event_handler.next_order("DATA")
        if order is not None and not await self.event_handler.obey(order, self):
            return None
        return await super().smtp_DATA(arg)


class _Handler:
    """What the server does at each point."""

    def __init__(self) -> None:
        self.orders: dict[str, collections.deque[Order]] = collections.defaultdict(collections.deque)
        self.mails: list[Message] = []
        self.seen: list[str] = []
        self.log_ins: list[tuple[str, str, bool]] = []
        self.arrived = threading.Condition()

    def next_order(self, point: str) -> Order | None:
        """The order for this time, and that the point was reached is noted."""
        order = self.orders[point].popleft() if self.orders[point] else None
        with self.arrived:
            self.seen.append(point)
            self.arrived.notify_all()
        return order

    async def obey(self, order: Order, server: SMTP) -> bool:
        """Do it; True where the conversation goes on as usual."""
        if order.do == "die":
            server.transport.abort()
            return False
        if order.do == "stall":
            await asyncio.sleep(3600)
        await server.push(order.line)
        return False

    async def _say(self, point: str, server: SMTP, usual: str) -> str:
        order = self.next_order(point)
        if order is None:
            return usual
        if order.do == "answer":
            return order.line
        await self.obey(order, server)
        raise asyncio.CancelledError

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        """Who sends."""
        envelope.mail_from = address
        return await self._say("MAIL", server, "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        """To whom."""
        said = await self._say("RCPT", server, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The words are here; accepted unless the order says otherwise."""
        order = self.next_order("DATA_END")
        accepted = order is None or (order.accepts if order.do != "answer" else order.line.startswith("2"))
        if accepted:
            mail = email.message_from_bytes(envelope.content or b"")
            mail["X-Envelope-To"], mail["X-Envelope-From"] = ",".join(envelope.rcpt_tos), envelope.mail_from or ""
            mail["X-Encrypted"] = "yes" if session.ssl else "no"
            with self.arrived:
                self.mails.append(mail)
                self.arrived.notify_all()
        if order is None:
            return "250 OK"
        if order.do == "answer":
            return order.line
        await self.obey(order, server)
        raise asyncio.CancelledError

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Everybody whose password is "right"."""
        user, password = data.login.decode(), data.password.decode()
        self.log_ins.append((user, password, bool(session.ssl)))
        return AuthResult(success=password == "right")


class MailServer:
    """A running server. `url` is what EMAIL_URL gets, without a log-in."""

    def __init__(self, **facts: Any) -> None:
        """`facts` go to aiosmtpd: `tls_context`, `auth_required`, `require_starttls`, …"""
        self.handler = _Handler()
        handler = self.handler

        class Lines(Controller):
            def factory(self) -> SMTP:
                return _Line(handler, authenticator=handler.authenticate, **self.SMTP_kwargs)

            def _trigger_server(self) -> None:
                self.port = self.server.sockets[0].getsockname()[1]  # we asked for any that is free
                super()._trigger_server()

        self._controller = Lines(handler, hostname=LOOPBACK, port=0, ready_timeout=30.0, **facts)

    def __enter__(self) -> Self:
        self._controller.start()
        self.url = f"smtp://{LOOPBACK}:{self._controller.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop(no_assert=True)

    @property
    def mails(self) -> list[Message]:
        """What the server has accepted, in order."""
        return self.handler.mails

    def answers(self, point: str, line: str, *, times: int = 1) -> None:
        """There it answers with that line."""
        self.handler.orders[point].extend([Order("answer", line)] * times)

    def dies(self, point: str, *, accepts: bool = True, times: int = 1) -> None:
        """There the line is cut."""
        self.handler.orders[point].extend([Order("die", accepts=accepts)] * times)

    def stalls(self, point: str, *, accepts: bool = True, times: int = 1) -> None:
        """There it says nothing any more."""
        self.handler.orders[point].extend([Order("stall", accepts=accepts)] * times)

    def wait_for(self, count: int, *, seconds: float = 30.0) -> list[Message]:
        """The mails once there are that many; fails after `seconds`."""
        with self.handler.arrived:
            if not self.handler.arrived.wait_for(lambda: len(self.mails) >= count, timeout=seconds):
                raise AssertionError(f"{len(self.mails)} mails came, {count} were expected")
        return self.mails

    def wait_until_reached(self, point: str, *, seconds: float = 30.0) -> None:
        """Returns once a handover has come to that point."""
        with self.handler.arrived:
            if not self.handler.arrived.wait_for(lambda: point in self.handler.seen, timeout=seconds):
                raise AssertionError(f"Nobody came to {point}")
