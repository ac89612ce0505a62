"""What a copy of the data that was put back would send once more: put aside, so that a person looks first.

Promise 1: whatever could have left between the copy's moment and now, by itself or because a person let it, is
*uncertain*: nothing tells here whether it is out. On the campaign's own site, whose entries are rows of this same copy,
what isn't there isn't out; it is held. What is planned for later stays, below the campaign's pause
(`campaign.returning`).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from itac.core import rows
from itac.core.returning import CODE
from itac.networks.website import Website
from itac.publishing.models import Delivery, DeliveryMove, Righting, RightingKind, RightingState, State

ON_SITE = "restored_site"


def put_deliveries_aside(copied_at: datetime, now: datetime) -> str:
    """Leave to a person every delivery, correction and by-hand task that could have been carried out since.

    Withdrawals go on: taking back twice changes nothing, and one that wasn't carried out mustn't wait.
    """
    could_leave = Delivery.objects.filter(Q(due_at__lte=now) | Q(ready_at__lte=now) | Q(state=State.SENDING))
    elsewhere = could_leave.exclude(channel__network=Website.name)
    on_site = could_leave.filter(channel__network=Website.name)
    doubtful = sum(
        _move(elsewhere.filter(state=state), before=state, to=State.UNCERTAIN, code=CODE, now=now)
        for state in (State.PLANNED, State.HELD, State.FAILED, State.SENDING)
    )
    # What the site was just being sent is looked up by its worker, in this same database.
    held = _move(on_site.filter(state=State.PLANNED), before=State.PLANNED, to=State.HELD, code=ON_SITE, now=now)
    by_hand = _remember_by_hand(now)
    corrections = Righting.objects.filter(
        kind=RightingKind.CORRECT, state__in=[RightingState.PLANNED, RightingState.DOING]
    ).update(state=RightingState.UNCERTAIN, code=CODE, moved_at=now, worker="")
    counted = {
        "deliveries that may be out": doubtful,
        "that aren't on the site": held,
        "to be posted by hand": by_hand,
        "corrections": corrections,
    }
    found = [f"{number} {what}" for what, number in counted.items() if number]
    return f"Left for a person, on the Studio's home: {', '.join(found)}." if found else ""


def _move(found: QuerySet[Delivery], *, before: State, to: State, code: str, now: datetime) -> int:
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    rows.add(DeliveryMove(delivery_id=pk, before=before, after=to, at=now, code=code) for pk in ids)
    Delivery.objects.filter(pk__in=ids).update(state=to, code=code, moved_at=now, worker="")
    return len(ids)


def _remember_by_hand(now: datetime) -> int:
    """Those in somebody's hand stay there, since a person acts anyway, and say that they may be done already."""
    waiting = Delivery.objects.filter(state=State.AWAITING)
    ids = list(waiting.values_list("pk", flat=True))
    rows.add(DeliveryMove(delivery_id=pk, before=State.AWAITING, after=State.AWAITING, at=now, code=CODE) for pk in ids)
    return Delivery.objects.filter(pk__in=ids).update(code=CODE)
