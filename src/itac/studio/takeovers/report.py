"""The report of a take-over: what it came to, a word to whoever comes next, and the sign-off."""

from __future__ import annotations

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from itac.core.tables import cell
from itac.publishing.errors import PublishingError
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.takeovers import inside
from itac.takeovers import handing_over
from itac.takeovers.models import Stage, TakeOver


def report(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """The report to read and to print; as a table with `?form=csv`."""
    takeover, person, now = inside.theirs(request, takeover_id), person_of(request), moment_of(request)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            return _pressed(request, takeover)
        except PublishingError as error:
            mistakes = mistakes_of(error, {})
            takeover = inside.theirs(request, takeover_id)
    found = handing_over.report_of(takeover)
    if request.GET.get("form") == "csv":
        return _table(takeover, found)
    state = takeover.state(now=now)
    context = {
        "takeover": takeover,
        "state": state,
        "report": found,
        "following": handing_over.next_after(takeover),
        "signed": takeover.steps.filter(stage=Stage.HANDED_OVER).select_related("actor").first(),
        "may_write": handing_over.may_write_word(person, takeover),
        "may_sign": handing_over.may_hand_over(person, takeover, now=now),
        "may_say_last": state in {"briefed", "open", "stopped"}
        and (person.is_coordinator or "editor" in person.duties(takeover.organisation)),
        "word": request.POST.get("word", takeover.word_to_next) if mistakes else takeover.word_to_next,
        "rooms": inside.rooms_of(request, takeover),
    }
    title = _("Report: %(takeover)s") % {"takeover": takeover}
    trail = inside.way_to(takeover)
    return page(request, "takeovers/report.html", context, title=title, trail=trail, mistakes=mistakes)


def _pressed(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    match request.POST.get("do"):
        case "word":
            handing_over.write_word(person, takeover, request.POST.get("word", "").replace("\r\n", "\n"))
            sentence = _("Kept. Whoever takes over next reads it.")
        case "sign":
            handing_over.hand_over(person, takeover, reason=request.POST.get("reason", ""), now=now)
            sentence = _("Signed off. The take-over is closed.")
        case "last_words":
            post = handing_over.begin_last_post(person, takeover, now=now)
            return done(request, _("A draft is ready. Change it as you like, then submit it."), "studio_edit", post.pk)
        case _other:
            raise Http404
    return done(request, sentence, "studio_takeover_report", takeover.pk)


def _table(takeover: TakeOver, found: handing_over.Report) -> HttpResponse:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(handing_over.COLUMNS)
    writer.writerows([cell(value) for value in row] for row in handing_over.rows(takeover, found))
    response = HttpResponse(f"\ufeff{lines.getvalue()}", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{takeover.slug}-report.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
