"""The plan in a spreadsheet: given out by the calendar's filters, taken in after a dry run that names every problem.

An uploaded table is kept at an address of its own, so that nothing is uploaded twice and a look at it can be had again.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itac.campaign.models import Organisation, Person
from itac.campaign.people_forms import zone_choices
from itac.library.policies import writes_for
from itac.publishing.errors import MovedMeanwhile, PublishingError, Unfit
from itac.publishing.exporting import export_plan
from itac.publishing.importing import import_plan, keep_plan, read_plan
from itac.publishing.models import PlanFile, Post, State, Variant
from itac.publishing.plan_columns import KINDS, table_of, words_of
from itac.publishing.tables import FORMS, MOST_BYTES, MOST_ROWS, read, too_large
from itac.studio.answering import Mistake, done, mistakes_of, mistakes_of_form, moment_of, page, person_of
from itac.studio.calendar_reading import Filters, plan_of
from itac.studio.composing import language_name, the_channels

AHEAD = timedelta(days=90)  # what is offered to be given out
LONGEST = timedelta(days=366)
FILTERS = ("channel", "organisation", "language", "state")


class StretchForm(forms.Form):
    """Which days are given out, beside the calendar's filters."""

    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Choose a day, such as 18 December 2026.")},
    )
    last = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Choose a day, such as 18 December 2026.")},
    )
    undated = forms.BooleanField(label=gettext_lazy("Also posts without a time"), required=False)

    def clean(self) -> dict[str, Any]:
        """At most a year, from an earlier to a later day."""
        facts = super().clean() or {}
        first, last = facts.get("first"), facts.get("last")
        if first and last and not first <= last <= first + LONGEST:
            self.add_error("last", _("Choose a last day within a year after the first."))
        for name, day in (("first", first), ("last", last)):
            if day and not 2000 <= day.year < 3000:
                self.add_error(name, _("Choose a day, such as 18 December 2026."))
        return facts


class FileForm(forms.Form):
    """A table to take in, and on whose clock its times are where a row doesn't say."""

    file = forms.FileField(
        label=gettext_lazy("The table, as Excel workbook (.xlsx) or CSV"),
        error_messages={
            "required": gettext_lazy("Choose the file with the table."),
            "empty": gettext_lazy("This table is empty."),
            "max_length": gettext_lazy("The name of this file is too long. Give it a shorter one."),
        },
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt,text/csv"}),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Clock of rows that name no time zone"), choices=zone_choices, required=False
    )


@require_safe
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """Both ways on one page: give the plan out, take one in."""
    return _room(request)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The posts of a stretch, as far as this person may read them, in the columns that are taken in again."""
    if form not in FORMS:
        raise Http404
    stretch = StretchForm(request.GET, label_suffix="")
    if not stretch.is_valid():
        return _room(request, stretch=stretch, mistakes=mistakes_of_form(stretch))
    facts = stretch.cleaned_data
    try:
        rows = export_plan(
            person_of(request), _posts(request, facts["first"], facts["last"], facts["undated"]), language=_language()
        )
    except PublishingError as error:
        return _room(request, stretch=stretch, mistakes=mistakes_of(error, {"last": "id_last"}))
    return _download(form, rows, f"plan-{facts['first']}-{facts['last']}")


@require_safe
def template(request: HttpRequest, form: str) -> HttpResponse:
    """An empty table with the names of all columns."""
    if form not in FORMS:
        raise Http404
    return _download(form, table_of([], slugs={}, language=_language()), "plan")


@require_http_methods(["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a table that can be read, and go on to its dry run; else say why it can't."""
    form = FileForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return _room(request, form=form, mistakes=mistakes_of_form(form))
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:  # before it is read: it lies on disk until now
        return _room(request, form=form, mistakes=[Mistake("id_file", too_large())])
    person, now = person_of(request), moment_of(request)
    zone = form.cleaned_data["zone"] or timezone.get_current_timezone_name()
    try:
        kept = keep_plan(person, file.name, read(file.read(), name=file.name), zone=zone, now=now)
    except PublishingError as error:
        return _room(request, form=form, mistakes=mistakes_of(error, {"file": "id_file"}))
    return HttpResponseRedirect(reverse("studio_spreadsheet_file", args=[kept.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest, file_id: int) -> HttpResponse:
    """What the table would make, row by row; then the import itself, all or nothing. Asked again, it is read again."""
    person, now = person_of(request), moment_of(request)
    file = get_object_or_404(PlanFile.objects.visible_to(person), pk=file_id)
    mistakes: list[Mistake] = []
    if request.method == "POST" and not file.done_at:
        try:
            made = import_plan(person, file, now=now)
        except MovedMeanwhile:
            file.refresh_from_db()
        except Unfit:
            pass  # said below, row by row
        else:
            return done(request, _made(made), "studio_posts")
    if file.done_at:
        mistakes = [Mistake("", _("The posts of this table were made already. They stand among the drafts."))]
        return _room(request, mistakes=mistakes)
    try:
        rows = read_plan(person, file, now=now)
    except PublishingError as error:
        return _room(request, mistakes=mistakes_of(error, {"file": "id_file"}))
    wrong = [row for row in rows if row.faults]
    if wrong:
        sentence = ngettext(
            "%(number)s row can't be used, so nothing was made. Put it right in the table, then upload it again.",
            "%(number)s rows can't be used, so nothing was made. Put them right in the table, then upload it again.",
            len(wrong),
        )
        mistakes = [Mistake(f"row-{wrong[0].number}", sentence % {"number": len(wrong)})]
    context = {
        "file": file,
        "rows": rows,
        "wrong": wrong,
        "warned": [row for row in rows if not row.faults and row.warns],
        "plain": [row for row in rows if not row.faults and not row.warns],
        "form": FileForm(initial={"zone": file.zone}, label_suffix=""),
    }
    title = _("Look before you import: %(name)s") % {"name": file.name}
    return page(request, "studio/spreadsheet_rows.html", context, title=title, trail=_trail(), mistakes=mistakes)


def _made(made: list[Post]) -> str:
    return ngettext(
        "%(number)s post was made. It is a draft: it leaves once it is submitted and approved.",
        "%(number)s posts were made. They are drafts: each leaves once it is submitted and approved.",
        len(made),
    ) % {"number": len(made)}


def _trail() -> list[tuple[str, str]]:
    return [(_("The plan in a spreadsheet"), reverse("studio_spreadsheet"))]


def _room(
    request: HttpRequest,
    *,
    stretch: StretchForm | None = None,
    form: FileForm | None = None,
    mistakes: list[Mistake] | None = None,
) -> HttpResponse:
    person = person_of(request)
    today = timezone.localtime(moment_of(request)).date()
    days = {"first": request.GET.get("first") or today, "last": request.GET.get("last") or today + AHEAD}
    channels = the_channels()
    mine = list(writes_for(person))
    context = {
        "stretch": stretch or StretchForm(initial=days, label_suffix=""),
        "form": form or FileForm(initial={"zone": person.zone}, label_suffix=""),
        "may_write": person.is_coordinator or bool(mine),
        "asked": {name: request.GET.get(name, "") for name in FILTERS},
        "channels": channels,
        "organisations": list(Organisation.objects.all()),
        "mine": mine,
        "languages": [(code, language_name(code)) for code, _name in settings.LANGUAGES],
        "states": [("draft", _("draft")), *((s.value, s.label) for s in State if s != State.CANCELLED)],
        "kinds": words_of(KINDS, _language()),
        "most": MOST_ROWS,
    }
    return page(
        request,
        "studio/spreadsheet.html",
        context,
        title=_("The plan in a spreadsheet"),
        trail=[(_("Calendar"), reverse("studio_calendar"))],
        mistakes=mistakes or [],
    )


def _posts(request: HttpRequest, first: date, last: date, undated: bool) -> QuerySet[Post]:
    """Those that the calendar shows in these days with these filters; with `undated` those that have no time too."""
    person, zone = person_of(request), ZoneInfo(timezone.get_current_timezone_name())
    filters = Filters(**{name: request.GET.get(name, "").strip() for name in FILTERS})
    start = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    plan = plan_of(person, start=start, end=end, filters=filters, zone=zone.key, now=moment_of(request))
    wanted = Q(pk__in={line.post_id for line in plan.lines})
    if undated:
        wanted |= Q(pk__in=_undated(person, filters).values("pk"))
    return Post.objects.filter(wanted)


def _undated(person: Person, filters: Filters) -> QuerySet[Post]:
    found = Post.objects.visible_to(person).filter(planned_at=None)
    if filters.organisation_id is not None:
        found = found.filter(organisation_id=filters.organisation_id)
    if filters.state:
        found = found.filter(submitted_at=None) if filters.state == "draft" else found.none()
    places = Variant.objects.current()
    if filters.channel_id is not None:
        places = places.filter(channel_id=filters.channel_id)
    if filters.language:
        places = places.filter(language=filters.language)
    narrowed = filters.channel_id is not None or filters.language
    return found.filter(pk__in=places.values("post_id")) if narrowed else found


def _download(form: str, rows: list[list[str]], name: str) -> HttpResponse:
    kind, write = FORMS[form]
    answer = HttpResponse(write(rows), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _language() -> str:
    return (get_language() or "en").split("-")[0]
