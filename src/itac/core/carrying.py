"""Carrying one mail out of the house: to a mail server, or into a folder where there is none.

A carrier makes one handover and says what came of it. Nothing is tried twice here (`postman` decides that), and what
can't be told is said as such: once the words are on their way, a missing answer means `Unclear`.
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from html import escape
from pathlib import Path
from typing import Protocol

from django.conf import settings

from itac.core.mail_servers import MailServer
from itac.core.models import Mail

# In seven bits, so that no server on the way has to change anything.
ASCII_HEADERS, WIDE_HEADERS = SMTP.clone(cte_type="7bit"), SMTPUTF8.clone(cte_type="7bit")
GO_AHEAD = range(354, 355)
OK = range(200, 300)
LATER = range(400, 500)
NO = range(500, 600)


@dataclass(frozen=True)
class Accepted:
    """The server has taken it over, or it lies in the folder."""


@dataclass(frozen=True)
class TryLater:
    """Surely not accepted, for a reason that may pass."""

    code: str


@dataclass(frozen=True)
class Refused:
    """Surely not accepted, and the same again would not be either."""

    code: str


@dataclass(frozen=True)
class Unclear:
    """The words were on their way when the line went dead or silent: accepted or not, nobody can tell."""

    code: str


Outcome = Accepted | TryLater | Refused | Unclear


class Carrier(Protocol):
    """One way out of the house."""

    def hand_over(self, mail: Mail) -> Outcome:
        """Hand over once. Raises nothing for what a server or a disk does."""

    def close(self) -> None:
        """End the line, if one is open."""


def message_of(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: the same bytes each time, since only their first sending makes them news.

    Plain text always, the page beside it where there is one. Machines are told not to answer (RFC 3834).
    """
    message = EmailMessage(policy=ASCII_HEADERS)
    name, address = parseaddr(settings.MAIL_FROM)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.posted_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
    message.set_content(mail.text)
    if mail.html:
        page = (
            f'<!doctype html><html lang="{escape(mail.language)}"><meta charset="utf-8"><body>{mail.html}</body></html>'
        )
        message.add_alternative(page, subtype="html")
        # The parts' border would be drawn by lot, and a repeated mail would not be the same.
        message.set_boundary(f"=_{mail.message_id.strip('<>').partition('@')[0]}")
    message["Content-Language"] = mail.language  # last: what begins with Content- goes to a part with what was there
    return message


class Folder:
    """Where no mail server is set: each mail becomes a file for the operator, named on the terminal by `say`.

    The file's name belongs to the mail, so that handing over twice still leaves one.
    """

    def __init__(self, path: Path, *, say: Callable[[str], object]) -> None:
        self.path, self.say = path, say

    def hand_over(self, mail: Mail) -> Outcome:
        """Write the file whole, for its owner alone: it may hold a way in (Promise 8)."""
        final = self.path / f"{mail.posted_at:%Y%m%dT%H%M%S}-{mail.kind}-{mail.pk}.eml"
        draft = final.with_suffix(".new")
        words = message_of(mail).as_bytes(policy=WIDE_HEADERS)
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(words)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(final)
        except OSError:
            return TryLater("disk")
        self.say(f"{mail.posted_at:%H:%M:%S} UTC a mail ({mail.kind}) lies in {final}")
        return Accepted()

    def forget(self, *, before: float) -> None:
        """Delete the files that were written before that time (seconds since 1970): their end has come."""
        for file in self.path.glob("*.eml"):
            if file.stat().st_mtime < before:
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""


class Smtp:
    """A mail server. The line stays open between mails and is opened anew after trouble.

    `seconds` bounds each handover as a whole, the opening included: a server that sends a letter a minute would
    otherwise hold every mail behind it.
    """

    def __init__(self, server: MailServer, *, seconds: float) -> None:
        self.server, self.seconds = server, seconds
        self._line: smtplib.SMTP | None = None
        self._on_their_way = False

    def hand_over(self, mail: Mail) -> Outcome:
        """One handover; what went wrong is told apart by whether the words were on their way."""
        self._on_their_way = False
        watch = threading.Timer(self.seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            outcome = self._hand_over(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            code = code_of(error)
            outcome = Unclear("no_answer") if self._on_their_way else TryLater(code)
        finally:
            watch.cancel()
        if not isinstance(outcome, Accepted):
            self.close()
        return outcome

    def close(self) -> None:
        """Say goodbye; a line that is dead already is let go."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _cut(self) -> None:
        line = self._line
        if line is not None and line.sock is not None:
            try:
                line.sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself meanwhile
                return

    def _hand_over(self, mail: Mail) -> Outcome:
        wide = not mail.to.isascii()
        words = as_data(message_of(mail).as_bytes(policy=WIDE_HEADERS if wide else ASCII_HEADERS))
        line = self._open()
        if wide and not line.has_extn("smtputf8"):
            return Refused("address_not_ascii")
        sender = parseaddr(settings.MAIL_FROM)[1]
        steps: tuple[tuple[str, range, Callable[[], tuple[int, bytes]]], ...] = (
            ("sender", OK, lambda: line.mail(sender, ["smtputf8"] if wide else [])),
            ("address", OK, lambda: line.rcpt(mail.to)),
            ("words", GO_AHEAD, lambda: line.docmd("DATA")),
        )
        for step, yes, ask in steps:
            code = ask()[0]
            if code not in yes:
                return said_no(code, step)
        self._on_their_way = True
        line.send(words)
        code = line.getreply()[0]
        if code in OK:
            return Accepted()
        return said_no(code, "words") if code in LATER or code in NO else Unclear("strange_answer")

    def _open(self) -> smtplib.SMTP:
        """A line that has answered; the one of the mail before where it is still good."""
        if self._line is not None:
            try:
                if self._line.docmd("RSET")[0] in OK:
                    return self._line
            except (OSError, smtplib.SMTPException):
                pass  # it was idle too long for the server
            self.close()
        server, me = self.server, parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]
        if server.tls == "whole":
            line: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self.seconds, context=server.context(), local_hostname=me)
        else:
            line = smtplib.SMTP(timeout=self.seconds, local_hostname=me)
        # Kept before it is open, so that the watch can cut it; then smtplib lacks the name it checks certificates for.
        line._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
        self._line = line
        code = line.connect(server.host, server.port)[0]
        if code not in OK:
            raise smtplib.SMTPConnectError(code, b"")
        line.ehlo_or_helo_if_needed()
        if server.tls == "starttls" or (server.tls == "offered" and line.has_extn("starttls")):
            line.starttls(context=server.context())
            line.ehlo()
        if server.user:
            try:
                line.login(server.user, server.password)
            except smtplib.SMTPServerDisconnected as error:
                # The library tries one way after the other, and many servers hang up on the second wrong one.
                raise smtplib.SMTPAuthenticationError(535, b"") from error
        return line


def as_data(message: bytes) -> bytes:
    """The words of a mail between DATA and its end (RFC 5321, 4.5.2): lines that begin with a dot get another one."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def said_no(code: int, step: str) -> Outcome:
    """What a reply other than yes means before the words were sent, or as the answer to them."""
    if code in NO:
        return Refused(f"{step}_refused_{code}")
    return TryLater(f"{step}_later_{code}" if code in LATER else "strange_answer")


def code_of(error: Exception) -> str:
    """A short safe word for trouble before the words were on their way; never what a server said."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return "log_in_refused"
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return "no_safe_line"
        case smtplib.SMTPConnectError():
            return "server_busy"
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return "no_answer_before"
        case OSError() if not isinstance(error, smtplib.SMTPException):
            return "unreachable"
        case _:
            return "strange_answer"
