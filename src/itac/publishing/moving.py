"""The one way in which a delivery goes from state to state."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from itac.campaign.models import Person
from itac.core.moving import LifeCycle
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile
from itac.publishing.models import Delivery, DeliveryMove, State
from itac.publishing.signals import delivery_moved

LIFE = LifeCycle(
    of="A delivery",
    moves=Delivery.MOVES,
    as_read=["worker"],
    forbidden=ForbiddenMove,
    overtaken=MovedMeanwhile,
)


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

    `facts` are further columns to set. `delivery_moved` is sent after commit. Raises `MovedMeanwhile` when another was
    first, `ForbiddenMove` when the state doesn't lead there.
    """
    before = LIFE.move(delivery, to, moved_at=now, code=code, **facts)
    DeliveryMove.objects.create(delivery=delivery, before=before, after=to, at=now, actor=actor, code=code, note=note)
    transaction.on_commit(partial(delivery_moved.send_robust, sender=Delivery, pk=delivery.pk, state=to))
