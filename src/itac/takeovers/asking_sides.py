"""The mails of a take-over: the side whose turn it is learns what is asked of it, the other what was decided."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from itac.campaign.models import Campaign, Person
from itac.core import mailing
from itac.core.addresses import whole_address
from itac.takeovers.agreeing import TEAM
from itac.takeovers.models import Stage, TakeOver


def tell(takeover: TakeOver, actor: Person, *, now: datetime) -> None:
    """A mail to the other side about the latest step, in the caller's transaction; once for each step and person."""
    step = takeover.steps.order_by("at", "pk").last()
    if step is None:
        return
    for person in _other_side(takeover, actor):
        letter = mailing.render(
            "takeovers/mail/step.txt",
            language=person.language,
            zone=person.zone,
            person=person,
            takeover=takeover,
            step=step,
            campaign=Campaign.objects.filter(pk=1).first(),
            link=whole_address(reverse("studio_takeover", args=[takeover.pk])),
        )
        mailing.post(
            to=person.email,
            language=person.language,
            zone=person.zone,
            kind="takeover",
            key=f"takeover:{step.pk}:{person.pk}",
            subject=letter.subject,
            text=letter.text,
            now=now,
            not_after=takeover.closes_at,
        )


def waiting_for(person: Person, *, now: datetime) -> QuerySet[TakeOver]:
    """Take-overs in which the next step is this person's: an answer, the brief, or the sign-off of a report."""
    theirs = Q(stage=Stage.OFFERED, organisation_id__in=person.organisation_ids(*TEAM))
    guarded = Q(stage=Stage.AGREED, mandate__guardian=person)
    mine = theirs | guarded
    if person.is_coordinator:
        mine |= Q(stage__in=[Stage.REQUESTED, Stage.AGREED])
    ahead = mine & Q(closes_at__gt=now)
    over = Q(stage=Stage.BRIEFED, closes_at__lte=now) if person.is_coordinator else Q(pk__in=[])
    return TakeOver.objects.filter(ahead | over).select_related("organisation").order_by("opens_at").distinct()


def _other_side(takeover: TakeOver, actor: Person) -> list[Person]:
    people = Person.objects.filter(is_active=True).exclude(pk=actor.pk)
    team = Q(roles__organisation=takeover.organisation, roles__duty__in=TEAM)
    campaign = Q(is_coordinator=True) | Q(pk=takeover.mandate.guardian_id or 0)
    is_team = bool(set(TEAM) & actor.duties(takeover.organisation)) and not actor.is_coordinator
    return list(people.filter(campaign if is_team else team | Q(pk=takeover.mandate.guardian_id or 0)).distinct())
