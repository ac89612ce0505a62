"""The Studio's list of what readers found wrong, for coordinators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from itac.core import clock
from itac.website.reports import ErrorReport, SettleForm, settle


class SettleReport(generic.EditView):
    """One report, and what became of it."""

    def save_instance(self) -> Any:
        """Settled by the verb, which forgets the reader's address."""
        report = super().save_instance()
        if self.form.cleaned_data["is_settled"]:
            settle(report, outcome=report.outcome, now=clock.now())
        return report


class ReportList(generic.IndexView):
    """What waits first, each with its first words, where it stands, and when it came."""

    default_ordering = None

    def get_add_url(self) -> None:
        """None: readers write reports, on the site."""

    def get_base_queryset(self) -> Any:
        """In the model's order: waiting before settled, the newest first."""
        return ErrorReport.objects.all()


class ErrorReportViewSet(ModelViewSet):
    """Reports come from the public form; here they are read, settled and deleted."""

    model, name, icon = ErrorReport, "error_reports", "warning"
    menu_label = _("Reports of errors")
    menu_order = 480
    add_to_admin_menu = True
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["words", "page"]
    list_per_page = 50
    list_display = [
        TitleColumn("__str__", label=_("What is wrong"), url_name="error_reports:edit"),
        Column("page", label=_("Where")),
        DateColumn("received_at", label=_("Received")),
        DateColumn("settled_at", label=_("Settled")),
    ]
    index_view_class = ReportList
    edit_view_class = SettleReport

    def get_form_class(self, for_update: bool = False) -> type:
        """Ours."""
        return SettleForm
