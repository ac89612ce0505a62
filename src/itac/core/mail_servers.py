"""Which server mail is handed to: the address an operator sets in EMAIL_URL, read once and said no to early."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from itac.core.options import UnusableSetting

Tls = Literal["whole", "starttls", "offered", "none"]
PORTS = {"smtp": 25, "smtps": 465}
EXAMPLE = "Write one such as smtp://user:password@mail.example.org:587 or smtps://user:password@mail.example.org."


@dataclass(frozen=True)
class MailServer:
    """A server, the log-in for it, and how the line to it is encrypted.

    `tls`: "whole" from the first byte (smtps://), "starttls" insisted on, "offered" used where the server offers it,
    "none". `authority` is a file with the certificates to trust, "" for the system's.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: Tls = "offered"
    authority: str = ""

    def __repr__(self) -> str:
        # The password must not reach a log with a traceback (Promise 8).
        return f"<mail server {self.host}:{self.port}>"

    @property
    def is_here(self) -> bool:
        """On this machine, where nobody listens in between."""
        return ip_address(self.host).is_loopback if is_number(self.host) else self.host == "localhost"

    def context(self) -> ssl.SSLContext:
        """Certificates are checked, except on this machine, where mail servers show one they signed themselves."""
        context = ssl.create_default_context(cafile=self.authority or None)
        if self.is_here and not self.authority:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def read_server(url: str) -> MailServer | None:
    """The server of an EMAIL_URL; None for none. Raises `UnusableSetting` for what can't be one.

    `smtp://` uses STARTTLS where it is offered, and insists on it before it shows a log-in to another machine;
    `?tls=required` always insists, `?tls=no` never asks. `?ca=FILE` names the certificates to trust.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port, asked = parts.hostname or "", parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise UnusableSetting(f"EMAIL_URL can't be read. {EXAMPLE}") from error
    if parts.scheme not in PORTS or not host:
        raise UnusableSetting(f"EMAIL_URL must begin with smtp:// or smtps:// and name a host. {EXAMPLE}")
    tls, authority = (asked.get(name, [""])[-1] for name in ("tls", "ca"))
    if set(asked) - {"tls", "ca"} or tls not in {"", "required", "no"}:
        raise UnusableSetting(
            f"After the ? of EMAIL_URL only tls=required, tls=no and ca=FILE mean something. {EXAMPLE}"
        )
    if authority and not Path(authority).is_file():
        raise UnusableSetting(f"EMAIL_URL names {authority} as file of certificates, and there is no such file.")
    server = MailServer(
        host=host,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        authority=authority,
    )
    return MailServer(**{**vars(server), "tls": _tls(parts.scheme, tls, server)})


def is_number(host: str) -> bool:
    """Whether a host is an IP address rather than a name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def read_sender(text: str, *, host: str) -> str:
    """Whom mails come from; by default noreply at the site's host. Raises `UnusableSetting` for what is no address."""
    sender = text or f"ITAC <noreply@{'localhost' if is_number(host) else host}>"
    name, address = parseaddr(sender)
    trouble = UnusableSetting(
        f"ITAC_MAIL_FROM is {text!r}; write an address, such as Our campaign <hello@example.org>."
    )
    if not all(address.partition("@")):
        raise trouble
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise trouble from error
    return sender


def _tls(scheme: str, asked: str, server: MailServer) -> Tls:
    if scheme == "smtps":
        return "whole"
    if asked == "no":
        return "none"
    return "starttls" if asked == "required" or (server.user and not server.is_here) else "offered"
