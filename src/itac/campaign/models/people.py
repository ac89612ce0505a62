"""People of the Studio and what they may do for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models.campaign import known_zone
from itac.campaign.models.organisations import Organisation
from itac.core import clock
from itac.core.personal import personal


class PersonManager(BaseUserManager["Person"]):
    """Makes people; the e-mail address is kept as the log-in, in lower case."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> Person:
        """A person who can log in with that address and password; without a password, not yet."""
        person = self.model(email=self.normalize_email(email).lower(), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> Person:
        """A coordinator: the campaign knows no higher right."""
        return self.create_user(email, password, is_coordinator=True, **facts)

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with that address, however its letters are cased."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who works in the Studio. Coordinators are campaign-wide; all else is a `Role` for an organisation.

    Who has no usable password signs in by a link or code sent to their address (`entering`).
    """

    _TO_TAKE_PART = {"purpose": "To sign in, and to sign decisions.", "ends": "With the time the person takes part."}
    email = personal(models.EmailField(_("e-mail address"), unique=True), **_TO_TAKE_PART)
    name = personal(models.CharField(_("name or office"), max_length=120), **_TO_TAKE_PART)
    language = models.CharField(_("language"), max_length=8, default="en")
    zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    is_coordinator = models.BooleanField(_("coordinator"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    morning_mail = models.BooleanField(
        _("a mail in the morning"),
        default=False,
        help_text=_("What needs you that day, in one mail; none on other days."),
    )
    morning_looked_on = models.DateField(null=True, blank=True)  # the day of the last look, on the person's clock
    mention_mail = models.BooleanField(
        _("a mail for each comment that names me"),
        default=False,
        help_text=_("Otherwise they stand on your first page, and in the mail in the morning."),
    )
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """What the Studio calls this person."""
        return str(self)

    def get_short_name(self) -> str:
        """The same: an office has no first name."""
        return str(self)

    @property
    def first_name(self) -> str:
        """The same again, for Wagtail's menu, which would show the address otherwise."""
        return str(self)

    def duties(self, organisation: Organisation | None) -> set[str]:
        """What this person does for that organisation: values of `Duty`."""
        if organisation is None:
            return set()
        return {role.duty for role in self.roles_now() if role.organisation_id == organisation.pk}

    def roles_now(self) -> list[Role]:
        """This person's roles, and those in which they stand in for somebody today; read once per object."""
        if not hasattr(self, "_roles_now"):
            self._roles_now = [*self.roles.select_related("organisation"), *self._as_deputy()] if self.is_active else []
        return self._roles_now

    def _as_deputy(self) -> list[Role]:
        # Promise 6: a deputy's right ends by the clock, with nothing that has to run for it.
        standing_in = Deputy.objects.filter(person=self).open_at(clock.now()).select_related("organisation")
        return [Role(person=self, organisation=each.organisation, duty=Duty.APPROVER) for each in standing_in]

    def organisation_ids(self, *duties: str) -> set[int]:
        """Organisations for which this person has one of the duties (any duty when none is named)."""
        return {role.organisation_id for role in self.roles_now() if not duties or role.duty in duties}

    @property
    def is_staff(self) -> bool:
        """May enter the Studio."""
        return self.is_active and (self.is_coordinator or bool(self.roles_now()))


class Duty(models.TextChoices):
    """What a person may do for an organisation."""

    EDITOR = "editor", _("editor: writes posts and asks for approval")
    APPROVER = "approver", _("approver: says yes or no for the organisation")
    HOST = "host", _("host: leads its events")
    MODERATOR = "moderator", _("moderator: looks after its rooms")


class Role(models.Model):
    """One duty of one person for one organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="roles", verbose_name=_("organisation")
    )
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [models.UniqueConstraint(name="role_once", fields=["person", "organisation", "duty"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_duty_display()}, {self.organisation}"


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Deputies by when they stand in."""

    def open_at(self, at: datetime) -> DeputyQuerySet:
        """Those whose time it is, half-open: from its beginning, no longer at its end."""
        return self.filter(begins_at__lte=at, ends_at__gt=at)


class Deputy(models.Model):
    """Somebody who approves for an organisation between two moments, in the place of its approvers."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="deputies", verbose_name=_("organisation")
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("who stands in"))
    named_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="deputy_ends_after_beginning", condition=models.Q(ends_at__gt=models.F("begins_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.organisation}"
