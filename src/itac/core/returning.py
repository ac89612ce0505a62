"""What an older copy of the data mustn't do again once it was put back: rooms put their answer here.

A copy is of its own moment, the world is of now. What the copy still wants to send may have left since, so nothing that
could have is begun again by itself (Promise 1); what a person has to look at is left to one, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from itac.core import ticking
from itac.core.models import Mail, MailState

# Puts aside what could have happened between the copy's moment and now; a sentence for the operator, "" for none.
PutAside = Callable[[datetime, datetime], str]
_rooms: dict[str, PutAside] = {}
CODE = "restored"


def put_aside(name: str, work: PutAside) -> None:
    """Have it done whenever a copy was put back, in one transaction with all others; called from `AppConfig.ready`."""
    _rooms[name] = work


def after_return(copied_at: datetime, now: datetime) -> list[str]:
    """Do all of it, before any process may use the data. Returns what to tell the operator, a sentence each.

    Mails that wait are left to a person. Those that the clock would have written since the copy's moment are written
    now, each under its key, and never handed over: the original wrote them.
    """
    with transaction.atomic():
        said = [work(copied_at, now) for work in _rooms.values()]
        waiting = put_mails_aside(now)
    ticking.look_at_all(now)
    Mail.objects.filter(state=MailState.QUEUED).update(state=MailState.EXPIRED, code=CODE, moved_at=now)
    if waiting:
        said.append(f"{waiting} mails that waited may have gone since: the Studio lists them under Mails.")
    return [sentence for sentence in said if sentence]


def put_mails_aside(now: datetime) -> int:
    """Mails on their way become *unclear* for good, which asks a person; late ones end. Returns how many ask."""
    under_way = Mail.objects.filter(Q(state=MailState.SENDING) | Q(state=MailState.UNCLEAR, doubts__lt=2))
    queued = Mail.objects.filter(state=MailState.QUEUED)
    queued.filter(not_after__lte=now).update(state=MailState.EXPIRED, code=CODE, moved_at=now)
    facts = {"state": MailState.UNCLEAR, "doubts": 2, "code": CODE, "moved_at": now, "worker": "", "deadline_at": None}
    return (queued | under_way).update(**facts)
