"""Answering the public: an answer is a post under the mandate, approved by its terms, and it leaves when it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from itac.campaign.models import Duty, Person
from itac.core.logs import get_logger
from itac.core.walltime import WallTime
from itac.networks.mastodon_replies import mentions
from itac.networks.protocol import AnswerTo
from itac.publishing import approving, planning, writing
from itac.publishing.checking import Problem
from itac.publishing.errors import MovedMeanwhile, NotAllowed, PublishingError, Unfit
from itac.publishing.models import ApprovalRequest, Delivery, Post, State
from itac.takeovers.agreeing import languages_on, places_of
from itac.takeovers.models import Reply, TakeOver

log = get_logger("itac.replying")
A_MOMENT = timedelta(seconds=1)


def may_answer(actor: Person, reply: Reply) -> bool:
    """Whether this person may write an answer: an editor of the organisation or a coordinator, where the terms allow
    answers at all."""
    if not reply.takeover.mandate.may_answer:
        return False
    return actor.is_coordinator or Duty.EDITOR in actor.duties(reply.takeover.organisation)


def languages_lent(takeover: TakeOver) -> Mapping[int, Sequence[str]]:
    """In which languages an answer may be on each lent channel, by the channel's id."""
    return {place.channel.pk: languages_on(place) for place in places_of(takeover)}


def answer(actor: Person, reply: Reply, text: str, *, language: str = "", now: datetime) -> Post:
    """Write an answer and ask for its approval; it leaves as soon as that is given, inside the window.

    In a language that is lent on the channel, by default that of the post that was replied to. Whom it answers is named
    in it where the network tells nobody otherwise. Raises `NotAllowed`; `MovedMeanwhile` when somebody was first;
    `Unfit` for an empty text, another language, a reply that is gone, a window that isn't open, or what the network
    doesn't take.
    """
    if not may_answer(actor, reply):
        raise NotAllowed("This person doesn't answer for that take-over.")
    mandate, target = reply.takeover.mandate, reply.answered_to
    if not mandate.is_open(at=now):
        raise Unfit([Problem("closed", _("The window isn't open, so nothing can be answered in its name."), "text")])
    if target is None or reply.gone_at is not None:
        raise Unfit([Problem("reply_gone", _("This reply isn't there any more."), "text")])
    if not text.strip():
        raise Unfit([Problem("text_missing", _("Write the answer first."), "text")])
    below = reply.part.delivery.variant
    chosen = language or below.language
    if chosen not in languages_lent(reply.takeover).get(reply.channel_id, ()):
        raise Unfit([Problem("no_grant", _("The take-over doesn't allow this language on this channel."), "language")])
    with transaction.atomic():
        post = writing.begin_post(
            actor,
            organisation=reply.takeover.organisation,
            draft=writing.Draft(
                title={chosen: _("Answer to %(who)s") % {"who": reply.author_handle}},
                text={chosen: addressed(text, target)},
                original=chosen,
                kind=below.post.kind,
                variants=[
                    writing.DraftVariant(
                        channel_id=reply.channel_id, language=chosen, options={"answers": asdict(target)}
                    )
                ],
            ),
            mandate=mandate,
            now=now,
        )
        writing.submit_working_copy(actor, post, now=now)
        if (
            not Reply.objects.filter(pk=reply.pk, answer_id=reply.answer_id)
            .exclude(pk__in=answered())
            .update(answer=post)
        ):
            raise MovedMeanwhile(reply.pk)
        approving.ask(actor, post, window=(now, mandate.closes_at), now=now)
    reply.answer = post
    return post


def addressed(text: str, target: AnswerTo) -> str:
    """The text, beginning with the name of whom it answers where the network needs that and it isn't in it."""
    return text.strip() if mentions(text, target) else f"{target.mention} {text.strip()}"


def send_approved(*, now: datetime) -> int:
    """Let answers leave that were approved and have no time yet; returns how many. Safe to repeat.

    Done at once when the approval's news comes, and by the listener in case that news was lost.
    """
    waiting = Post.objects.filter(
        answers_reply__isnull=False,
        planned_at=None,
        mandate__closes_at__gt=now,
        requests__in=ApprovalRequest.objects.filter(voided_at=None, granted_at__isnull=False),
    )
    return sum(_send(post, now=now) for post in waiting.select_related("author", "organisation").distinct())


def _send(post: Post, *, now: datetime) -> bool:
    at = (now + A_MOMENT).astimezone(UTC)
    if post.author is None:
        return False
    try:
        with transaction.atomic():
            # Who sets the time first lets it leave; another process finds one that has its time.
            if not Post.objects.filter(pk=post.pk, planned_at=None).update(planned_at=at):
                return False
            planning.plan(post.author, post, at=WallTime(at.replace(tzinfo=None), "UTC"), now=now)
    except (PublishingError, IntegrityError) as error:
        log.warning("answer_not_planned", post=post.pk, error=type(error).__name__)
        return False
    return True


def answered() -> Any:
    """Ids of the replies whose answer is out, under way or asked about, to be asked as a subquery.

    One that was refused or dropped leaves room for another.
    """
    answers = Delivery.objects.filter(variant__post__answers_reply__isnull=False).order_by()
    refused = ApprovalRequest.objects.filter(voided_at=None, refused_at__isnull=False).order_by().values("post")
    alive = answers.exclude(state=State.CANCELLED).values("variant__post")
    dropped = answers.filter(state=State.CANCELLED).exclude(variant__post__in=alive).values("variant__post")
    found = Reply.objects.filter(answer__isnull=False).exclude(answer__in=refused).exclude(answer__in=dropped)
    return found.order_by().values("pk")
