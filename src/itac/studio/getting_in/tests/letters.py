"""What a person finds in their mail."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from itac.core.models import Mail


def mails(kind: str, *, to: str = "") -> list[Mail]:
    """The mails of a kind, the oldest first."""
    rows = Mail.objects.filter(kind=kind).order_by("pk")
    return list(rows.filter(to=to) if to else rows)


def link_in(mail: Mail) -> str:
    """The path of the one link of a mail."""
    (address,) = re.findall(r"https?://\S+", mail.text)
    return urlsplit(address).path


def code_in(mail: Mail) -> str:
    """The code of a mail."""
    (code,) = re.findall(r"^\d{6}$", mail.text, re.MULTILINE)
    return code
