"""Planning take-overs: the list, asking for one or offering one, what its window meets, and each side's next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itac.campaign.models import Duty, Organisation, Person
from itac.campaign.people_forms import zone_choices
from itac.core.forms import LocalisedFormField
from itac.core.localised import Localised
from itac.core.walltime import WallTimeGap, WallTimeTwice, resolve
from itac.networks.models import Channel
from itac.publishing import mandating
from itac.publishing.errors import PublishingError
from itac.publishing.mandating import Place as Lent
from itac.publishing.models import Delivery, Oversight, PostKind
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of,
    mistakes_of_form,
    moment_of,
    page,
    paged,
    person_of,
    query_without_page,
)
from itac.studio.composing import language_name, the_channels
from itac.studio.home import with_post
from itac.studio.moments import on_the_clock
from itac.studio.takeovers import inside
from itac.takeovers import agreeing, asking_sides
from itac.takeovers.agreeing import Terms
from itac.takeovers.colliding import Meetings, meetings_of
from itac.takeovers.models import Place, TakeOver

FIELDS = {
    "title": "id_title_0",
    "opens": "id_opens",
    "closes": "id_closes",
    "places": "id_channels",
    "guardian": "id_guardian",
    "reason": "id_reason",
}
NO_TIME = gettext_lazy("Choose a day and a time, such as 18 December 2026, 18:00.")


class TakeOverForm(forms.Form):
    """What a take-over is to be. The last group is the campaign's: only coordinators have it."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose one"),
    )
    title = LocalisedFormField(label=gettext_lazy("Title, as the public reads it"))
    why = LocalisedFormField(label=gettext_lazy("Why, for the public"), required=False, long=True)
    opens = forms.CharField(label=gettext_lazy("Opens"), widget=forms.TextInput({"type": "datetime-local"}))
    closes = forms.CharField(label=gettext_lazy("Closes"), widget=forms.TextInput({"type": "datetime-local"}))
    zone = forms.ChoiceField(label=gettext_lazy("Clock of"), choices=zone_choices)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels and languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("While the window is open, nobody else speaks there in these languages."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What sorts of posts"),
        choices=PostKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any."),
    )
    signature = LocalisedFormField(
        label=gettext_lazy("Signature"),
        required=False,
        help_text=gettext_lazy("A line under each post, such as who speaks. It counts in each network's limit."),
    )
    may_answer = forms.BooleanField(label=gettext_lazy("May answer what the public replies"), required=False)
    guardian = forms.ModelChoiceField(
        label=gettext_lazy("Guardian"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("Answers for the window on the campaign's side, of whatever organisation."),
    )
    oversight = forms.ChoiceField(label=gettext_lazy("Whose yes a post needs"), choices=Oversight.choices)
    per_day = forms.IntegerField(label=gettext_lazy("Posts a day, at most"), required=False, min_value=1, max_value=500)
    reason = forms.CharField(
        label=gettext_lazy("A word to the other side"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )

    def __init__(self, data: Any, *, person: Person, takeover: TakeOver | None) -> None:
        start = _initial(takeover, person)
        super().__init__(data, initial=start, label_suffix="")
        self.person, self.takeover = person, takeover
        self.channel_rows = the_channels()
        self.fields["channels"].choices = list(_channel_choices(self.channel_rows, takeover))  # type: ignore[attr-defined]
        if takeover is not None:
            del self.fields["organisation"]
        else:
            mine = Organisation.objects.all()
            if not person.is_coordinator:
                mine = mine.filter(pk__in=person.organisation_ids(*agreeing.TEAM))
            self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
            if len(mine) == 1:
                self.initial["organisation"] = mine[0]
        for box in self.fields["why"].widget.widgets:
            box.attrs["rows"] = 3
        if person.is_coordinator:
            staff = Q(is_coordinator=True) | Q(roles__duty__in=Duty.values)
            self.fields["guardian"].queryset = Person.objects.filter(staff, is_active=True).distinct()  # type: ignore[attr-defined]
        else:
            for name in ("guardian", "oversight", "per_day"):
                del self.fields[name]

    def terms(self, *, which: str = "") -> Terms:
        """What was filled in. Raises `WallTimeGap` or `WallTimeTwice` for a clock time that isn't one instant."""
        facts, before = self.cleaned_data, agreeing.terms_of(self.takeover) if self.takeover else None
        zone = facts["zone"]
        times: dict[str, Any] = {}
        for name in ("opens", "closes"):
            # A time that nobody touched is the very instant it was, whatever its seconds.
            is_as_before = before is not None and (facts[name], zone) == (self.initial[name], before.zone)
            kept_at = getattr(before, f"{name}_at") if is_as_before else None
            times[f"{name}_at"] = kept_at or resolve(facts[name], zone, which=which).instant()
        campaigns = ("guardian", "oversight", "per_day")
        kept = {name: getattr(before, name) for name in campaigns} if before else {}
        said = {name: facts[name] for name in campaigns if name in self.fields}
        return Terms(
            title=facts["title"],
            why=facts["why"] or Localised({}),
            zone=zone,
            places=self.places(),
            kinds=tuple(facts["kinds"]),
            signature=facts["signature"] or Localised({}),
            may_answer=facts["may_answer"],
            **times,
            **{**kept, **said},
        )

    def places(self) -> list[Lent]:
        """The channels that were ticked, each once with its languages."""
        known = {channel.pk: channel for channel in self.channel_rows}
        languages: dict[int, list[str]] = {}
        for value in self.cleaned_data.get("channels", []):
            key, _colon, code = value.partition(":")
            languages.setdefault(int(key), []).append(code)
        return [Lent(known[pk], tuple(codes)) for pk, codes in languages.items()]


def _channel_choices(channels: Sequence[Channel], takeover: TakeOver | None) -> Any:
    offered = [code for code, _name in settings.LANGUAGES]
    kept = {code for place in takeover.places.all() for code in place.languages} if takeover else set()
    for channel in channels:
        codes = list(dict.fromkeys([*(channel.languages or offered), *kept]))
        yield (
            channel.name,
            [(f"{channel.pk}:{code}", f"{channel.name}, {language_name(code)}") for code in codes],
        )


def _initial(takeover: TakeOver | None, person: Person) -> dict[str, Any]:
    if takeover is None:
        return {"zone": person.zone, "may_answer": True, "oversight": Oversight.EACH}
    terms = agreeing.terms_of(takeover)
    offered = [code for code, _name in settings.LANGUAGES]
    return {
        **{name: getattr(terms, name) for name in ("title", "why", "zone", "kinds", "signature", "may_answer")},
        "opens": f"{takeover.opens_at.astimezone(ZoneInfo(terms.zone)):%Y-%m-%dT%H:%M}",
        "closes": f"{takeover.closes_at.astimezone(ZoneInfo(terms.zone)):%Y-%m-%dT%H:%M}",
        "channels": [f"{place.channel.pk}:{code}" for place in terms.places for code in place.languages or offered],
        "guardian": terms.guardian,
        "oversight": terms.oversight,
        "per_day": terms.per_day,
    }


@dataclass(frozen=True)
class Row:
    """A take-over in the list."""

    it: TakeOver
    state: str


def takeover_list(request: HttpRequest) -> HttpResponse:
    """Those this person may see, the latest window first; and the windows of others, without their plans."""
    person, now = person_of(request), moment_of(request)
    mine = (
        TakeOver.objects.visible_to(person)
        .select_related("organisation", "mandate")
        .prefetch_related("mandate__stops", "places__channel")
    )
    rows = paged(request, mine.distinct())
    rows.object_list = [Row(each, each.state(now=now)) for each in rows.object_list]
    context = {
        "rows": rows,
        "query": query_without_page(request),
        "may_ask": person.is_coordinator or bool(person.organisation_ids(*agreeing.TEAM)),
    }
    return page(request, "takeovers/list.html", context, title=_("Take-overs"))


def new_takeover(request: HttpRequest) -> HttpResponse:
    """Ask for a window, or offer one; `do=look` shows what it would meet and keeps nothing."""
    person = person_of(request)
    return _form_page(
        request, TakeOverForm(request.POST if request.method == "POST" else None, person=person, takeover=None), None
    )


def change_takeover(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """Change what was planned. The other side is asked again, unless only the campaign's own limits changed."""
    person = person_of(request)
    takeover = inside.theirs(request, takeover_id)
    if not (person.is_coordinator or agreeing.is_team(person, takeover.organisation)):
        raise Http404
    return _form_page(
        request,
        TakeOverForm(request.POST if request.method == "POST" else None, person=person, takeover=takeover),
        takeover,
    )


def _form_page(request: HttpRequest, form: TakeOverForm, takeover: TakeOver | None) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    mistakes: list[Mistake] = []
    meetings: Meetings | None = None
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            try:
                terms = form.terms()
                if request.POST.get("do") == "look":
                    meetings = _meetings(form, terms, takeover)
                else:
                    return _keep(request, form, terms, takeover)
            except (WallTimeGap, WallTimeTwice) as error:
                mistakes = [Mistake("id_opens", _no_such_time(error, form.cleaned_data["zone"]))]
            except ValueError:
                mistakes = [Mistake("id_opens", str(NO_TIME))]
            except PublishingError as error:
                mistakes = mistakes_of(error, FIELDS)
    if takeover is not None:
        title = _("Change: %(takeover)s") % {"takeover": takeover}
        trail = inside.way_to(takeover)
    else:
        title = _("Offer a take-over") if person.is_coordinator else _("Ask for a take-over")
        trail = [(_("Take-overs"), reverse("studio_takeovers"))]
    context = {
        "form": form,
        "takeover": takeover,
        "meetings": meetings,
        "looked": meetings is not None,
        "now": now,
        "asks_again": takeover is not None and takeover.stage in {"agreed", "briefed"},
    }
    return page(request, "takeovers/form.html", context, title=title, trail=trail, mistakes=mistakes)


def _no_such_time(error: WallTimeGap | WallTimeTwice, zone: str) -> str:
    if isinstance(error, WallTimeGap):
        times = {"before": f"{error.before:%H:%M}", "after": f"{error.after:%H:%M}"}
        return _("The clocks are put forward there: %(before)s is followed by %(after)s. Choose another time.") % times
    return _("The clocks are put back there, so that this time comes twice: choose one an hour earlier or later.")


def _meetings(form: TakeOverForm, terms: Terms, takeover: TakeOver | None) -> Meetings:
    organisation = takeover.organisation if takeover else form.cleaned_data["organisation"]
    wanted = [Place(channel=place.channel, languages=list(place.languages)) for place in terms.places]
    return meetings_of(
        wanted, opens_at=terms.opens_at, closes_at=terms.closes_at, organisation=organisation, but=takeover
    )


def _keep(request: HttpRequest, form: TakeOverForm, terms: Terms, takeover: TakeOver | None) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    reason = form.cleaned_data["reason"]
    with transaction.atomic():
        if takeover is not None:
            agreeing.change(person, takeover, terms, reason=reason, now=now)
            asking_sides.tell(takeover, person, now=now)
            return done(request, _("Changed."), "studio_takeover", takeover.pk)
        organisation = form.cleaned_data["organisation"]
        as_campaign = person.is_coordinator and not agreeing.is_team(person, organisation)
        begin = agreeing.offer if as_campaign else agreeing.request
        made = begin(person, organisation, terms, reason=reason, now=now)
        asking_sides.tell(made, person, now=now)
    sentence = _("Asked. The coordinators are told by mail.")
    if as_campaign:
        sentence = _("Offered. The organisation is asked by mail.")
    return done(request, sentence, "studio_takeover", made.pk)


ACTS = {
    "agree": (gettext_lazy("Agree"), "requested offered"),
    "brief": (gettext_lazy("Everybody is briefed: lend the channels"), "agreed"),
    "decline": (gettext_lazy("Decline"), "requested offered"),
    "cancel": (gettext_lazy("Call it off"), "requested offered agreed briefed open stopped"),
}


def acts_for(person: Person, takeover: TakeOver, *, now: datetime) -> list[str]:
    """The steps this person can take now."""
    state = takeover.state(now=now)
    team = agreeing.is_team(person, takeover.organisation)
    answers = {"requested": person.is_coordinator, "offered": team}.get(state, False)
    may = {
        "agree": answers,
        "decline": answers,
        "brief": person.is_coordinator or person.pk == takeover.mandate.guardian_id,
        "cancel": person.is_coordinator or team,
    }
    return [name for name, (_label, states) in ACTS.items() if may[name] and state in states.split()]


def one_takeover(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """All that is known about a take-over, its life so far, and what can be done next."""
    return show_takeover(request, inside.theirs(request, takeover_id))


def show_takeover(request: HttpRequest, takeover: TakeOver, *, mistakes: Sequence[Mistake] = ()) -> HttpResponse:
    """The page of a take-over, with what kept a step from being taken."""
    person, now = person_of(request), moment_of(request)
    team = person.is_coordinator or agreeing.is_team(person, takeover.organisation)
    deliveries = with_post(Delivery.objects.filter(variant__post__mandate=takeover.mandate)).order_by("due_at", "pk")
    context = {
        "takeover": takeover,
        "state": takeover.state(now=now),
        "terms": agreeing.terms_of(takeover),
        "life": life_of(takeover),
        "acts": [(name, ACTS[name][0]) for name in acts_for(person, takeover, now=now)],
        "may_change": team and takeover.state(now=now) in ACTS["cancel"][1].split(),
        "may_write": person.is_coordinator or Duty.EDITOR in person.duties(takeover.organisation),
        "meetings": meetings_of(
            list(takeover.places.all()),
            opens_at=takeover.opens_at,
            closes_at=takeover.closes_at,
            organisation=takeover.organisation,
            but=takeover,
        )
        if takeover.state(now=now) in {"requested", "offered", "agreed", "briefed"}
        else None,
        "deliveries": list(deliveries[:50]),
        "rooms": inside.rooms_of(request, takeover),
        "stop": mandating.stop_of(takeover.mandate),
        "clock": clock_of(takeover),
        "public": takeover.public_state(now=now),
    }
    trail = [(_("Take-overs"), reverse("studio_takeovers"))]
    return page(request, "takeovers/one.html", context, title=str(takeover), trail=trail, mistakes=mistakes)


@dataclass(frozen=True)
class Event:
    """One thing that a person did in a take-over's life, in words."""

    at: datetime
    actor: Person
    words: str
    reason: str


def life_of(takeover: TakeOver) -> list[Event]:
    """Every step and every stop, oldest first: who, when, what and why."""
    events = []
    for step in takeover.steps.select_related("actor"):
        words = [_("changed %(what)s") % {"what": step.changed_words}] if step.changed else []
        if step.asks_again or not step.changed:
            words.append(step.get_stage_display())
        events.append(Event(step.at, step.actor, ", ".join(words), step.reason))
    for stop in takeover.mandate.stops.select_related("stopped_by", "undone_by"):
        events.append(Event(stop.stopped_at, stop.stopped_by, _("stopped it"), stop.reason))
        if stop.undone_at is not None and stop.undone_by is not None:
            events.append(Event(stop.undone_at, stop.undone_by, _("undid the stop"), ""))
    return sorted(events, key=lambda event: event.at)


def clock_of(takeover: TakeOver) -> str:
    """Its window on its own clock, in words."""
    words = {
        "start": on_the_clock(takeover.opens_at, takeover.zone),
        "end": on_the_clock(takeover.closes_at, takeover.zone),
        "place": takeover.zone.rpartition("/")[2].replace("_", " "),
    }
    return _("%(start)s to %(end)s, on the clock of %(place)s") % words


@require_POST
def act(request: HttpRequest, takeover_id: int, step: str) -> HttpResponse:
    """Take a step: agree, brief, decline, call off."""
    person, now = person_of(request), moment_of(request)
    if step not in ACTS:
        raise Http404
    takeover = get_object_or_404(
        TakeOver.objects.visible_to(person).select_related("organisation", "mandate__guardian"), pk=takeover_id
    )
    try:
        with transaction.atomic():
            agreeing.VERBS[step](person, takeover, reason=request.POST.get("reason", ""), now=now)
            asking_sides.tell(takeover, person, now=now)
    except PublishingError as error:
        return show_takeover(request, inside.theirs(request, takeover_id), mistakes=mistakes_of(error, FIELDS))
    sentences = {
        "agree": _("Agreed. Next comes the brief."),
        "brief": _("Everybody is briefed. The channels are lent for the window."),
        "decline": _("Declined. The other side is told."),
        "cancel": _("Called off. Nothing of it leaves any more."),
    }
    return done(request, sentences[step], "studio_takeover", takeover.pk)
