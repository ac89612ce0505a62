"""The control room of a take-over: what is out, what is next, what needs a yes, what the public says, and the stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itac.campaign.models import Organisation, Person
from itac.networks.models import Channel
from itac.publishing import mandating
from itac.publishing.approving import answering_as, decide, languages_of, unread_languages
from itac.publishing.checking import Problem
from itac.publishing.errors import MovedMeanwhile, PublishingError, Unfit
from itac.publishing.models import ApprovalRequest, Delivery, MandateStop, State, Verdict
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of, row_number
from itac.studio.composing import language_name
from itac.studio.home import with_post
from itac.studio.showing import Shown, shown_seal
from itac.studio.takeovers import inside
from itac.takeovers import handing_over, hearing, interrupting, replying
from itac.takeovers.agreeing import places_of
from itac.takeovers.models import Reply, ReplyCursor, TakeOver

SHOWN = 30  # rows of each kind
OUT = (State.SENT,)
TROUBLED = (State.UNCERTAIN, State.AWAITING, State.FAILED, State.HELD)


@dataclass(frozen=True)
class Asked:
    """A post that waits for a yes: exactly what was sealed, and for whom this person can answer."""

    request: ApprovalRequest
    shown: Sequence[Shown]
    organisations: Sequence[Organisation | None]
    languages: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Said:
    """A reply of the public, and what became of its answer: "" while there is none that counts."""

    reply: Reply
    answer: str
    may_answer: bool
    languages: Sequence[tuple[str, str]]
    language: str  # in which an answer is offered: that of the reply where it is lent, else that of our post


@dataclass(frozen=True)
class Elsewhere:
    """A channel whose replies nobody hears here, and where to look for them."""

    channel: Channel
    addresses: Sequence[str]


@dataclass(frozen=True)
class Room:
    """Everything on the page, true at one instant."""

    out: Sequence[Delivery]
    coming: Sequence[Delivery]
    troubled: Sequence[Delivery]
    asked: Sequence[Asked]
    others: Sequence[Delivery]
    replies: Sequence[Said]
    posts_out: int
    elsewhere: Sequence[Elsewhere]
    unheard: Sequence[ReplyCursor]

    @property
    def unanswered(self) -> int:
        """How many replies stand without an answer."""
        return sum(1 for each in self.replies if not each.answer)


def room(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """The live page; `?part=now` is the part of it that renews itself, `?still` keeps it still without script."""
    takeover = inside.theirs(request, takeover_id)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            return _pressed(request, takeover)
        except PublishingError as error:
            number = request.POST.get("reply", "")
            mistakes = mistakes_of(error, {name: f"{name}-{number}" for name in ("text", "language")})
    context = {
        **_context(request, takeover),
        "typed": request.POST if mistakes else {},
        "is_still": "still" in request.GET or bool(mistakes),
    }
    if request.GET.get("part") == "now":
        return inside.part(request, "takeovers/room_now.html", context)
    title = _("Control room: %(takeover)s") % {"takeover": takeover}
    return page(request, "takeovers/room.html", context, title=title, trail=inside.way_to(takeover), mistakes=mistakes)


def _context(request: HttpRequest, takeover: TakeOver) -> dict[str, Any]:
    person, now = person_of(request), moment_of(request)
    stop = mandating.stop_of(takeover.mandate)
    state = takeover.state(now=now)
    return {
        "takeover": takeover,
        "state": state,
        "room": _room_of(person, takeover, now=now),
        "rooms": inside.rooms_of(request, takeover),
        "stop": stop,
        "may_stop": mandating.may_stop(person, takeover.mandate),
        "may_undo": stop is not None and mandating.may_undo(person, stop),
        "who_undoes": _who_undoes(takeover, stop) if stop is not None else "",
        "may_interrupt": interrupting.may_interrupt(person, takeover, now=now),
        "ends_next": state in {"open", "stopped"} and person in _writers(person, takeover),
    }


def _writers(person: Person, takeover: TakeOver) -> list[Person]:
    return [person] if person.is_coordinator or "editor" in person.duties(takeover.organisation) else []


def _who_undoes(takeover: TakeOver, stop: MandateStop) -> str:
    """In a sentence: another person than who pressed, and which."""
    guardian = takeover.mandate.guardian
    by_campaign = stop.stopped_by.is_coordinator or stop.stopped_by_id == takeover.mandate.guardian_id
    words = {"guardian": guardian or _("the guardian"), "organisation": takeover.organisation}
    if guardian is not None and stop.stopped_by_id == guardian.pk:
        return _("A coordinator undoes it: never the person who pressed.")
    if by_campaign:
        return _("%(guardian)s or another coordinator undoes it: never the person who pressed.") % words
    return _("%(guardian)s, a coordinator, or another person of %(organisation)s undoes it: never who pressed.") % words


def _room_of(person: Person, takeover: TakeOver, *, now: datetime) -> Room:
    theirs = with_post(Delivery.objects.filter(variant__post__mandate=takeover.mandate)).prefetch_related("parts")
    return Room(
        out=list(theirs.filter(state__in=OUT).order_by("-sent_at", "-pk")[:SHOWN]),
        coming=list(theirs.filter(state__in=[State.PLANNED, State.SENDING]).order_by("due_at", "pk")[:SHOWN]),
        troubled=list(theirs.filter(state__in=TROUBLED).order_by("due_at", "pk")[:SHOWN]),
        asked=_asked(person, takeover, now=now),
        others=list(_held_by_the_window(takeover).visible_to(person)[:SHOWN])
        if _is_campaigns(person, takeover)
        else [],
        replies=_replies(person, takeover, now=now),
        posts_out=theirs.filter(state__in=OUT).order_by().values("variant__post").distinct().count(),
        elsewhere=_elsewhere(takeover),
        unheard=list(
            ReplyCursor.objects.filter(channel__in=[place.channel.pk for place in places_of(takeover)])
            .exclude(code="")
            .select_related("channel")
            .defer("channel__secret", "channel__session")
        ),
    )


def _is_campaigns(person: Person, takeover: TakeOver) -> bool:
    """Guests see on channels lent to them only their own."""
    return person.is_coordinator or person.pk == takeover.mandate.guardian_id


def _asked(person: Person, takeover: TakeOver, *, now: datetime) -> list[Asked]:
    waiting = ApprovalRequest.objects.still_open(at=now).filter(post__mandate=takeover.mandate)
    found = waiting.select_related("post__organisation", "asked_by").order_by("asked_at", "pk")[:SHOWN]
    return [
        Asked(
            request=each,
            shown=shown_seal(each.sealed),
            organisations=answering_as(person, each, now=now),
            languages=[(code, language_name(code)) for code in sorted(languages_of(each))]
            if unread_languages(each)
            else [],
        )
        for each in found
    ]


def _held_by_the_window(takeover: TakeOver) -> Any:
    """Posts of others that don't leave because this organisation has the floor."""
    wanted = Q(pk__in=[])
    for place in places_of(takeover):
        there = Q(channel=place.channel)
        wanted |= there & Q(variant__language__in=list(place.languages)) if place.languages else there
    rows: QuerySet[Delivery] = with_post(Delivery.objects.between(takeover.opens_at, takeover.closes_at))
    kept_out = rows.filter(wanted, variant__post__urgent_at=None, variant__post__mandate=None)
    return kept_out.filter(state__in=[State.PLANNED, State.HELD]).exclude(
        variant__post__organisation=takeover.organisation
    )


def _replies(person: Person, takeover: TakeOver, *, now: datetime) -> list[Said]:
    standing = takeover.replies.standing().select_related(
        "channel", "answer", "part__delivery__variant", "takeover__mandate", "takeover__organisation"
    )
    answered = set(standing.filter(pk__in=replying.answered()).values_list("pk", flat=True))
    may = takeover.mandate.is_open(at=now) and takeover.mandate.may_answer and bool(_writers(person, takeover))
    states = dict(
        Delivery.objects.filter(variant__post__answers_reply__takeover=takeover)
        .exclude(state=State.CANCELLED)
        .values_list("variant__post_id", "state")
    )
    lent = {
        channel: [(code, language_name(code)) for code in codes]
        for channel, codes in replying.languages_lent(takeover).items()
    }
    rows = [
        Said(
            reply=reply,
            answer=states.get(reply.answer_id or 0, "open") if reply.pk in answered else "",
            may_answer=may and reply.pk not in answered and not reply.emptied_at,
            languages=lent.get(reply.channel_id, []),
            language=reply.language
            if reply.language in dict(lent.get(reply.channel_id, []))
            else reply.part.delivery.variant.language,
        )
        for reply in standing.defer("channel__secret", "channel__session").order_by("-at", "-pk")[: 2 * SHOWN]
    ]
    return sorted(rows, key=lambda each: bool(each.answer))


def _elsewhere(takeover: TakeOver) -> list[Elsewhere]:
    """Channels of other networks: their replies are read where they stand."""
    found = []
    for place in places_of(takeover):
        if hearing.hears(place.channel) or place.channel.network == "website":
            continue
        sent = Delivery.objects.filter(
            channel=place.channel, variant__post__mandate=takeover.mandate, state=State.SENT
        ).prefetch_related("parts")
        addresses = [address for delivery in sent for address in handing_over.address_of(delivery)[:1]]
        if addresses:
            found.append(Elsewhere(place.channel, addresses[-SHOWN:]))
    return found


def _pressed(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    verb = VERBS.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    return verb(request, takeover)


def _stop(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    number = mandating.stop(
        person_of(request), takeover.mandate, reason=request.POST.get("reason", ""), now=moment_of(request)
    )
    sentence = ngettext(
        "Stopped. Nothing of this take-over leaves. %(number)d planned delivery is held.",
        "Stopped. Nothing of this take-over leaves. %(number)d planned deliveries are held.",
        number,
    )
    return _back(request, takeover, sentence % {"number": number})


def _undo(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    mandating.undo_stop(person_of(request), takeover.mandate, now=moment_of(request))
    return _back(request, takeover, _("The stop is undone. Nothing that was held left by that: decide about each."))


def _approve(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    asked = get_object_or_404(
        ApprovalRequest.objects.filter(post__mandate=takeover.mandate), pk=row_number(request.POST.get("request"))
    )
    candidates = {str(each.pk) if each else "": each for each in answering_as(person, asked, now=now)}
    chosen = request.POST.get("organisation", "")
    if chosen not in candidates:
        raise MovedMeanwhile(asked.pk)
    state = decide(
        person,
        asked,
        organisation=candidates[chosen],
        verdict=Verdict.APPROVE,
        seal=request.POST.get("seal", ""),
        languages=request.POST.getlist("languages"),
        now=now,
    )
    done_by = _("Your yes is kept. With it the post is approved.")
    return _back(request, takeover, done_by if state == "granted" else _("Your yes is kept. Others are still asked."))


def _answer(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    person, now = person_of(request), moment_of(request)
    found = takeover.replies.select_related(
        "takeover__mandate", "takeover__organisation", "part__delivery__variant__post"
    )
    reply = get_object_or_404(found, pk=row_number(request.POST.get("reply")))
    if not takeover.mandate.may_answer:
        raise Unfit([Problem("answers_not_lent", _("This take-over doesn't allow answers."), "text")])
    text, language = request.POST.get("text", "").replace("\r\n", "\n"), request.POST.get("language", "")
    post = replying.answer(person, reply, text, language=language, now=now)
    asked = ApprovalRequest.objects.filter(post=post, voided_at=None).first()
    if asked is not None and answering_as(person, asked, now=now):
        return _back(
            request, takeover, _("Your answer is written. Read it under “Waiting for a yes”, then approve it.")
        )
    return _back(request, takeover, _("Your answer is written. It leaves as soon as it is approved."))


def _last_words(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    post = handing_over.begin_last_post(person_of(request), takeover, now=moment_of(request))
    return done(request, _("A draft is ready. Change it as you like, then submit it."), "studio_edit", post.pk)


def _interrupt(request: HttpRequest, takeover: TakeOver) -> HttpResponse:
    post = interrupting.begin_urgent_post(person_of(request), takeover, now=moment_of(request))
    sentence = _("This draft is the campaign's own and marked as urgent. Write it, submit it and plan it for now.")
    return done(request, sentence, "studio_edit", post.pk)


VERBS: Mapping[str, Callable[[HttpRequest, TakeOver], HttpResponse]] = {
    "stop": _stop,
    "undo": _undo,
    "approve": _approve,
    "answer": _answer,
    "interrupt": _interrupt,
    "last_words": _last_words,
}


def _back(request: HttpRequest, takeover: TakeOver, sentence: str) -> HttpResponse:
    return done(request, sentence, "studio_takeover_room", takeover.pk)
