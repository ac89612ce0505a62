"""Getting in: a password or a code by mail, each tried only so often, and never a word about who is known here.

Whoever asks gets the same answer for an address that is known and for one that isn't. It takes about as long too: the
same hash is computed, the same letter written; what is left, the last row, hides in the time that the page takes.

Strangers who guess shut nobody out: a browser in which an account was signed in before has its own tries, and a code
that somebody else asks for leaves a person's own one good.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import authenticate
from django.core import signing
from django.db import transaction
from django.db.models import F

from itac.campaign.inviting import hash_of
from itac.campaign.models import Campaign, EntryCode, EntryTry, Person
from itac.campaign.models.entering import CODE_MINUTES, CODE_TRIES
from itac.core import mailing

WINDOW = timedelta(minutes=15)
ACCOUNT_TRIES = 8  # passwords for one account within the window
MAIL_TRIES = 5  # codes for one account within the window
ADDRESS_TRIES = 60  # of either from one network address, which a whole office may share
TRIES_KEPT = timedelta(days=1)
KNOWN_SALT = "itac.entering.known"
KNOWN_DAYS = 365


class TooManyTries(Exception):
    """Nothing was looked at. It may be tried again after `WINDOW`."""


class NoEntry(Exception):
    """Not let in; deliberately without a reason."""


@dataclass(frozen=True)
class Asked:
    """A code was asked for. `code_id` finds it again from the same browser; 0 where nobody has this address."""

    code_id: int


def mark_for(person: Person) -> str:
    """What a browser is given once this person is signed in there; it lets nobody in."""
    return signing.dumps([person.pk, secrets.token_hex(8)], salt=KNOWN_SALT)


def is_marked_for(person: Person, mark: str) -> bool:
    """Whether a browser has a mark of this person, made within `KNOWN_DAYS`."""
    return _read(mark)[0] == person.pk


def enter_by_password(email: str, password: str, *, address: str, now: datetime, mark: str = "") -> Person:
    """The person with that address and password; `mark` is the browser's. Raises `NoEntry`, and `TooManyTries` before
    anything is looked at."""
    tried = _count("password", email, mark=mark, address=address, most=ACCOUNT_TRIES, now=now)
    # Django hashes the password of an unknown address too, so that both answers take as long.
    person = authenticate(None, username=email.lower(), password=password)
    if not isinstance(person, Person):
        raise NoEntry
    EntryTry.objects.filter(subject=tried).delete()
    return person


def ask_for_code(
    email: str,
    *,
    link: Callable[[str], str],
    language: str,
    address: str,
    now: datetime,
    sets_password: bool = False,
    mark: str = "",
    instead_of: int = 0,
) -> Asked:
    """Mail a code and a link to the person with that address, if there is one.

    `link` gives the address of a token's page, `mark` is the browser's, and `instead_of` the code that the same browser
    asked for before: it is worth nothing then. Raises `TooManyTries`.
    """
    _count("mail", email, mark=mark, address=address, most=MAIL_TRIES, now=now)
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}"
    known = Person.objects.filter(email=email.lower(), is_active=True).first()
    reader = {"language": known.language if known else language, "zone": known.zone if known else "UTC"}
    letter = mailing.render(
        "campaign/mail/entry_code.txt",
        **reader,
        campaign=Campaign.objects.filter(pk=1).first(),
        person=known,
        code=code,
        link=link(token),
        minutes=CODE_MINUTES,
        sets_password=sets_password,
    )
    if known is None:
        return Asked(0)
    with transaction.atomic():
        EntryCode.objects.filter(made_at__lt=now - TRIES_KEPT).delete()
        EntryCode.objects.filter(pk=instead_of, person=known, ended_at=None).update(ended_at=now)
        made = EntryCode(
            person=known,
            sets_password=sets_password,
            link_hash=hash_of(token),
            code_hash="",
            made_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
        made.save()
        # The row's id in it: equal codes of two people don't look equal here.
        EntryCode.objects.filter(pk=made.pk).update(code_hash=_keyed(f"{made.pk}:{code}"))
        mailing.post(
            to=known.email,
            **reader,
            kind="entry_code",
            key=f"entry-code:{made.pk}",
            subject=letter.subject,
            text=letter.text,
            now=now,
            not_after=made.expires_at,
        )
    return Asked(made.pk)


def enter_by_code(code_id: int, code: str, *, address: str, now: datetime) -> EntryCode:
    """The code that was asked for from this browser, now used. Raises `NoEntry`, and `TooManyTries`.

    Each try is counted before it is compared, so that many at once are no more tries than many in a row.
    """
    _count_address(address, now=now)
    alive = EntryCode.objects.filter(
        pk=code_id, code_used_at=None, ended_at=None, expires_at__gt=now, person__is_active=True
    )
    if not alive.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1):
        raise NoEntry
    found = alive.select_related("person").first()
    if found is None or not hmac.compare_digest(found.code_hash, _keyed(f"{found.pk}:{code}")):
        raise NoEntry
    if not alive.update(code_used_at=now):
        raise NoEntry
    return found


def code_of_link(token: str, *, now: datetime) -> EntryCode:
    """What a link would let in. Raises `NoEntry`; changes nothing, however often it is asked."""
    found = (
        EntryCode.objects.select_related("person")
        .filter(link_hash=hash_of(token), link_used_at=None, ended_at=None)
        .filter(expires_at__gt=now, person__is_active=True)
        .first()
    )
    if found is None:
        raise NoEntry
    return found


def enter_by_link(token: str, *, now: datetime) -> EntryCode:
    """The same, now used: a link works once. Raises `NoEntry`.

    The code of the same mail stays good: a mail program that pressed the link's button doesn't shut its reader out.
    """
    found = code_of_link(token, now=now)
    if not EntryCode.objects.filter(pk=found.pk, link_used_at=None, ended_at=None).update(link_used_at=now):
        raise NoEntry
    return found


def network_of(address: str) -> str:
    """Whom an address belongs to: of IPv6 the first half, since the second is chosen freely by whoever asks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if isinstance(parsed, ipaddress.IPv6Address) and mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(mapped or parsed)


def _count(kind: str, email: str, *, mark: str, address: str, most: int, now: datetime) -> str:
    """Count a try for the account and for the network address, or for a browser that the account knows, alone.

    Raises `TooManyTries`; returns the subject it was counted for.
    """
    account = email.strip().lower()
    person_id, browser = _read(mark)
    if browser and Person.objects.filter(pk=person_id, email=account).exists():
        subject = _keyed(f"{kind}:{account}:{browser}")
    else:
        _count_address(address, now=now)
        subject = _keyed(f"{kind}:{account}")
    _count_one(subject, most=most, now=now)
    return subject


def _read(mark: str) -> tuple[int, str]:
    """Whose mark it is, and the browser's own number; 0 and "" for one that isn't ours or is too old."""
    try:
        person_id, browser = signing.loads(mark, salt=KNOWN_SALT, max_age=timedelta(days=KNOWN_DAYS))
    except signing.BadSignature:
        return 0, ""
    return person_id, browser


def _count_address(address: str, *, now: datetime) -> None:
    _count_one(_keyed(f"address:{network_of(address)}"), most=ADDRESS_TRIES, now=now)


def _count_one(subject: str, *, most: int, now: datetime) -> None:
    """Written before it is counted: of many tries at once no more than `most` find themselves within."""
    EntryTry.objects.filter(at__lt=now - TRIES_KEPT).delete()
    EntryTry.objects.create(subject=subject, at=now)
    if EntryTry.objects.filter(subject=subject, at__gt=now - WINDOW).count() > most:
        raise TooManyTries


def _keyed(words: str) -> str:
    """A hash that nobody can compute by trying all addresses or codes, unless they have this installation's key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"itac.entering:" + words.encode(), sha256).hexdigest()
