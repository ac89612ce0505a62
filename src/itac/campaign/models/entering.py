"""How people get in: invitations, codes by mail, tries that are counted, and where somebody is signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models.organisations import Organisation
from itac.campaign.models.people import Person
from itac.core.personal import personal

INVITATION_DAYS = 14
CODE_MINUTES = 10
CODE_TRIES = 5


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def waiting(self, *, at: datetime) -> InvitationQuerySet:
        """Neither accepted nor revoked nor expired."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """A coordinator asks somebody to take part, with what they will do for which organisation.

    Its link works once, until `expires_at`; only the link's hash is kept, so nobody gets in by reading this table.
    """

    _TO_INVITE = {"purpose": "To invite the person.", "ends": "90 days after it was sent."}

    email = personal(models.EmailField(_("e-mail address")), **_TO_INVITE)
    name = personal(models.CharField(_("name or office"), max_length=120, blank=True), **_TO_INVITE)
    language = models.CharField(_("language"), max_length=8, default="en")
    is_coordinator = models.BooleanField(_("coordinator"), default=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    duties = models.JSONField(_("duties"), default=list)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    times_sent = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("open until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_or_revoked", condition=Q(accepted_at=None) | Q(revoked_at=None)
            ),
            # One open question to a person: a second mail repeats it, with a new link.
            models.UniqueConstraint(
                name="invitation_once", fields=["email"], condition=Q(accepted_at=None, revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class EntryCode(models.Model):
    """A way in by mail: a code for the browser that asked, and a link for any. Each works once, for ten minutes.

    Only hashes are kept. The sixth try finds no code any more, right or wrong.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sets_password = models.BooleanField(default=False)
    link_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    link_used_at = models.DateTimeField(null=True, blank=True)
    code_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code to sign in")
        verbose_name_plural = _("codes to sign in")
        constraints = [
            models.CheckConstraint(name="entry_code_tries", condition=Q(tries__lte=CODE_TRIES)),
            models.CheckConstraint(name="entry_code_ends", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class EntryTry(models.Model):
    """One try to get in, counted for an account or a network address. Kept for a day, as a hash alone."""

    subject = personal(
        models.CharField(max_length=64), purpose="To slow down who guesses passwords and codes.", ends="After a day."
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("try to sign in")
        verbose_name_plural = _("tries to sign in")
        indexes = [models.Index(name="entry_try_recent", fields=["subject", "at"])]

    def __str__(self) -> str:
        return f"{self.at}"


class SignedIn(models.Model):
    """One browser in which a person is signed in. The person sees these and can end each of them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    device = personal(
        models.CharField(max_length=80, blank=True),
        purpose="So that the person recognises their own browsers.",
        ends="When the session ends.",
    )
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.device


def invitation_end(sent_at: datetime) -> datetime:
    """Until when an invitation sent at that moment is open."""
    return sent_at + timedelta(days=INVITATION_DAYS)
