"""The page that a mail leads to: everything that waits for one person's answer, for a phone, without an account.

Opening it changes nothing. Any form on it can be submitted by a program that reads mails: what that gets is a further
mail with a code. Only the code decides (`publishing.deciding_by_mail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itac.campaign.models import Organisation, Person
from itac.publishing import deciding_by_mail
from itac.publishing.approving import Question, differences, languages_of, questions_to, unread_languages
from itac.publishing.asking import LINK_DAYS, NoSuchLink, person_of_link
from itac.publishing.deciding_by_mail import Answer, TooManyCodes, WrongCode
from itac.publishing.errors import MovedMeanwhile, PublishingError
from itac.publishing.models import ApprovalRequest, Decision, Verdict
from itac.studio.answering import Mistake, mistakes_of, moment_of, row_number
from itac.studio.composing import language_name
from itac.studio.getting_in.frame import at_the_door, door
from itac.studio.pictures import picture
from itac.studio.posts import last_voided_by_change
from itac.studio.showing import differences_in_words, shown_seal

NOTHING: Mapping[str, Any] = {}
LATEST = 5  # answers that are shown again


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What waits for this person, and, with a code, their answers."""
    try:
        person = person_of_link(token)
    except NoSuchLink:
        return door(request, "approving/link_is_over.html", NOTHING, title=_("This link is over"), status=410)
    if "language" not in request.GET:
        translation.activate(person.language)
    with timezone.override(person.zone):
        return _page(request, token, person, moment_of(request))


@require_safe
def picture_by_link(request: HttpRequest, token: str, picture_id: int) -> HttpResponseBase:
    """A picture of a post that waits for this person. Raises 404 for any other."""
    try:
        person = person_of_link(token)
    except NoSuchLink:
        raise Http404 from None
    shown = {
        item["picture"]
        for question in questions_to(person, now=moment_of(request))
        for value in question.request.sealed.values()
        for part in value["payload"]["parts"]
        for item in part["media"]
    }
    if picture_id not in shown:
        raise Http404
    return picture(request, picture_id)


def _page(request: HttpRequest, token: str, person: Person, now: datetime) -> HttpResponse:
    mistakes: list[Mistake] = []
    missed: list[str] = []
    step = request.POST.get("step", "")
    wants_code = False
    if request.method == "POST":
        answers = _typed(request)
        try:
            _refuse_incomplete(answers)
            if step == "decide":
                missed = _decided(person, answers, request.POST.get("code", "").strip(), now)
                if not missed:
                    return _to_what_became_of_them(request)
            else:
                deciding_by_mail.mail_code(person, _covers(request, person, answers, now), now=now)
                wants_code = True
        except _Incomplete as error:
            mistakes, wants_code = error.mistakes, step == "decide"
        except MovedMeanwhile:
            mistakes = [Mistake("", _("A post was changed or answered while you read. Read it again, then decide."))]
        except WrongCode:
            wants_code = True
            sentence = _(
                "This code doesn't count: it is another one, it was used, or its ten minutes are over. Nothing was"
                " decided by it. Type it again, or have a new one sent."
            )
            mistakes = [Mistake("code", sentence)]
        except TooManyCodes:
            wants_code = True
            sentence = _(
                "Many codes were sent already, so no further one is. The newest still counts until it is ten minutes"
                " old: type it, or wait half an hour and ask again."
            )
            mistakes = [Mistake("code", sentence)]
        except PublishingError as error:
            mistakes, wants_code = mistakes_of(error, NOTHING), True
    questions = questions_to(person, now=now)
    words = _words_of_other_pages(request, person, questions)
    context = {
        "person": person,
        "questions": [_shown(question, token, request.POST, words) for question in questions],
        "missed": missed,
        "answers": _answers_of(person, now=now),
        "has_just_answered": "answered" in request.GET or bool(missed),
        "unused_words": [text for post_id, text in words.items() if text and post_id not in _posts(questions)],
        "wants_code": wants_code,
    }
    return door(request, "approving/answer.html", context, title=_("For your answer"), mistakes=mistakes)


def _to_what_became_of_them(request: HttpRequest) -> HttpResponse:
    """The same page opened anew: one that is loaded again, as phones do, doesn't send the answers again."""
    query = {"answered": "yes"}
    if "language" in request.GET:
        query["language"] = request.GET["language"]
    return HttpResponseRedirect(f"{request.path}?{urlencode(query)}")


class _Incomplete(Exception):
    """What was typed isn't an answer yet."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__()


def _typed(request: HttpRequest) -> list[Answer]:
    """The answers that were chosen on the page; what was left open isn't among them."""
    found = []
    for number, verdict in _numbered(request.POST, "verdict").items():
        if verdict not in Verdict.values:
            continue
        found.append(
            Answer(
                request_id=number,
                seal=request.POST.get(f"seal-{number}", ""),
                organisation_id=row_number(request.POST.get(f"for-{number}", "")) or None,
                verdict=Verdict(verdict),
                reason=request.POST.get(f"reason-{number}", "").replace("\0", ""),  # no text of PostgreSQL holds it
                languages=request.POST.getlist(f"read-{number}"),
            )
        )
    return found


def _numbered(typed: Mapping[str, str], stem: str) -> dict[int, str]:
    """The fields `STEM-NUMBER` of the page, by their request's number."""
    pairs = ((name.partition("-"), value) for name, value in typed.items())
    return {
        row_number(number): value for (first, _dash, number), value in pairs if first == stem and row_number(number)
    }


def _covers(request: HttpRequest, person: Person, answers: Sequence[Answer], now: datetime) -> dict[int, str]:
    """What a code is to be good for: all that stood on the page and still waits, so that a choice can be made later.

    What is answered already is among it as it was read: when that was changed since, no code is sent.
    """
    stood = _numbered(request.POST, "seal")
    waits = {question.request.pk: question.request.seal for question in questions_to(person, now=now)}
    return {pk: seal for pk, seal in waits.items() if stood.get(pk) == seal} | {
        each.request_id: each.seal for each in answers
    }


def _refuse_incomplete(answers: Sequence[Answer]) -> None:
    if not answers:
        raise _Incomplete([Mistake("", _("Choose an answer to at least one of the posts."))])
    silent = [each for each in answers if each.verdict != Verdict.APPROVE and not each.reason.strip()]
    if silent:
        sentence = _("Say in a sentence why, so that the writer knows what to do.")
        raise _Incomplete([Mistake(f"reason-{each.request_id}", sentence) for each in silent])


def _decided(person: Person, answers: Sequence[Answer], code: str, now: datetime) -> list[str]:
    """Gives the answers. Returns the posts whose answer wasn't taken: they were changed or answered meanwhile."""
    states = deciding_by_mail.decide_by_code(person, answers, code=code, now=now)
    late = [pk for pk, state in states.items() if state == "meanwhile"]
    return [str(each.post) for each in ApprovalRequest.objects.filter(pk__in=late).select_related("post")]


def _posts(questions: Sequence[Question]) -> set[int]:
    return {question.request.post_id for question in questions}


def _words_of_other_pages(request: HttpRequest, person: Person, questions: Sequence[Question]) -> dict[int, str]:
    """What was typed on a page that showed another request of a post, by post: nothing typed is lost when it changed.

    Left out is what has counted: there the words are with the answer.
    """
    now_asked = {question.request.pk for question in questions}
    numbers = [number for number in _numbered(request.POST, "seal") if number not in now_asked]
    answered = Decision.objects.filter(person=person, request_id__in=numbers).values("request_id")
    others = ApprovalRequest.objects.filter(pk__in=numbers).exclude(pk__in=answered)
    posts = dict(others.values_list("pk", "post_id"))
    # A post that is gone has no row to be found by; its words stand under a number that no post has.
    gone = {-number: number for number in numbers if not ApprovalRequest.objects.filter(pk=number).exists()}
    places = {post_id: number for number, post_id in posts.items()} | gone
    return {place: request.POST.get(f"reason-{number}", "").strip() for place, number in places.items()}


@dataclass(frozen=True)
class Given:
    """An answer that this person gave: to which post, for whom, when, and how it stands with it now."""

    post: str
    organisation: str
    at: datetime
    verdict: str
    outcome: str


def _answers_of(person: Person, *, now: datetime) -> list[Given]:
    """The person's latest answers, the newest first."""
    since = now - timedelta(days=LINK_DAYS)
    found = Decision.objects.filter(person=person, decided_at__gt=since).select_related("request__post", "organisation")
    said = {
        Verdict.APPROVE: _("You approved it."),
        Verdict.CHANGES: _("You asked for changes."),
        Verdict.REFUSE: _("You refused it."),
    }
    outcomes = {
        "open": _("Others are still asked."),
        "granted": _("It has all the approvals that it needs."),
        "refused": _("It doesn't leave, and its writer reads why."),
        "returned": _("Its writer reads what to change."),
        "voided": _("It was changed or taken back afterwards, so this answer doesn't count any more."),
        "expired": _("Its deadline passed before all had answered, so it doesn't leave."),
    }
    return [
        Given(
            post=str(each.request.post),
            organisation=str(each.organisation or _("The campaign itself")),
            at=each.decided_at,
            verdict=said[Verdict(each.verdict)],
            outcome=outcomes[each.request.state(now=now)],
        )
        for each in found.order_by("-decided_at", "-pk")[:LATEST]
    ]


def _shown(question: Question, token: str, typed: QueryDict, words: Mapping[int, str]) -> dict[str, Any]:
    request = question.request
    number = str(request.pk)
    before = last_voided_by_change(request.post)
    read = set(typed.getlist(f"read-{number}"))
    looks = shown_seal(request.sealed, picture_url=partial(_picture_url, token))
    return {
        "request": request,
        "number": number,
        "post": request.post,
        "window": request.window(),
        # What the reader understands best stands first.
        "shown": sorted(looks, key=lambda look: look.language != translation.get_language()),
        "changed": differences_in_words(differences(before)) if before else [],
        "organisations": [_as_choice(each) for each in question.organisations],
        "languages": [(code, language_name(code), code in read) for code in sorted(languages_of(request))],
        "unread": [language_name(code) for code in unread_languages(request)],
        "verdict": typed.get(f"verdict-{number}", ""),
        "reason": typed.get(f"reason-{number}", words.get(request.post_id, "")),
        "speaker": typed.get(f"for-{number}", ""),
        "is_changed": request.post_id in words,
    }


def _as_choice(organisation: Organisation | None) -> tuple[str, str]:
    if organisation is None:
        return "", _("The campaign itself")
    return str(organisation.pk), str(organisation)


def _picture_url(token: str, picture_id: int) -> str:
    return reverse("approve_by_mail_picture", args=[token, picture_id])
