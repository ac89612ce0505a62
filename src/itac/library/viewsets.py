"""The Studio's lists and forms of the library, for coordinators; an organisation's form with its logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.images.widgets import AdminImageChooser

from itac.campaign.forms import GroundForm
from itac.campaign.forms import OrganisationForm as OrganisationFormWithoutLogo
from itac.campaign.models import Organisation
from itac.campaign.viewsets import GroundViewSet
from itac.campaign.viewsets import OrganisationViewSet as OrganisationViewSetWithoutLogo
from itac.library.models import FootageCredit, Picture


class OrganisationForm(OrganisationFormWithoutLogo):
    """An organisation with its logo, which is a picture that points at the organisation."""

    logo: Any = forms.ModelChoiceField(
        label=_("Logo"), queryset=Picture.objects.all(), required=False, widget=AdminImageChooser()
    )

    class Meta(OrganisationFormWithoutLogo.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["logo"].initial = Picture.objects.filter(logo_of=self.instance).first()

    def save(self, commit: bool = True) -> Organisation:
        """The organisation; its former logo stays in the library."""
        organisation: Organisation = super().save(commit=commit)
        if commit:
            logo = self.cleaned_data["logo"]
            Picture.objects.filter(logo_of=organisation).update(logo_of=None)
            if logo is not None:
                Picture.objects.filter(pk=logo.pk).update(logo_of=organisation)
        return organisation


class OrganisationViewSet(OrganisationViewSetWithoutLogo):
    """Organisations, with their logos."""

    form_class = OrganisationForm


class FootageCreditForm(GroundForm):
    """Whose footage the campaign shows."""

    class Meta:
        model = FootageCredit
        fields = ["name", "organisation", "source_title", "source_address", "place"]


class FootageCreditViewSet(GroundViewSet):
    """Footage credits."""

    model, name, icon, form_class = FootageCredit, "footage_credits", "media", FootageCreditForm
    list_display = ["__str__", "organisation"]


VIEWSETS = (FootageCreditViewSet,)
