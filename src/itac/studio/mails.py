"""The mails that went out, wait or failed, for coordinators. Their words aren't shown: they may let somebody in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from itac.core import mailing
from itac.core.models import Mail, MailState
from itac.core.moving import MovedMeanwhile
from itac.studio.answering import done, moment_of, page, paged, query_without_page

KINDS: dict[str, str | Promise] = {
    "invitation": gettext_lazy("invitation"),
    "entry_code": gettext_lazy("code to sign in"),
    "password_changed": gettext_lazy("news of a changed password"),
    "morning": gettext_lazy("mail in the morning"),
    "takeover": gettext_lazy("news of a take-over"),
    "mentioned": gettext_lazy("news of a comment"),
    "approval_asked": gettext_lazy("question to an approver"),
    "approval_reminder_day": gettext_lazy("reminder of a question"),
    "approval_reminder_hours": gettext_lazy("reminder of a question"),
    "approval_code": gettext_lazy("code to answer"),
}
# By the beginning of a mail's code; the numbers behind it are the server's.
WHY: tuple[tuple[str, str | Promise], ...] = (
    ("sender_refused", gettext_lazy("The mail server doesn't let us send from our address. Tell the operator.")),
    ("address_refused", gettext_lazy("The mail server says that this address doesn't take mail. Is it written right?")),
    ("words_refused", gettext_lazy("The mail server refused the mail, perhaps as unwanted. Tell the operator.")),
    ("address_not_ascii", gettext_lazy("Our mail server can't send to an address with such letters.")),
    ("log_in_refused", gettext_lazy("The mail server refuses our log-in. Tell the operator; it is tried again.")),
    (
        "no_safe_line",
        gettext_lazy("The line to the mail server can't be encrypted. Tell the operator; it is tried again."),
    ),
    ("unreachable", gettext_lazy("The mail server can't be reached. It is tried again.")),
    ("disk", gettext_lazy("The file can't be written. Tell the operator; it is tried again.")),
    ("no_answer_before", gettext_lazy("The mail server fell silent before it had the mail. It is tried again.")),
    ("no_answer", gettext_lazy("The line broke after the mail had gone, so we can't tell whether it arrived.")),
    (
        "restored",
        gettext_lazy("The data were put back from an older copy, so we can't tell whether this went out since."),
    ),
    ("worker_died", gettext_lazy("The worker stopped while it sent this, so we can't tell whether it arrived.")),
)
LATER = gettext_lazy("The mail server asked us to come back later. It is tried again.")
STRANGE = gettext_lazy("The mail server gave an answer that we don't understand.")


def why(mail: Mail) -> str | Promise:
    """What stands in a mail's way, in a sentence; "" where nothing does."""
    if not mail.code:
        return ""
    if "_later" in mail.code or mail.code in {"server_busy", "worker_slow"}:
        return LATER
    return next((sentence for mark, sentence in WHY if mail.code.startswith(mark)), STRANGE)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Mails by state; without a choice those that need somebody, or else all."""
    asked = request.GET.get("state", "")
    rows = Mail.objects.order_by("-posted_at", "-pk")
    if asked in MailState.values:
        rows = rows.filter(state=asked)
    now = moment_of(request)
    shown = paged(request, rows)
    context = {
        "rows": shown,
        "mails": [
            {
                "it": mail,
                "kind": KINDS.get(mail.kind, mail.kind),
                "state": MailState(mail.state).label,
                "why": why(mail),
                "again": mailing.may_send_again(mail, now=now),
                "drop": mail.state in {MailState.FAILED, MailState.UNCLEAR, MailState.QUEUED},
            }
            for mail in shown
        ],
        "query": query_without_page(request),
        "states": MailState.choices,
        "asked": asked,
        "troubled": Mail.objects.needing_person().count(),
    }
    return page(request, "studio/mails.html", context, title=_("Mails"))


@require_POST
def change_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Have one sent again, or give it up."""
    mail, now = get_object_or_404(Mail, pk=mail_id), moment_of(request)
    try:
        match request.POST.get("do"):
            case "again":
                mailing.send_again(mail, now=now)
                sentence = _("It is sent again within a moment, under the same number.")
            case "drop":
                mailing.give_up(mail, now=now)
                sentence = _("It isn't sent any more.")
            case _other:
                raise Http404
    except MovedMeanwhile:
        sentence = _("This mail has moved on meanwhile. Look again.")
    return done(request, sentence, "studio_mails")
