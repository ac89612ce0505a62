"""The Studio's forms of people: who somebody is, and what they do for which organisation."""

from __future__ import annotations

import secrets
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from itac.campaign import auditing
from itac.campaign.forms import GroundForm
from itac.campaign.models import Duty, Organisation, Person, Role
from itac.core import clock

# Without the letters that are taken for one another when read aloud or copied by hand.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """A password to hand over: four groups of four, some 79 bits, without spaces."""
    return "-".join("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(4))


def zone_choices() -> list[tuple[str, str]]:
    """The time zones that name a place, and UTC first."""
    return [("UTC", "UTC"), *((name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name)]


class PersonForm(GroundForm):
    """Somebody who works in the Studio. A new person, or one who lost theirs, gets a password that is shown once.

    `password` holds it after `save`, and nothing else does. `actor` is who fills the form, for the audit log.
    """

    actor: Person | None = None

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, initial="UTC")
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the person does, and for which organisation."),
    )
    new_password = forms.BooleanField(
        label=_("Give a new password"), required=False, help_text=_("The old one stops working at once.")
    )

    class Meta:
        model = Person
        fields = ["email", "name", "language", "zone", "is_coordinator", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password: str | None = None
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(organisation), [(f"{organisation.pk}:{duty.value}", duty.label) for duty in Duty])
            for organisation in Organisation.objects.all()
        ]
        if self.instance.pk:
            field.initial = [f"{role.organisation_id}:{role.duty}" for role in self.instance.roles.all()]
        else:
            del self.fields["new_password"]

    def clean_email(self) -> str:
        """Kept in lower case, as it is looked up."""
        email: str = self.cleaned_data["email"].lower()
        if Person.objects.exclude(pk=self.instance.pk).filter(email=email).exists():
            raise forms.ValidationError(_("Somebody with this address is already here."))
        return email

    def clean_is_coordinator(self) -> bool:
        """There is always a coordinator who can log in."""
        return self._keep_one("is_coordinator", value=self.cleaned_data["is_coordinator"])

    def clean_is_active(self) -> bool:
        """There is always a coordinator who can log in."""
        return self._keep_one("is_active", value=self.cleaned_data["is_active"])

    def _keep_one(self, name: str, *, value: bool) -> bool:
        others = Person.objects.filter(is_coordinator=True, is_active=True).exclude(pk=self.instance.pk)
        last = self.initial.get("is_coordinator") and self.initial.get("is_active") and not others.exists()
        if last and not value:
            raise forms.ValidationError(_("This is the last coordinator who can log in. Name another one first."))
        return value

    def save(self, commit: bool = True) -> Person:
        """The person with exactly the roles that were ticked, all or nothing, with a line each in the audit log."""
        is_new = self.instance.pk is None
        person: Person = super().save(commit=False)
        if is_new or self.cleaned_data.get("new_password"):
            self.password = new_password()
            person.set_password(self.password)
        with transaction.atomic():
            person.save()
            wanted = {tuple(choice.split(":")) for choice in self.cleaned_data["roles"]}
            for role in person.roles.select_related("organisation"):
                if (str(role.organisation_id), role.duty) not in wanted:
                    role.delete()
                    self._record("role_taken", role.organisation, duty=role.duty)
            for organisation, duty in wanted:
                role, is_given = Role.objects.get_or_create(person=person, organisation_id=int(organisation), duty=duty)
                if is_given:
                    self._record("role_given", role.organisation, duty=duty)
            self._record_rights(is_new=is_new)
        return person

    def _record_rights(self, *, is_new: bool) -> None:
        was_coordinator = not is_new and self.initial["is_coordinator"]
        if was_coordinator != self.instance.is_coordinator:
            self._record("coordinator_made" if self.instance.is_coordinator else "coordinator_unmade", None)
        was_active = is_new or self.initial["is_active"]
        if was_active == self.instance.is_active:
            return
        kind = "person_unlocked" if self.instance.is_active else "person_locked"
        theirs = list(Organisation.objects.filter(roles__person=self.instance).distinct())
        for organisation in theirs:
            self._record(kind, organisation)
        if not theirs:
            self._record(kind, None)

    def _record(self, kind: str, organisation: Organisation | None, **facts: Any) -> None:
        about: Person = self.instance
        auditing.record(kind, actor=self.actor, organisation=organisation, now=clock.now(), about=about, **facts)
