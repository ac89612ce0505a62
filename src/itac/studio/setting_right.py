"""Setting right what is out: correct it, take it back, and the page of each that needs a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itac.campaign.models import Person
from itac.publishing import righting
from itac.publishing.errors import PublishingError
from itac.publishing.models import Delivery, PartState, Post, Righting, RightingKind, RightingState, State
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.posts import way_to, writable_post
from itac.studio.showing import shown_payload

FIELDS = {"note": "note"}


def take_back(request: HttpRequest, post_id: int) -> HttpResponse:
    """What would be taken down where, and why; then it is."""
    person, post = person_of(request), writable_post(person_of(request), post_id)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            made = righting.withdraw(person, post, note=request.POST.get("note", ""), now=moment_of(request))
        except PublishingError as error:
            mistakes = mistakes_of(error, FIELDS)
        else:
            sentence = ngettext(
                "It is being taken down in %(number)d place. What wasn't out yet never leaves.",
                "It is being taken down in %(number)d places. What wasn't out yet never leaves.",
                len(made),
            )
            return done(request, sentence % {"number": len(made)}, "studio_post", post.pk)
    out = Delivery.objects.filter(variant__post=post, parts__state=PartState.SENT).distinct().select_related("channel")
    context = {
        "post": post,
        "out": [each for each in out if righting.standing(each) is not None],
        "coming": Delivery.objects.filter(variant__post=post, state__in=[State.PLANNED, State.HELD]).count(),
        "note": request.POST.get("note", ""),
    }
    return page(
        request,
        "studio/take_back.html",
        context,
        title=_("Take back: %(post)s") % {"post": post},
        trail=way_to(post),
        mistakes=mistakes,
    )


def correct(request: HttpRequest, post_id: int) -> HttpResponse:
    """What stands there and what would stand there instead, on each network; then it does."""
    person, post = person_of(request), writable_post(person_of(request), post_id)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            made = righting.correct(
                person,
                post,
                note=request.POST.get("note", ""),
                now=moment_of(request),
                is_urgent=bool(request.POST.get("urgent")),
                take_down_elsewhere=request.POST.get("elsewhere") != "leave",
            )
        except PublishingError as error:
            mistakes = mistakes_of(error, FIELDS)
        else:
            sentence = ngettext(
                "It is being set right in %(number)d place.", "It is being set right in %(number)d places.", len(made)
            )
            return done(request, sentence % {"number": len(made)}, "studio_post", post.pk)
    changes = [
        {
            "how": each.how,
            "before": shown_payload(each.before, each.delivery.channel),
            "after": shown_payload(each.after, each.delivery.channel),
        }
        for each in righting.corrections_of(post)
    ]
    context = {
        "post": post,
        "changes": changes,
        "some_cannot": any(each["how"] == "cannot" for each in changes),
        "note": request.POST.get("note", ""),
        "may_hurry": person.is_coordinator,
    }
    return page(
        request,
        "studio/correct.html",
        context,
        title=_("Correct: %(post)s") % {"post": post},
        trail=way_to(post),
        mistakes=mistakes,
    )


def _by_hand(is_done: bool) -> Callable[..., None]:
    def settle(actor: Person, one: Righting, *, now: datetime) -> None:
        righting.settle_by_hand(actor, one, done=is_done, now=now)

    return settle


# What a person can do: the verb, its button, and the states in which it is offered.
ACTS: dict[str, tuple[Callable[..., None], Any, tuple[RightingState, ...]]] = {
    "done": (
        _by_hand(is_done=True),
        gettext_lazy("It is done"),
        (RightingState.AWAITING, RightingState.UNCERTAIN),
    ),
    "could_not": (_by_hand(is_done=False), gettext_lazy("I couldn't do it"), (RightingState.AWAITING,)),
    "again": (
        righting.begin_again,
        gettext_lazy("Try again"),
        (RightingState.HELD, RightingState.FAILED, RightingState.UNCERTAIN),
    ),
    "leave": (
        righting.give_up,
        gettext_lazy("Leave it as it stands there"),
        (RightingState.HELD, RightingState.FAILED, RightingState.UNCERTAIN),
    ),
}


def one_righting(request: HttpRequest, righting_id: int) -> HttpResponse:
    """One correction or withdrawal: what is to be done where, and what a person can do about it."""
    person, now = person_of(request), moment_of(request)
    one = get_object_or_404(
        Righting.objects.visible_to(person).select_related(
            "delivery__channel", "delivery__variant__post__organisation", "asked_by"
        ),
        pk=righting_id,
    )
    mistakes: list[Mistake] = []
    if request.method == "POST":
        act = ACTS.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        try:
            act[0](person, one, now=now)
        except PublishingError as error:
            mistakes = mistakes_of(error, {})
        else:
            return done(request, _("Kept. It is: %(state)s.") % {"state": one.get_state_display()}, "wagtailadmin_home")
    payload = one.after or one.before
    post = one.delivery.variant.post
    may_read = Post.objects.visible_to(person).filter(pk=post.pk).exists()
    context = {
        "one": one,
        "is_withdrawal": one.kind == RightingKind.WITHDRAW,
        "payload": payload,
        "shown": shown_payload(payload, one.delivery.channel),
        "acts": [(name, button) for name, (_verb, button, states) in ACTS.items() if one.state in states],
        "post": post if may_read else None,
    }
    return page(
        request,
        "studio/righting.html",
        context,
        title=f"{one.get_kind_display().capitalize()}: {post}",
        trail=way_to(post) if may_read else [(_("Deliveries"), reverse("studio_deliveries"))],
        mistakes=mistakes,
    )
