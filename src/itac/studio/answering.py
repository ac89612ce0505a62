"""How a room answers: a page in Wagtail's frame, what is wrong listed on top, and one answer for "not yours"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from itac.campaign.models import Person
from itac.core import clock
from itac.publishing.checking import Problem
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed, PublishingError, Unfit

A_PAGE = 50  # rows
MOST_DIGITS = 18  # of a number that every database can keep


@dataclass(frozen=True)
class Mistake:
    """One line of the list on top of a page: what is wrong, and the field it belongs to ("" for none)."""

    field: str
    message: str


def person_of(request: HttpRequest) -> Person:
    """Who asks. The doors let nobody else in."""
    return cast("Person", request.user)


def moment_of(request: HttpRequest) -> datetime:
    """The one instant for which this whole page is true."""
    if not hasattr(request, "studio_now"):
        request.studio_now = clock.now()  # type: ignore[attr-defined]
    return cast("datetime", request.studio_now)  # type: ignore[attr-defined]


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str | Promise,
    trail: Sequence[tuple[str | Promise, str]] = (),
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    """A page of the Studio. `trail` are the links that lead back up; with mistakes the status is 422."""
    home = reverse("wagtailadmin_home")
    way = [] if request.path == home else [(_("Home"), home), *trail]
    everything = {**context, "page_title": title, "trail": way, "mistakes": mistakes, "now": moment_of(request)}
    return render(request, template, everything, status=422 if mistakes else 200)


def mistakes_of_form(form: forms.BaseForm) -> list[Mistake]:
    """Each message of a form, with the id of its field."""
    return [
        Mistake("" if name == "__all__" else str(form[name].id_for_label or form[name].auto_id), str(message))
        for name, messages_of_field in form.errors.items()
        for message in messages_of_field
    ]


def mistakes_of_problems(problems: Sequence[Problem], fields: Mapping[str, str]) -> list[Mistake]:
    """The engine's problems, each once, linked to the form's field where this page has it."""
    lines = {str(problem.message): Mistake(fields.get(problem.field, ""), str(problem.message)) for problem in problems}
    return list(lines.values())


def mistakes_of(error: PublishingError, fields: Mapping[str, str]) -> list[Mistake]:
    """What a person reads when a verb said no. Raises `Http404` for what isn't theirs."""
    if isinstance(error, NotAllowed):
        raise Http404 from error
    if isinstance(error, Unfit):
        return mistakes_of_problems(error.problems, fields)
    if isinstance(error, (MovedMeanwhile, ForbiddenMove)):
        return [
            Mistake("", _("Somebody else was first: this has changed since you opened it. Read it again, then decide."))
        ]
    raise error


def row_number(text: str | None) -> int:
    """The number of a row as a browser says it; 0, which no row has, for what isn't one or is larger than any is."""
    return int(text) if text and len(text) <= MOST_DIGITS and text.isdecimal() else 0


def done(request: HttpRequest, sentence: str, to: str, *args: Any) -> HttpResponseRedirect:
    """Say what happened, and go on to another page."""
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse(to, args=args))


def paged(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any]) -> Page[Any]:
    """The page of rows that the address asks for; a number out of range gives the nearest."""
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))


def query_without_page(request: HttpRequest) -> str:
    """The filters of an address, to go on to another page with."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
