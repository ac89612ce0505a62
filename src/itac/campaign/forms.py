"""The Studio's forms of the ground: lists, links and date rules as a person would write them. They need no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import (
    Blackout,
    Campaign,
    Contributor,
    Edition,
    Mechanism,
    Membership,
    Milestone,
    Observance,
    Organisation,
    Phase,
)
from itac.campaign.models.calendar import WEEKDAYS, check_rule
from itac.campaign.models.organisations import link_rows
from itac.core.forms import LocalisedFormField
from itac.core.localised import Localised


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time; the time is the person's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class CodesField(forms.CharField):
    """A list of short codes, with commas between: "en, es" and ``["en", "es"]``."""

    def prepare_value(self, value: Any) -> Any:
        """The list as it is written."""
        return ", ".join(str(code) for code in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The list, in its order, each code once."""
        return list(dict.fromkeys(part.strip() for part in (value or "").replace(";", ",").split(",") if part.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lists differ."""
        return bool(self.to_python(data) != (initial or []))


class LinksField(forms.CharField):
    """Links, one a line: the address, then what it is. Kept as ``[{"address", "title"}]``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """One line a link."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{row.get('address', '')} {row.get('title', '')}".strip() for row in value)

    def to_python(self, value: Any) -> Any:
        """The rows; what follows the first space of a line is the title."""
        lines = (line.strip().partition(" ") for line in (value or "").splitlines() if line.strip())
        return [{"address": address, "title": title.strip()} for address, _space, title in lines]

    def validate(self, value: Any) -> None:
        """Raises `ValidationError` for an address that isn't one."""
        link_rows(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the rows differ."""
        return bool(self.to_python(data) != (initial or []))


class RuleField(forms.CharField):
    """When an observance falls: "12-18", "last sunday of 9", "1 monday of 10" (the first), or "announced in 9"."""

    def prepare_value(self, value: Any) -> Any:
        """The rule as it is written."""
        match value:
            case {"fixed": day}:
                return day
            case {"last_weekday": {"weekday": weekday, "month": month}}:
                return f"last {weekday} of {month}"
            case {"nth_weekday": {"weekday": weekday, "month": month, "n": n}}:
                return f"{n} {weekday} of {month}"
            case {"announced_each_year": True, "month": month}:
                return f"announced in {month}"
        return value

    def to_python(self, value: Any) -> Any:
        """The rule. Raises `ValidationError`, naming what can be written, for anything else."""
        rule: dict[str, Any]
        match str(value or "").lower().split():
            case []:
                return None
            case [day]:
                rule = {"fixed": day}
            case ["last", weekday, "of", month] if month.isdigit():
                rule = {"last_weekday": {"weekday": weekday, "month": int(month)}}
            case [n, weekday, "of", month] if n.isdigit() and month.isdigit() and weekday in WEEKDAYS:
                rule = {"nth_weekday": {"weekday": weekday, "month": int(month), "n": int(n)}}
            case ["announced", "in", month] if month.isdigit():
                rule = {"announced_each_year": True, "month": int(month)}
            case _:
                rule = {}
        check_rule(rule)
        return rule


class GroundForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """What these forms share: words for an empty choice, the browser's date fields, an original language that stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            if isinstance(field, (forms.ModelChoiceField, forms.TypedChoiceField)):
                self.name_empty(name, _("Choose one") if field.required else _("Not chosen"))

    def name_empty(self, name: str, words: Any) -> None:
        """Let the empty choice of a list say what it means."""
        field: Any = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = words if field.empty_label is not None else None
        else:
            field.choices = [(value, label if value else words) for value, label in field.choices]

    def clean(self) -> dict[str, Any]:
        """A text written first in Spanish stays one, also where English stands before it in the form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            new = cleaned.get(name)
            old = getattr(self.instance, name, None) if self.instance.pk else None
            if not isinstance(field, LocalisedFormField):
                continue
            if isinstance(new, Localised) and isinstance(old, Localised) and old.original in new.texts:
                cleaned[name] = Localised(new.texts, old.original)
        return cleaned


CODES_OF_LANGUAGES = ", ".join(code for code, _name in settings.LANGUAGES)


def _codes(label: Any, help_text: Any) -> CodesField:
    return CodesField(label=label, help_text=help_text, required=False)


class CampaignForm(GroundForm):
    """The campaign's own facts. Pausing it is a room of its own."""

    class Meta:
        model = Campaign
        fields = ["name", "short_name", "full_title", "hashtag", "zone", "contact_email"]


class OrganisationForm(GroundForm):
    """An organisation."""

    languages = _codes(_("Languages"), _("Two-letter codes with commas between, such as es, en."))
    links = LinksField(
        label=_("Links"), required=False, help_text=_("One a line: the address, a space, and what it is.")
    )

    class Meta:
        model = Organisation
        fields = ["slug", "name", "short_name", "kind", "country", "languages", "links", "line", "editions"]
        widgets = {"editions": forms.CheckboxSelectMultiple}


class MechanismForm(GroundForm):
    """A mechanism."""

    class Meta:
        model = Mechanism
        fields = ["organisation", "founded", "steered_by", "source_title", "source_address"]
        widgets = {"steered_by": forms.CheckboxSelectMultiple}


class MembershipForm(GroundForm):
    """A membership."""

    class Meta:
        model = Membership
        fields = ["organisation", "standing", "since", "until", "part", "source_title", "source_address"]


class ContributorForm(GroundForm):
    """Somebody the campaign thanks."""

    class Meta:
        model = Contributor
        fields = [
            "name",
            "organisation",
            "contribution",
            "phase",
            "project",
            "source_title",
            "source_address",
            "place",
        ]


class PhaseForm(GroundForm):
    """A phase; its milestones stand below it."""

    class Meta:
        model = Phase
        fields = [
            "slug",
            "name",
            "summary",
            "focus",
            "starts_on",
            "starts_precision",
            "ends_on",
            "ends_precision",
            "note",
        ]


class MilestoneForm(GroundForm):
    """One milestone of a phase."""

    class Meta:
        model = Milestone
        fields = ["on", "precision", "what", "source_title", "source_address"]


MilestoneFormSet = forms.inlineformset_factory(Phase, Milestone, form=MilestoneForm, extra=2, can_delete=True)


class ObservanceForm(GroundForm):
    """An observance."""

    rule = RuleField(
        label=_("When it falls"),
        help_text=_(
            "A fixed day as month and day (12-18), “last sunday of 9”, “1 monday of 10” for the first, "
            "or “announced in 9”."
        ),
    )
    announced = _codes(
        _("Announced dates"),
        _("For one that is announced each year: spans with commas between, 2025-09-12/2025-09-21."),
    )

    class Meta:
        model = Observance
        fields = [
            "slug",
            "name",
            "rule",
            "applies_from",
            "announced",
            "proclaimed_by",
            "instrument",
            "source_title",
            "source_address",
            "is_peak",
        ]

    def clean_announced(self) -> list[str]:
        """Each span is a day, or two with a slash between."""
        spans: list[str] = self.cleaned_data["announced"]
        for span in spans:
            for day in span.split("/"):
                try:
                    models.DateField().to_python(day)
                except ValidationError as error:
                    raise ValidationError(
                        _("“%(span)s” is not a span. Write it as 2025-09-12/2025-09-21."), params={"span": span}
                    ) from error
        return spans


class EditionForm(GroundForm):
    """A regional edition."""

    countries = _codes(_("Countries"), _("Two-letter codes with commas between, such as EC, CO."))
    languages = _codes(_("Languages"), _("Two-letter codes with commas between, such as es, en."))

    class Meta:
        model = Edition
        fields = ["slug", "name", "countries", "languages"]


class BlackoutForm(GroundForm):
    """A blackout period. Times are those of the person's own zone."""

    countries = _codes(_("Countries"), _("Two-letter codes with commas between. Empty for all."))

    class Meta:
        model = Blackout
        fields = ["name", "starts_at", "ends_at", "countries"]
        widgets = {"starts_at": MomentInput, "ends_at": MomentInput}

    def clean_countries(self) -> list[str]:
        """In capitals, as organisations have theirs."""
        return [code.upper() for code in self.cleaned_data["countries"]]
