"""Accepting an invitation: a name, a time zone, and a password or none; then one is in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from itac.campaign import inviting
from itac.campaign.models import Campaign, Duty, Invitation, Person
from itac.campaign.people_forms import zone_choices
from itac.studio.answering import mistakes_of_form, moment_of
from itac.studio.getting_in.frame import at_the_door, door
from itac.studio.getting_in.signing_in import let_in


class AcceptForm(forms.Form):
    """Who somebody is, and how they will sign in."""

    name = forms.CharField(
        label=gettext_lazy("Your name or office"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        help_text=gettext_lazy("Others read it beside what you write and decide."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("The language of your Studio and your mails"), choices=settings.LANGUAGES
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"),
        choices=zone_choices,
        help_text=gettext_lazy("Times are shown on your clock, beside the campaign's."),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How you will sign in"),
        choices=[
            ("mail", gettext_lazy("By a code sent to my mail each time")),
            ("password", gettext_lazy("With a password")),
        ],
        widget=forms.RadioSelect,
        initial="mail",
    )
    password = forms.CharField(
        label=gettext_lazy("The password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters. Leave it empty if you sign in by mail."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """A password where one is chosen, and a good one."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("way") != "password":
            return {**facts, "password": ""}
        try:
            validate_password(facts.get("password", ""), Person(email=self.email, name=facts.get("name", "")))
        except ValidationError as error:
            self.add_error("password", error)
        return facts


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an invitation, in the invited person's language. Opening it changes nothing."""
    now = moment_of(request)
    try:
        invitation = inviting.invitation_for(token, now=now)
    except inviting.NotOpen:
        return _over(request)
    if "language" not in request.GET:
        translation.activate(invitation.language)
    first = {
        "name": invitation.name,
        "language": translation.get_language(),
        "zone": Campaign.current().zone,
        "way": "mail",
    }
    form = AcceptForm(request.POST if request.method == "POST" else None, initial=first, email=invitation.email)
    if request.method != "POST" or not form.is_valid():
        return _form(request, invitation, form)
    facts = form.cleaned_data
    words = {name: facts[name] for name in ("name", "language", "zone", "password")}
    try:
        person = inviting.accept(token, **words, now=now)
    except inviting.NotOpen:
        return _over(request)
    let_in(request, person)
    return HttpResponseRedirect(reverse("wagtailadmin_home"))


def _form(request: HttpRequest, invitation: Invitation, form: AcceptForm) -> HttpResponse:
    context = {
        "form": form,
        "invitation": invitation,
        "duties": [Duty(duty).label for duty in invitation.duties],
    }
    mistakes = mistakes_of_form(form) if form.is_bound else []
    return door(request, "getting_in/accept.html", context, title=_("Welcome"), mistakes=mistakes)


def _over(request: HttpRequest) -> HttpResponse:
    return door(request, "getting_in/invitation_is_over.html", {}, title=_("This invitation is closed"), status=410)
