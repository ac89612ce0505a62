"""Setting it right: what was sent is corrected or taken back, everywhere, and what stood there stays on record.

A correction needs the same approval as a post, unless a coordinator marks it as urgent. Taking back never waits:
not for approval, not for a window, not for a pause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.moving import LifeCycle
from itac.networks.by_hand import STAND_IN_AFTER
from itac.networks.models import Channel
from itac.publishing.approving import request_in_force
from itac.publishing.checking import Problem, problems_of
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.granting import fits
from itac.publishing.models import (
    ApprovalRequest,
    Delivery,
    Grant,
    PartState,
    Post,
    Righting,
    RightingKind,
    RightingState,
    State,
    Variant,
)
from itac.publishing.moving import move
from itac.publishing.pausing import stop_in_force
from itac.publishing.payload import hash_of, payload_of, whole

# What a person can do with one that needs somebody, by its state.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    RightingState.AWAITING: ("done", "could_not"),
    RightingState.UNCERTAIN: ("done", "again", "leave"),
    RightingState.HELD: ("again", "leave"),
    RightingState.FAILED: ("again", "leave"),
}

LIFE = LifeCycle(
    of="A correction or withdrawal",
    moves=Righting.MOVES,
    as_read=["worker"],
    forbidden=ForbiddenMove,
    overtaken=MovedMeanwhile,
)


@dataclass(frozen=True)
class Correction:
    """What a correction would do to one sent delivery: `how` is "edit", "by_hand", or "cannot"."""

    delivery: Delivery
    how: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def standing(delivery: Delivery) -> Mapping[str, Any] | None:
    """The payload that stands on the network now: as sent, or as last corrected. None where it was taken back."""
    done = list(delivery.rightings.filter(state=RightingState.DONE).order_by("-moved_at", "-pk"))
    if any(each.kind == RightingKind.WITHDRAW for each in done):
        return None
    payload: Mapping[str, Any] | None = done[0].after if done else delivery.payload
    return payload


def may_set_right(actor: Person, post: Post) -> bool:
    """Whether this person corrects and takes back: those who write for the speaker, and coordinators."""
    return actor.is_coordinator or "editor" in actor.duties(post.organisation)


def corrections_of(post: Post) -> list[Correction]:
    """What would change where, if the post as submitted now took the place of what stands on the networks."""
    return list(_corrections(whole(post)))


def _corrections(variants: list[Variant]) -> Iterator[Correction]:
    for variant in variants:
        delivery = variant.deliveries.filter(state=State.SENT).select_related("channel", "variant__post").first()
        before = standing(delivery) if delivery else None
        if delivery is None or before is None:
            continue
        after = payload_of(variant)
        if hash_of(after) == hash_of(before):
            continue
        capabilities = delivery.channel.plug().capabilities(delivery.channel)
        fits = len(after["parts"]) == len(before["parts"])
        how = "by_hand" if capabilities.by_hand else "edit" if capabilities.edits and fits else "cannot"
        yield Correction(delivery, how, before, after)


def correct(
    actor: Person, post: Post, *, note: str, now: datetime, is_urgent: bool = False, take_down_elsewhere: bool = True
) -> list[Righting]:
    """Let the post as submitted now take the place of what stands on the networks, each where it can be changed.

    Where it can't (Bluesky; a thread of another length) the old one is taken down, unless `take_down_elsewhere` is
    False. `note` is what was wrong, for everybody to read. Raises `NotAllowed`; `Unfit` without a note, when nothing
    would change, when the new version isn't approved for now and its approvers aren't being asked (a coordinator may
    say that it is urgent), or when it can't go out as it is. While they are being asked it waits for their yes.
    """
    _may(actor, post)
    if is_urgent and not actor.is_coordinator:
        raise NotAllowed("Only coordinators let a correction go without approval.")
    _refuse_without_note(note)
    with transaction.atomic():
        found = corrections_of(post)
        if not found:
            message = _("Nothing that is out would change. Write the new version and submit it first.")
            raise Unfit([Problem("nothing_to_correct", message, "note")])
        problems = [problem for each in found for problem in problems_of(each.delivery.variant, today=now.date())]
        if problems:
            raise Unfit(problems)
        if not is_urgent and not (_is_approved(post, found, now=now) or _is_asked(post, found, now=now)):
            message = _("The new version isn't approved for now. Ask for approval, with a window that has begun.")
            raise Unfit([Problem("not_approved", message, "note")])
        made = []
        for each in found:
            if each.how == "cannot" and not take_down_elsewhere:
                continue
            kind = RightingKind.WITHDRAW if each.how == "cannot" else RightingKind.CORRECT
            _forget_waiting(actor, each.delivery, now=now)
            made.append(_plan(actor, each.delivery, kind, note, now, after=each.after, is_urgent=is_urgent))
    return made


def withdraw(actor: Person, post: Post, *, note: str, now: datetime) -> list[Righting]:
    """Take the post back everywhere: what is out is deleted or, where no program can, given to a person; what isn't out
    yet never leaves. `note` is why, for everybody to read. Raises `NotAllowed`; `Unfit` without a note."""
    _may(actor, post)
    _refuse_without_note(note)
    never = [State.PLANNED, State.HELD, State.AWAITING, State.FAILED]
    with transaction.atomic():
        for delivery in Delivery.objects.filter(variant__post=post, state__in=never):
            move(delivery, to=State.CANCELLED, now=now, actor=actor, code="withdrawn", note=note)
        for delivery in Delivery.objects.filter(variant__post=post, rightings__state=RightingState.PLANNED).distinct():
            _forget_waiting(actor, delivery, now=now)
        # Of a thread that was cut, parts may be out although the delivery isn't sent.
        out = Delivery.objects.filter(variant__post=post, parts__state=PartState.SENT).distinct()
        return [
            _plan(actor, delivery, RightingKind.WITHDRAW, note, now)
            for delivery in out.select_related("channel")
            if standing(delivery) is not None and not delivery.rightings.open().filter(kind="withdraw").exists()
        ]


def actions_for(actor: Person, righting: Righting, *, now: datetime) -> tuple[str, ...]:
    """Which of the actions this person may take now."""
    found = ACTIONS.get(righting.state, ())
    if may_set_right(actor, righting.delivery.variant.post):
        return found
    return found if righting.state == RightingState.AWAITING and actor.pk in whose_hand(righting, now=now) else ()


def act(actor: Person, righting: Righting, action: str, *, now: datetime) -> None:
    """Do one of `ACTIONS`. Raises `NotAllowed`; `ForbiddenMove` where it doesn't fit the state; `MovedMeanwhile`."""
    if action not in ACTIONS.get(righting.state, ()):
        _may_see_to(actor, righting, now=now)
        raise ForbiddenMove(f"{action} doesn't fit a correction or withdrawal that is {righting.state}")
    match action:
        case "again":
            begin_again(actor, righting, now=now)
        case "leave":
            give_up(actor, righting, now=now)
        case _:
            settle_by_hand(actor, righting, done=action == "done", now=now)


def begin_again(actor: Person, righting: Righting, *, now: datetime) -> None:
    """Another try of one that is held, failed or uncertain. Raises `NotAllowed`, `ForbiddenMove`, `MovedMeanwhile`."""
    _may(actor, righting.delivery.variant.post)
    with transaction.atomic():
        move_on(righting, to=RightingState.PLANNED, now=now, ready_at=now, tries=0)


def give_up(actor: Person, righting: Righting, *, now: datetime) -> None:
    """Leave what stands there as it is. Raises `NotAllowed`, `ForbiddenMove`, `MovedMeanwhile`."""
    _may(actor, righting.delivery.variant.post)
    with transaction.atomic():
        move_on(righting, to=RightingState.CANCELLED, now=now, settled_by=actor)


def settle_by_hand(actor: Person, righting: Righting, *, done: bool, now: datetime) -> None:
    """A person did it on the network, or couldn't; also the answer to an uncertain one.

    Raises `NotAllowed` unless it is this person's hand, an editor of the speaker or a coordinator.
    """
    _may_see_to(actor, righting, now=now)
    with transaction.atomic():
        move_on(righting, to=RightingState.DONE if done else RightingState.FAILED, now=now, settled_by=actor)


def whose_hand(righting: Righting, *, now: datetime) -> set[int]:
    """Who is asked to do it by hand: the channel's person, and later the stand-in too. Answered by the clock."""
    channel = righting.delivery.channel
    asked = {channel.person_id} | ({channel.stand_in_id} if now >= righting.moved_at + STAND_IN_AFTER else set())
    return {pk for pk in asked if pk}


def stopped_by(righting: Righting, *, now: datetime) -> str:
    """Why it may not begin now, as a code of `codes.HOLDS`; "" when it may. Everything is read afresh (Promise 2)."""
    delivery = Delivery.objects.select_related("channel", "variant__post").get(pk=righting.delivery_id)
    if delivery.channel.token_is_over(now=now):
        return "channel_needs_person"
    if righting.kind == RightingKind.WITHDRAW:
        return ""
    if stop := stop_in_force(delivery):
        return stop
    variant, post = delivery.variant, delivery.variant.post
    if not _may_speak(righting, post, delivery.channel, variant.language, now=now):
        return "no_grant"
    if not righting.is_urgent and not _is_sealed(post, variant, righting.after, now=now):
        return "not_approved"
    return ""


def _may_speak(righting: Righting, post: Post, channel: Channel, language: str, *, now: datetime) -> bool:
    """Whether an open grant covers the correction: of the post's own, or the campaign's where a coordinator asked for
    it, since a take-over's words stay on the campaign's channels when its window is over."""
    grants = list(Grant.objects.filter(channel=channel).open_at(now))
    if any(fits(grant, post, language=language) for grant in grants):
        return True
    by_coordinator = righting.asked_by is not None and righting.asked_by.is_coordinator
    return by_coordinator and any(
        grant.organisation_id is None and grant.mandate_id is None and grant.covers(language=language)
        for grant in grants
    )


def waits_for_answer(righting: Righting, *, now: datetime) -> bool:
    """Whether its approvers are being asked about exactly what is to stand there."""
    variant = righting.delivery.variant
    return righting.after is not None and _is_sealed_in(request_in_force(variant.post), variant, righting.after, now)


def move_on(righting: Righting, *, to: RightingState, now: datetime, **facts: Any) -> None:
    """The one way from state to state, in the caller's transaction. Raises `ForbiddenMove`, `MovedMeanwhile`."""
    LIFE.move(righting, to, moved_at=now, **facts)


def _forget_waiting(actor: Person, delivery: Delivery, *, now: datetime) -> None:
    """A correction that hasn't begun gives way to a newer one, and to taking back."""
    for each in delivery.rightings.filter(kind=RightingKind.CORRECT, state=RightingState.PLANNED):
        move_on(each, to=RightingState.CANCELLED, now=now, settled_by=actor)


def _plan(
    actor: Person,
    delivery: Delivery,
    kind: RightingKind,
    note: str,
    now: datetime,
    *,
    after: Mapping[str, Any] | None = None,
    is_urgent: bool = False,
) -> Righting:
    try:
        with transaction.atomic():
            return Righting.objects.create(
                delivery=delivery,
                kind=kind,
                asked_by=actor,
                asked_at=now,
                note=note.strip(),
                is_urgent=is_urgent,
                before=standing(delivery),
                after=after if kind == RightingKind.CORRECT else None,
                ready_at=now,
                moved_at=now,
            )
    except IntegrityError as error:
        raise MovedMeanwhile(delivery.pk) from error


def _is_approved(post: Post, found: list[Correction], *, now: datetime) -> bool:
    return all(_is_sealed(post, each.delivery.variant, each.after, now=now) for each in found)


def _is_asked(post: Post, found: list[Correction], *, now: datetime) -> bool:
    request = request_in_force(post)
    return all(_is_sealed_in(request, each.delivery.variant, each.after, now) for each in found)


def _is_sealed_in(request: ApprovalRequest | None, variant: Variant, payload: Mapping[str, Any], now: datetime) -> bool:
    """Whether an open question is about exactly this payload."""
    if request is None or request.state(now=now) != "open":
        return False
    sealed: Mapping[str, Any] = request.sealed.get(str(variant.pk), {})
    return sealed.get("hash") == hash_of(payload)


def _is_sealed(post: Post, variant: Variant, payload: Mapping[str, Any] | None, *, now: datetime) -> bool:
    request = request_in_force(post)
    window = request.window() if request and request.state(now=now) == "granted" else None
    if request is None or window is None or payload is None or not window[0] <= now < window[1]:
        return False
    sealed: Mapping[str, Any] = request.sealed.get(str(variant.pk), {})
    return sealed.get("hash") == hash_of(payload)


def _refuse_without_note(note: str) -> None:
    if not note.strip():
        message = _("Say in a sentence what was wrong. Readers of the site see it, dated.")
        raise Unfit([Problem("note_missing", message, "note")])


def _may_see_to(actor: Person, righting: Righting, *, now: datetime) -> None:
    if actor.pk not in whose_hand(righting, now=now):
        _may(actor, righting.delivery.variant.post)


def _may(actor: Person, post: Post) -> None:
    if not may_set_right(actor, post):
        raise NotAllowed("This person doesn't correct or take back for that organisation.")
