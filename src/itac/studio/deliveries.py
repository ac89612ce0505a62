"""Deliveries: the list, one delivery with all its calls, what a person can do about it, and what is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itac.publishing import deciding
from itac.publishing.errors import PublishingError
from itac.publishing.models import Delivery, Post, Proof, State
from itac.publishing.payload import ChangedMedia, payload_of, read_picture
from itac.studio import by_hand, holding
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of,
    moment_of,
    page,
    paged,
    person_of,
    query_without_page,
    row_number,
)
from itac.studio.composing import the_channels
from itac.studio.history import lines_of_delivery
from itac.studio.home import with_post
from itac.studio.showing import shown_payload

# What waits for somebody stands first (identity, chapter 9), then what is on its way, then the rest.
URGENCY = {State.UNCERTAIN: 0, State.AWAITING: 1, State.HELD: 2, State.FAILED: 3, State.SENDING: 4, State.PLANNED: 5}


@dataclass(frozen=True)
class Act:
    """A human action: its button, what will happen, what it asks for, and what is said afterwards."""

    verb: Callable[..., None]
    button: str | Promise
    promise: str | Promise
    done: str | Promise
    asks_address: bool = False
    needs_note: bool = False
    takes_screenshot: bool = False


ACTS: Mapping[str, Act] = {
    "hold": Act(
        deciding.hold,
        gettext_lazy("Hold it"),
        gettext_lazy("It won't leave until somebody sends it, moves it or drops it."),
        gettext_lazy("It is held."),
    ),
    "drop": Act(
        deciding.drop,
        gettext_lazy("Drop it"),
        gettext_lazy("It won't be sent unless somebody plans it again. The post itself stays."),
        gettext_lazy("It is dropped."),
    ),
    "send_now": Act(
        deciding.send_now,
        gettext_lazy("Send it now"),
        gettext_lazy(
            "It leaves at once, late as it is. Approval, window, the right to speak and pauses are asked as always."
        ),
        gettext_lazy("It leaves now, if nothing else stands in its way."),
    ),
    "confirm": Act(
        deciding.confirm,
        gettext_lazy("It is posted"),
        gettext_lazy("Paste the address at which the post stands, so that everybody finds it."),
        gettext_lazy("Thank you. It is marked as sent."),
        asks_address=True,
        takes_screenshot=True,
    ),
    "decline": Act(
        deciding.decline,
        gettext_lazy("I couldn't post it"),
        gettext_lazy("It is marked as failed. Its writer reads why and decides."),
        gettext_lazy("Its writer reads why."),
        needs_note=True,
    ),
    "try_again": Act(
        deciding.try_again,
        gettext_lazy("Try again"),
        gettext_lazy("It leaves anew. Parts of a thread that are out already stay as they are; nothing is sent twice."),
        gettext_lazy("It is tried again."),
    ),
    "plan_again": Act(
        deciding.plan_again,
        gettext_lazy("Plan it again"),
        gettext_lazy("It leaves at its time after all. If that time is over, it is held for a decision."),
        gettext_lazy("It is planned again."),
    ),
    "look_up": Act(
        deciding.look_up,
        gettext_lazy("Look it up"),
        gettext_lazy(
            "The worker asks the network whether it is there. It is sent only when the network says that it isn't."
        ),
        gettext_lazy("The worker looks it up. What it finds stands here in a moment."),
    ),
    "is_there": Act(
        deciding.is_there,
        gettext_lazy("It is there"),
        gettext_lazy("You looked, and it stands on the network. Paste its address; nothing is sent."),
        gettext_lazy("It is marked as sent."),
        asks_address=True,
    ),
    "is_not_there": Act(
        deciding.is_not_there,
        gettext_lazy("It isn't there"),
        gettext_lazy("You looked, and it isn't on the network. It is held then; sending it is a further decision."),
        gettext_lazy("It is held. Send it, move it or drop it."),
    ),
}
FIELDS = {"address": "address", "note": "note", "screenshot": "screenshot"}


def delivery_list(request: HttpRequest) -> HttpResponse:
    """What this person may read, what waits for somebody first."""
    person = person_of(request)
    asked = {name: request.GET.get(name, "") for name in ("state", "channel")}
    found: QuerySet[Delivery] = with_post(Delivery.objects.visible_to(person))
    if asked["state"] in State.values:
        found = found.filter(state=asked["state"])
    if asked["channel"].isdecimal():
        found = found.filter(channel_id=row_number(asked["channel"]))
    urgency = Case(
        *(When(state=state, then=Value(place)) for state, place in URGENCY.items()),
        default=Value(9),
        output_field=IntegerField(),
    )
    rows = paged(request, found.annotate(urgency=urgency).order_by("urgency", "-due_at", "-pk"))
    context = {
        "rows": rows,
        "query": query_without_page(request),
        "asked": asked,
        "channels": the_channels(),
        "states": State.choices,
        "held": _held(request).count(),
    }
    return page(request, "studio/deliveries.html", context, title=_("Deliveries"))


def one_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Its parts, each call with its times, its history, and what can be done. By hand: what to copy and to save."""
    person, now = person_of(request), moment_of(request)
    delivery = _theirs(request, delivery_id)
    payload = delivery.payload or payload_of(delivery.variant)
    actions = deciding.actions_for(person, delivery, now=now)
    is_by_hand = delivery.state == State.AWAITING and bool(actions)
    context = {
        "delivery": delivery,
        "parts": delivery.parts.prefetch_related("attempts"),
        "lines": lines_of_delivery(delivery),
        "acts": [(name, ACTS[name]) for name in actions],
        "shown": [shown_payload(payload, delivery.channel)],
        "payload": payload,
        "is_by_hand": is_by_hand,
        **(by_hand.what_to_do(request, delivery, payload) if is_by_hand else {}),
        "proof": Proof.objects.filter(delivery=delivery, ends_at__gt=now).first(),
        "media": [item for part in payload["parts"] for item in part["media"]],
        "may_move": delivery.state in {State.HELD, State.PLANNED} and bool(actions),
        "may_read_post": Post.objects.visible_to(person).filter(pk=delivery.variant.post_id).exists(),
    }
    return page(
        request,
        "studio/delivery.html",
        context,
        title=str(delivery.variant.post),
        trail=_way(),
    )


def act(request: HttpRequest, delivery_id: int, action: str) -> HttpResponse:
    """What will happen, and the button; then the verb."""
    person, now = person_of(request), moment_of(request)
    delivery = _theirs(request, delivery_id)
    if action not in ACTS or not deciding.may_decide(person, delivery, now=now):
        raise Http404
    chosen = ACTS[action]
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            _do(request, delivery, action, now)
        except PublishingError as error:
            mistakes = mistakes_of(error, FIELDS)
        else:
            return done(request, str(chosen.done), "studio_delivery", delivery.pk)
    elif action not in deciding.actions_for(person, delivery, now=now):
        sentence = _("Somebody else was first: it is not any more in the state for this. Read it again, then decide.")
        return done(request, sentence, "studio_delivery", delivery.pk)
    context = {"delivery": delivery, "action": action, "act": chosen, "typed": request.POST}
    trail = [*_way(), (str(delivery.variant.post), reverse("studio_delivery", args=[delivery.pk]))]
    return page(request, "studio/act.html", context, title=chosen.button, trail=trail, mistakes=mistakes)


def held(request: HttpRequest) -> HttpResponse:
    """All that was held, to send, move or drop. Resuming let none of it out (Promise 2)."""
    chosen_ids = {row_number(each) for each in request.POST.getlist("chosen")}
    action = request.POST.get("do", "")
    deliveries = list(_held(request))
    chosen = [each for each in deliveries if each.pk in chosen_ids]
    trail = _way()
    if request.method == "POST" and action in {"send_now", "plan_again", "drop"}:
        if not chosen:
            mistakes = [Mistake("held", _("Choose at least one of the rows below, then say what to do with them."))]
            return _held_page(request, deliveries, mistakes)
        if "sure" not in request.POST:
            context = {"chosen": chosen, "action": action, "act": ACTS[action]}
            return page(
                request,
                "studio/held_sure.html",
                context,
                title=ACTS[action].button,
                trail=[*trail, (_("What is held"), reverse("studio_held"))],
            )
        return _decide_all(request, chosen, action)
    return _held_page(request, deliveries, [])


def delivery_picture(request: HttpRequest, delivery_id: int, picture_id: int) -> HttpResponse:
    """A picture to save and post by hand: exactly the approved bytes, or none."""
    delivery = _theirs(request, delivery_id)
    payload = delivery.payload or payload_of(delivery.variant)
    for part in payload["parts"]:
        for item in part["media"]:
            if item["picture"] == picture_id:
                try:
                    data = read_picture(picture_id, item["sha256"])
                except ChangedMedia as error:
                    raise Http404 from error
                ending = item["mime"].rpartition("/")[2]
                response = HttpResponse(data, content_type=item["mime"])
                response.headers["Content-Disposition"] = (
                    f'attachment; filename="{payload["subject"]}-{picture_id}.{ending}"'
                )
                response.headers["Cache-Control"] = "private, no-store"
                response.headers["X-Content-Type-Options"] = "nosniff"
                return response
    raise Http404


def _theirs(request: HttpRequest, delivery_id: int) -> Delivery:
    mine: QuerySet[Delivery] = with_post(Delivery.objects.visible_to(person_of(request)))
    return get_object_or_404(mine, pk=delivery_id)


def _held(request: HttpRequest) -> Any:
    editable = Post.objects.editable_by(person_of(request))
    return with_post(Delivery.objects.filter(state=State.HELD, variant__post__in=editable)).order_by("due_at", "pk")


def _held_page(request: HttpRequest, deliveries: list[Delivery], mistakes: list[Mistake]) -> HttpResponse:
    return page(
        request,
        "studio/held.html",
        {"deliveries": deliveries, **holding.form_context(request)},
        title=_("What is held"),
        trail=_way(),
        mistakes=mistakes,
    )


def _do(request: HttpRequest, delivery: Delivery, action: str, now: datetime) -> None:
    chosen = ACTS[action]
    facts: dict[str, Any] = {"note": request.POST.get("note", "")}
    if chosen.asks_address:
        facts["address"] = request.POST.get("address", "")
    if chosen.takes_screenshot:
        facts["screenshot"] = by_hand.screenshot_of(request)
    chosen.verb(person_of(request), delivery, now=now, **facts)


def _decide_all(request: HttpRequest, chosen: list[Delivery], action: str) -> HttpResponse:
    """Each by its own verb; one that somebody else decided about meanwhile is named, the others go on."""
    mistakes: list[Mistake] = []
    for delivery in chosen:
        try:
            _do(request, delivery, action, moment_of(request))
        except PublishingError as error:
            words = {"delivery": delivery, "why": mistakes_of(error, {})[0].message}
            mistakes.append(Mistake("", _("%(delivery)s: %(why)s") % words))
    if mistakes:
        return _held_page(request, list(_held(request)), mistakes)
    number = len(chosen)
    sentence = ngettext("%(number)d delivery is decided.", "%(number)d deliveries are decided.", number)
    return done(request, sentence % {"number": number}, "studio_held")


def _way() -> list[tuple[str, str]]:
    return [(_("Deliveries"), reverse("studio_deliveries"))]
