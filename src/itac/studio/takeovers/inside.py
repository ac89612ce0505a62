"""What the rooms inside one take-over share: finding it for a person, the way back, and a part that renews itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from itac.studio.answering import moment_of, person_of
from itac.studio.rules import rule_for
from itac.takeovers.models import TakeOver

CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def theirs(request: HttpRequest, takeover_id: int) -> TakeOver:
    """The take-over, if this person may see it."""
    mine = TakeOver.objects.visible_to(person_of(request))
    return get_object_or_404(mine.select_related("organisation", "mandate__guardian", "brief"), pk=takeover_id)


def way_to(takeover: TakeOver) -> list[tuple[str, str]]:
    """The links that lead back up."""
    steps = [
        (_("Take-overs"), address_of("studio_takeovers")),
        (str(takeover), address_of("studio_takeover", takeover.pk)),
    ]
    return [(label, url) for label, url in steps if url]


def address_of(name: str, *args: int) -> str:
    """The address of a page, "" where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def open_to(request: HttpRequest, name: str, **arguments: int) -> str:
    """The address of a page that this person may open, else ""."""
    rule = rule_for(name)
    if rule is None or not rule.lets_in(request, arguments):
        return ""
    return address_of(name, *arguments.values())


def rooms_of(request: HttpRequest, takeover: TakeOver) -> Sequence[tuple[str, str]]:
    """The other rooms of this take-over, as links."""
    rooms = [
        (_("Control room"), "studio_takeover_room"),
        (_("Rehearsal"), "studio_takeover_rehearsal"),
        (_("Report"), "studio_takeover_report"),
        (_("Brief"), "studio_takeover_brief"),
    ]
    found = [(label, open_to(request, name, takeover_id=takeover.pk)) for label, name in rooms]
    return [(label, url) for label, url in found if url and url != request.path]


def part(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A part of a page that is asked for again and again: an unchanged one costs a few bytes."""
    response = render(request, template, {**context, "now": moment_of(request)})
    # A form's token differs in each answer and means the same; everything else that differs is news.
    digest = hashlib.sha256(CSRF.sub(b"", response.content)).hexdigest()[:32]
    response.headers["ETag"] = f'W/"{digest}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
