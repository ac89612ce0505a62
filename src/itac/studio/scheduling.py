"""When a post leaves: a time on somebody's clock, or something that happens. Jumps of the clock are explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.models import Person
from itac.campaign.people_forms import zone_choices
from itac.core.walltime import WallTimeGap, WallTimeTwice, resolve, zone_in_words
from itac.publishing.approving import request_in_force
from itac.publishing.errors import PublishingError
from itac.publishing.foreseeing import taken_at
from itac.publishing.models import Grant, Post, Trigger
from itac.publishing.planning import moved_by_zone_data, plan, plan_for_trigger
from itac.publishing.repeating import repeats
from itac.publishing.writing import Draft
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of,
    mistakes_of_form,
    moment_of,
    page,
    person_of,
)
from itac.studio.moments import on_the_clock
from itac.studio.posts import way_to, writable_post

NO_TIME = gettext_lazy("Choose a day and a time, such as 18 December 2026, 18:00.")
NOT_ITS_FLOOR = gettext_lazy(
    "%(organisation)s has the floor on %(channel)s at that time. It would be held there, unless a coordinator says that"
    " it is urgent."
)


class WhenForm(forms.Form):
    """A time on the clock of a place, or a named event."""

    wall = forms.CharField(
        label=gettext_lazy("Day and time"),
        required=False,
        widget=forms.TextInput({"type": "datetime-local"}),
        help_text=gettext_lazy("On the clock of the place below."),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Clock of"),
        choices=zone_choices,
        help_text=gettext_lazy("If the place changes its clocks, the time on its clock is what stays agreed."),
    )
    trigger = forms.ModelChoiceField(
        Trigger.objects.filter(fired_at=None),
        label=gettext_lazy("Or when this happens"),
        required=False,
        empty_label=gettext_lazy("No event: the time above"),
    )


@dataclass(frozen=True)
class Choice:
    """One of two times that a person may have meant. `which` tells two equal clock times apart."""

    wall: str
    which: str
    words: str


def when(request: HttpRequest, post_id: int) -> HttpResponse:
    """Plan the post. A time that doesn't exist or exists twice comes back with the two it could be."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    initial = {
        "wall": request.GET.get("wall") or post.planned_wall,
        "zone": request.GET.get("zone") or post.planned_zone or person.zone,
        "trigger": post.trigger_id,
    }
    form = WhenForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    mistakes: list[Mistake] = []
    choices: list[Choice] = []
    if request.method == "POST":
        if not form.is_valid():
            mistakes = mistakes_of_form(form)
        else:
            try:
                return _planned(request, post, person, form, now)
            except WallTimeGap as gap:
                mistakes, choices = gap_choices(gap, form.cleaned_data["zone"])
            except WallTimeTwice as twice:
                mistakes, choices = twice_choices(twice, form.cleaned_data["zone"])
            except ValueError:
                mistakes = [Mistake("id_wall", str(NO_TIME))]
            except PublishingError as error:
                mistakes = mistakes_of(error, {"planned": "id_wall"})
    in_force = request_in_force(post)
    context = {
        "post": post,
        "form": form,
        "choices": choices,
        "window": in_force.window() if in_force and in_force.state(now=now) in {"open", "granted"} else None,
        "repeats": repeats(person, Draft.of(post).says(), today=now.date(), besides=post),
        "taken": _taken(post) if post.planned_at and post.planned_at > now else [],
    }
    return page(
        request,
        "studio/when.html",
        context,
        title=_("When it leaves: %(post)s") % {"post": post},
        trail=way_to(post),
        mistakes=mistakes,
    )


def zones(request: HttpRequest) -> HttpResponse:
    """Posts whose agreed clock time means another instant since the zone data changed; planning anew takes it over."""
    person, now = person_of(request), moment_of(request)
    moved = moved_by_zone_data(Post.objects.editable_by(person), now=now)
    return page(request, "studio/zones.html", {"moved": moved}, title=_("Posts that new time zone data moves"))


def _planned(request: HttpRequest, post: Post, person: Person, form: WhenForm, now: datetime) -> HttpResponse:
    trigger = form.cleaned_data["trigger"]
    if trigger:
        plan_for_trigger(person, post, trigger, now=now)
        sentence = _("Planned: it leaves when “%(trigger)s” happens.") % {"trigger": trigger}
    else:
        # One of two offered times is a button of its own; its value stands in place of what was typed.
        wall, _space, which = (request.POST.get("meant") or form.cleaned_data["wall"]).partition(" ")
        zone = form.cleaned_data["zone"]
        at = resolve(wall, zone, which=which)
        plan(person, post, at=at, now=now)
        place = {"when": on_the_clock(at.instant(), zone), "zone": zone_in_words(zone)}
        sentence = _("Planned: it leaves on %(when)s (%(zone)s), once it is approved.") % place
        for grant in _taken(post):
            facts = {"organisation": grant.organisation, "channel": grant.channel}
            messages.warning(request, NOT_ITS_FLOOR % facts)
    in_force = request_in_force(post)
    is_asked = in_force is not None and in_force.state(now=now) in {"open", "granted"}
    return done(request, sentence, "studio_post" if is_asked else "studio_ask", post.pk)


def _taken(post: Post) -> list[Grant]:
    """Who has the floor on its channels when it is planned to leave."""
    places = post.variants.current().select_related("channel").defer("channel__secret", "channel__session")
    return taken_at(post, list(places), at=post.planned_at) if post.planned_at else []


def gap_choices(gap: WallTimeGap, zone: str) -> tuple[list[Mistake], list[Choice]]:
    """What is said of a time that the clocks jump over, and the two times beside the jump. Linked to `#choices`."""
    sentence = _(
        "This time doesn't exist: on that day the clocks of %(zone)s go from %(before)s straight to %(after)s. Choose"
        " the time before or after the jump."
    )
    facts = {"zone": zone_in_words(zone), "before": f"{gap.before:%H:%M}", "after": f"{gap.after:%H:%M}"}
    choices = [
        Choice(_wall(moment), "", words % {"time": f"{moment:%H:%M}"})
        for moment, words in (
            (gap.before, _("At %(time)s, just before the jump")),
            (gap.after, _("At %(time)s, just after the jump")),
        )
    ]
    return [Mistake("choices", sentence % facts)], choices


def twice_choices(twice: WallTimeTwice, zone: str) -> tuple[list[Mistake], list[Choice]]:
    """What is said of a time that the clocks show twice, and the two it could be. Linked to `#choices`."""
    sentence = _(
        "This time comes twice: on that day the clocks of %(zone)s are set back, and show %(time)s two times. Choose"
        " the first or the second."
    )
    facts = {"zone": zone_in_words(zone), "time": f"{twice.first:%H:%M}"}
    choices = [
        Choice(_wall(moment), which, words % {"time": f"{moment:%H:%M}", "offset": f"UTC{moment:%z}"})
        for moment, which, words in (
            (twice.first, "first", _("The first %(time)s (%(offset)s)")),
            (twice.second, "second", _("The second %(time)s (%(offset)s)")),
        )
    ]
    return [Mistake("choices", sentence % facts)], choices


def _wall(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
