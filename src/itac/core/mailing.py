"""Mail: news for one person, written as a row in the transaction that makes it true, sent by a worker (`postman`).

letter = mailing.render("studio/mail/invitation.txt", language=…, zone=…, organisation=…)
mailing.post(to=…, language=…, zone=…, kind="invitation", key=f"invitation:{pk}:{number}", now=now,
             subject=letter.subject, text=letter.text, html=letter.html)
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.validators import validate_email
from django.template import Context
from django.template.loader import TemplateDoesNotExist, get_template
from django.utils import timezone, translation

from itac.core.models import Mail, MailState
from itac.core.moving import LifeCycle, MovedMeanwhile
from itac.core.walltime import zone_in_words

LIFE = LifeCycle(of="A mail", moves=Mail.MOVES, as_read=["worker", "tries"])
LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Letter:
    """The words of a mail in its reader's language."""

    subject: str
    text: str
    html: str = ""


@contextmanager
def reader(language: str, zone: str) -> Iterator[None]:
    """Inside the block strings, numbers and times are those of a reader with this language and zone."""
    try:
        place: ZoneInfo | str = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        place = "UTC"
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known), timezone.override(place):
        yield


def render(template: str, *, language: str, zone: str, **context: Any) -> Letter:
    """A letter from `APP/mail/KIND.txt`, and the page from `KIND.html` beside it where there is one.

    The first line of the .txt is the subject, the rest, after an empty line, the text. In it nothing is escaped: it is
    plain text, and so wants no `autoescape off`. A language without a catalogue is read in the default one. Templates
    say times on the clock of `zone`, and name it as `zone_in_words`.
    """
    context |= {"zone_in_words": zone_in_words(zone)}
    with reader(language, zone):
        plain = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
        try:
            page = get_template(template.removesuffix(".txt") + ".html")
        except TemplateDoesNotExist:
            html = ""
        else:
            html = page.render(context)
    subject, _newline, text = plain.strip().partition("\n")
    return Letter(subject.strip(), text.strip() + "\n", html.strip())


def post(
    *,
    to: str,
    language: str,
    zone: str,
    kind: str,
    key: str,
    subject: str,
    text: str,
    now: datetime,
    html: str = "",
    not_after: datetime | None = None,
    unsubscribe: str = "",
) -> Mail:
    """Write a mail into the caller's transaction; the worker hands it over once that is committed.

    The same `key` is posted once: a second call changes nothing and returns the first row. Keys hold ids, not names or
    addresses, because they outlive the words. `not_after` is when the news is worth nothing any more, such as the end
    of a code: until then it is tried, and from then on its words are gone. `unsubscribe` is an address where this kind
    of mail is switched off. Codes and links that let somebody in stand in the text, never in the subject. Raises
    ValidationError for an address that is none.
    """
    validate_email(to)
    if not text.strip():
        raise ValueError("A mail has a plain text.")
    row = Mail(
        to=to,
        language=language,
        zone=zone,
        kind=kind,
        key=key,
        # One line: a header with a line break in it would be two.
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        text=text,
        html=html,
        unsubscribe=unsubscribe,
        message_id=f"<{secrets.token_hex(16)}@{parseaddr(settings.MAIL_FROM)[1].rpartition('@')[2]}>",
        posted_at=now,
        queued_at=now,
        moved_at=now,
        ready_at=now,
        not_after=not_after,
    )
    # Unlike get_or_create this neither fails nor waits inside a transaction when another posts the same news.
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    return Mail.objects.get(key=key)


def may_send_again(mail: Mail, *, now: datetime) -> bool:
    """Whether a person may have it handed over once more: it failed or stayed unclear, and still says something."""
    stuck = mail.state == MailState.FAILED or (mail.state == MailState.UNCLEAR and mail.doubts > 1)
    return stuck and mail.emptied_at is None and (mail.not_after is None or mail.not_after > now)


def send_again(mail: Mail, *, now: datetime) -> None:
    """A person has it handed over once more, under the same Message-ID. Raises `MovedMeanwhile`."""
    if not may_send_again(mail, now=now):
        raise MovedMeanwhile(mail.pk)
    move(mail, to=MailState.QUEUED, now=now, queued_at=now, ready_at=now, doubts=0, tries=0, code="")


def give_up(mail: Mail, *, now: datetime) -> None:
    """A person decides that it isn't sent any more. Raises `MovedMeanwhile` where that is no longer theirs to say."""
    if mail.state not in {MailState.FAILED, MailState.UNCLEAR, MailState.QUEUED}:
        raise MovedMeanwhile(mail.pk)
    move(mail, to=MailState.DROPPED, now=now)


def move(mail: Mail, *, to: MailState, now: datetime, **facts: Any) -> None:
    """Move on in the caller's transaction. Raises `ForbiddenMove`, `MovedMeanwhile`."""
    LIFE.move(mail, to, moved_at=now, **facts)
