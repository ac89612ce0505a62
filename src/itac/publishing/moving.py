"""The one way in which a delivery goes from state to state."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from itac.campaign.models import Person
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile
from itac.publishing.models import Delivery, DeliveryMove, State
from itac.publishing.signals import delivery_moved


def move(
    delivery: Delivery,
    *,
    to: State,
    now: datetime,
    actor: Person | None = None,
    code: str = "",
    note: str = "",
    **facts: Any,
) -> None:
    """Move on, with its line in the history, in the caller's transaction.

    The conditional update's row count decides: `MovedMeanwhile` when another was first; `ForbiddenMove` when the state
    doesn't lead there. `facts` are further columns to set. `delivery_moved` is sent after commit.
    """
    before = State(delivery.state)
    if to not in Delivery.MOVES[before]:
        raise ForbiddenMove(f"A delivery cannot go from {before.value} to {to.value}")
    columns = {"state": to, "moved_at": now, "code": code, **facts}
    if not Delivery.objects.filter(pk=delivery.pk, state=before, worker=delivery.worker).update(**columns):
        raise MovedMeanwhile(delivery.pk)
    DeliveryMove.objects.create(delivery=delivery, before=before, after=to, at=now, actor=actor, code=code, note=note)
    for name, value in columns.items():
        setattr(delivery, name, value)
    transaction.on_commit(partial(delivery_moved.send_robust, sender=Delivery, pk=delivery.pk, state=to))
