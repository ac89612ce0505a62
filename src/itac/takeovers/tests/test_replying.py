"""An answer to the public is a post under the mandate: approved by its terms, and sent when it is, below the reply."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from itac.networks.models import Channel
from itac.publishing import approving, deciding, mandating
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.mandating import Place
from itac.publishing.models import ApprovalRequest, Delivery, DeliveryPart, Oversight, Post, State, Verdict
from itac.publishing.outbox import Worker
from itac.takeovers import hearing, replying
from itac.takeovers.models import Reply, ReplyCursor, TakeOver
from itac.takeovers.tests.factories import HOUR, NOON, Stage
from itac.takeovers.tests.test_hearing import out
from tests.servers.mastodon import MastodonServer

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = NOON + HOUR
SECOND = timedelta(seconds=1)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("itac.core.clock.now", lambda: OPEN)
    return OPEN


@pytest.fixture
def toots(stage: Stage, mastodon: MastodonServer) -> Channel:
    return stage.scene.channel(
        "toots",
        network="mastodon",
        secret={"access_token": mastodon.token},
        address=mastodon.url,
        account_id=mastodon.account_id(),
    )


def heard(stage: Stage, toots: Channel, mastodon: MastodonServer, **terms: object) -> Reply:
    """The public replied to a post of the window."""
    takeover = stage.briefed(places=[Place(toots, ("en",))], **terms)
    post = out(stage, takeover, toots, mastodon.post("What do you think?", account="itac"))
    mastodon.post("@itac Where?", account="second", to=post)
    hearing.hear_all("one", now=OPEN)
    return Reply.objects.get()


def work(now: datetime) -> None:
    worker = Worker(now=lambda: now)
    worker.work_off()
    worker.stop()
    worker.run()


def decide(stage: Stage, post: Post, verdict: Verdict = Verdict.APPROVE, *, by_guardian: bool = False) -> None:
    """The organisation answers, or the guardian."""
    request = ApprovalRequest.objects.get(post=post, voided_at=None)
    approving.decide(
        stage.guardian if by_guardian else stage.approver,
        request,
        organisation=None if by_guardian else stage.scene.north,
        verdict=verdict,
        seal=request.seal,
        reason="No",
        now=OPEN,
    )


def answers(mastodon: MastodonServer) -> list[tuple[str, str | None]]:
    """What the account said after its post, and below what."""
    return [(mastodon.text_of(one["id"]), one["in_reply_to_id"]) for one in mastodon.statuses()[1:]]


def test_an_answer_leaves_below_the_reply_once_it_is_approved_by_the_mandates_terms(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon, oversight=Oversight.EACH)
    post = replying.answer(stage.editor, reply, "In the harbour", now=now)

    decide(stage, post)
    work(now + 2 * SECOND)
    before = answers(mastodon)
    decide(stage, post, by_guardian=True)
    work(now + 2 * SECOND)
    work(now + 4 * SECOND)

    assert before == []
    assert answers(mastodon) == [("@second In the harbour", reply.remote_id)]


def test_an_answer_takes_no_room_of_the_days_posts(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon, per_day=1)
    DeliveryPart.objects.update(began_at=NOON)
    second = stage.post(reply.takeover, at=OPEN, channel=toots)

    decide(stage, replying.answer(stage.editor, reply, "In the harbour", now=now))
    work(now + 2 * SECOND)

    assert (stage.delivery(second).state, stage.delivery(second).code) == (State.HELD, "daily_limit")
    assert len(answers(mastodon)) == 1


def test_an_answer_whose_news_of_approval_was_lost_is_sent_by_the_listener(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)
    post = replying.answer(stage.editor, reply, "In the harbour", now=now)
    ApprovalRequest.objects.filter(post=post).update(granted_at=now)

    sent = (replying.send_approved(now=now), replying.send_approved(now=now))
    work(now + 2 * SECOND)

    assert sent == (1, 0)
    assert len(answers(mastodon)) == 1


def test_our_own_answer_is_no_reply_of_the_public_and_replies_to_it_are_heard(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)
    decide(stage, replying.answer(stage.editor, reply, "In the harbour", now=now))
    work(now + 2 * SECOND)
    ours = mastodon.statuses()[-1]["id"]
    mastodon.post("@itac Thanks", account="second", to=ours)
    ReplyCursor.objects.update(next_at=now)

    hearing.hear_all("one", now=now + 5 * SECOND)

    assert [one.text for one in Reply.objects.standing().order_by("at")] == ["@itac Where?", "@itac Thanks"]
    assert Reply.objects.get(text="@itac Thanks").part.remote_id == ours


def test_a_stop_holds_an_answer_that_is_approved_meanwhile_and_undoing_sends_it_not(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)
    post = replying.answer(stage.editor, reply, "In the harbour", now=now)
    mandating.stop(stage.guardian, reply.takeover.mandate, reason="", now=now)

    decide(stage, post)
    mandating.undo_stop(stage.coordinator, reply.takeover.mandate, now=now + 5 * SECOND)
    work(now + 10 * SECOND)

    assert (stage.delivery(post).state, answers(mastodon)) == (State.HELD, [])


def test_two_who_answer_at_once_answer_once_and_a_refused_answer_leaves_room_for_another(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)
    read_before = Reply.objects.get()
    first = replying.answer(stage.editor, reply, "In the harbour", now=now)

    with pytest.raises(MovedMeanwhile):
        replying.answer(stage.coordinator, read_before, "On the quay", now=now)
    posts = Post.objects.filter(answers_reply__isnull=False).count()
    decide(stage, first, Verdict.REFUSE)
    second = replying.answer(stage.editor, Reply.objects.get(), "At the market", now=now)

    assert posts == 1
    assert Reply.objects.get().answer == second


def test_a_dropped_answer_leaves_room_for_another(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)
    first = replying.answer(stage.editor, reply, "In the harbour", now=now)
    decide(stage, first)
    deciding.drop(stage.editor, Delivery.objects.get(variant__post=first), now=now)

    second = replying.answer(stage.editor, Reply.objects.get(), "At the market", now=now)

    assert Reply.objects.get().answer == second


def test_only_who_writes_for_the_organisation_answers_and_only_where_answers_are_lent(
    stage: Stage, toots: Channel, mastodon: MastodonServer, now: datetime
) -> None:
    reply = heard(stage, toots, mastodon)

    for who in (stage.guardian, stage.approver, stage.scene.south_editor):
        with pytest.raises(NotAllowed):
            replying.answer(who, reply, "In the harbour", now=now)
    type(reply.takeover.mandate).objects.update(may_answer=False)
    with pytest.raises(NotAllowed):
        replying.answer(stage.editor, Reply.objects.get(), "In the harbour", now=now)

    assert Post.objects.filter(answers_reply__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("text", "at", "change", "code"),
    [
        (" ", OPEN, {}, "text_missing"),
        ("In the harbour", NOON + 6 * HOUR, {}, "closed"),
        ("In the harbour", OPEN, {"gone_at": OPEN}, "reply_gone"),
    ],
)
def test_what_cannot_be_answered_says_why_and_leaves_nothing_behind(
    stage: Stage,
    toots: Channel,
    mastodon: MastodonServer,
    now: datetime,
    text: str,
    at: datetime,
    change: dict[str, object],
    code: str,
) -> None:
    heard(stage, toots, mastodon)
    Reply.objects.update(**change)

    with pytest.raises(Unfit) as caught:
        replying.answer(stage.editor, Reply.objects.get(), text, now=at)

    assert code in {problem.code for problem in caught.value.problems}
    assert Post.objects.filter(answers_reply__isnull=False).count() == 0
    assert TakeOver.objects.get().replies.get().answer is None
