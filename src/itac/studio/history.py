"""What happened, in sentences: to a post, to a delivery, and in the name of an organisation (the audit log).

Nothing is written for this alone but `AuditEntry`, for what no other row tells. The others are read where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry

from itac.campaign.auditing import sentence_of
from itac.campaign.models import AuditEntry, Organisation, Person
from itac.publishing import codes
from itac.publishing.models import (
    ApprovalRequest,
    Decision,
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
    """One thing that happened. `reason` is in a person's own words. Who, for whom and about which post are told apart
    for lists that don't stand on one post's page."""

    at: datetime
    sentence: str
    why: str = ""
    reason: str = ""
    who: Person | None = None
    organisation: Organisation | None = None
    post: Post | None = None


@dataclass(frozen=True)
class Scope:
    """Whose history: one post's, or what was done in the name of organisations (None among them: the campaign's own).

    `organisations` of None means everybody's. `who`, `since` and `until` (itself included) narrow it.
    """

    post: Post | None = None
    organisations: frozenset[int | None] | None = None
    who: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def over(self, rows: QuerySet[Any], *, at: str, who: str, post: str) -> QuerySet[Any]:
        """The rows in this scope, the newest first. The names are those of the rows' fields for each."""
        if self.post is not None:
            rows = rows.filter(**{post: self.post})
        elif self.organisations is not None:
            rows = rows.filter(self._of(f"{post}__organisation"))
        return self.narrowed(rows, at=at, who=who)

    def entries(self) -> QuerySet[AuditEntry]:
        """The lines of the audit log itself."""
        rows = AuditEntry.objects.all()
        if self.post is not None:
            rows = rows.about(self.post)
        elif self.organisations is not None:
            rows = rows.filter(self._of("organisation"))
        return self.narrowed(rows, at="at", who="actor")

    def decisions(self) -> QuerySet[Decision]:
        """Answers about the organisations' posts, and those given in their name about others'."""
        if self.post is not None or self.organisations is None:
            return self.over(Decision.objects.all(), at="decided_at", who="person", post="request__post")
        theirs = self._of("request__post__organisation") | Q(organisation__in=self.organisations - {None})
        return self.narrowed(Decision.objects.filter(theirs), at="decided_at", who="person")

    def _of(self, field: str) -> Q:
        assert self.organisations is not None
        found = Q(**{f"{field}__in": self.organisations - {None}})
        return found | Q(**{field: None}) if None in self.organisations else found

    def narrowed(self, rows: QuerySet[Any], *, at: str, who: str) -> QuerySet[Any]:
        """Of that person and stretch of time, the newest first."""
        if self.who is not None:
            rows = rows.filter(**{f"{who}_id": self.who})
        if self.since is not None:
            rows = rows.filter(**{f"{at}__gte": self.since})
        if self.until is not None:
            rows = rows.filter(**{f"{at}__lte": self.until})
        return rows.order_by(f"-{at}", "-pk")


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
IN_FORMS = {
    "wagtail.create": gettext_lazy("%(who)s added: %(kind)s “%(name)s”."),
    "wagtail.edit": gettext_lazy("%(who)s changed: %(kind)s “%(name)s”."),
    "wagtail.delete": gettext_lazy("%(who)s deleted: %(kind)s “%(name)s”."),
}
VOIDED = {
    "changed": gettext_lazy("The post was changed, so the approval no longer counts."),
    "asked_again": gettext_lazy("A new question took the place of the earlier one."),
    "withdrawn": gettext_lazy("The question was taken back."),
    "terms": gettext_lazy("The terms of the take-over were changed, so the approval no longer counts."),
}


def lines_of_delivery(delivery: Delivery) -> list[Line]:
    """Its moves, the newest first."""
    moves = delivery.moves.select_related("actor", "whom")
    return [_moved(move) for move in moves.order_by("-at", "-pk")]


def lines_of_post(post: Post, *, now: datetime) -> list[Line]:
    """Everything about a post and its deliveries, the newest first; what workers did and the clock ended too."""
    scope = Scope(post=post)
    moves = [_moved(move, post=post) for move in _moves(scope)]
    told = [line for source in SOURCES for line in source(scope, None)] + list(_by_themselves(post, now))
    return sorted([*told, *moves], key=lambda line: line.at, reverse=True)


def lines_of(scope: Scope, *, at_most: int) -> list[Line]:
    """What people did in that scope, the newest first."""
    told = [line for source in (*SOURCES, _person_moves, _forms) for line in source(scope, at_most)]
    return sorted(told, key=lambda line: line.at, reverse=True)[:at_most]


def _entries(scope: Scope, at_most: int | None) -> Iterator[Line]:
    rows = list(scope.entries().select_related("actor", "organisation")[:at_most])
    label = Post._meta.label_lower
    posts = Post.objects.in_bulk({row.subject_id for row in rows if row.subject == label})
    for row in rows:
        post = posts.get(row.subject_id) if row.subject == label else None
        yield Line(row.at, sentence_of(row), who=row.actor, organisation=row.organisation, post=post)


def _questions(scope: Scope, at_most: int | None) -> Iterator[Line]:
    rows = scope.over(ApprovalRequest.objects.defer("sealed"), at="asked_at", who="asked_by", post="post")
    for row in rows.select_related("asked_by", "post__organisation")[:at_most]:
        sentence = _("%(who)s asked for approval.") % {"who": row.asked_by or _("Somebody")}
        yield Line(row.asked_at, sentence, who=row.asked_by, organisation=row.post.organisation, post=row.post)


def _answers(scope: Scope, at_most: int | None) -> Iterator[Line]:
    rows = scope.decisions().select_related("person", "organisation", "request__post").defer("request__sealed")
    for row in rows[:at_most]:
        names = {"who": row.person, "organisation": row.organisation or _("the campaign")}
        sentence = ANSWERS[Verdict(row.verdict)] % names
        yield Line(
            row.decided_at,
            sentence,
            reason=row.reason,
            who=row.person,
            organisation=row.organisation,
            post=row.request.post,
        )


def _rightings(scope: Scope, at_most: int | None) -> Iterator[Line]:
    rows = scope.over(Righting.objects.all(), at="asked_at", who="asked_by", post="delivery__variant__post")
    rows = rows.select_related("asked_by", "delivery__channel", "delivery__variant__post__organisation")
    for row in rows.defer("delivery__channel__secret", "delivery__channel__session")[:at_most]:
        post = row.delivery.variant.post
        names = {"who": row.asked_by or _("Somebody"), "channel": row.delivery.channel.name}
        is_back = row.kind == RightingKind.WITHDRAW
        asked = _("%(who)s took it back from %(channel)s.") if is_back else _("%(who)s corrected it on %(channel)s.")
        facts = {"organisation": post.organisation, "post": post}
        yield Line(row.asked_at, asked % names, reason=row.note, who=row.asked_by, **facts)
        if row.state == RightingState.DONE and scope.post is not None:
            gone = _("It is gone from %(channel)s.") if is_back else _("The correction stands on %(channel)s.")
            yield Line(row.moved_at, gone % names, **facts)


def _forms(scope: Scope, at_most: int | None) -> Iterator[Line]:
    """What coordinators changed in the forms of the ground: grants, rules, organisations, pages and pictures."""
    if scope.post is not None or scope.organisations is not None:
        return
    rows = ModelLogEntry.objects.filter(action__in=IN_FORMS).select_related("user", "content_type")
    for row in scope.narrowed(rows, at="timestamp", who="user")[:at_most]:
        model = row.content_type.model_class() if row.content_type else None
        kind = model._meta.verbose_name if model is not None else _("something")
        names = {"who": row.user or _("Somebody"), "kind": kind, "name": row.label}
        yield Line(row.timestamp, IN_FORMS[row.action] % names, who=row.user)


def _person_moves(scope: Scope, at_most: int | None) -> Iterator[Line]:
    for move in _moves(scope, DeliveryMove.objects.by_people())[:at_most]:
        yield _moved(move, post=move.delivery.variant.post)


SOURCES: tuple[Callable[[Scope, int | None], Iterator[Line]], ...] = (_entries, _questions, _answers, _rightings)


def _moves(scope: Scope, rows: QuerySet[DeliveryMove] | None = None) -> QuerySet[DeliveryMove]:
    rows = DeliveryMove.objects.all() if rows is None else rows
    found = scope.over(rows, at="at", who="actor", post="delivery__variant__post")
    return found.select_related(
        "actor", "whom", "delivery__variant__channel", "delivery__variant__post__organisation"
    ).defer("delivery__variant__channel__secret", "delivery__variant__channel__session")


def _in_hand(move: DeliveryMove) -> str:
    words = {"who": move.actor or _("Somebody"), "whom": move.whom or _("somebody")}
    if move.actor is not None and move.actor == move.whom:
        return _("%(who)s took it in hand.") % words
    return _("%(who)s passed it on to %(whom)s.") % words


def _moved(move: DeliveryMove, *, post: Post | None = None) -> Line:
    after = State(move.after)
    sentence = BY_PERSON[after] % {"who": move.actor} if move.actor else str(BY_WORKER[after])
    if move.code == "passed_on":
        sentence = _in_hand(move)
    if post is not None:
        sentence = _("%(variant)s: %(sentence)s") % {"variant": move.delivery.variant, "sentence": sentence}
    why = codes.sentence(move.code) if move.code and move.code != "passed_on" else ""
    organisation = post.organisation if post is not None else None
    return Line(move.at, sentence, why, move.note, who=move.actor, organisation=organisation, post=post)


def _by_themselves(post: Post, now: datetime) -> Iterator[Line]:
    """What followed from answers, changes and the clock."""
    for request in post.requests.defer("sealed"):
        if request.granted_at:
            yield Line(request.granted_at, _("With that it is approved."))
        if request.voided_at:
            yield Line(request.voided_at, str(VOIDED.get(request.void_reason, VOIDED["changed"])))
        if request.state(now=now) == "expired":
            yield Line(request.deadline_at, _("The time to answer ended."))
