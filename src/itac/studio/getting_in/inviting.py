"""Inviting people: one by one or by a list, and what became of each invitation. For coordinators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from itac.campaign import inviting
from itac.campaign.guest_lists import Row, read_list, text_of
from itac.campaign.inviting import CannotInvite, Guest, NotOpen
from itac.campaign.models import Duty, Invitation, Organisation
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of_form,
    moment_of,
    page,
    paged,
    person_of,
    query_without_page,
)
from itac.studio.getting_in.frame import link_to

COORDINATOR = "coordinator"


class GuestForm(forms.Form):
    """One person to invite."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
    name = forms.CharField(label=gettext_lazy("Name or office, if you know it"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("The invitation is written in it. The person may choose another."),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("For which organisation"))
    duties = forms.MultipleChoiceField(
        label=gettext_lazy("What the person will do for it"),
        choices=Duty.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose")),
            *((str(each.pk), str(each)) for each in Organisation.objects.all()),
            (COORDINATOR, _("none: as a coordinator of the whole campaign")),
        ]

    def guest(self) -> Guest:
        """Whom this form names."""
        facts, chosen = self.cleaned_data, self.cleaned_data["organisation"]
        organisation = None if chosen == COORDINATOR else Organisation.objects.get(pk=chosen)
        return Guest(
            email=facts["email"],
            language=facts["language"],
            name=facts["name"],
            organisation=organisation,
            duties=facts["duties"] if organisation else (),
            is_coordinator=organisation is None,
        )


def _trail() -> list[tuple[str, str]]:
    return [(_("Invitations"), reverse("studio_invitations"))]


def state_of(invitation: Invitation, request: HttpRequest) -> str:
    """How an invitation stands, as a word for `{% state %}`'s neighbour in this room."""
    if invitation.accepted_at:
        return _("accepted")
    if invitation.revoked_at:
        return _("revoked")
    return _("waits") if invitation.expires_at > moment_of(request) else _("expired")


@require_http_methods(["GET", "HEAD"])
def invitations(request: HttpRequest) -> HttpResponse:
    """All invitations, the latest first."""
    rows = paged(request, Invitation.objects.select_related("organisation", "invited_by"))
    shown = [
        {
            "it": each,
            "state": state_of(each, request),
            "open": each.accepted_at is None and each.revoked_at is None,
            "duties": [Duty(duty).label for duty in each.duties],
        }
        for each in rows
    ]
    context = {"rows": rows, "shown": shown, "query": query_without_page(request)}
    return page(request, "getting_in/invitations.html", context, title=_("Invitations"))


@require_http_methods(["GET", "HEAD", "POST"])
def invite_one(request: HttpRequest) -> HttpResponse:
    """Invite one person."""
    form = GuestForm(request.POST if request.method == "POST" else None)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        if form.is_valid():
            try:
                inviting.invite(
                    person_of(request), [form.guest()], link=link_to("studio_accept"), now=moment_of(request)
                )
            except CannotInvite as error:
                mistakes = [Mistake("", str(error.sentence))]
            else:
                sentence = _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]}
                return done(request, sentence, "studio_invitations")
        else:
            mistakes = mistakes_of_form(form)
    context = {"form": form}
    return page(
        request, "getting_in/invite_one.html", context, title=_("Invite somebody"), trail=_trail(), mistakes=mistakes
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invite_list(request: HttpRequest) -> HttpResponse:
    """Invite everybody on a list: first it is read and every row's problem is named, then all or none are invited."""
    title, template = _("Invite people from a list"), "getting_in/invite_list.html"
    context: dict[str, Any] = {"organisations": list(Organisation.objects.all()), "duties": Duty.values}
    if request.method != "POST":
        return page(request, template, context, title=title, trail=_trail())
    try:
        upload = request.FILES.get("file")
        text = text_of(upload.read()) if upload else request.POST.get("list", "")
        rows = read_list(text)
        wrong = [row for row in rows if row.problem]
        if request.POST.get("do") == "invite" and not wrong:
            return _invite_all(request, rows)
    except CannotInvite as error:
        context["list"] = request.POST.get("list", "")
        mistakes = [Mistake("id_list", str(error.sentence))]
        return page(request, template, context, title=title, trail=_trail(), mistakes=mistakes)
    context |= {"rows": rows, "list": text, "fits": not wrong}
    sentence = ngettext(
        "%(number)s row can't be used. Nobody was invited. Put it right, then read the list again.",
        "%(number)s rows can't be used. Nobody was invited. Put them right, then read the list again.",
        len(wrong),
    )
    mistakes = [Mistake(f"row-{wrong[0].number}", sentence % {"number": len(wrong)})] if wrong else []
    return page(request, template, context, title=title, trail=_trail(), mistakes=mistakes)


def _invite_all(request: HttpRequest, rows: list[Row]) -> HttpResponse:
    guests = [row.guest for row in rows if row.guest is not None]
    made = inviting.invite(person_of(request), guests, link=link_to("studio_accept"), now=moment_of(request))
    sentence = ngettext(
        "%(number)s invitation is on its way.", "%(number)s invitations are on their way.", len(made)
    ) % {"number": len(made)}
    return done(request, sentence, "studio_invitations")


@require_POST
def change_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send one again, or revoke it."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    actor, now, words = person_of(request), moment_of(request), {"email": invitation.email}
    try:
        match request.POST.get("do"):
            case "renew":
                inviting.renew(actor, invitation, link=link_to("studio_accept"), now=now)
                sentence = _("A new invitation to %(email)s is on its way. The old link is worth nothing now.") % words
            case "revoke":
                inviting.revoke(actor, invitation, now=now)
                sentence = _("The invitation to %(email)s is revoked. Its link is worth nothing now.") % words
            case _other:
                raise Http404
    except NotOpen:
        sentence = _("This invitation was accepted or revoked meanwhile.")
    return done(request, sentence, "studio_invitations")
