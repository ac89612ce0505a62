"""Moving a post on the calendar: what a time would mean is said first, then a button moves it.

Dragging a line and typing a time lead to the same form. It works as a page of its own; with `bare` the form comes
alone, to stand in a dialog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages as admin_messages

from itac.campaign.people_forms import zone_choices
from itac.core.walltime import WallTime, WallTimeGap, WallTimeTwice, resolve, zone_in_words
from itac.publishing.errors import PublishingError
from itac.publishing.foreseeing import Foresight, foresee
from itac.publishing.models import Post
from itac.publishing.planning import plan
from itac.publishing.repeating import repeats
from itac.publishing.writing import Draft
from itac.studio.answering import Mistake, mistakes_of, mistakes_of_form, moment_of, page, person_of
from itac.studio.moments import on_the_clock
from itac.studio.posts import writable_post
from itac.studio.scheduling import NO_TIME, Choice, gap_choices, twice_choices


class MoveForm(forms.Form):
    """A time on the clock of a place."""

    wall = forms.CharField(
        label=gettext_lazy("Day and time"), widget=forms.TextInput({"type": "datetime-local"}), required=False
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Clock of"),
        choices=zone_choices,
        help_text=gettext_lazy("If the place changes its clocks, the time on its clock is what stays agreed."),
    )


@dataclass
class Wish:
    """What a person asked for: the form as it is to be shown, and the time it names or why it names none."""

    form: MoveForm
    at: WallTime | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


def move(request: HttpRequest, post_id: int) -> HttpResponse:
    """The form, what the time in it would mean, and the button that moves the post once that was read."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    wish = _wish(request, post)
    foresight = foresee(person, post, at=wish.at.instant(), now=now) if wish.at else None
    if wish.at and foresight and request.POST.get("do", "move") == "move" and request.method == "POST":
        wish.mistakes = _not_yet(request, post, foresight)
        if not wish.mistakes:
            try:
                plan(person, post, at=wish.at, now=now)
            except PublishingError as error:
                wish.mistakes = mistakes_of(error, {"planned": "id_wall"})
            else:
                return _moved(request, post, wish.at, foresight)
    elif foresight and foresight.at <= now:
        wish.mistakes = [Mistake("id_wall", _("This time is over. Choose a later one."))]
    return _shown(request, post, wish, foresight)


def _wish(request: HttpRequest, post: Post) -> Wish:
    """Typed (`wall`, `zone`), chosen of two (`meant`), or dragged to (`wall` on the clock of the calendar, `clock`)."""
    agreed_zone = post.planned_zone or person_of(request).zone
    if request.method == "POST":
        form = MoveForm(request.POST, label_suffix="")
        if not form.is_valid():
            return Wish(form, mistakes=mistakes_of_form(form))
        wall, zone = form.cleaned_data["wall"], form.cleaned_data["zone"]
        return _resolved(wall, zone, form, request.POST)
    if "wall" not in request.GET:
        initial = {"wall": post.planned_wall, "zone": agreed_zone}
        return Wish(MoveForm(initial=initial, label_suffix=""))
    wall, clock = request.GET["wall"], request.GET.get("clock", agreed_zone)
    form = MoveForm({"wall": wall, "zone": clock}, label_suffix="")
    if not form.is_valid():
        return Wish(form, mistakes=mistakes_of_form(form))
    wish = _resolved(wall, clock, form, {})
    if wish.at and clock != agreed_zone:
        # Dragged on another clock than the agreed one: what stays agreed is the time on the agreed clock.
        local = wish.at.instant().astimezone(ZoneInfo(agreed_zone))
        wish.at = WallTime(local.replace(tzinfo=None, fold=0), agreed_zone, local.fold)
        wish.form = MoveForm({"wall": wish.at.text(), "zone": agreed_zone}, label_suffix="")
    return wish


def _resolved(wall: str, zone: str, form: MoveForm, typed: Mapping[str, str]) -> Wish:
    kept, _space, which = typed.get("kept", "").partition(" ")
    if typed.get("meant"):
        wall, _space, which = typed["meant"].partition(" ")
        form = MoveForm({"wall": wall, "zone": zone}, label_suffix="")
        form.is_valid()
    elif kept != wall:
        which = ""
    try:
        return Wish(form, at=resolve(wall, zone, which=which))
    except WallTimeGap as gap:
        return Wish(form, None, *gap_choices(gap, zone))
    except WallTimeTwice as twice:
        return Wish(form, None, *twice_choices(twice, zone))
    except (ValueError, OverflowError):
        return Wish(form, mistakes=[Mistake("id_wall", str(NO_TIME))])


def _not_yet(request: HttpRequest, post: Post, foresight: Foresight) -> list[Mistake]:
    """Why it isn't moved although it was asked for: the post was moved meanwhile, or a warning wasn't read yet."""
    if request.POST.get("before", "") != _before(post):
        return [
            Mistake("", _("Somebody else moved this post since you opened it. Read when it leaves now, then decide."))
        ]
    if foresight.warns and request.POST.get("seen", "") != foresight.seal:
        return [Mistake("meaning", _("Nothing is moved yet. Read first what this time would mean."))]
    return []


def _moved(request: HttpRequest, post: Post, at: WallTime, foresight: Foresight) -> HttpResponse:
    facts = {"post": post, "when": on_the_clock(at.instant(), at.zone), "zone": zone_in_words(at.zone)}
    if foresight.loses_approval:
        sentence = _("“%(post)s” moved to %(when)s (%(zone)s). Its approval doesn't hold there: ask again.")
        if foresight.approval == "open":
            sentence = _(
                "“%(post)s” moved to %(when)s (%(zone)s). Its approvers were asked about another time: ask again."
            )
        ask = admin_messages.button(reverse("studio_ask", args=[post.pk]), _("Ask for approval"))
        admin_messages.warning(request, sentence % facts, buttons=[ask])
    else:
        messages.success(request, _("“%(post)s” moved to %(when)s (%(zone)s).") % facts)
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Back to the calendar as it was; to nowhere else."""
    home = reverse("studio_calendar")
    wanted = request.POST.get("next") or request.GET.get("next") or home
    is_ours = wanted.partition("?")[0] == home and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else home


def _before(post: Post) -> str:
    return post.planned_at.isoformat() if post.planned_at else ""


def _shown(request: HttpRequest, post: Post, wish: Wish, foresight: Foresight | None) -> HttpResponse:
    at: datetime | None = foresight.at if foresight else None
    context: dict[str, Any] = {
        "post": post,
        "form": wish.form,
        "choices": wish.choices,
        "foresight": foresight if at != post.planned_at else None,
        "kept": f"{wish.at.text()} {'second' if wish.at.fold else 'first'}" if wish.at else "",
        "before": _before(post),
        "next": _next(request),
        "agreed_zone": post.planned_zone,
        "repeats": repeats(person_of(request), Draft.of(post).says(), today=moment_of(request).date(), besides=post),
        "places": post.variants.current().select_related("channel").defer("channel__secret", "channel__session"),
    }
    if request.GET.get("bare") or request.POST.get("bare"):
        everything = {**context, "mistakes": wish.mistakes, "bare": True}
        return render(request, "studio/calendar_move_form.html", everything, status=422 if wish.mistakes else 200)
    title = _("Move: %(post)s") % {"post": post}
    trail = [(_("Calendar"), reverse("studio_calendar"))]
    return page(request, "studio/calendar_move.html", context, title=title, trail=trail, mistakes=wish.mistakes)
