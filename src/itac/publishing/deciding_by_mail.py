"""Answering without an account's password: what decides is a code that was mailed when it was asked for.

Opening a link changes nothing, and neither does any form that a mail scanner could submit: without the six digits,
which stand in a second mail, nothing is decided. A code answers exactly the questions, with exactly the seals, that
were on the page when it was asked for (Promise 2).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F

from itac.campaign.models import Campaign, Organisation, Person
from itac.core import mailing
from itac.publishing.approving import decide, questions_to
from itac.publishing.errors import MovedMeanwhile, NotAllowed, PublishingError
from itac.publishing.models import ApprovalCode, ApprovalRequest, Verdict

CODE_MINUTES = 10
CODE_TRIES = 5
CODES = 6  # mails with codes to one person within `WINDOW`
WINDOW = timedelta(minutes=30)


class WrongCode(Exception):
    """Not the code, or not any more: over, used, tried too often, for other questions. Nothing happened."""


class TooManyCodes(Exception):
    """So many codes were asked for that no further one is mailed for a while."""


@dataclass(frozen=True)
class Answer:
    """What a person answers to one request: for whom, and to exactly the seal that was shown."""

    request_id: int
    seal: str
    organisation_id: int | None
    verdict: Verdict
    reason: str = ""
    languages: Sequence[str] = ()


def mail_code(person: Person, covers: Mapping[int, str], *, now: datetime) -> ApprovalCode:
    """Mail six digits with which this person can answer these requests at these seals; the code before ends.

    Raises `TooManyCodes`; `MovedMeanwhile` when one of them isn't open at that seal for this person (any more).
    """
    if ApprovalCode.objects.filter(person=person, made_at__gt=now - WINDOW).count() >= CODES:
        raise TooManyCodes
    mine = {question.request.pk: question.request.seal for question in questions_to(person, now=now)}
    if not covers or any(mine.get(pk) != seal for pk, seal in covers.items()):
        raise MovedMeanwhile(tuple(covers))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        ApprovalCode.objects.filter(person=person, ended_at=None, used_at=None).update(ended_at=now)
        made = ApprovalCode.objects.create(
            person=person,
            covers={str(pk): seal for pk, seal in covers.items()},
            code_hash="",
            made_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
        # The row's id in it: equal codes of two people don't look equal here.
        ApprovalCode.objects.filter(pk=made.pk).update(code_hash=_keyed(f"{made.pk}:{code}"))
        letter = mailing.render(
            "publishing/mail/code.txt",
            language=person.language,
            zone=person.zone,
            campaign=Campaign.objects.filter(pk=1).first(),
            person=person,
            code=code,
            minutes=CODE_MINUTES,
            posts=[
                question.request.post for question in questions_to(person, now=now) if question.request.pk in covers
            ],
        )
        mailing.post(
            to=person.email,
            language=person.language,
            zone=person.zone,
            kind="approval_code",
            key=f"approval-code:{made.pk}",
            subject=letter.subject,
            text=letter.text,
            now=now,
            not_after=made.expires_at,
        )
    return made


def decide_by_code(person: Person, answers: Sequence[Answer], *, code: str, now: datetime) -> dict[int, str]:
    """Give these answers, if the code is the person's and covers each of them. Returns each request's state then.

    A request that was changed or answered meanwhile stays as it is, and its state is "meanwhile"; the others are
    answered. Raises `WrongCode`; `Unfit` for a no without a word of why, before the code is used.
    """
    _use(person, answers, code, now=now)
    told: dict[int, str] = {}
    for answer in answers:
        request = ApprovalRequest.objects.get(pk=answer.request_id)
        organisation = Organisation.objects.filter(pk=answer.organisation_id or 0).first()
        try:
            told[request.pk] = decide(
                person,
                request,
                organisation=organisation,
                verdict=answer.verdict,
                seal=answer.seal,
                now=now,
                reason=answer.reason,
                languages=answer.languages,
                by_mail=True,
            )
        except (MovedMeanwhile, NotAllowed):
            told[request.pk] = "meanwhile"
        except PublishingError:
            # What was typed is asked for again on the page; the code isn't lost by it.
            ApprovalCode.objects.filter(person=person, used_at=now).update(used_at=None)
            raise
    return told


def _use(person: Person, answers: Sequence[Answer], code: str, *, now: datetime) -> None:
    """Each try is counted before it is compared, so that many at once are no more tries than many in a row."""
    alive = ApprovalCode.objects.filter(person=person, ended_at=None, used_at=None, expires_at__gt=now)
    if not answers or not alive.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1):
        raise WrongCode
    found = alive.first()
    if found is None or not hmac.compare_digest(found.code_hash, _keyed(f"{found.pk}:{code}")):
        raise WrongCode
    if any(found.covers.get(str(answer.request_id)) != answer.seal for answer in answers):
        raise WrongCode
    if not alive.filter(pk=found.pk).update(used_at=now):
        raise WrongCode


def _keyed(words: str) -> str:
    """A hash that nobody can compute by trying all codes, unless they have this installation's key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"itac.deciding_by_mail:" + words.encode(), sha256).hexdigest()
