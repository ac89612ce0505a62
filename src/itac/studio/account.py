"""Everybody's own page: name, language, time zone, password. The log-in is changed by a coordinator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import BaseSettingsPanel, ChangePasswordPanel, ThemeSettingsPanel

from itac.campaign.models import Person
from itac.campaign.people_forms import zone_choices


class PersonSettingsForm(forms.ModelForm):
    """What a person decides about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = Person
        fields = ["name", "language", "zone"]


class PersonPanel(BaseSettingsPanel):
    """Name, language and zone."""

    name = "person"
    title = _("You")
    order = 100
    form_class = PersonSettingsForm


class AccountView(WagtailAccountView):
    """Wagtail's account page with our panel in place of those that would write a second name, language and zone."""

    kept = (PersonPanel, ThemeSettingsPanel, ChangePasswordPanel)

    def get_panels(self) -> list[Any]:
        """Ours, the theme, and the password."""
        return [panel for panel in self._all if isinstance(panel, self.kept)]

    @cached_property
    def _all(self) -> list[Any]:
        panels: list[Any] = super().get_panels()
        return panels
