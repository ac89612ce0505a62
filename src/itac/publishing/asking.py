"""The mails of a question: who is asked gets a link to one page, is reminded before the deadline, and once each.

A link shows what waits for one person and decides nothing (`deciding_by_mail`). Every mail is a row with a key of its
own (`core.mailing`), so whoever runs this twice, or in two workers, posts nothing twice.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse

from itac.campaign.models import Campaign, Deputy, Duty, Person
from itac.core import mailing
from itac.core.addresses import whole_address
from itac.core.models import Mail, MailState
from itac.core.moving import MovedMeanwhile
from itac.publishing.models import ApprovalRequest

SALT = "itac.publishing.asking"
LINK_DAYS = 14
REMINDERS = {"day": timedelta(days=1), "hours": timedelta(hours=2)}


class NoSuchLink(Exception):
    """The link is none of ours, is older than `LINK_DAYS`, or its person doesn't take part any more."""


def asked_people(request: ApprovalRequest, *, now: datetime) -> list[Person]:
    """Those who can still answer it: approvers of organisations that haven't, their deputies, the guardian of
    its window, or coordinators."""
    answered = set(request.decisions.values_list("organisation_id", flat=True))
    organisations: set[int] = set()
    coordinators = False
    guardians: set[int] = set()
    for requirement in request.requirements.select_related("mandate").prefetch_related("organisations"):
        asked = {organisation.pk for organisation in requirement.organisations.all()}
        organisations |= asked - answered
        if not asked and None not in answered:
            if requirement.mandate is None:
                coordinators = True
            elif requirement.mandate.guardian_id:
                guardians.add(requirement.mandate.guardian_id)
    people = Person.objects.filter(is_active=True)
    approvers = people.filter(roles__duty=Duty.APPROVER, roles__organisation_id__in=organisations)
    deputies = Deputy.objects.open_at(now).filter(organisation_id__in=organisations).values("person_id")
    found = approvers | people.filter(pk__in=deputies) | people.filter(pk__in=guardians)
    if coordinators:
        found |= people.filter(is_coordinator=True)
    return list(found.distinct().order_by("pk"))


def ask_by_mail(request: ApprovalRequest, *, now: datetime) -> None:
    """A mail to everybody who is asked, in the caller's transaction."""
    for person in asked_people(request, now=now):
        if person.pk != request.asked_by_id:
            _mail(person, request, "asked", now=now)


def ask_no_more(request: ApprovalRequest, *, now: datetime) -> None:
    """Questions still on their way for a request that is answered aren't sent any more; in the caller's transaction."""
    waiting = Mail.objects.filter(key__startswith=f"approval:asked:{request.pk}:", state=MailState.QUEUED)
    for mail in waiting:
        with contextlib.suppress(MovedMeanwhile):  # the postman was quicker
            mailing.give_up(mail, now=now)


def remind(now: datetime) -> None:
    """A mail a day and two hours before the deadline to everybody who hasn't answered. May run as often as wanted."""
    still_open = ApprovalRequest.objects.still_open(at=now)
    for request in still_open.filter(deadline_at__lte=now + max(REMINDERS.values())):
        for name, before in REMINDERS.items():
            # Not for a question asked later than that: its first mail says it all.
            if request.deadline_at - before <= now and request.asked_at < request.deadline_at - before:
                for person in asked_people(request, now=now):
                    _mail(person, request, f"reminder_{name}", now=now)


def link_for(person: Person) -> str:
    """The whole address of the page with what waits for this person."""
    return whole_address(reverse("approve_by_mail", args=[signing.dumps(person.pk, salt=SALT)]))


def person_of_link(token: str) -> Person:
    """Whose link it is. Raises `NoSuchLink`."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature as error:
        raise NoSuchLink from error
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None or not person.is_staff:
        raise NoSuchLink
    return person


def _mail(person: Person, request: ApprovalRequest, kind: str, *, now: datetime) -> None:
    letter = mailing.render(
        f"publishing/mail/{kind.partition('_')[0]}.txt",
        language=person.language,
        zone=person.zone,
        campaign=Campaign.objects.filter(pk=1).first(),
        person=person,
        request=request,
        post=request.post,
        speaker=request.post.organisation,
        link=link_for(person),
    )
    mailing.post(
        to=person.email,
        language=person.language,
        zone=person.zone,
        kind=f"approval_{kind}",
        key=f"approval:{kind}:{request.pk}:{person.pk}",
        subject=letter.subject,
        text=letter.text,
        now=now,
        not_after=request.deadline_at,
    )
