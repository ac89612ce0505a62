"""What the site brings into the Studio: the reports of its readers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext
from wagtail import hooks

from itac.website.reports import ErrorReport
from itac.website.viewsets import ErrorReportViewSet


@hooks.register("register_admin_viewset")
def error_reports() -> ErrorReportViewSet:
    """List and form, for coordinators by the rule of their routes."""
    return ErrorReportViewSet()


@hooks.register("itac_waits_for_coordinators")
def reports_that_wait() -> tuple[str, str] | None:
    """For the Studio's home: a sentence and where to go, or None while nothing waits."""
    count = ErrorReport.objects.waiting().count()
    if not count:
        return None
    sentence = ngettext(
        "%(count)d reader’s report of an error waits to be settled.",
        "%(count)d readers’ reports of errors wait to be settled.",
        count,
    )
    return sentence % {"count": count}, reverse("error_reports:index")
