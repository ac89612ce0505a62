"""Setting right what is out: corrected, taken back, and what becomes of each. The Studio's verbs, and its rules."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from pydantic import Field

from itac.api.doors import Visit, visit_of
from itac.api.operations import operation
from itac.api.paging import A_PAGE, Cursor, Limit, page_of
from itac.api.posts import writable
from itac.api.shapes import (
    LARGEST,
    CorrectIn,
    RightingAction,
    RightingActionIn,
    RightingList,
    RightingOut,
    RightingPage,
    RightingRow,
    RightingStateName,
    WithdrawIn,
)
from itac.publishing import righting
from itac.publishing.codes import sentence
from itac.publishing.models import Righting

Number = Annotated[int, Field(ge=1, le=LARGEST)]


@operation(RightingList)
def correct_post(request: HttpRequest, post_id: int, correction: CorrectIn) -> Any:
    """Submit the new words and ask for their approval first: it waits for the yes, and then goes on by itself."""
    visit = visit_of(request)
    made = righting.correct(
        visit.actor,
        writable(request, post_id),
        note=correction.note,
        take_down_elsewhere=correction.take_down_elsewhere,
        now=visit.now,
    )
    return RightingList(items=[RightingRow(**_facts(each)) for each in made])


@operation(RightingList)
def withdraw_post(request: HttpRequest, post_id: int, withdrawal: WithdrawIn) -> Any:
    """Everywhere, at once, without asking anybody. What isn't out yet never leaves."""
    visit = visit_of(request)
    made = righting.withdraw(visit.actor, writable(request, post_id), note=withdrawal.note, now=visit.now)
    return RightingList(items=[RightingRow(**_facts(each)) for each in made])


@operation(RightingPage)
def list_rightings(
    request: HttpRequest,
    cursor: Cursor | None = None,
    limit: Limit = A_PAGE,
    state: RightingStateName | None = None,
    post: Number | None = None,
) -> Any:
    """Of posts of the organisation, narrowed by state and post."""
    rows = _theirs(visit_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    if post is not None:
        rows = rows.filter(delivery__variant__post_id=post)
    found, following = page_of(rows, order=("-asked_at", "-pk"), cursor=cursor, limit=limit)
    return RightingPage(items=[RightingRow(**_facts(each)) for each in found], next=following)


@operation(RightingOut)
def read_righting(request: HttpRequest, righting_id: int) -> Any:
    """With the actions that fit its state. One that asks for a person has none to do it but people."""
    return _answer(visit_of(request), righting_id)


@operation(RightingOut)
def act_on_righting(request: HttpRequest, righting_id: int, act: RightingActionIn) -> Any:
    """The same buttons as in the Studio. 409 where its state has moved on."""
    visit = visit_of(request)
    righting.act(visit.actor, get_object_or_404(_theirs(visit), pk=righting_id), act.action, now=visit.now)
    return _answer(visit, righting_id)


def _theirs(visit: Visit) -> QuerySet[Righting]:
    mine: QuerySet[Righting] = Righting.objects.visible_to(visit.actor)
    return mine.select_related("delivery__variant__post__organisation", "delivery__channel").defer(
        "before", "after", "delivery__payload", "delivery__channel__secret", "delivery__channel__session"
    )


def _answer(visit: Visit, righting_id: int) -> RightingOut:
    one = get_object_or_404(_theirs(visit), pk=righting_id)
    # Its scope is asked first: reading it says nothing of acting.
    may_act = "deliveries:write" in visit.token.scopes
    actions = righting.actions_for(visit.actor, one, now=visit.now) if may_act else ()
    return RightingOut(**_facts(one), actions=[RightingAction(each) for each in actions])


def _facts(one: Righting) -> dict[str, Any]:
    return {
        "id": one.pk,
        "post": one.delivery.variant.post_id,
        "delivery": one.delivery_id,
        "channel": one.delivery.channel_id,
        "language": one.delivery.variant.language,
        "kind": one.kind,
        "state": one.state,
        "since": one.moved_at,
        "asked_at": one.asked_at,
        "note": one.note,
        "code": one.code,
        "why": sentence(one.code) if one.code else "",
    }
