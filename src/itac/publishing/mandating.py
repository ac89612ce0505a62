"""Giving an organisation the right to speak on lent channels for a window, stopping it, and ending it.

Promise 2 and 6: whoever stops holds everything of the window within a second: what is planned is held at once, what is
on its way is stopped by the gate, which reads the stop right before each call, also between two parts of a thread. Only
another person undoes it, and that lets nothing out that was held or came due meanwhile. The window itself ends by the
clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign import auditing
from itac.campaign.models import Duty, Person
from itac.core.hurrying import hurried
from itac.networks.models import Channel
from itac.publishing import approving
from itac.publishing.errors import NotAllowed
from itac.publishing.holding import hold_all, hold_planned, latest_stops
from itac.publishing.models import Delivery, Grant, Mandate, MandateStop, Post

TEAM = (Duty.EDITOR, Duty.APPROVER)


@dataclass(frozen=True)
class Place:
    """A channel that is lent, and in which languages (none named: any)."""

    channel: Channel
    languages: Sequence[str] = ()


def give(mandate: Mandate, places: Iterable[Place], *, reason: str) -> Mandate:
    """Write the mandate and a grant for each place, in the caller's transaction. Who may is asked by the caller."""
    mandate.save()
    Grant.objects.bulk_create(
        Grant(
            mandate=mandate,
            channel=place.channel,
            organisation=mandate.organisation,
            languages=list(place.languages),
            opens_at=mandate.opens_at,
            closes_at=mandate.closes_at,
            reason=reason[:200],
        )
        for place in places
    )
    return mandate


def change(mandate: Mandate, places: Iterable[Place], *, reason: str, now: datetime) -> None:
    """Write changed terms and places, in the caller's transaction. What they no longer allow doesn't leave: the gate
    reads them, and what was approved under others ends (`rewrite`)."""
    rewrite(mandate, now=now)
    mandate.grants.all().delete()
    give(mandate, places, reason=reason)


def rewrite(mandate: Mandate, *, now: datetime) -> None:
    """Write changed terms, in the caller's transaction: an approval that was given under other terms of approval, or
    with another signature, ends. Its grants stay as they are."""
    old = Mandate.objects.get(pk=mandate.pk)
    mandate.save()
    for post in Post.objects.filter(mandate=mandate):
        if old.oversight != mandate.oversight:
            approving.void(post, now=now, reason="terms")
        else:
            approving.void_if_changed(post, now=now)


def end(mandate: Mandate, *, now: datetime) -> None:
    """From now on nothing is said under it, in the caller's transaction."""
    Mandate.objects.filter(pk=mandate.pk, ended_at=None).update(ended_at=now)
    Grant.objects.filter(mandate=mandate, revoked_at=None).update(revoked_at=now)
    mandate.refresh_from_db()


def stop(actor: Person, mandate: Mandate, *, reason: str, now: datetime) -> int:
    """Stop everything under the mandate. Returns how many planned deliveries that held; pressed again, how many more.

    Raises `NotAllowed` unless the actor is its guardian, a coordinator, or of its team.
    """
    if not may_stop(actor, mandate):
        raise NotAllowed("This person doesn't stop that take-over.")
    with hurried():
        try:
            with transaction.atomic():
                MandateStop.objects.create(
                    mandate=mandate, reason=reason.strip()[:300], stopped_at=now, stopped_by=actor
                )
        except IntegrityError:
            pass  # it is stopped already
        else:
            facts = {"reason": reason.strip()[:300]}
            auditing.record(
                "takeover_stopped", actor=actor, organisation=mandate.organisation, now=now, about=mandate, **facts
            )
    # By now the gate reads the stop, however long it takes to hold a thousand that workers are claiming (Promise 2).
    return _hold(Delivery.objects.all(), mandate, by=hold_all, actor=actor, now=now, note=reason.strip())


def undo_stop(actor: Person, mandate: Mandate, *, now: datetime) -> int:
    """End the stop: what is planned for later leaves again at its time. What was held stays held, and what came due
    meanwhile is held now; returns how many of the latter. Nothing happens without a stop.

    Raises `NotAllowed` for whoever pressed, and for the team where guardian or coordinator did.
    """
    with transaction.atomic(durable=True):
        found = stop_of(mandate)
        if not may_stop(actor, mandate) or (found is not None and not may_undo(actor, found)):
            raise NotAllowed("This person doesn't undo that stop.")
        if found is None:
            return 0
        # Before the stop is gone: on both databases no worker sees one without the other.
        late = _hold(Delivery.objects.filter(due_at__lte=now), mandate, actor=actor, now=now, note="")
        MandateStop.objects.in_force().filter(pk=found.pk).update(undone_at=now, undone_by=actor)
        auditing.record("takeover_resumed", actor=actor, organisation=mandate.organisation, now=now, about=mandate)
    return late


def stop_of(mandate: Mandate) -> MandateStop | None:
    """The stop in force, if any."""
    return MandateStop.objects.in_force().filter(mandate=mandate).select_related("stopped_by", "mandate").first()


def may_stop(actor: Person, mandate: Mandate) -> bool:
    """The guardian, coordinators, and the organisation's own people: whoever sees a mistake first stops it."""
    return _is_campaigns_side(actor, mandate) or bool(set(TEAM) & actor.duties(mandate.organisation))


def may_undo(actor: Person, found: MandateStop) -> bool:
    """Another person than who pressed; the campaign's side where it was one of them who pressed."""
    mandate = found.mandate
    if actor.pk == found.stopped_by_id:
        return False
    if _is_campaigns_side(actor, mandate):
        return True
    return may_stop(actor, mandate) and not _is_campaigns_side(found.stopped_by, mandate)


def stops_of(mandate_ids: Iterable[int | None]) -> Mapping[int, datetime | None]:
    """As `holding.stops_of`, of mandates."""
    found = MandateStop.objects.filter(mandate_id__in={pk for pk in mandate_ids if pk})
    return latest_stops(found.order_by("pk").values_list("mandate_id", "undone_at"))


def _is_campaigns_side(actor: Person, mandate: Mandate) -> bool:
    return actor.is_coordinator or actor.pk == mandate.guardian_id


def _hold(
    deliveries: Any,
    mandate: Mandate,
    *,
    by: Callable[..., int] = hold_planned,
    actor: Person,
    now: datetime,
    note: str,
) -> int:
    theirs = deliveries.filter(variant__post__mandate=mandate)
    return by(theirs, code="takeover_stopped", hold_for="takeover", actor=actor, now=now, note=note)


def _stopped(words: Mapping[str, Any]) -> str:
    if words.get("reason"):
        return _("%(who)s stopped the take-over of %(name)s: %(reason)s") % words
    return _("%(who)s stopped the take-over of %(name)s.") % words


auditing.sentences(
    {
        "takeover_stopped": _stopped,
        "takeover_resumed": gettext_lazy("%(who)s undid the stop of the take-over of %(name)s."),
    }
)
