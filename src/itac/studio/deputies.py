"""Deputies: who approves for an organisation while its approvers are away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign import auditing
from itac.campaign.models import Deputy, Duty, Organisation, Person
from itac.studio.answering import Mistake, done, mistakes_of_form, moment_of, page, person_of, row_number


class DeputyForm(forms.Form):
    """Somebody of one's own organisation, or a coordinator, for a stretch of time on one's own clock."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Approves for"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose one"),
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"), queryset=Person.objects.none(), empty_label=gettext_lazy("Choose one")
    )
    begins_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Both on your own clock. It ends by itself."),
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, label_suffix="")
        mine = _organisations(person)
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
        colleagues = Q(roles__organisation__in=mine) | Q(is_coordinator=True)
        self.fields["person"].queryset = (  # type: ignore[attr-defined]
            Person.objects.filter(colleagues, is_active=True).exclude(pk=person.pk).distinct()
        )

    def clean(self) -> dict[str, Any]:
        """An end after the beginning."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("begins_at") and facts.get("ends_at") and facts["ends_at"] <= facts["begins_at"]:
            self.add_error("ends_at", _("This ends before it begins. Choose a later end."))
        return facts


def _organisations(person: Person) -> Any:
    if person.is_coordinator:
        return Organisation.objects.all()
    # By their own duty: a deputy doesn't name a further one.
    return Organisation.objects.filter(roles__person=person, roles__duty=Duty.APPROVER).distinct()


def deputy_list(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom, now and soon; a new one, and the end of one."""
    person, now = person_of(request), moment_of(request)
    coming = Deputy.objects.filter(organisation__in=_organisations(person), ends_at__gt=now)
    form = DeputyForm(None, person=person)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        if "end" in request.POST:
            found = coming.filter(pk=row_number(request.POST["end"])).first()
            if found is None:
                raise Http404
            with transaction.atomic():
                _record("deputy_ended", person, found, now)
                if found.begins_at >= now:
                    found.delete()
                else:
                    Deputy.objects.filter(pk=found.pk).update(ends_at=now)
            return done(request, _("From now on nobody stands in there."), "studio_deputies")
        form = DeputyForm(request.POST, person=person)
        mistakes = mistakes_of_form(form)
        if not mistakes:
            with transaction.atomic():
                _record("deputy_named", person, Deputy.objects.create(**form.cleaned_data, named_by=person), now)
            return done(request, _("Kept. It begins and ends by the clock."), "studio_deputies")
    context = {"deputies": list(coming.select_related("organisation", "person", "named_by")), "form": form}
    return page(request, "studio/deputies.html", context, title=_("Who stands in for approvers"), mistakes=mistakes)


def _record(kind: str, actor: Person, deputy: Deputy, now: datetime) -> None:
    auditing.record(
        kind,
        actor=actor,
        organisation=deputy.organisation,
        now=now,
        about=deputy.person,
        begins_at=deputy.begins_at.isoformat(),
        ends_at=deputy.ends_at.isoformat(),
    )
