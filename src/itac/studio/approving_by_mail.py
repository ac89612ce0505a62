"""The page that a mail leads to: everything that waits for one person's answer, for a phone, without an account.

Opening it changes nothing. Any form on it can be submitted by a program that reads mails: what that gets is a further
mail with a code. Only the code decides (`publishing.deciding_by_mail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itac.campaign.models import Organisation, Person
from itac.publishing import deciding_by_mail
from itac.publishing.approving import Question, differences, languages_of, questions_to, unread_languages
from itac.publishing.asking import NoSuchLink, person_of_link
from itac.publishing.deciding_by_mail import Answer, TooManyCodes, WrongCode
from itac.publishing.errors import MovedMeanwhile, PublishingError
from itac.publishing.models import ApprovalRequest, Verdict
from itac.studio.answering import Mistake, mistakes_of, moment_of
from itac.studio.composing import language_name
from itac.studio.getting_in.frame import at_the_door, door
from itac.studio.pictures import picture
from itac.studio.posts import last_voided_by_change
from itac.studio.showing import differences_in_words, shown_seal

NOTHING: Mapping[str, Any] = {}


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
    told: list[tuple[str, str]] = []
    step = request.POST.get("step", "")
    wants_code = False
    if request.method == "POST":
        answers = _typed(request, person)
        try:
            _refuse_incomplete(answers)
            if step == "decide":
                told = _decided(person, answers, request.POST.get("code", "").strip(), now)
            else:
                deciding_by_mail.mail_code(person, {each.request_id: each.seal for each in answers}, now=now)
                wants_code = True
        except _Incomplete as error:
            mistakes, wants_code = error.mistakes, step == "decide"
        except MovedMeanwhile:
            mistakes = [Mistake("", _("A post was changed or answered while you read. Read it again, then decide."))]
        except WrongCode:
            wants_code = True
            sentence = _(
                "This isn't the code, or its ten minutes are over. Nothing was decided."
                " Type it again, or have a new one sent."
            )
            mistakes = [Mistake("code", sentence)]
        except TooManyCodes:
            mistakes = [Mistake("", _("Many codes were sent already. Wait half an hour, then ask for one again."))]
        except PublishingError as error:
            mistakes, wants_code = mistakes_of(error, NOTHING), True
    context = {
        "person": person,
        "questions": [_shown(question, token, request.POST) for question in questions_to(person, now=now)],
        "told": told,
        "wants_code": wants_code,
        "verdicts": Verdict,
    }
    return door(request, "approving/answer.html", context, title=_("For your answer"), mistakes=mistakes)


class _Incomplete(Exception):
    """What was typed isn't an answer yet."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__()


def _typed(request: HttpRequest, person: Person) -> list[Answer]:
    """The answers that were chosen on the page; what was left open isn't among them."""
    found = []
    for name, value in request.POST.items():
        stem, _dash, number = name.partition("-")
        if stem != "verdict" or not number.isdecimal() or value not in Verdict.values:
            continue
        speaker = request.POST.get(f"for-{number}", "")
        found.append(
            Answer(
                request_id=int(number),
                seal=request.POST.get(f"seal-{number}", ""),
                organisation_id=int(speaker) if speaker.isdecimal() else None,
                verdict=Verdict(value),
                reason=request.POST.get(f"reason-{number}", ""),
                languages=request.POST.getlist(f"read-{number}"),
            )
        )
    return found


def _refuse_incomplete(answers: Sequence[Answer]) -> None:
    if not answers:
        raise _Incomplete([Mistake("", _("Choose an answer to at least one of the posts."))])
    silent = [each for each in answers if each.verdict != Verdict.APPROVE and not each.reason.strip()]
    if silent:
        sentence = _("Say in a sentence why, so that the writer knows what to do.")
        raise _Incomplete([Mistake(f"reason-{each.request_id}", sentence) for each in silent])


def _decided(person: Person, answers: Sequence[Answer], code: str, now: datetime) -> list[tuple[str, str]]:
    states = deciding_by_mail.decide_by_code(person, answers, code=code, now=now)
    posts = {each.pk: str(each.post) for each in ApprovalRequest.objects.filter(pk__in=states).select_related("post")}
    sentences = {
        "granted": _("Your answer is kept. With it the post is approved, and leaves in its window."),
        "refused": _("Your answer is kept. The post doesn't leave, and its writer reads why."),
        "returned": _("Your answer is kept. The writer reads what to change."),
        "meanwhile": _("This post was changed or answered meanwhile. Your answer wasn't taken; read it again below."),
    }
    others = _("Your answer is kept. Others are still asked.")
    return [(posts[pk], sentences.get(state, others)) for pk, state in states.items()]


def _shown(question: Question, token: str, typed: Mapping[str, str]) -> dict[str, Any]:
    request = question.request
    number = str(request.pk)
    before = last_voided_by_change(request.post)
    read = set(typed.getlist(f"read-{number}")) if hasattr(typed, "getlist") else set()
    return {
        "request": request,
        "number": number,
        "post": request.post,
        "window": request.window(),
        "shown": shown_seal(request.sealed, picture_url=partial(_picture_url, token)),
        "changed": differences_in_words(differences(before)) if before else [],
        "organisations": [_as_choice(each) for each in question.organisations],
        "languages": [(code, language_name(code), code in read) for code in sorted(languages_of(request))],
        "unread": [language_name(code) for code in unread_languages(request)],
        "verdict": typed.get(f"verdict-{number}", "") if typed.get(f"seal-{number}") == request.seal else "",
        "reason": typed.get(f"reason-{number}", ""),
        "speaker": typed.get(f"for-{number}", ""),
        "is_changed": bool(typed.get(f"seal-{number}")) and typed.get(f"seal-{number}") != request.seal,
    }


def _as_choice(organisation: Organisation | None) -> tuple[str, str]:
    if organisation is None:
        return "", _("The campaign itself")
    return str(organisation.pk), str(organisation)


def _picture_url(token: str, picture_id: int) -> str:
    return reverse("approve_by_mail_picture", args=[token, picture_id])
