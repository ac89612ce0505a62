"""The life of a take-over as people decide it: requested or offered, agreed by both sides, briefed; or called off.

Every step is a row with who, when and why. What the clock decides, open and closed, isn't here (`TakeOver.state`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from itac.campaign import auditing
from itac.campaign.models import Campaign, Duty, Organisation, Person
from itac.core.localised import Localised
from itac.core.moving import LifeCycle
from itac.publishing import mandating
from itac.publishing.checking import Problem
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.holding import hold_planned
from itac.publishing.mandating import Place as Lent
from itac.publishing.models import Delivery, Mandate, Oversight
from itac.takeovers.briefing import begin_brief, lacking
from itac.takeovers.colliding import meetings_of
from itac.takeovers.models import CALLED_OFF, TERMS, Place, Stage, Step, TakeOver

LIFE = LifeCycle(
    of="A take-over", moves=TakeOver.MOVES, column="stage", forbidden=ForbiddenMove, overtaken=MovedMeanwhile
)
TEAM = (Duty.EDITOR, Duty.APPROVER)
CAMPAIGNS = frozenset({"guardian", "oversight", "per_day"})  # terms that coordinators alone change


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a take-over is to be: its window, its channels, and its limits. `places` are channel and languages."""

    title: Localised
    opens_at: datetime
    closes_at: datetime
    zone: str
    places: Sequence[Lent]
    why: Localised = field(default_factory=lambda: Localised({}))
    guardian: Person | None = None
    oversight: str = Oversight.EACH
    kinds: Sequence[str] = ()
    per_day: int | None = None
    signature: Localised = field(default_factory=lambda: Localised({}))
    may_answer: bool = True


def request(actor: Person, organisation: Organisation, terms: Terms, *, reason: str, now: datetime) -> TakeOver:
    """The organisation asks for a window. Raises `NotAllowed` unless the actor writes or approves for it; `Unfit`."""
    if not is_team(actor, organisation):
        raise NotAllowed("This person doesn't plan for that organisation.")
    return _begin(actor, organisation, terms, Stage.REQUESTED, reason=reason, now=now)


def offer(actor: Person, organisation: Organisation, terms: Terms, *, reason: str, now: datetime) -> TakeOver:
    """The campaign offers an organisation a window. Raises `NotAllowed` unless the actor coordinates; `Unfit`."""
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators offer a take-over.")
    return _begin(actor, organisation, terms, Stage.OFFERED, reason=reason, now=now)


def change(actor: Person, takeover: TakeOver, terms: Terms, *, reason: str, now: datetime) -> None:
    """Change what was planned. The other side is asked again, and until it agrees nothing is lent any more.

    What the two don't agree on (title and words for the public, signature, guardian, whose yes posts need, how many a
    day) a coordinator changes at once. Who changed what, when and why, is a step; nothing happens where nothing
    differs. Raises `NotAllowed`, also for a team that changes guardian, approval or limit; `ForbiddenMove` once it is
    closed or called off; `Unfit`.
    """
    _ask_side(actor, takeover)
    if takeover.state(now=now) in {*CALLED_OFF, Stage.HANDED_OVER, "closed", "lapsed"}:
        raise ForbiddenMove("A take-over that is over can't be changed.")
    before = terms_of(takeover)
    changed = _changed(before, terms)
    if not actor.is_coordinator and not CAMPAIGNS.isdisjoint(changed):
        raise NotAllowed("Only coordinators change guardian, approval and limits.")
    _refuse_unfit(terms, takeover, now=now)
    if not changed:
        return
    with transaction.atomic():
        _write(takeover, terms)
        to, asks_again = Stage(takeover.stage), not actor.is_coordinator or _shape(terms) != _shape(before)
        facts: dict[str, Any] = {"actor": actor, "reason": reason, "changed": changed, "asks_again": asks_again}
        if asks_again:
            to = Stage.OFFERED if actor.is_coordinator else Stage.REQUESTED
            _take_back(takeover, actor=actor, now=now, ends=False)
        elif takeover.stage == Stage.BRIEFED:
            mandating.change(takeover.mandate, places_of(takeover), reason=str(takeover), now=now)
        else:
            mandating.rewrite(takeover.mandate, now=now)
        auditing.record("takeover_changed", actor=actor, organisation=takeover.organisation, now=now, about=takeover)
        if takeover.stage == to:
            _write_step(takeover, now=now, **facts)
        else:
            step_to(takeover, to, now=now, **facts)


def agree(actor: Person, takeover: TakeOver, *, reason: str = "", now: datetime) -> None:
    """The side that was asked says yes: coordinators to a request, the organisation to an offer.

    Raises `NotAllowed` for the other side, `Unfit` without a guardian, in the past, or where another take-over has the
    channel.
    """
    if takeover.stage == Stage.REQUESTED and not actor.is_coordinator:
        raise NotAllowed("Coordinators agree to a request.")
    if takeover.stage == Stage.OFFERED and not is_team(actor, takeover.organisation):
        raise NotAllowed("The organisation agrees to an offer.")
    with transaction.atomic():
        _one_at_a_time()
        _refuse_unfit(terms_of(takeover), takeover, now=now, is_binding=True)
        step_to(takeover, Stage.AGREED, actor=actor, reason=reason, now=now)
        begin_brief(takeover)


def brief(actor: Person, takeover: TakeOver, *, reason: str = "", now: datetime) -> None:
    """Everybody knows what is to be done: from here on the channels are lent, for the window.

    Raises `NotAllowed` unless the actor is the guardian or coordinates; `Unfit` while the brief lacks something, or
    another take-over has the channel.
    """
    if not (actor.is_coordinator or actor.pk == takeover.mandate.guardian_id):
        raise NotAllowed("Guardian or coordinators say that everybody is briefed.")
    lack = lacking(takeover)
    if lack is not None:
        raise Unfit([lack])
    with transaction.atomic():
        _one_at_a_time()
        _refuse_unfit(terms_of(takeover), takeover, now=now, is_binding=True)
        step_to(takeover, Stage.BRIEFED, actor=actor, reason=reason, now=now)
        mandating.give(takeover.mandate, places_of(takeover), reason=str(takeover))


def decline(actor: Person, takeover: TakeOver, *, reason: str, now: datetime) -> None:
    """The side that was asked says no, and why. Raises `NotAllowed` for the other side, `Unfit` without a reason."""
    if takeover.stage == Stage.REQUESTED and not actor.is_coordinator:
        raise NotAllowed("Coordinators decline a request.")
    if takeover.stage == Stage.OFFERED and not is_team(actor, takeover.organisation):
        raise NotAllowed("The organisation declines an offer.")
    _call_off(actor, takeover, Stage.DECLINED, reason=reason, now=now)


def cancel(actor: Person, takeover: TakeOver, *, reason: str, now: datetime) -> None:
    """Either side calls it off, and says why; what is lent ends at this instant, and what is planned is held.

    Raises `NotAllowed`, `Unfit` without a reason, `ForbiddenMove` once it is over.
    """
    _ask_side(actor, takeover)
    if takeover.state(now=now) == "closed":
        raise ForbiddenMove("A take-over that is closed is handed over, not called off.")
    _call_off(actor, takeover, Stage.CANCELLED, reason=reason, now=now)


def is_team(actor: Person, organisation: Organisation) -> bool:
    """Whether this person plans a take-over for the organisation: who writes or approves for it."""
    return bool(set(TEAM) & actor.duties(organisation))


def places_of(takeover: TakeOver) -> list[Lent]:
    """Its channels, as a mandate wants them."""
    places = takeover.places.select_related("channel").defer("channel__secret", "channel__session")
    return [Lent(place.channel, tuple(place.languages)) for place in places]


def languages_on(place: Lent) -> list[str]:
    """In which languages something can be said there: those that are lent, else the channel's, else the campaign's."""
    return list(place.languages or place.channel.languages or [code for code, _name in settings.LANGUAGES])


def terms_of(takeover: TakeOver) -> Terms:
    """What it is planned to be now."""
    mandate = takeover.mandate
    return Terms(
        title=takeover.title,
        why=takeover.why,
        opens_at=takeover.opens_at,
        closes_at=takeover.closes_at,
        zone=takeover.zone,
        places=places_of(takeover),
        guardian=mandate.guardian,
        oversight=mandate.oversight,
        kinds=tuple(mandate.kinds),
        per_day=mandate.per_day,
        signature=mandate.signature,
        may_answer=mandate.may_answer,
    )


def _begin(
    actor: Person, organisation: Organisation, terms: Terms, stage: Stage, *, reason: str, now: datetime
) -> TakeOver:
    _refuse_unfit(terms, None, now=now)
    with transaction.atomic():
        _one_at_a_time()
        mandate = Mandate(organisation=organisation)
        takeover = TakeOver(organisation=organisation, stage=stage, slug=_free_slug(terms.title), mandate=mandate)
        _write(takeover, terms)
        _write_step(takeover, actor=actor, reason=reason, now=now)
        _record(takeover, actor=actor, now=now)
    return takeover


def _write(takeover: TakeOver, terms: Terms) -> None:
    mandate = takeover.mandate
    for name in ("opens_at", "closes_at"):
        setattr(takeover, name, getattr(terms, name))
        setattr(mandate, name, getattr(terms, name))
    for name in ("guardian", "oversight", "per_day", "signature", "may_answer"):
        setattr(mandate, name, getattr(terms, name))
    mandate.kinds = list(terms.kinds)
    is_new = not takeover.mandate_id
    if is_new:
        mandate.save()
        takeover.mandate = mandate
    takeover.title, takeover.why, takeover.zone = terms.title, terms.why, terms.zone
    takeover.save()
    takeover.places.all().delete()
    Place.objects.bulk_create(
        Place(takeover=takeover, channel=place.channel, languages=list(place.languages)) for place in terms.places
    )


def _shape(terms: Terms) -> tuple[Any, ...]:
    """What both sides agree on; the rest is the campaign's own."""
    return terms.opens_at, terms.closes_at, _plain(terms.places), sorted(terms.kinds), terms.may_answer


def _plain(places: Sequence[Lent]) -> list[tuple[int, tuple[str, ...]]]:
    return sorted((place.channel.pk, tuple(sorted(place.languages))) for place in places)


def _changed(before: Terms, after: Terms) -> list[str]:
    """The names of what differs, as `Step.changed` keeps them."""
    differs = {
        "window": (before.opens_at, before.closes_at, before.zone) != (after.opens_at, after.closes_at, after.zone),
        "channels": _plain(before.places) != _plain(after.places),
        "kinds": sorted(before.kinds) != sorted(after.kinds),
    }
    same_named = {name for name in TERMS if name not in differs and getattr(before, name) != getattr(after, name)}
    return [name for name in TERMS if name in same_named or differs.get(name)]


def _call_off(actor: Person, takeover: TakeOver, to: Stage, *, reason: str, now: datetime) -> None:
    if not reason.strip():
        message = _("Say in a sentence why, so that the other side knows.")
        raise Unfit([Problem("reason_missing", message, "reason")])
    with transaction.atomic():
        step_to(takeover, to, actor=actor, reason=reason, now=now)
        _take_back(takeover, actor=actor, now=now, ends=True)


def _take_back(takeover: TakeOver, *, actor: Person, now: datetime, ends: bool) -> None:
    """Nothing is lent any more; what is planned waits for a person."""
    if ends:
        mandating.end(takeover.mandate, now=now)
    else:
        mandating.rewrite(takeover.mandate, now=now)
        takeover.mandate.grants.all().delete()
    planned = Delivery.objects.filter(variant__post__mandate=takeover.mandate)
    hold_planned(planned, code="no_grant", hold_for="takeover", actor=actor, now=now, note="")


def step_to(takeover: TakeOver, to: Stage, *, actor: Person, reason: str, now: datetime, **facts: Any) -> None:
    """Take the step, in the caller's transaction, and write who did, when and why. Who may is asked by the caller.

    `facts` are further columns of the step. Raises `ForbiddenMove`, and `MovedMeanwhile` when somebody took another
    step first.
    """
    before = Stage(takeover.stage)
    if to not in TakeOver.MOVES[before]:
        raise ForbiddenMove(f"A take-over cannot go from {before.value} to {to.value}")
    if not TakeOver.objects.filter(pk=takeover.pk, stage=before).update(stage=to):
        raise MovedMeanwhile(takeover.pk)
    takeover.stage = to
    _write_step(takeover, actor=actor, reason=reason, now=now, **facts)
    _record(takeover, actor=actor, now=now)


def _write_step(takeover: TakeOver, *, actor: Person, reason: str, now: datetime, **facts: Any) -> None:
    Step.objects.create(takeover=takeover, stage=takeover.stage, at=now, actor=actor, reason=reason.strip(), **facts)


def _record(takeover: TakeOver, *, actor: Person, now: datetime) -> None:
    kind = f"takeover_{takeover.stage}"
    auditing.record(kind, actor=actor, organisation=takeover.organisation, now=now, about=takeover)


def _one_at_a_time() -> None:
    """Two who agree at once, or begin, are one after the other: each sees the other's window, and address."""
    list(Campaign.objects.select_for_update().filter(pk=1))


def _refuse_unfit(terms: Terms, takeover: TakeOver | None, *, now: datetime, is_binding: bool = False) -> None:
    found = []
    if not terms.title:
        found.append(Problem("no_title", _("Give it a title: what the public will read."), "title"))
    if terms.closes_at <= terms.opens_at:
        found.append(Problem("backwards", _("This ends before it begins. Choose a later end."), "closes"))
    elif terms.closes_at <= now:
        found.append(Problem("past", _("This time is over. Choose a later one."), "opens"))
    if not terms.places:
        found.append(Problem("no_channel", _("Choose at least one channel."), "places"))
    if terms.guardian is not None and not terms.guardian.is_staff:
        found.append(Problem("no_guardian", _("This person doesn't take part in the campaign any more."), "guardian"))
    if is_binding:
        if terms.guardian is None:
            found.append(Problem("no_guardian", _("Name a guardian first: who answers for the window."), "guardian"))
        wanted = [Place(channel=place.channel, languages=list(place.languages)) for place in terms.places]
        others = meetings_of(wanted, opens_at=terms.opens_at, closes_at=terms.closes_at, but=takeover).clashes
        agreed = [clash.takeover for clash in others if clash.takeover.stage in {Stage.AGREED, Stage.BRIEFED}]
        found += [
            Problem(
                "clash",
                _("%(organisation)s has one of these channels then, in one of these languages.")
                % {"organisation": other.organisation},
                "places",
            )
            for other in agreed
        ]
    if found:
        raise Unfit(found)


def _free_slug(title: Localised) -> str:
    words = title.texts.get("en") or next(iter(title.texts.values()), "")
    stem = slugify(words)[:80].strip("-") or "take-over"
    slug, number = stem, 1
    while TakeOver.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


VERBS: Mapping[str, Callable[..., None]] = {"agree": agree, "brief": brief, "decline": decline, "cancel": cancel}

auditing.sentences(
    {
        "takeover_requested": _("%(who)s asked for the take-over “%(name)s”."),
        "takeover_offered": _("%(who)s offered the take-over “%(name)s”."),
        "takeover_changed": _("%(who)s changed what was planned for the take-over “%(name)s”."),
        "takeover_agreed": _("%(who)s agreed to the take-over “%(name)s”."),
        "takeover_briefed": _("%(who)s said that everybody is briefed for “%(name)s”: its channels are lent."),
        "takeover_declined": _("%(who)s declined the take-over “%(name)s”."),
        "takeover_cancelled": _("%(who)s called off the take-over “%(name)s”."),
        "takeover_handed_over": _("%(who)s closed the take-over “%(name)s” with its report."),
    }
)


def _ask_side(actor: Person, takeover: TakeOver) -> None:
    if not (actor.is_coordinator or is_team(actor, takeover.organisation)):
        raise NotAllowed("This person doesn't plan that take-over.")
