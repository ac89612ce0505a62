"""Holding everything of one organisation, and lifting that.

Promise 2: whoever presses stops every call of that organisation that hasn't begun, within a second. What is planned is
held at once; what is on its way is stopped by the gate, which reads the hold right before each call, also between two
parts of a thread. Lifting lets nothing out that was held, and nothing that came due meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign import auditing
from itac.campaign.models import Duty, Organisation, Person
from itac.core import rows
from itac.core.hurrying import hurried
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Delivery, DeliveryMove, OrganisationHold, State
from itac.publishing.signals import delivery_moved

HOLDERS = (Duty.EDITOR, Duty.APPROVER)  # of the organisation itself; coordinators may for all
AT_ONCE = 500  # rows of one statement


def hold_everything(actor: Person, organisation: Organisation, *, reason: str, now: datetime) -> int:
    """Put everything of the organisation on hold. Returns how many planned deliveries that held.

    Who presses again while it is on hold holds what was planned since. Raises `NotAllowed`.
    """
    if not may_hold(actor, organisation):
        raise NotAllowed("This person doesn't stop that organisation.")
    with hurried():
        try:
            with transaction.atomic():
                OrganisationHold.objects.create(
                    organisation=organisation, reason=reason.strip()[:300], held_at=now, held_by=actor
                )
        except IntegrityError:
            pass  # it is on hold already
        else:
            facts = {"reason": reason.strip()[:300]}
            auditing.record(
                "organisation_held", actor=actor, organisation=organisation, now=now, about=organisation, **facts
            )
    # By now the gate reads the hold, however long it takes to hold a thousand that workers are claiming (Promise 2).
    return _hold(Delivery.objects.all(), organisation, by=hold_all, actor=actor, now=now, note=reason.strip())


def lift(actor: Person, organisation: Organisation, *, now: datetime) -> int:
    """End the hold: what is planned for later leaves again at its time. What was held stays held, and what came due
    meanwhile is held now; returns how many of the latter. Nothing happens without a hold. Raises `NotAllowed`."""
    with transaction.atomic(durable=True):
        found = OrganisationHold.objects.in_force().filter(organisation=organisation).first()
        if not may_hold(actor, organisation) or (found is not None and not may_lift(actor, found)):
            raise NotAllowed("This person doesn't lift that hold.")
        if found is None:
            return 0
        # Before the hold is gone: on both databases no worker sees one without the other.
        overdue = Delivery.objects.filter(Q(due_at__lte=now) | Q(ready_at__lte=now))
        late = _hold(overdue, organisation, actor=actor, now=now, note="")
        OrganisationHold.objects.in_force().filter(pk=found.pk).update(lifted_at=now, lifted_by=actor)
        auditing.record("organisation_lifted", actor=actor, organisation=organisation, now=now, about=organisation)
    return late


def may_hold(actor: Person, organisation: Organisation) -> bool:
    """Coordinators, and those who write or approve for the organisation: whoever sees a mistake first stops it."""
    return actor.is_coordinator or bool(set(HOLDERS) & actor.duties(organisation))


def may_lift(actor: Person, hold: OrganisationHold) -> bool:
    """Coordinators; the organisation's own people where it was one of them who pressed."""
    by_coordinator = hold.held_by is None or hold.held_by.is_coordinator
    return actor.is_coordinator or (not by_coordinator and may_hold(actor, hold.organisation))


def organisations_of(actor: Person) -> list[Organisation]:
    """Those that this person may hold."""
    found = Organisation.objects.all()
    return list(found if actor.is_coordinator else found.filter(pk__in=actor.organisation_ids(*HOLDERS)))


def stops_of(organisation_ids: Iterable[int | None]) -> Mapping[int, datetime | None]:
    """Which of the organisations stop something: None while one is on hold, else when its last hold was lifted.

    What was due until then waits for a person, whatever became of it meanwhile.
    """
    found = OrganisationHold.objects.filter(organisation_id__in={pk for pk in organisation_ids if pk})
    return latest_stops(found.order_by("pk").values_list("organisation_id", "lifted_at"))


def latest_stops(found: Iterable[tuple[int, datetime | None]]) -> Mapping[int, datetime | None]:
    """Of pairs of what is stopped and when that ended, for each: None while a stop is in force, else its latest end."""
    stops: dict[int, datetime | None] = {}
    for stopped, ended_at in found:
        known = stops.get(stopped, ended_at)
        stops[stopped] = None if ended_at is None or known is None else max(known, ended_at)
    return stops


def _hold(
    deliveries: QuerySet[Delivery],
    organisation: Organisation,
    *,
    by: Callable[..., int] | None = None,
    actor: Person,
    now: datetime,
    note: str,
) -> int:
    theirs = deliveries.filter(variant__post__organisation=organisation)
    hold = by or hold_planned
    return hold(theirs, code="organisation_held", hold_for="organisation", actor=actor, now=now, note=note)


def hold_all(deliveries: Any, **facts: Any) -> int:
    """As `hold_planned`, durably, while workers claim what is to be held: first what is in nobody's hand, so that they
    find no more to claim, then the few they were claiming."""
    held = 0
    for waits in (False, True):
        with transaction.atomic(durable=True):
            held += hold_planned(deliveries, waits=waits, **facts)
    return held


def hold_planned(
    deliveries: Any, *, code: str, hold_for: str, actor: Person, now: datetime, note: str, waits: bool = True
) -> int:
    """Planned ones of them to HELD, in few statements however many they are, each with its line in its history."""
    planned = deliveries.filter(state=State.PLANNED).order_by("pk")
    # Locked on PostgreSQL: one that a worker is just claiming is waited for, and isn't planned then; or left out.
    ids = list(planned.select_for_update(of=("self",), skip_locked=not waits).values_list("pk", flat=True))
    facts = {"state": State.HELD, "moved_at": now, "code": code, "hold_for": hold_for}
    for place in range(0, len(ids), AT_ONCE):
        Delivery.objects.filter(pk__in=ids[place : place + AT_ONCE], state=State.PLANNED).update(**facts)
    rows.add(
        DeliveryMove(
            delivery_id=pk,
            before=State.PLANNED,
            after=State.HELD,
            at=now,
            actor=actor,
            code=code,
            note=note,
        )
        for pk in ids
    )
    for pk in ids:
        transaction.on_commit(
            partial(delivery_moved.send_robust, sender=Delivery, pk=pk, state=State.HELD), robust=True
        )
    return len(ids)


def _held(words: Mapping[str, Any]) -> str:
    if words.get("reason"):
        return _("%(who)s put everything of %(name)s on hold: %(reason)s") % words
    return _("%(who)s put everything of %(name)s on hold.") % words


auditing.sentences(
    {
        "organisation_held": _held,
        "organisation_lifted": gettext_lazy("%(who)s ended the hold of %(name)s."),
    }
)
