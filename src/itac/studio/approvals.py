"""Asking for approval, and answering: what is looked at is exactly what was sealed (Promise 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itac.campaign.models import Person
from itac.publishing.approving import (
    AROUND,
    answering_as,
    ask,
    decide,
    differences,
    languages_of,
    request_in_force,
    terms_for,
    unread_languages,
    withdraw_request,
)
from itac.publishing.checking import Problem
from itac.publishing.errors import MovedMeanwhile, PublishingError, Unfit
from itac.publishing.models import ApprovalRequest, Post, Verdict
from itac.publishing.writing import Draft
from itac.studio.answering import Mistake, done, mistakes_of, mistakes_of_form, moment_of, page, person_of, row_number
from itac.studio.composing import language_name
from itac.studio.posts import last_voided_by_change, way_to, writable_post
from itac.studio.showing import differences_in_words, shown_draft, shown_seal
from itac.studio.speaking import Speaker


class Clock(forms.DateTimeField):
    """Day and time in the person's own zone."""

    def __init__(self, **facts: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **facts)


class AskForm(forms.Form):
    """The window in which it may leave, and until when to answer."""

    opens = Clock(label=gettext_lazy("May leave from"), required=False)
    closes = Clock(label=gettext_lazy("until"), required=False, help_text=gettext_lazy("Both on your own clock."))
    deadline = Clock(
        label=gettext_lazy("Answer until"),
        required=False,
        help_text=gettext_lazy("Empty: as the rules say, and no later than the window ends."),
    )

    def clean(self) -> dict[str, Any]:
        """A window has two ends."""
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("opens")) != bool(cleaned.get("closes")):
            missing = "closes" if cleaned.get("opens") else "opens"
            self.add_error(missing, _("Give both ends of the window, or none for an hour around the planned time."))
        return cleaned


def ask_page(request: HttpRequest, post_id: int) -> HttpResponse:
    """Ask the approvers about exactly the post as submitted."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    around = {"opens": post.planned_at - AROUND, "closes": post.planned_at + AROUND} if post.planned_at else {}
    form = AskForm(request.POST if request.method == "POST" else None, initial=around, label_suffix="")
    mistakes: list[Mistake] = []
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            opens, closes = form.cleaned_data["opens"], form.cleaned_data["closes"]
            try:
                ask(
                    person,
                    post,
                    now=now,
                    window=(opens, closes) if opens and not post.trigger else None,
                    trigger=post.trigger,
                    deadline_at=form.cleaned_data["deadline"],
                )
            except PublishingError as error:
                mistakes = mistakes_of(error, {"window": "id_closes", "deadline": "id_deadline"})
            else:
                return done(request, _("Asked. You see here who has answered."), "studio_post", post.pk)
    context = {
        "post": post,
        "form": form,
        "terms": terms_for(post),
        "has_copy": hasattr(post, "working_copy"),
        "in_force": request_in_force(post),
        "shown": shown_draft(Draft.of(post), person=person, speaker=Speaker.of(post), slug=post.slug, today=now.date()),
    }
    return page(
        request,
        "studio/ask.html",
        context,
        title=_("Ask for approval: %(post)s") % {"post": post},
        trail=way_to(post),
        mistakes=mistakes,
    )


@require_POST
def withdraw(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take the question, or the approval, back."""
    person = person_of(request)
    post = writable_post(person, post_id)
    withdraw_request(person, post, now=moment_of(request))
    return done(
        request, _("Taken back. It doesn't leave until it is asked about and approved again."), "studio_post", post.pk
    )


def approve(request: HttpRequest, post_id: int) -> HttpResponse:
    """What exactly is asked about, when it would leave, and the answer."""
    person, now = person_of(request), moment_of(request)
    post = get_object_or_404(Post.objects.visible_to(person).select_related("organisation"), pk=post_id)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            return _answered(request, post, person, now)
        except MovedMeanwhile:
            sentence = _("This changed while you were reading, or somebody answered first. Read it again, then decide.")
            mistakes = [Mistake("", sentence)]
        except PublishingError as error:
            mistakes = mistakes_of(error, {"reason": "reason", "verdict": "verdict-approve"})
    asked = request_in_force(post)
    if asked is None:
        sentence = _("Nobody is asked about this post at present.")
        return done(request, sentence, "studio_post", post.pk)
    context = {
        "post": post,
        "asked": asked,
        "asked_state": asked.state(now=now),
        "window": asked.window(),
        "shown": shown_seal(asked.sealed),
        "changed": differences_in_words(differences(before)) if (before := last_voided_by_change(post)) else [],
        "answering": answering_as(person, asked, now=now),
        "decisions": list(asked.decisions.select_related("person", "organisation")),
        "verdicts": Verdict,
        "languages": [(code, language_name(code)) for code in sorted(languages_of(asked))],
        "unread": [language_name(code) for code in unread_languages(asked)],
        "typed": request.POST,
    }
    return page(
        request,
        "studio/approve.html",
        context,
        title=_("Your answer: %(post)s") % {"post": post},
        trail=[(_("Posts"), reverse("studio_posts")), (str(post), reverse("studio_post", args=[post.pk]))],
        mistakes=mistakes,
    )


def _answered(request: HttpRequest, post: Post, person: Person, now: datetime) -> HttpResponse:
    asked = ApprovalRequest.objects.filter(post=post, pk=row_number(request.POST.get("request"))).first()
    if asked is None:
        raise MovedMeanwhile(post.pk)
    if request.POST.get("verdict") not in Verdict.values:
        raise Unfit([Problem("no_verdict", _("Choose one of the three answers."), "verdict")])
    candidates = {str(each.pk) if each else "": each for each in answering_as(person, asked, now=now)}
    speaker = request.POST.get("organisation", "")
    if speaker not in candidates:
        # Whether it isn't theirs or was answered meanwhile is the verb's to say.
        if speaker and not any(str(role.organisation_id) == speaker for role in person.roles_now()):
            raise Http404
        raise MovedMeanwhile(asked.pk)
    verdict = Verdict(request.POST["verdict"])
    state = decide(
        person,
        asked,
        organisation=candidates[speaker],
        verdict=verdict,
        seal=request.POST.get("seal", ""),
        now=now,
        reason=request.POST.get("reason", ""),
        languages=request.POST.getlist("languages"),
    )
    sentences = {
        "granted": _("Your answer is kept. With it the post is approved, and leaves in its window."),
        "refused": _("Your answer is kept. The post doesn't leave, and its writer reads why."),
        "returned": _("Your answer is kept. The writer reads what to change."),
    }
    return done(
        request, sentences.get(state, _("Your answer is kept. Others are still asked.")), "studio_post", post.pk
    )
