"""Asking for approval, and answering: what is answered is exactly what was sealed (Promise 2)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from itac.api.doors import Visit, visit_of
from itac.api.operations import operation
from itac.api.posts import approval_of, writable
from itac.api.problems import unfit
from itac.api.shapes import ApprovalOut, AskIn, DecisionIn, QuestionOut, Sealed
from itac.publishing import approving
from itac.publishing.models import ApprovalRequest, Post, Verdict


@operation(QuestionOut)
def read_approval(request: HttpRequest, post_id: int) -> Any:
    """What was asked, who has answered, and exactly what would be sent. 404 where nothing is asked."""
    visit = visit_of(request)
    asked = _asked(visit, post_id)
    facts = approval_of(asked, now=visit.now).model_dump()
    return QuestionOut(
        **facts,
        sealed=[
            Sealed(
                channel=each["payload"]["channel"]["id"],
                language=each["payload"]["language"],
                hash=each["hash"],
                payload=each["payload"],
            )
            for each in asked.sealed.values()
        ],
    )


@operation(ApprovalOut)
def ask_approval(request: HttpRequest, response: HttpResponse, post_id: int, question: AskIn) -> Any:
    """Ask whom the rules name about exactly the post as submitted. An earlier question is voided by it."""
    visit = visit_of(request)
    post = writable(request, post_id)
    opens, closes = question.opens_at, question.closes_at
    if bool(opens) != bool(closes):
        sentence = _("Give both ends of the window, or none for an hour around the planned time.")
        raise unfit("window_half", sentence, "closes_at" if opens else "opens_at")
    approving.ask(
        visit.actor,
        post,
        now=visit.now,
        window=(opens, closes) if opens and closes and not post.trigger else None,
        trigger=post.trigger,
        deadline_at=question.deadline_at,
    )
    response.headers["Location"] = reverse("api:read_approval", args=[post.pk])
    return approval_of(_asked(visit, post_id), now=visit.now)


@operation()
def withdraw_approval(request: HttpRequest, post_id: int) -> Any:
    """The question counts no more, nor do its answers. Where nothing was asked it changes nothing."""
    visit = visit_of(request)
    approving.withdraw_request(visit.actor, writable(request, post_id), now=visit.now)


@operation(ApprovalOut)
def decide(request: HttpRequest, post_id: int, decision: DecisionIn) -> Any:
    """Once, for the token's organisation, to exactly what `seal` names; 409 where that isn't what is asked any more."""
    visit = visit_of(request)
    approving.decide(
        visit.actor,
        _asked(visit, post_id),
        organisation=visit.token.organisation,
        verdict=Verdict(decision.verdict),
        seal=decision.seal,
        reason=decision.reason,
        languages=decision.languages,
        now=visit.now,
    )
    return approval_of(_asked(visit, post_id), now=visit.now)


def _asked(visit: Visit, post_id: int) -> ApprovalRequest:
    post = get_object_or_404(Post.objects.visible_to(visit.actor), pk=post_id)
    asked = approving.request_in_force(post)
    if asked is None:
        raise Http404
    return asked
