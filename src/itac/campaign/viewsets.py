"""The Studio's lists and forms of the ground, for coordinators. `studio.wagtail_hooks` registers them."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import yesno
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from itac.campaign import forms
from itac.campaign.models import (
    Blackout,
    Campaign,
    Contributor,
    Edition,
    Mechanism,
    Membership,
    Observance,
    Organisation,
    Person,
    Phase,
)
from itac.campaign.people_forms import PersonForm


class YesNoColumn(Column):
    """Whether something is so, in a word of the reader's language."""

    def get_value(self, instance: Any) -> str:
        """Yes or no."""
        return str(yesno(super().get_value(instance)))


class GroundList(generic.IndexView):
    """A list of rows, with words for what is true or not."""

    def _get_custom_column(self, field_name: str, column_class: type = Column, **kwargs: Any) -> Any:
        field = next((each for each in self.model._meta.get_fields() if each.name == field_name), None)
        if isinstance(field, BooleanField):
            column_class = YesNoColumn
        return super()._get_custom_column(field_name, column_class, **kwargs)


class GroundViewSet(ModelViewSet):
    """List, form, history and usage of one kind of row, with a form of ours that works without script."""

    form_class: type
    index_view_class = GroundList
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 50

    def get_form_class(self, for_update: bool = False) -> type:
        """Ours."""
        return self.form_class


class ToTheCampaign(generic.IndexView):
    """There is one campaign, so its list is its form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """On to the form."""
        return HttpResponseRedirect(reverse("campaign_row:edit", args=[1]))


class CampaignViewSet(GroundViewSet):
    """The campaign: one row."""

    model, name, icon, form_class = Campaign, "campaign_row", "site", forms.CampaignForm
    menu_label = _("The campaign")
    index_view_class = ToTheCampaign


class OrganisationViewSet(GroundViewSet):
    """Organisations. `library.viewsets` adds the logo."""

    model, name, icon, form_class = Organisation, "organisations", "group", forms.OrganisationForm
    list_display = ["__str__", "kind", "country"]
    list_filter = ["kind"]
    search_fields = ["slug", "name", "short_name"]


class MechanismViewSet(GroundViewSet):
    """Mechanisms."""

    model, name, icon, form_class = Mechanism, "mechanisms", "group", forms.MechanismForm


class MembershipViewSet(GroundViewSet):
    """Memberships."""

    model, name, icon, form_class = Membership, "memberships", "tick", forms.MembershipForm
    list_display = ["__str__", "standing", "since", "until"]
    list_filter = ["standing"]


class ContributorViewSet(GroundViewSet):
    """Contributors."""

    model, name, icon, form_class = Contributor, "contributors", "pick", forms.ContributorForm
    list_display = ["__str__", "contribution", "phase", "project"]


class WithMilestones:
    """The milestones below the form of their phase: two empty rows each time, so it works without script."""

    object: Any
    request: HttpRequest
    template_name = "campaign/phase_form.html"

    def milestones(self) -> Any:
        """The rows as sent, or as stored."""
        if not hasattr(self, "_milestones"):
            data = self.request.POST if self.request.method == "POST" else None
            self._milestones = forms.MilestoneFormSet(data, instance=self.object or Phase())
        return self._milestones

    def is_valid(self, form: Any) -> bool:
        """Phase and milestones together."""
        both = [super().is_valid(form), self.milestones().is_valid()]  # type: ignore[misc]
        return all(both)

    def save_instance(self) -> Any:
        """The phase, then its milestones; Wagtail has a transaction around it."""
        phase = super().save_instance()  # type: ignore[misc]
        rows = self.milestones()
        rows.instance = phase
        rows.save()
        return phase

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's, with the milestones."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "milestones": self.milestones()}


class AddPhase(WithMilestones, generic.CreateView):
    """A new phase with its first milestones."""


class EditPhase(WithMilestones, generic.EditView):
    """A phase with its milestones."""


class PhaseViewSet(GroundViewSet):
    """Phases, with their milestones."""

    model, name, icon, form_class = Phase, "phases", "calendar-alt", forms.PhaseForm
    list_display = ["__str__", "starts_on", "ends_on"]
    add_view_class = AddPhase
    edit_view_class = EditPhase


class ObservanceViewSet(GroundViewSet):
    """Observances."""

    model, name, icon, form_class = Observance, "observances", "calendar-check", forms.ObservanceForm
    list_display = ["__str__", "is_peak"]


class BlackoutViewSet(GroundViewSet):
    """Blackout periods."""

    model, name, icon, form_class = Blackout, "blackouts", "no-view", forms.BlackoutForm
    list_display = ["__str__", "starts_at", "ends_at"]


class EditionViewSet(GroundViewSet):
    """Regional editions."""

    model, name, icon, form_class = Edition, "editions", "globe", forms.EditionForm


class ShowsPassword:
    """After saving, a password that was made is shown on a page of its own: once, never kept in a message or cookie."""

    request: HttpRequest
    form: Any

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's, told who fills it."""
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        form.actor = self.request.user
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Wagtail's redirect, or the page with the password."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if form.password is None:
            return response
        page = render(self.request, "campaign/password.html", {"person": form.instance, "password": form.password})
        page.headers["Cache-Control"] = "no-store"
        return page


class ListPeople(GroundList):
    """People; a program's row is kept by its token."""

    def get_base_queryset(self) -> Any:
        """Whoever isn't a program."""
        return super().get_base_queryset().filter(token=None)


class AddPerson(ShowsPassword, generic.CreateView):
    """A new person."""


class EditPerson(ShowsPassword, generic.EditView):
    """A person's facts and roles."""


class PersonViewSet(GroundViewSet):
    """People and their roles."""

    model, name, icon, form_class = Person, "people", "user", PersonForm
    menu_label = _("People and roles")
    list_display = ["name", "email", "is_coordinator", "is_active"]
    search_fields = ["name", "email"]
    index_view_class = ListPeople
    add_view_class = AddPerson
    edit_view_class = EditPerson


VIEWSETS = (
    CampaignViewSet,
    OrganisationViewSet,
    MechanismViewSet,
    MembershipViewSet,
    ContributorViewSet,
    PhaseViewSet,
    ObservanceViewSet,
    BlackoutViewSet,
    EditionViewSet,
    PersonViewSet,
)
