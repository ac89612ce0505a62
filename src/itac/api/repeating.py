"""Requests that come twice: the work is done once, and the second gets the first one's answer."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from itac.api.models import KeptAnswer
from itac.api.problems import Problem
from itac.campaign.models import ApiToken

KEPT = timedelta(hours=24)
# Longer than any request lasts. Whoever takes a claim over after it makes the first one's work undone, not double.
CLAIM = timedelta(minutes=1)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
TOLD_AGAIN = ("Content-Type", "ETag", "Location")


class ClaimLost(Exception):
    """Another process took this request over; nothing of this one's work stays."""


def key_of(request: HttpRequest) -> str:
    """The request's `Idempotency-Key`, "" without one. Raises `Problem` for one that is none."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not KEY.fullmatch(key):
        raise Problem("unreadable", _("An Idempotency-Key has 1 to 200 visible ASCII characters and no space."))
    return key


def once(
    token: ApiToken, request: HttpRequest, key: str, work: Callable[[], HttpResponse], *, now: datetime
) -> HttpResponse:
    """Do the work, in one transaction with its answer; or give the answer that the same request got before.

    Promise 1: of many at once one works, the others read 409. An answer that isn't good undoes all and frees the key.
    """
    if not key:
        return _whole(work)
    fingerprint = _fingerprint(request)
    row, claim = _claim(token, key, fingerprint, now)
    if row is not None:
        return _again(row, fingerprint)
    mine = KeptAnswer.objects.filter(token=token, key=key, claim=claim)
    try:
        response = _whole(work, lambda answer: _keep(mine, answer))
    except ClaimLost:
        raise Problem("under-way", headers={"Retry-After": "1"}) from None
    except BaseException:
        mine.delete()
        raise
    if response.status_code >= 300:
        mine.delete()
    return response


def forget_old(now: datetime) -> None:
    """Answers are kept for a day."""
    KeptAnswer.objects.filter(claimed_at__lt=now - KEPT).delete()


def _whole(work: Callable[[], HttpResponse], keep: Callable[[HttpResponse], None] | None = None) -> HttpResponse:
    """All of a request or nothing: its reading of the version, its verbs, and the keeping of its answer."""
    with transaction.atomic():
        response = work()
        if response.status_code >= 300:
            transaction.set_rollback(True)
        elif keep is not None:
            keep(response)
    return response


def _claim(token: ApiToken, key: str, fingerprint: str, now: datetime) -> tuple[KeptAnswer | None, uuid.UUID]:
    """The row of an earlier request, or None and a claim of our own, which is on disk then."""
    claim = uuid.uuid4()
    facts = {"fingerprint": fingerprint, "claim": claim, "claimed_at": now, "status": None, "headers": {}, "body": ""}
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(token=token, key=key, **facts)
    except IntegrityError:
        row = KeptAnswer.objects.filter(token=token, key=key).first()
        if row is None:  # freed in this very moment
            raise Problem("under-way", headers={"Retry-After": "1"}) from None
        is_over = now - row.claimed_at >= (CLAIM if row.status is None else KEPT)
        if is_over and KeptAnswer.objects.filter(pk=row.pk, claim=row.claim).update(**facts):
            return None, claim
        return row, claim
    return None, claim


def _again(row: KeptAnswer, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Problem("key-reused")
    if row.status is None:
        raise Problem("under-way", headers={"Retry-After": "1"})
    return HttpResponse(row.body, status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})


def _keep(mine: QuerySet[KeptAnswer], response: HttpResponse) -> None:
    headers = {name: response.headers[name] for name in TOLD_AGAIN if name in response.headers}
    facts = {"status": response.status_code, "headers": headers, "body": response.content.decode()}
    if not mine.update(**facts):
        raise ClaimLost


def _fingerprint(request: HttpRequest) -> str:
    """Method, address and content; not how the content was packed, which differs each time a form is sent."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            digest.update(json.dumps([name, values]).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(json.dumps([name, file.name, hashlib.sha256(file.read()).hexdigest()]).encode())
                file.seek(0)
        return digest.hexdigest()
    try:
        digest.update(json.dumps(json.loads(request.body), sort_keys=True).encode())
    except ValueError:
        digest.update(request.body)
    return digest.hexdigest()
