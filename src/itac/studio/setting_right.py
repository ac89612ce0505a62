"""Setting right what is out: correct it, take it back, and the page of each that needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itac.campaign.models import Person
from itac.publishing import rewording, righting
from itac.publishing.errors import PublishingError, StaleCopy
from itac.publishing.models import (
    Delivery,
    PartState,
    Post,
    Righting,
    RightingKind,
    State,
    WorkingCopy,
)
from itac.publishing.writing import Draft
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.composing import language_name
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
            return done(request, _set_right(request, person, post), "studio_post", post.pk)
        except StaleCopy:
            mistakes = [Mistake("", _("Somebody has typed changes since you opened this. Read them first."))]
        except PublishingError as error:
            mistakes = mistakes_of(error, FIELDS)
            post.refresh_from_db()
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
        "urgent": request.POST.get("urgent", ""),
        "words": [] if changes or WorkingCopy.objects.filter(post=post).exists() else _words(request, post),
    }
    if context["words"]:
        context["some_cannot"] = any(not _can_be_changed(each) for each in _out(post))
    return page(
        request,
        "studio/correct.html",
        context,
        title=_("Correct: %(post)s") % {"post": post},
        trail=way_to(post),
        mistakes=mistakes,
    )


@dataclass(frozen=True)
class Words:
    """One text of the post to be set right: its field, where it stands, and what it says."""

    field: str
    label: str
    language: str
    text: str
    is_title: bool = False


def _words(request: HttpRequest, post: Post) -> list[Words]:
    """The post's texts as they stand, or as they were typed: each language once, and each channel's own words."""
    found: list[Words] = []
    variants = list(post.variants.current().select_related("channel").order_by("language", "channel__name"))
    for language in dict.fromkeys(variant.language for variant in variants):
        name = language_name(language)
        if post.title.texts.get(language):
            title = _("Title, %(language)s") % {"language": name}
            found.append(Words(f"title_{language}", title, language, post.title.texts[language], is_title=True))
        if any(not each.text for each in variants if each.language == language):
            text = _("Text, %(language)s") % {"language": name}
            found.append(Words(f"text_{language}", text, language, post.text.texts.get(language, "")))
        for each in variants:
            if each.language == language and each.text:
                words = {"channel": each.channel.name, "language": name}
                label = _("Text on %(channel)s, %(language)s") % words
                found.append(Words(f"own_{each.channel_id}_{language}", label, language, each.text))
    return [replace(each, text=request.POST.get(each.field, each.text)) for each in found]


def _set_right(request: HttpRequest, person: Person, post: Post) -> str:
    """The verb that the form asks for; what is said afterwards."""
    facts: dict[str, Any] = {
        "note": request.POST.get("note", ""),
        "now": moment_of(request),
        "is_urgent": bool(request.POST.get("urgent")),
        "take_down_elsewhere": request.POST.get("elsewhere") != "leave",
    }
    if request.POST.get("do") != "reword":
        return _being_set_right(len(righting.correct(person, post, **facts)))
    made = rewording.reword(person, post, _typed(request, Draft.of(post)), **facts)
    if not made.is_asked:
        return _being_set_right(len(made.rightings))
    return _("Its approvers are asked. It is set right once they have said yes; you need not come back.")


def _being_set_right(number: int) -> str:
    sentence = ngettext(
        "It is being set right in %(number)d place.", "It is being set right in %(number)d places.", number
    )
    return sentence % {"number": number}


def _typed(request: HttpRequest, draft: Draft) -> Draft:
    """The draft with the words that were typed; a field that wasn't there leaves its own as they are."""
    given = request.POST
    return replace(
        draft,
        title={code: given.get(f"title_{code}", text).strip() for code, text in draft.title.items()},
        text={code: given.get(f"text_{code}", text).strip() for code, text in draft.text.items()},
        variants=[
            replace(each, text=given.get(f"own_{each.channel_id}_{each.language}", each.text).strip())
            for each in draft.variants
        ],
    )


def _out(post: Post) -> Any:
    return Delivery.objects.filter(variant__post=post, state=State.SENT).select_related("channel")


def _can_be_changed(delivery: Delivery) -> bool:
    capabilities = delivery.channel.plug().capabilities(delivery.channel)
    return capabilities.edits or capabilities.by_hand


BUTTONS: Mapping[str, str | Promise] = {
    "done": gettext_lazy("It is done"),
    "could_not": gettext_lazy("I couldn't do it"),
    "again": gettext_lazy("Try again"),
    "leave": gettext_lazy("Leave it as it stands there"),
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
        action = request.POST.get("do", "")
        if action not in BUTTONS:
            raise Http404
        try:
            righting.act(person, one, action, now=now)
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
        "acts": [(name, BUTTONS[name]) for name in righting.actions_for(person, one, now=now)],
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
