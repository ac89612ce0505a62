"""The Studio's forms of people: who somebody is, and what they do for which organisation."""

from __future__ import annotations

import secrets
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from itac.campaign.forms import GroundForm
from itac.campaign.models import Duty, Organisation, Person, Role

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

    `password` holds it after `save`, and nothing else does.
    """

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
        """The person with exactly the roles that were ticked, all or nothing."""
        is_new = self.instance.pk is None
        person: Person = super().save(commit=False)
        if is_new or self.cleaned_data.get("new_password"):
            self.password = new_password()
            person.set_password(self.password)
        with transaction.atomic():
            person.save()
            wanted = {tuple(choice.split(":")) for choice in self.cleaned_data["roles"]}
            for role in person.roles.all():
                if (str(role.organisation_id), role.duty) not in wanted:
                    role.delete()
            for organisation, duty in wanted:
                Role.objects.get_or_create(person=person, organisation_id=int(organisation), duty=duty)
        return person
