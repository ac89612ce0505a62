"""A post that answers somebody: what it answers is approved with it, and it leaves like any other."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itac.networks.models import Channel
from itac.networks.protocol import AnswerTo
from itac.publishing import writing
from itac.publishing.models import Post, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft
from tests.servers.mastodon import MastodonServer

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene(NOON - timedelta(hours=2))


@pytest.fixture
def channel(scene: Scene, mastodon: MastodonServer) -> Channel:
    return scene.channel(
        "toots",
        network="mastodon",
        secret={"access_token": mastodon.token},
        address=mastodon.url,
        account_id=mastodon.account_id(),
    )


def answering(scene: Scene, post: Post, remote_id: str) -> None:
    """Make a submitted post the answer to that one, and submit it again."""
    answers = AnswerTo(remote_id=remote_id, mention="@second", ref={"id": remote_id})
    draft, version = writing.working_draft(post)
    options: dict[str, Any] = {"answers": asdict(answers)}
    changed = replace(draft, variants=[replace(one, options=options) for one in draft.variants])
    writing.save_working_copy(
        scene.north_editor, post, Draft.from_json(changed.as_json()), version=version, now=scene.now
    )
    writing.submit_working_copy(scene.north_editor, post, now=scene.now)


class Died(BaseException):
    """The process ends here."""


def work(at: datetime = NOON) -> None:
    worker = Worker(now=lambda: at)
    worker.work_off()
    worker.stop()
    worker.run()


def test_approved_answer_leaves_below_what_it_answers(scene: Scene, mastodon: MastodonServer, channel: Channel) -> None:
    asked = mastodon.post("Where?", account="second")
    post = scene.post("@second In San José", channels=[channel], at=NOON, approved=False)
    answering(scene, post, asked)
    scene.approve(post)

    work()

    assert [status["in_reply_to_id"] for status in mastodon.statuses()] == [asked]


@pytest.mark.parametrize("point", ["after_intent", "before_record"])
def test_an_answer_stands_there_once_when_its_worker_dies_around_the_call(
    scene: Scene, mastodon: MastodonServer, channel: Channel, point: str
) -> None:
    """Promise 1, for answers too: they are looked up below what they answer."""
    asked = mastodon.post("Where?", account="second")
    post = scene.post("@second In San José", channels=[channel], at=NOON, approved=False)
    answering(scene, post, asked)
    scene.approve(post)

    def die(reached: str) -> None:
        if reached == point:
            raise Died

    dying = Worker(now=lambda: NOON, watch=die)
    with pytest.raises(Died):
        dying.work_off()
    dying.pool.shutdown(wait=True)
    work(NOON + timedelta(minutes=2))

    assert [status["in_reply_to_id"] for status in mastodon.statuses()] == [asked]
    assert [(each.state, each.tries) for each in scene.deliveries(post)] == [(State.SENT, 0)]


def test_answering_somebody_else_needs_a_new_approval(scene: Scene, mastodon: MastodonServer, channel: Channel) -> None:
    """Promise 2."""
    asked, other = (mastodon.post(text, account="second") for text in ("Where?", "Will you resign?"))
    post = scene.post("@second Yes", channels=[channel], at=NOON, approved=False)
    answering(scene, post, asked)
    scene.approve(post)
    answering(scene, post, other)

    work()

    assert [(one.state, one.code) for one in scene.deliveries(post)] == [(State.HELD, "not_approved")]
    assert mastodon.statuses() == []
