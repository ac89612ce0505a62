"""Keeping what is typed: saved by the page itself while somebody writes, and who else has the post open.

Autosave writes the working copy, which nothing is sent from, so it voids nothing. Each answer brings the sentence that
the page then says.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from itac.publishing.accompanying import company_of, leave_seat, take_seat
from itac.publishing.errors import NotAllowed, StaleCopy
from itac.publishing.models import Post, WorkingCopy
from itac.publishing.writing import Draft, begin_post, save_working_copy, working_draft
from itac.studio.answering import mistakes_of_form, moment_of, person_of
from itac.studio.composing import ComposerForm
from itac.studio.focusing import set_points
from itac.studio.speaking import Speaker, speakers_for

STALE = 409


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """The first save of a new post by its page: where it stands from now on. Sent again, it begins no second one."""
    person, now = person_of(request), moment_of(request)
    speakers = speakers_for(person, now=now)
    form = ComposerForm(request.POST, person=person, draft=Draft(original=person.language), speakers=speakers)
    if not form.is_valid():
        return _unfit(form)
    try:
        seat, speaker = form.seat_taken(), form.chosen_speaker()
        facts: dict[str, Any] = {"organisation": speaker.organisation, "mandate": speaker.mandate}
        post = begin_post(person, **facts, draft=form.draft(), now=now, seat=seat)
    except StaleCopy:
        return JsonResponse({"words": _("Somebody else went on with this post. Press Save to see both.")}, status=STALE)
    set_points(person, form.points())
    return JsonResponse({"post": post.pk, "version": working_draft(post)[1], "words": saved_words(post), **ways(post)})


@require_POST
def keep(request: HttpRequest, post_id: int) -> HttpResponse:
    """What is typed, into the working copy: 200 with its new version, 409 where another saved meanwhile, 422 where a
    field doesn't pass. Only 200 has stored anything."""
    person, now = person_of(request), moment_of(request)
    post = get_object_or_404(Post.objects.editable_by(person), pk=post_id)
    form = ComposerForm(request.POST, person=person, draft=working_draft(post)[0], speaker=Speaker.of(post))
    if not form.is_valid():
        return _unfit(form)
    facts: dict[str, Any] = {"version": form.cleaned_data["version"] or 0, "seat": form.seat_taken(), "now": now}
    try:
        version = save_working_copy(person, post, form.draft(), **facts)
    except StaleCopy:
        words = _("%(said)s Nothing is overwritten. Press Save to see both versions.") % {"said": _who_saved(post)}
        return JsonResponse({"words": words}, status=STALE)
    set_points(person, form.points())
    return JsonResponse({"version": version, "words": saved_words(post)})


@require_POST
def here(request: HttpRequest, post_id: int) -> HttpResponse:
    """A page says that it is open, or left; the answer says who else has the post open, and who saved it meanwhile."""
    person, now, seat = person_of(request), moment_of(request), request.POST.get("seat", "")[:36]
    post = get_object_or_404(Post.objects.editable_by(person), pk=post_id)
    if request.POST.get("gone"):
        leave_seat(person, post, seat=seat)
        return JsonResponse({"words": ""})
    try:
        take_seat(person, post, seat=seat, now=now)
    except NotAllowed:
        return JsonResponse({"words": ""}, status=404)
    company = company_of(person, post, now=now)
    lines = [company_words([str(each) for each in company])] if company else []
    copy = WorkingCopy.objects.filter(post=post).exclude(seat=seat).first()
    if copy is not None and str(copy.version) != request.POST.get("version"):
        lines.append(_("%(said)s Saving now shows you both versions first.") % {"said": _who_saved(post)})
    return JsonResponse({"words": " ".join(lines)})


def ways(post: Post) -> dict[str, str]:
    """Where a page of that post saves itself, tells that it is open, and stands."""
    return {
        "keep": reverse("studio_keep", args=[post.pk]),
        "here": reverse("studio_here", args=[post.pk]),
        "edit": reverse("studio_edit", args=[post.pk]),
    }


def saved_words(post: Post) -> str:
    """`Saved at 10:31`, on the reader's clock; "" before anything was."""
    copy = WorkingCopy.objects.filter(post=post).first()
    return _("Saved at %(time)s") % {"time": f"{timezone.localtime(copy.saved_at):%H:%M}"} if copy else ""


def company_words(names: list[str]) -> str:
    """`Ana is writing here too.`"""
    words = ngettext("%(who)s is writing here too.", "%(who)s are writing here too.", len(names))
    return words % {"who": get_text_list(names, pgettext("between the last two names", "and"))}


def _who_saved(post: Post) -> str:
    """What another has done to the post since this page was opened."""
    copy = WorkingCopy.objects.filter(post=post).select_related("saved_by").first()
    if copy is None:
        return _("This post was submitted, or its changes thrown away, while you were writing.")
    facts = {"who": copy.saved_by or _("Somebody"), "time": f"{timezone.localtime(copy.saved_at):%H:%M}"}
    return _("%(who)s saved this post at %(time)s, while you were writing.") % facts


def _unfit(form: ComposerForm) -> JsonResponse:
    wrong = mistakes_of_form(form)[0].message
    return JsonResponse({"words": _("Not saved yet. %(wrong)s") % {"wrong": wrong}}, status=422)
