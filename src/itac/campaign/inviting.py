"""Inviting people: by one address or a whole list, for what they will do; their link works once and for two weeks."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.campaign import auditing
from itac.campaign.models import Campaign, Duty, Invitation, Organisation, Person, Role
from itac.campaign.models.entering import invitation_end
from itac.core import mailing

LinkOf = Callable[[str], str]
KEPT = timedelta(days=90)
LONGEST_ADDRESS = 254  # signs: what mail servers take (RFC 5321), and the column holds


class CannotInvite(Exception):
    """Nobody was invited. `sentence` says why."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


class NotOpen(Exception):
    """This link doesn't let anybody in: it was used or revoked, it is too old, or it never was one."""


@dataclass(frozen=True)
class Guest:
    """Whom to invite, and what for. Without an organisation: a coordinator."""

    email: str
    language: str
    name: str = ""
    organisation: Organisation | None = None
    duties: Sequence[str] = field(default_factory=tuple)
    is_coordinator: bool = False


def hash_of(token: str) -> str:
    """What is kept of a link or a code that lets somebody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def problem_of(guest: Guest) -> str | Promise:
    """Why this person can't be invited, as a sentence; "" where they can. Reads only."""
    try:
        validate_email(guest.email)
        MaxLengthValidator(LONGEST_ADDRESS)(guest.email)
    except ValidationError:
        return _("This isn't an e-mail address. Write one such as name@example.org.")
    if Person.objects.filter(email=guest.email.lower()).exists():
        return _("Somebody with this address is already here. Give them a role under “People and roles”.")
    if _open(guest.email).exists():
        return _("This address has an invitation already. Send that one again, or revoke it first.")
    if not guest.is_coordinator and not (guest.organisation and guest.duties):
        return _("Say for which organisation, and what the person will do for it.")
    return ""


def invite(actor: Person, guests: Sequence[Guest], *, link: LinkOf, now: datetime) -> list[Invitation]:
    """Write an invitation and its mail for each; all or none. `link` gives the address of a token's page.

    Raises `CannotInvite` for whoever isn't a coordinator, and for the first guest that can't be invited.
    """
    _ask_coordinator(actor)
    with transaction.atomic():
        Invitation.objects.filter(sent_at__lt=now - KEPT).delete()
        for guest in guests:
            problem = problem_of(guest)
            if problem:
                raise CannotInvite(_("%(email)s: %(problem)s") % {"email": guest.email, "problem": problem})
        return [_write(actor, guest, link=link, now=now) for guest in guests]


def renew(actor: Person, invitation: Invitation, *, link: LinkOf, now: datetime) -> None:
    """Send it again with a new link and two more weeks; the old link is worth nothing from now on.

    Raises `NotOpen` where it was accepted or revoked meanwhile.
    """
    _ask_coordinator(actor)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        here = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        again = invitation.times_sent + 1
        facts = {"token_hash": hash_of(token), "sent_at": now, "expires_at": invitation_end(now)}
        if not here.filter(times_sent=invitation.times_sent).update(times_sent=again, **facts):
            raise NotOpen
        invitation.refresh_from_db()
        _mail(actor, invitation, link=link(token), now=now)


def revoke(actor: Person, invitation: Invitation, *, now: datetime) -> None:
    """Its link is worth nothing from now on. Raises `NotOpen` where it was accepted or revoked meanwhile."""
    _ask_coordinator(actor)
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now):
            raise NotOpen
        auditing.record(
            "invitation_revoked", actor=actor, organisation=invitation.organisation, now=now, about=invitation
        )


def invitation_for(token: str, *, now: datetime) -> Invitation:
    """The open invitation of a link. Raises `NotOpen`; changes nothing, however often it is asked."""
    found = Invitation.objects.waiting(at=now).select_related("organisation").filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotOpen
    return found


def accept(token: str, *, name: str, language: str, zone: str, password: str, now: datetime) -> Person:
    """The person, with the roles they were invited for. Without a password they sign in by mail each time.

    A link lets one person in: of two who come at once, the conditional update's row count decides. Raises `NotOpen`.
    """
    with transaction.atomic():
        invitation = invitation_for(token, now=now)
        if not Invitation.objects.waiting(at=now).filter(pk=invitation.pk).update(accepted_at=now):
            raise NotOpen
        if Person.objects.filter(email=invitation.email).exists():
            raise NotOpen
        person = Person.objects.create_user(
            invitation.email,
            password or None,
            name=name,
            language=language,
            zone=zone,
            is_coordinator=invitation.is_coordinator,
        )
        Role.objects.bulk_create(
            Role(person=person, organisation=invitation.organisation, duty=duty)
            for duty in invitation.duties
            if invitation.organisation is not None and duty in Duty.values
        )
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person)
        auditing.record(
            "invitation_accepted", actor=person, organisation=invitation.organisation, now=now, about=person
        )
    return person


def _open(email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=email.lower(), accepted_at=None, revoked_at=None)


def _ask_coordinator(actor: Person) -> None:
    if not (actor.is_active and actor.is_coordinator):
        raise CannotInvite(_("Only coordinators invite people."))


def _write(actor: Person, guest: Guest, *, link: LinkOf, now: datetime) -> Invitation:
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        email=guest.email.lower(),
        name=guest.name,
        language=guest.language,
        is_coordinator=guest.is_coordinator,
        organisation=guest.organisation,
        duties=list(guest.duties),
        invited_by=actor,
        token_hash=hash_of(token),
        sent_at=now,
        expires_at=invitation_end(now),
    )
    auditing.record("person_invited", actor=actor, organisation=guest.organisation, now=now, about=made)
    _mail(actor, made, link=link(token), now=now)
    return made


def _mail(actor: Person, invitation: Invitation, *, link: str, now: datetime) -> None:
    campaign = Campaign.current()
    reader = {"language": invitation.language, "zone": campaign.zone}
    letter = mailing.render(
        "campaign/mail/invitation.txt",
        **reader,
        campaign=campaign,
        invitation=invitation,
        inviter=actor,
        link=link,
        duties=[Duty(duty).label for duty in invitation.duties],
    )
    mailing.post(
        to=invitation.email,
        **reader,
        kind="invitation",
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        subject=letter.subject,
        text=letter.text,
        now=now,
        not_after=invitation.expires_at,
    )
