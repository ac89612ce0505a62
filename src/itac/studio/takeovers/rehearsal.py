"""The rehearsal of a take-over: what would fail and who mends it, and the whole window said to its team alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itac.publishing.errors import PublishingError
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.showing import Shown, shown_payload
from itac.studio.takeovers import inside
from itac.takeovers import rehearsing
from itac.takeovers.briefing import may_write_brief
from itac.takeovers.models import Rehearsal, RehearsedDelivery, TakeOver
from itac.takeovers.rehearsing import Fault, Where

# The page on which each is mended, and what its address names.
PAGES: dict[Where, tuple[str, str]] = {
    Where.EDIT: ("studio_edit", "post_id"),
    Where.PLAN: ("studio_plan", "post_id"),
    Where.ASK: ("studio_ask", "post_id"),
    Where.APPROVE: ("studio_approve", "post_id"),
    Where.DELIVERY: ("studio_delivery", "delivery_id"),
    Where.BRIEF: ("studio_takeover_brief", "takeover_id"),
    Where.TAKEOVER: ("studio_takeover", "takeover_id"),
    Where.ROOM: ("studio_takeover_room", "takeover_id"),
    Where.CHANNELS: ("studio_channels", ""),
    Where.PAUSE: ("studio_pause", ""),
}


@dataclass(frozen=True)
class Line:
    """A fault, and the page that mends it where this person may open it ("" else)."""

    fault: Fault
    url: str


@dataclass(frozen=True)
class Told:
    """One delivery of the private feed, as its network would show it."""

    row: RehearsedDelivery
    shown: Shown


def rehearsal(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """The list of what would fail, and the private feed; `?part=now` is the feed alone."""
    takeover, person, now = inside.theirs(request, takeover_id), person_of(request), moment_of(request)
    if request.GET.get("part") == "now":
        return inside.part(request, "takeovers/rehearsal_now.html", _feed(request, takeover))
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            return _pressed(request, takeover)
        except PublishingError as error:
            mistakes = mistakes_of(error, {})
    outlook = rehearsing.rehearse(takeover, now=now)
    context = {
        "takeover": takeover,
        "lines": [Line(fault, _page_for(request, takeover, fault)) for fault in outlook.faults],
        "good": outlook.good,
        "may_try": may_write_brief(person, takeover),
        "lengths": [(seconds, seconds // 60) for seconds in rehearsing.LENGTHS],
        "rooms": inside.rooms_of(request, takeover),
        "state": takeover.state(now=now),
        **_feed(request, takeover),
    }
    title = _("Rehearsal: %(takeover)s") % {"takeover": takeover}
    trail = inside.way_to(takeover)
    return page(request, "takeovers/rehearsal.html", context, title=title, trail=trail, mistakes=mistakes)


def _feed(request: HttpRequest, takeover: TakeOver) -> dict[str, Any]:
    """What was said so far in the latest rehearsal, the newest first. The clock says it; nothing sends it."""
    now = moment_of(request)
    run = Rehearsal.objects.filter(takeover=takeover).select_related("takeover", "begun_by").first()
    if run is None:
        return {"run": None}
    rows = run.deliveries.select_related("channel", "post").defer("channel__secret", "channel__session")
    said: Sequence[RehearsedDelivery] = list(rows.filter(said_at__lte=now).order_by("-said_at", "-pk"))
    return {
        "run": run,
        "is_running": now < run.ends_at,
        "told": [Told(row, shown_payload(row.payload, row.channel)) for row in said],
        "following": rows.filter(said_at__gt=now).order_by("said_at", "pk").first(),
    }


def _page_for(request: HttpRequest, takeover: TakeOver, fault: Fault) -> str:
    name, argument = PAGES[fault.where]
    ids = {
        "post_id": fault.post.pk if fault.post else 0,
        "delivery_id": fault.delivery.pk if fault.delivery else 0,
        "takeover_id": takeover.pk,
    }
    return inside.open_to(request, name, **({argument: ids[argument]} if argument else {}))


def _pressed(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    match request.POST.get("do"):
        case "try":
            refused = rehearsing.try_accounts(person, takeover, now=now)
            sentence = _("Every account works.")
            if refused:
                sentence = ngettext(
                    "%(number)d account needs somebody: see the list.",
                    "%(number)d accounts need somebody: see the list.",
                    refused,
                ) % {"number": refused}
        case "run":
            seconds = request.POST.get("seconds", "")
            if seconds not in {str(each) for each in rehearsing.LENGTHS}:
                raise Http404
            rehearsing.begin_run(person, takeover, seconds=int(seconds), now=now)
            sentence = _("The rehearsal runs. What is said stands below, for your team alone.")
        case _other:
            raise Http404
    return done(request, sentence, "studio_takeover_rehearsal", takeover.pk)
