"""Programs that act for an organisation: each has a token, and a row among the people under which it signs."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itac.campaign.models.organisations import Organisation
from itac.campaign.models.people import Duty, Person, Role


class Scope(models.TextChoices):
    """What a token is good for."""

    POSTS_READ = "posts:read", _("read the organisation's posts and pictures, and what it is asked about")
    POSTS_WRITE = "posts:write", _("write, submit and plan posts, add pictures, ask for approval")
    POSTS_APPROVE = "posts:approve", _("say yes or no for the organisation, without a person looking")
    DELIVERIES_READ = "deliveries:read", _("read deliveries, channels and the slots that are taken")
    DELIVERIES_WRITE = (
        "deliveries:write",
        _("hold, send, drop and settle deliveries, correct and take back what is out"),
    )


# What the engine asks of a person, by what the token allows. Reading alone is no duty, but does belong to somebody.
DUTIES = {
    Scope.POSTS_WRITE: Duty.EDITOR,
    Scope.DELIVERIES_WRITE: Duty.EDITOR,
    Scope.POSTS_APPROVE: Duty.APPROVER,
}
READER = "reader"


class Program(Person):
    """The person's row of a token, with the duties that the token states.

    The row itself can do nothing: it may not log in, and has no role. Only what `ApiToken.actor` gives acts.
    """

    class Meta:
        proxy = True
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    stated: list[Role] | None = None

    def roles_now(self) -> list[Role]:
        """The token's duties; none where the row was read by another way."""
        return self.stated or []


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens by the clock."""

    def open_at(self, at: datetime) -> ApiTokenQuerySet:
        """Those that let a program in at that instant."""
        return self.filter(expires_at__gt=at, revoked_at=None)


class ApiToken(models.Model):
    """A program's key to the API, for one organisation and some scopes, until a day.

    Promise 6: its end is asked at each request, with nothing that has to run for it. Promise 8: only a hash is kept.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("acts for")
    )
    # As whom it signs: what a program wrote or answered stays its own when the token is over.
    person = models.OneToOneField(Program, on_delete=models.PROTECT, related_name="token")
    name = models.CharField(_("what it is for"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)  # of the token: enough to know it again, too little to use it
    scopes = models.JSONField(_("may"), default=list)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token of the API")
        verbose_name_plural = _("tokens of the API")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="token_ends_after_beginning", condition=Q(expires_at__gt=F("made_at")))
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, *, at: datetime) -> bool:
        """Whether it lets a program in at that instant."""
        return self.revoked_at is None and at < self.expires_at

    def scopes_in_words(self) -> list[str]:
        """What it may, for a page."""
        return [str(scope.label) for scope in Scope if scope in self.scopes]

    def actor(self) -> Program:
        """Who acts when a program comes with this token: verbs ask its duties as they ask a person's."""
        actor = cast("Program", Program.objects.get(pk=self.person_id))
        duties = {str(duty) for scope, duty in DUTIES.items() if scope in self.scopes} or {READER}
        actor.stated = [Role(person=actor, organisation=self.organisation, duty=duty) for duty in sorted(duties)]
        # In memory alone, for policies that ask whether somebody still takes part; the row can never log in.
        actor.is_active = True
        return actor
