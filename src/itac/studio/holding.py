"""The stop of one organisation: put everything of it on hold with one press, and lift that."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itac.publishing import holding
from itac.publishing.errors import NotAllowed
from itac.publishing.models import OrganisationHold
from itac.studio.answering import Mistake, done, moment_of, page, person_of
from itac.studio.rules import rule_for

FIELD = "hold-organisation"


def hold_page(request: HttpRequest) -> HttpResponse:
    """What is on hold of the organisations this person answers for, and the way to hold or lift one."""
    mistakes: list[Mistake] = []
    if request.method == "POST":
        if request.POST.get("organisation"):
            return _pressed(request)
        mistakes = [Mistake(FIELD, _("Choose the organisation of which everything is to be held."))]
    person = person_of(request)
    mine = {each.pk for each in holding.organisations_of(person)}
    found = OrganisationHold.objects.in_force().filter(organisation_id__in=mine).select_related("organisation")
    holds = list(found.select_related("organisation", "held_by"))
    context = {
        "holds": [(hold, holding.may_lift(person, hold)) for hold in holds],
        **form_context(request),
        "reason": request.POST.get("reason", ""),
        "wanted": request.GET.get("organisation", ""),
    }
    return page(
        request,
        "studio/hold.html",
        context,
        title=_("Hold an organisation"),
        trail=[(_("Deliveries"), reverse("studio_deliveries"))],
        mistakes=mistakes,
    )


def form_context(request: HttpRequest) -> dict[str, object]:
    """What `parts/hold_form.html` wants: the organisations that could be held now."""
    on_hold = set(OrganisationHold.objects.in_force().values_list("organisation_id", flat=True))
    return {"to_hold": [each for each in holding.organisations_of(person_of(request)) if each.pk not in on_hold]}


def _pressed(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    chosen, action = request.POST["organisation"], request.POST.get("do")
    organisation = next((each for each in holding.organisations_of(person) if str(each.pk) == chosen), None)
    if organisation is None or action not in {"hold", "lift"}:
        raise Http404
    if action == "hold":
        number = holding.hold_everything(person, organisation, reason=request.POST.get("reason", ""), now=now)
        sentence = ngettext(
            "Everything of %(organisation)s is on hold. %(number)d planned delivery is held.",
            "Everything of %(organisation)s is on hold. %(number)d planned deliveries are held.",
            number,
        )
        return done(request, sentence % {"organisation": organisation, "number": number}, "studio_hold")
    try:
        holding.lift(person, organisation, now=now)
    except NotAllowed as error:
        raise Http404 from error
    sentence = _("%(organisation)s goes on. Nothing that is held left by that.")
    rule = rule_for("studio_held")
    to = "studio_held" if rule is not None and rule.lets_in(request, {}) else "studio_hold"
    return done(request, sentence % {"organisation": organisation}, to)
