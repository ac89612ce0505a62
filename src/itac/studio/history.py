"""What happened, in sentences: to a post, and to a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.publishing import codes
from itac.publishing.models import (
    ApprovalRequest,
    Delivery,
    DeliveryMove,
    Post,
    Righting,
    RightingKind,
    RightingState,
    State,
    Verdict,
)


@dataclass(frozen=True)
class Line:
    """One thing that happened. `reason` is in a person's own words."""

    at: datetime
    sentence: str
    why: str = ""
    reason: str = ""


BY_PERSON = {
    State.PLANNED: gettext_lazy("%(who)s planned it anew."),
    State.HELD: gettext_lazy("%(who)s holds it."),
    State.SENDING: gettext_lazy("%(who)s asked to look it up on the network."),
    State.AWAITING: gettext_lazy("%(who)s asked a person to post it."),
    State.SENT: gettext_lazy("%(who)s says that it stands on the network."),
    State.FAILED: gettext_lazy("%(who)s says that it couldn't be posted."),
    State.UNCERTAIN: gettext_lazy("%(who)s can't tell whether it went out."),
    State.CANCELLED: gettext_lazy("%(who)s dropped it."),
}
BY_WORKER = {
    State.PLANNED: gettext_lazy("The worker will try again."),
    State.HELD: gettext_lazy("The gate held it."),
    State.SENDING: gettext_lazy("The worker began to send it."),
    State.AWAITING: gettext_lazy("It is a person's turn to post it."),
    State.SENT: gettext_lazy("The network has it."),
    State.FAILED: gettext_lazy("It failed."),
    State.UNCERTAIN: gettext_lazy("The worker can't tell whether it went out."),
    State.CANCELLED: gettext_lazy("It was dropped."),
}
ANSWERS = {
    Verdict.APPROVE: gettext_lazy("%(who)s approved it for %(organisation)s."),
    Verdict.CHANGES: gettext_lazy("%(who)s asked for changes for %(organisation)s."),
    Verdict.REFUSE: gettext_lazy("%(who)s refused it for %(organisation)s."),
}
VOIDED = {
    "changed": gettext_lazy("The post was changed, so the approval no longer counts."),
    "asked_again": gettext_lazy("A new question took the place of the earlier one."),
    "withdrawn": gettext_lazy("The question was taken back."),
}


def lines_of_delivery(delivery: Delivery) -> list[Line]:
    """Its moves, the newest first."""
    moves = delivery.moves.select_related("actor")
    return [_moved(move) for move in moves.order_by("-at", "-pk")]


def lines_of_post(post: Post, *, now: datetime) -> list[Line]:
    """Everything about a post and its deliveries, the newest first."""
    lines = [*_of_post(post), *_of_requests(post, now), *_of_rightings(post)]
    moves = (
        DeliveryMove.objects.filter(delivery__variant__post=post)
        .select_related("actor", "delivery__variant__channel")
        .defer("delivery__variant__channel__secret", "delivery__variant__channel__session")
    )
    for move in moves:
        line = _moved(move)
        where = _("%(variant)s: %(sentence)s") % {"variant": move.delivery.variant, "sentence": line.sentence}
        lines.append(Line(line.at, where, line.why, line.reason))
    return sorted(lines, key=lambda line: line.at)[::-1]


def _moved(move: DeliveryMove) -> Line:
    after = State(move.after)
    sentence = BY_PERSON[after] % {"who": move.actor} if move.actor else str(BY_WORKER[after])
    return Line(move.at, sentence, codes.sentence(move.code) if move.code else "", move.note)


def _of_post(post: Post) -> Iterator[Line]:
    yield Line(post.created_at, _("%(who)s began it.") % {"who": post.author or _("Somebody")})
    if post.submitted_at:
        yield Line(post.submitted_at, _("It was submitted for the last time."))


def _of_rightings(post: Post) -> Iterator[Line]:
    rightings = Righting.objects.filter(delivery__variant__post=post).select_related("asked_by", "delivery__channel")
    for each in rightings.defer("delivery__channel__secret", "delivery__channel__session"):
        names = {"who": each.asked_by or _("Somebody"), "channel": each.delivery.channel.name}
        is_back = each.kind == RightingKind.WITHDRAW
        asked = _("%(who)s took it back from %(channel)s.") if is_back else _("%(who)s corrected it on %(channel)s.")
        yield Line(each.asked_at, asked % names, reason=each.note)
        if each.state == RightingState.DONE:
            gone = _("It is gone from %(channel)s.") if is_back else _("The correction stands on %(channel)s.")
            yield Line(each.moved_at, gone % names)


def _of_requests(post: Post, now: datetime) -> Iterator[Line]:
    requests: list[ApprovalRequest] = list(
        post.requests.select_related("asked_by").prefetch_related("decisions__person", "decisions__organisation")
    )
    for request in requests:
        yield Line(request.asked_at, _("%(who)s asked for approval.") % {"who": request.asked_by or _("Somebody")})
        for each in request.decisions.all():
            names = {"who": each.person, "organisation": each.organisation or _("the campaign")}
            yield Line(each.decided_at, ANSWERS[Verdict(each.verdict)] % names, reason=each.reason)
        if request.granted_at:
            yield Line(request.granted_at, _("With that it is approved."))
        if request.voided_at:
            yield Line(request.voided_at, str(VOIDED.get(request.void_reason, VOIDED["changed"])))
        if request.state(now=now) == "expired":
            yield Line(request.deadline_at, _("The time to answer ended."))
