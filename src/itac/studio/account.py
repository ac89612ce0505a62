"""Everybody's own page: name, language, time zone, mails, password. The log-in is changed by a coordinator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import BaseSettingsPanel, ThemeSettingsPanel

from itac.campaign.models import Person
from itac.campaign.people_forms import zone_choices


class PersonSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """What a person decides about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = Person
        fields = ["name", "language", "zone"]


class MailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """Which mails a person wants beside those that let them in or ask them."""

    class Meta:
        model = Person
        fields = ["morning_mail", "mention_mail"]


class MailsPanel(BaseSettingsPanel):
    """The mail in the morning, and mails for comments."""

    name = "mails"
    title = _("Mails")
    order = 150
    form_class = MailsForm


class PersonPanel(BaseSettingsPanel):
    """Name, language and zone."""

    name = "person"
    title = _("You")
    order = 100
    form_class = PersonSettingsForm


class NothingToFillForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """For a panel of links."""

    class Meta:
        model = Person
        fields: list[str] = []


class WaysInPanel(BaseSettingsPanel):
    """Links to the password and to the browsers one is signed in with."""

    name = "ways_in"
    title = _("Signing in")
    order = 200
    form_class = NothingToFillForm
    template_name = "getting_in/panel.html"

    def get_context_data(self) -> dict[str, Any]:
        """Whether there is a password to change."""
        return {"has_password": self.user.has_usable_password()}


class AccountView(WagtailAccountView):
    """Wagtail's account page with our panel in place of those that would write a second name, language and zone."""

    kept = (PersonPanel, MailsPanel, WaysInPanel, ThemeSettingsPanel)

    def get_panels(self) -> list[Any]:
        """Ours and the theme; a password has a page of its own."""
        return [panel for panel in self._all if isinstance(panel, self.kept)]

    @cached_property
    def _all(self) -> list[Any]:
        panels: list[Any] = super().get_panels()
        return panels
