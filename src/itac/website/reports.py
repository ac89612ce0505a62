"""What readers tell the campaign is wrong on its site: kept as rows, read and settled by coordinators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _

from itac.core.personal import personal

LONGEST_WORDS, LONGEST_ADDRESS = 4000, 500
# A form that anybody may fill in can be filled in by a machine: past this many a day it asks for a letter instead.
MOST_A_DAY = 500


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    """Reports by what became of them."""

    def waiting(self) -> ErrorReportQuerySet:
        """Those nobody has settled yet."""
        return self.filter(settled_at=None)


class ErrorReport(models.Model):
    """What one reader found wrong. Once it is settled, the address for an answer is gone."""

    words = models.TextField(gettext_lazy("what is wrong"), max_length=LONGEST_WORDS)
    page = models.CharField(gettext_lazy("where it stands"), max_length=LONGEST_ADDRESS, blank=True)
    email = personal(
        models.EmailField(gettext_lazy("address for an answer"), blank=True),
        purpose="to answer whoever reported an error",
        ends="when the report is settled",
    )
    language = models.CharField(gettext_lazy("language of the page"), max_length=8)
    received_at = models.DateTimeField(gettext_lazy("received"))
    settled_at = models.DateTimeField(gettext_lazy("settled"), null=True, blank=True)
    outcome = models.TextField(gettext_lazy("what became of it"), blank=True)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("report of an error")
        verbose_name_plural = gettext_lazy("reports of errors")
        ordering = [models.F("settled_at").desc(nulls_first=True), "-received_at"]
        constraints = [
            models.CheckConstraint(
                name="settled_report_has_no_address", condition=models.Q(settled_at=None) | models.Q(email="")
            )
        ]

    def __str__(self) -> str:
        beginning = " ".join(self.words.split())
        return beginning if len(beginning) <= 80 else f"{beginning[:79]}…"


def receive(*, words: str, page: str, email: str, now: datetime) -> ErrorReport:
    """Keep a report, in the language in force. It waits in the Studio until a coordinator settles it."""
    return ErrorReport.objects.create(
        words=words, page=page, email=email, language=get_language() or "en", received_at=now
    )


def settle(report: ErrorReport, *, outcome: str, now: datetime) -> None:
    """Say what became of it. The reader's address is removed (Promise 7), so answer first."""
    report.outcome, report.settled_at, report.email = outcome, report.settled_at or now, ""
    report.save(update_fields=["outcome", "settled_at", "email"])


class ReportForm(forms.Form):
    """The reader's form. Its messages say what to do; `now` is when it is sent."""

    words = forms.CharField(
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("The sentence, the figure or the picture, and how it should be."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": gettext_lazy("Write what is wrong, in a few words."),
            "max_length": ngettext_lazy(
                "This is longer than %(limit_value)d letter. Shorten it; the rest can follow in a second report.",
                "This is longer than %(limit_value)d letters. Shorten it; the rest can follow in a second report.",
                "limit_value",
            ),
        },
    )
    page = forms.CharField(
        label=gettext_lazy("On which page"),
        help_text=gettext_lazy("Its address, if you have it."),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": gettext_lazy("This address is too long. Its beginning is enough.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address, if you want an answer"),
        help_text=gettext_lazy("It is used for this answer alone, and removed when the report is settled."),
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("This isn’t an e-mail address. Write it like name@example.org.")},
    )
    template_name = "website/components/report_form.html"
    use_required_attribute = False  # a browser's own bubble would speak its language, and say less

    def __init__(self, data: Any = None, *, now: datetime, initial: dict[str, Any] | None = None) -> None:
        self.now = now
        super().__init__(data, initial=initial, label_suffix="")

    def clean(self) -> dict[str, Any]:
        """Refuses when so many came in a day that something is wrong with the form itself."""
        since = self.now - timedelta(days=1)
        if ErrorReport.objects.filter(received_at__gt=since).count() >= MOST_A_DAY:
            raise forms.ValidationError(
                _("So many reports came today that this form takes no more. Please write to us by e-mail.")
            )
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return cleaned


class SettleForm(forms.ModelForm[ErrorReport]):
    """The coordinator's form: what the reader wrote stands fast, what became of it is written beside."""

    is_settled = forms.BooleanField(
        label=gettext_lazy("It is settled"),
        help_text=gettext_lazy("The reader’s address is removed. If you want to answer, do it first."),
        required=False,
    )

    class Meta:
        model = ErrorReport
        fields = ["words", "page", "email", "outcome"]
        labels = {"outcome": gettext_lazy("What became of it")}
        widgets = {"outcome": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("for_user", None)
        super().__init__(*args, **kwargs)
        for name in ("words", "page", "email"):
            self.fields[name].disabled = True
        self.fields["is_settled"].initial = self.instance.settled_at is not None
