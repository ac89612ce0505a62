"""Posts: read, written, submitted, planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from itac.api.doors import Visit, etag_of, refuse_changed, visit_of
from itac.api.drafts import content_of_draft, draft_of
from itac.api.operations import operation
from itac.api.paging import A_PAGE, Cursor, Limit, page_of
from itac.api.problems import Problem, unfit
from itac.api.shapes import (
    Answer,
    ApprovalOut,
    ApprovalState,
    Content,
    DecisionOut,
    Moment,
    NewPost,
    PlanIn,
    PlanOut,
    PostOut,
    PostPage,
    TokenOut,
)
from itac.campaign.models import Duty, Person
from itac.core.walltime import WallTime, WallTimeGap, WallTimeTwice, resolve
from itac.publishing import planning, writing
from itac.publishing.models import ApprovalRequest, Mandate, Post, Variant
from itac.publishing.writing import Draft
from itac.takeovers.models import TakeOver


@operation(TokenOut)
def read_token(request: HttpRequest) -> Any:
    """Any token may ask this: whose it is, what it may, and until when."""
    token = visit_of(request).token
    return {
        "name": token.name,
        "organisation": token.organisation.slug,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }


@operation(PostPage)
def list_posts(
    request: HttpRequest,
    cursor: Cursor | None = None,
    limit: Limit = A_PAGE,
    planned_from: Moment | None = None,
    planned_until: Moment | None = None,
) -> Any:
    """The organisation's own, and those it is asked about. With times: those planned in that half-open stretch."""
    visit = visit_of(request)
    rows = with_all(Post.objects.visible_to(visit.actor))
    if planned_from:
        rows = rows.filter(planned_at__gte=planned_from)
    if planned_until:
        rows = rows.filter(planned_at__lt=planned_until)
    found, following = page_of(rows, order=("-created_at", "-pk"), cursor=cursor, limit=limit)
    return PostPage(items=[shown(post, visit.actor, now=visit.now) for post in found], next=following)


@operation(PostOut)
def begin_post(request: HttpRequest, response: HttpResponse, content: NewPost) -> Any:
    """A post of the token's organisation, with this content as its draft. Nothing is submitted, asked or planned."""
    visit = visit_of(request)
    draft, whose = draft_of(visit.actor, content, before=None), visit.token.organisation
    mandate = _mandate_of(visit, content.takeover) if content.takeover else None
    post = writing.begin_post(visit.actor, organisation=whose, draft=draft, now=visit.now, mandate=mandate)
    response.headers["Location"] = reverse("api:read_post", args=[post.pk])
    return _answer(visit, response, post.pk)


@operation(PostOut)
def read_post(request: HttpRequest, response: HttpResponse, post_id: int) -> Any:
    """The `ETag` of the answer is what `If-Match` asks for."""
    return _answer(visit_of(request), response, post_id)


@operation(PostOut)
def save_draft(request: HttpRequest, response: HttpResponse, post_id: int, content: Content) -> Any:
    """The whole draft anew. It voids nothing and sends nothing until it is submitted."""
    visit = visit_of(request)
    post = writable(request, post_id)
    before, version = writing.working_draft(post)
    draft = draft_of(visit.actor, content, before=before)
    writing.save_working_copy(visit.actor, post, draft, version=version, now=visit.now)
    return _answer(visit, response, post_id)


@operation()
def discard_draft(request: HttpRequest, post_id: int) -> Any:
    """The submitted post stays as it is. A post that was never submitted keeps its draft: 409."""
    visit = visit_of(request)
    post = writable(request, post_id)
    if post.submitted_at is None:
        raise Problem("state", _("This post was never submitted: its draft is all there is."))
    writing.discard_working_copy(visit.actor, post, now=visit.now)


@operation(PostOut)
def submit_draft(request: HttpRequest, response: HttpResponse, post_id: int) -> Any:
    """In one piece. A change of what was approved, or asked about, ends that question; `approval` is null then."""
    visit = visit_of(request)
    writing.submit_working_copy(visit.actor, writable(request, post_id), now=visit.now)
    return _answer(visit, response, post_id)


@operation(PostOut)
def plan_post(request: HttpRequest, response: HttpResponse, post_id: int, plan: PlanIn) -> Any:
    """Its deliveries are made for that time, or moved to it. An approval counts while the time lies in its window."""
    visit = visit_of(request)
    planning.plan(visit.actor, writable(request, post_id), at=_wall_time(plan), now=visit.now)
    return _answer(visit, response, post_id)


def _mandate_of(visit: Visit, slug: str) -> Mandate:
    """The mandate of one of the organisation's take-overs that is agreed on and not over."""
    mine = TakeOver.objects.to_write_for(now=visit.now).filter(organisation=visit.token.organisation, slug=slug)
    found = mine.select_related("mandate").first()
    if found is None:
        sentence = _("There is no such take-over in which your organisation could write now.")
        raise Problem("unfit", errors=[{"code": "takeover_unknown", "detail": sentence, "field": "takeover"}])
    return found.mandate


def with_all(posts: QuerySet[Post]) -> QuerySet[Post]:
    """With everything that `shown` says, in a fixed number of queries."""
    in_force = ApprovalRequest.objects.filter(voided_at=None).select_related("trigger").defer("sealed")
    return posts.select_related("organisation", "trigger", "working_copy", "mandate__takeover").prefetch_related(
        "media",
        Prefetch("variants", Variant.objects.order_by("pk")),
        Prefetch("requests", in_force.prefetch_related("decisions__organisation"), to_attr="in_force"),
    )


def shown(post: Post, actor: Person, *, now: datetime) -> PostOut:
    """A post of `with_all`, as this actor may read it: the draft is for who writes it."""
    copy = getattr(post, "working_copy", None)
    may_write = Duty.EDITOR in actor.duties(post.organisation)
    asked = post.in_force[0] if post.in_force else None  # type: ignore[attr-defined]
    return PostOut(
        id=post.pk,
        slug=post.slug,
        organisation=post.organisation.slug if post.organisation else None,
        takeover=post.mandate.takeover.slug if post.mandate and hasattr(post.mandate, "takeover") else None,
        created_at=post.created_at,
        submitted_at=post.submitted_at,
        submitted=content_of_draft(Draft.of(post)) if post.submitted_at else None,
        draft=content_of_draft(Draft.from_json(copy.content)) if copy and may_write else None,
        plan=_plan(post),
        approval=approval_of(asked, now=now) if asked else None,
    )


def approval_of(asked: ApprovalRequest, *, now: datetime) -> ApprovalOut:
    """The question, without what it is about."""
    window = asked.window()
    return ApprovalOut(
        state=ApprovalState(asked.state(now=now)),
        asked_at=asked.asked_at,
        deadline_at=asked.deadline_at,
        opens_at=window[0] if window else None,
        closes_at=window[1] if window else None,
        seal=asked.seal,
        decisions=[
            DecisionOut(
                organisation=each.organisation.slug if each.organisation else None,
                verdict=Answer(each.verdict),
                reason=each.reason,
                languages=each.languages,
                decided_at=each.decided_at,
            )
            for each in asked.decisions.all()
        ],
    )


def writable(request: HttpRequest, post_id: int) -> Post:
    """The post, if the token's organisation writes it, kept for this request; 404 as for one that isn't there.

    Raises `Problem` where the program has read another version than this one.
    """
    visit = visit_of(request)
    mine = Post.objects.editable_by(visit.actor)
    # On PostgreSQL the row waits for whoever else writes it; on SQLite there is one writer at a time anyway.
    locked = mine.select_for_update(of=("self",)).filter(pk=post_id).first()
    if locked is None:
        raise Http404
    refuse_changed(request, _version(_read(visit, post_id)))
    return locked


def _answer(visit: Visit, response: HttpResponse, post_id: int) -> PostOut:
    post = _read(visit, post_id)
    response.headers["ETag"] = _version(post)
    return post


def _read(visit: Visit, post_id: int) -> PostOut:
    post = get_object_or_404(with_all(Post.objects.visible_to(visit.actor)), pk=post_id)
    return shown(post, visit.actor, now=visit.now)


def _version(post: PostOut) -> str:
    return etag_of(post.model_dump_json().encode())


def _plan(post: Post) -> PlanOut | None:
    if post.planned_at is None and post.trigger is None:
        return None
    waits_for = post.trigger.name if post.trigger else ""
    return PlanOut(wall=post.planned_wall, zone=post.planned_zone, at=post.planned_at, waits_for=waits_for)


def _wall_time(plan: PlanIn) -> WallTime:
    if plan.zone not in available_timezones():
        raise unfit("zone_unknown", _("There is no such time zone."), "zone")
    try:
        return resolve(plan.wall, plan.zone, which=plan.which or "")
    except WallTimeGap as gap:
        words = {"before": f"{gap.before:%H:%M}", "after": f"{gap.after:%H:%M}"}
        sentence = _("The clocks jump over this time, from %(before)s to %(after)s. Choose another.") % words
        raise unfit("time_skipped", sentence, "wall") from gap
    except WallTimeTwice as twice:
        sentence = _("The clocks show this time twice that day. Say which: first or second.")
        raise unfit("time_twice", sentence, "which") from twice
    except (ValueError, OverflowError) as error:
        raise unfit("no_time", _("This is no day and time."), "wall") from error
