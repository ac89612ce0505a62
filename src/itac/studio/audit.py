"""The audit log of an organisation: who did what in its name, to read and to keep as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from itac.campaign.forms import DayInput
from itac.campaign.models import Organisation, Person
from itac.core.tables import cell
from itac.studio.answering import A_PAGE, mistakes_of_form, page, person_of, query_without_page
from itac.studio.history import Line, Scope, lines_of

CAMPAIGN = "campaign"  # in the address, for what the campaign itself did
COLUMNS = ("at", "who", "organisation", "what", "post", "address", "why", "reason")
A_BATCH = 500  # lines read at a time for a table
INSTANT = timedelta(microseconds=1)


class AuditForm(forms.Form):
    """What the list is narrowed to. Somebody sees the organisations they belong to; coordinators everything."""

    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    who = forms.ModelChoiceField(
        label=gettext_lazy("Who"), queryset=Person.objects.none(), required=False, empty_label=gettext_lazy("Anybody")
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, label_suffix="")
        self.person = person
        mine = Organisation.objects.all()
        if not person.is_coordinator:
            mine = mine.filter(pk__in=person.organisation_ids())
        self.mine = {str(each.pk): each for each in mine}
        choices = [("", str(_("All"))), *((key, str(each)) for key, each in self.mine.items())]
        if person.is_coordinator:
            choices.insert(1, (CAMPAIGN, str(_("The campaign itself"))))
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        people = Person.objects.all()
        if not person.is_coordinator:
            people = people.filter(roles__organisation__in=mine).distinct()
        self.fields["who"].queryset = people  # type: ignore[attr-defined]

    def scope(self) -> Scope:
        """The part of the log that is asked for; days are those of the reader's clock."""
        facts, zone = self.cleaned_data, timezone.get_current_timezone()
        chosen = facts["organisation"]
        organisations: frozenset[int | None] | None = None
        if not self.person.is_coordinator:
            organisations = frozenset(map(int, self.mine))
        if chosen == CAMPAIGN:
            organisations = frozenset({None})
        elif chosen:
            organisations = frozenset({int(chosen)})

        def midnight(day: Any) -> datetime:
            return datetime.combine(day, datetime.min.time(), tzinfo=zone)

        return Scope(
            organisations=organisations,
            who=facts["who"].pk if facts["who"] else None,
            since=midnight(facts["since"]) if facts["since"] else None,
            until=midnight(facts["until"] + timedelta(days=1)) - INSTANT if facts["until"] else None,
        )


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The newest lines first, a page at a time; as a table with `?form=csv`."""
    person = person_of(request)
    form = AuditForm(request.GET or None, person=person)
    mistakes = mistakes_of_form(form) if form.is_bound and not form.is_valid() else []
    bound = form if form.is_valid() else AuditForm({}, person=person)
    bound.is_valid()
    scope = bound.scope()
    if request.GET.get("form") == "csv" and not mistakes:
        return _table(scope)
    older = _moment(request.GET.get("before", ""))
    if older is not None:
        scope = replace(scope, until=min(older, scope.until or older))
    skipped = int(skip) if (skip := request.GET.get("skip", "")).isdecimal() and len(skip) < 6 else 0
    found = lines_of(scope, at_most=skipped + A_PAGE + 1)[skipped:]
    shown = found[:A_PAGE]
    context = {
        "form": form,
        "lines": shown,
        "older": _older(request, shown, skipped, older) if len(found) > A_PAGE else "",
        "query": query_without_page(request),
    }
    return page(request, "studio/audit.html", context, title=_("Audit log"), mistakes=mistakes)


def _older(request: HttpRequest, shown: list[Line], skipped: int, before: datetime | None) -> str:
    """The query of the next page: the last line's moment, and how many lines of that moment were seen."""
    last = shown[-1].at
    seen = sum(1 for line in shown if line.at == last) + (skipped if before == last else 0)
    query = request.GET.copy()
    query["before"], query["skip"] = last.astimezone(UTC).isoformat(), str(seen)
    return query.urlencode()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _table(scope: Scope) -> StreamingHttpResponse:
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def rows() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(COLUMNS)
        part, skipped = scope, 0
        while True:
            # The answer is sent after the page's own language is over.
            with translation.override(language), timezone.override(zone):
                found = lines_of(part, at_most=skipped + A_BATCH)[skipped:]
                for line in found:
                    yield writer.writerow([cell(value) for value in _row(line)])
            if len(found) < A_BATCH:
                return
            last = found[-1].at
            same = sum(1 for line in found if line.at == last) + (skipped if part.until == last else 0)
            part, skipped = replace(part, until=last), same

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    """A file for the csv module that hands each line back."""

    def write(self, text: str) -> str:
        return text


def _row(line: Line) -> tuple[object, ...]:
    return (
        line.at.astimezone(UTC).isoformat(timespec="seconds"),
        line.who or "",
        line.organisation or "",
        line.sentence,
        line.post or "",
        line.post.slug if line.post else "",
        line.why,
        line.reason,
    )
