"""Tokens of the API: which programs act for which organisation, a new one, and the end of one. For coordinators."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from itac.campaign import tokens
from itac.campaign.models import ApiToken, Organisation, Scope
from itac.studio.answering import Mistake, done, mistakes_of_form, moment_of, page, person_of, row_number


class TokenForm(forms.Form):
    """A program, what it may for whom, and until which day."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        error_messages={"required": gettext_lazy("Say what it is for, so that others know it again.")},
        help_text=gettext_lazy(
            "The history says under this name what the program did, such as “Newsroom of the city”."
        ),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Acts for"),
        queryset=Organisation.objects.all(),
        empty_label=gettext_lazy("Choose one"),
        error_messages={"required": gettext_lazy("Choose the organisation for which it acts.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that the program may do.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Good until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the last day on which it is good.")},
        help_text=gettext_lazy("The last day, a year from now at the latest. It ends by itself."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Every token with its use. A new one's text is shown on the page that answers, and never again."""
    person, now = person_of(request), moment_of(request)
    form, mistakes = TokenForm(label_suffix=""), list[Mistake]()
    if "revoke" in request.POST:
        found = ApiToken.objects.filter(pk=row_number(request.POST["revoke"])).first()
        if found is None:
            raise Http404
        tokens.revoke_token(person, found, now=now)
        return done(request, _("Revoked. From now on it lets no program in."), "studio_tokens")
    if request.method == "POST":
        form = TokenForm(request.POST, label_suffix="")
        mistakes = mistakes_of_form(form)
        if not mistakes:
            try:
                return _made(request, form.cleaned_data, now)
            except tokens.CannotMakeToken as error:
                mistakes = [Mistake(f"id_{error.field}" if error.field else "", str(error.sentence))]
    rows = ApiToken.objects.select_related("organisation", "made_by")
    context = {
        "open": list(rows.open_at(now)),
        "over": list(rows.exclude(pk__in=rows.open_at(now).values("pk"))[:50]),
        "form": form,
    }
    return page(request, "studio/tokens.html", context, title=_("Tokens of the API"), mistakes=mistakes)


@sensitive_variables("text", "context")
def _made(request: HttpRequest, facts: dict[str, Any], now: datetime) -> HttpResponse:
    after = datetime.combine(facts["last_day"] + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())
    token, text = tokens.make_token(
        person_of(request),
        organisation=facts["organisation"],
        name=facts["name"],
        scopes=facts["scopes"],
        expires_at=after,
        now=now,
    )
    context = {
        "token": token,
        "text": text,
        "page_title": _("The token of %(name)s") % {"name": token.name},
        "trail": [(_("Home"), reverse("wagtailadmin_home")), (_("Tokens of the API"), reverse("studio_tokens"))],
        "mistakes": [],
        "now": now,
    }
    response = render(request, "studio/token_made.html", context)
    # Promise 8: neither a browser nor anything in between keeps it.
    response.headers["Cache-Control"] = "no-store"
    return response
