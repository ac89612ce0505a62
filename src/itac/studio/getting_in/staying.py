"""A person's ways in: the password, and the browsers in which they are signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from itac.campaign import staying
from itac.campaign.models import Campaign, EntryCode, Person
from itac.core import mailing
from itac.studio.answering import done, mistakes_of_form, moment_of, page, person_of, row_number
from itac.studio.getting_in.signing_in import came_by_mail


class PasswordForm(forms.Form):
    """A new password, by who knows the old one or has just come by mail."""

    old = forms.CharField(
        label=gettext_lazy("The password until now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("The new password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters; several words are easy to keep."),
    )
    again = forms.CharField(
        label=gettext_lazy("The new password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, needs_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not needs_old:
            del self.fields["old"]

    def clean_old(self) -> str:
        """The right one."""
        old: str = self.cleaned_data["old"]
        if not self.person.check_password(old):
            raise forms.ValidationError(
                _("This isn't your password. If you have forgotten it, have a code sent to you.")
            )
        return old

    def clean_new(self) -> str:
        """A good one."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.person)
        return new

    def clean(self) -> dict[str, Any]:
        """Typed twice alike."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if "new" in facts and facts.get("again") != facts["new"]:
            self.add_error("again", ValidationError(_("The two new passwords differ. Type the new one twice.")))
        return facts


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password. Every other browser is signed out, and a mail says that it happened."""
    person, fresh = person_of(request), came_by_mail(request)
    trail = [(_("Your account"), reverse("wagtailadmin_account"))]
    if not fresh and not person.has_usable_password():
        return page(request, "getting_in/password_by_mail.html", {}, title=_("Your password"), trail=trail)
    form = PasswordForm(request.POST if request.method == "POST" else None, person=person, needs_old=not fresh)
    if request.method == "POST" and form.is_valid():
        _change(request, person, form.cleaned_data["new"])
        return done(request, _("Your password is changed. Everywhere else you are signed out."), "wagtailadmin_account")
    mistakes = mistakes_of_form(form) if form.is_bound else []
    context = {"form": form}
    return page(request, "getting_in/password.html", context, title=_("Your password"), trail=trail, mistakes=mistakes)


def _change(request: HttpRequest, person: Person, new: str) -> None:
    now = moment_of(request)
    reader: dict[str, Any] = {"language": person.language, "zone": person.zone}
    letter = mailing.render(
        "studio/mail/password_changed.txt", **reader, person=person, now=now, campaign=Campaign.current()
    )
    with transaction.atomic():
        person.set_password(new)
        person.save(update_fields=["password"])
        EntryCode.objects.filter(person=person, ended_at=None).update(ended_at=now)
        mailing.post(
            to=person.email,
            **reader,
            kind="password_changed",
            key=f"password-changed:{person.pk}:{now.timestamp()}",
            subject=letter.subject,
            text=letter.text,
            now=now,
        )
    staying.end_others(person, but=request.session.session_key)
    # The session's own mark follows the new password, or this browser would be signed out too.
    update_session_auth_hash(request, person)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in; each browser, or all others at once, can be signed out."""
    person = person_of(request)
    if request.method == "POST":
        here = reverse("studio_sessions")
        if request.POST.get("end") == "others":
            staying.end_others(person, but=request.session.session_key)
            return done(request, _("Everywhere else you are signed out."), "studio_sessions")
        if staying.end_session(person, row_number(request.POST.get("end"))):
            return done(request, _("That browser is signed out."), "studio_sessions")
        return HttpResponseRedirect(here)
    context = {
        "rows": staying.still_open(person, now=moment_of(request)),
        "this": request.session.session_key,
    }
    trail = [(_("Your account"), reverse("wagtailadmin_account"))]
    return page(request, "getting_in/sessions.html", context, title=_("Where you are signed in"), trail=trail)
