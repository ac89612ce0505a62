"""What was sent is corrected or taken back everywhere, and what stood there stays on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itac.networks import bluesky_session
from itac.networks.models import WebsiteEntry
from itac.publishing import deciding, pausing, righting, writing
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.mending import Mender
from itac.publishing.models import Delivery, Post, Righting, RightingState, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from tests.servers.bluesky import PdsServer
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTE = "The figure was that of 2020."
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    bluesky_session._held.clear()
    return Scene(NOON - timedelta(minutes=30))


def send(at: datetime = NOON) -> None:
    worker = Worker(now=lambda: at)
    worker.work_off()
    worker.stop()
    worker.run()


def mend(at: datetime = NOON + MINUTE, **watched: Any) -> list[str]:
    """Let a mender work; the states of all corrections and withdrawals then, in the order in which they were asked."""
    Mender(now=lambda: at, **watched).work_off()
    return list(Righting.objects.order_by("pk").values_list("state", flat=True))


def rewrite(scene: Scene, post: Post, text: str, *, approved: bool = True) -> Post:
    post = Post.objects.get(pk=post.pk)
    draft, version = writing.working_draft(post)
    writing.save_working_copy(
        scene.north_editor, post, replace(draft, text={"en": text}), version=version, now=scene.now
    )
    writing.submit_working_copy(scene.north_editor, post, now=scene.now)
    if approved:
        scene.approve(post)
    return Post.objects.get(pk=post.pk)


def test_a_corrected_post_says_so_on_the_site_and_keeps_its_moment(scene: Scene) -> None:
    post = scene.post("In 2020 there were 281 million.", at=NOON)
    send()
    post = rewrite(scene, post, "In mid-2024 there were 304 million.")

    made = righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    states = mend()

    entry = WebsiteEntry.objects.get()
    assert (entry.text, entry.correction, entry.published_at) == ("In mid-2024 there were 304 million.", NOTE, NOON)
    assert states == [RightingState.DONE]
    assert made[0].before["parts"][0]["text"] == "In 2020 there were 281 million."


def test_a_correction_waits_for_its_approval_unless_a_coordinator_says_that_it_is_urgent(scene: Scene) -> None:
    post = scene.post("Before.", at=NOON)
    send()
    post = rewrite(scene, post, "After.", approved=False)

    with pytest.raises(Unfit, match="isn't approved"):
        righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    with pytest.raises(NotAllowed):
        righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE, is_urgent=True)
    righting.correct(scene.coordinator, post, note=NOTE, now=NOON + MINUTE, is_urgent=True)

    assert mend() == [RightingState.DONE]
    assert WebsiteEntry.objects.get().text == "After."


def test_an_approval_that_ended_before_the_call_holds_the_correction(scene: Scene) -> None:
    """Promise 2, for corrections too: authority is asked at the moment of the call."""
    post = scene.post("Before.", at=NOON)
    send()
    post = rewrite(scene, post, "After.")
    righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    rewrite(scene, post, "After all.", approved=False)

    assert mend() == [RightingState.HELD]
    assert WebsiteEntry.objects.get().text == "Before."


@pytest.mark.parametrize(("note", "text"), [(" ", "After."), (NOTE, "Before.")])
def test_a_correction_without_a_word_or_a_change_is_sent_back(scene: Scene, note: str, text: str) -> None:
    post = scene.post("Before.", at=NOON)
    send()
    post = rewrite(scene, post, text, approved=text == "After.")

    with pytest.raises(Unfit):
        righting.correct(scene.north_editor, post, note=note, now=NOON + MINUTE)

    assert not Righting.objects.exists()


def test_only_the_speaker_and_coordinators_set_right(scene: Scene) -> None:
    post = scene.post("Before.", at=NOON)
    send()

    for who in (scene.south_editor, scene.north_approver, scene.south_approver):
        with pytest.raises(NotAllowed):
            righting.withdraw(who, post, note=NOTE, now=NOON)

    assert not Righting.objects.exists()


def test_taking_back_stops_what_isnt_out_and_waits_for_no_pause(scene: Scene) -> None:
    later = scene.channel("later", network="website")
    post = scene.post("Taken back.", at=NOON, channels=[scene.website, later])
    Delivery.objects.filter(channel=later).update(due_at=NOON + timedelta(days=1), ready_at=NOON + timedelta(days=1))
    send()
    pausing.pause(scene.coordinator, channel=None, reason="", now=NOON)

    righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    states = mend()

    assert states == [RightingState.DONE]
    assert WebsiteEntry.objects.get().withdrawn_at is not None
    assert sorted((d.channel.slug, d.state, d.code) for d in scene.deliveries(post)) == [
        ("later", State.CANCELLED, "withdrawn"),
        ("website", State.SENT, ""),
    ]
    assert righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON + MINUTE) == []


def test_by_hand_a_person_is_asked_and_says_that_it_is_done(scene: Scene) -> None:
    hand = scene.channel("hand", network="by_hand", person=scene.north_editor, stand_in=scene.coordinator)
    post = scene.post("By hand.", at=NOON, channels=[hand])
    send()
    deciding.confirm(scene.north_editor, scene.deliveries(post)[0], address="https://example.org/1", now=NOON + MINUTE)

    (asked,) = righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    waiting = mend()
    asked.refresh_from_db()
    righting.settle_by_hand(scene.north_editor, asked, done=True, now=NOON + 2 * MINUTE)

    assert waiting == [RightingState.AWAITING]
    assert mend() == [RightingState.DONE]


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("point", ["before_call", "before_record"])
def test_what_a_dead_mender_left_is_done_by_another(scene: Scene, point: str) -> None:
    post = scene.post("Taken back.", at=NOON)
    send()
    righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON)

    def die(where: str) -> None:
        if where == point:
            raise Died

    with pytest.raises(Died):
        mend(NOON, watch=die)

    assert mend(NOON + MINUTE) == [RightingState.DOING]
    assert mend(NOON + timedelta(hours=1)) == [RightingState.DONE]


def test_a_mender_that_slept_overwrites_no_newer_correction(scene: Scene) -> None:
    """Were its call made all the same, the site would say for ever what was put right meanwhile."""
    post = scene.post("Before.", at=NOON)
    send()
    moment = NOON + MINUTE

    def correct(text: str) -> None:
        changed = rewrite(scene, post, text, approved=False)
        righting.correct(scene.coordinator, changed, note=NOTE, now=moment, is_urgent=True)

    def sleep(where: str) -> None:
        nonlocal moment
        if where != "before_call":
            return
        moment += timedelta(hours=1)
        mend(moment)
        correct("After all.")
        mend(moment)

    correct("After.")
    with pytest.raises(MovedMeanwhile):
        Mender(now=lambda: moment, watch=sleep).turn()

    assert WebsiteEntry.objects.get().text == "After all."
    assert set(Righting.objects.values_list("state", flat=True)) == {RightingState.DONE}


def mastodon_channel(scene: Scene, server: MastodonServer, proxy: Proxy) -> Any:
    return scene.channel(
        "mastodon",
        network="mastodon",
        secret={"access_token": server.token},
        address=proxy.url,
        handle="@itac",
        account_id=server.account_id(),
    )


@pytest.mark.parametrize("cut", ["drop_before", "drop_after", "status"])
def test_mastodon_is_corrected_also_when_the_first_answer_is_lost(
    scene: Scene, mastodon: MastodonServer, proxy_for: Callable[..., Proxy], cut: str
) -> None:
    proxy = proxy_for(mastodon)
    post = scene.post("Before.", at=NOON, channels=[mastodon_channel(scene, mastodon, proxy)])
    send()
    post = rewrite(scene, post, "After.")
    rule = {
        "drop_before": proxy.drop_before,
        "drop_after": proxy.drop_after,
        "status": lambda **m: proxy.status(503, **m),
    }
    rule[cut](method="PUT", path="/api/v1/statuses/*")

    righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    first, second = mend(NOON + MINUTE), mend(NOON + 3 * MINUTE)

    (status,) = mastodon.statuses()
    assert (first, second) == ([RightingState.PLANNED], [RightingState.DONE])
    assert mastodon.text_of(status["id"]) == "After."


def test_a_thread_is_taken_back_from_its_end(
    scene: Scene, mastodon: MastodonServer, proxy_for: Callable[..., Proxy]
) -> None:
    proxy = proxy_for(mastodon)
    post = scene.post("One.\n---\nTwo.", at=NOON, channels=[mastodon_channel(scene, mastodon, proxy)])
    send()
    ids = [status["id"] for status in mastodon.statuses()]

    righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON)
    states = mend()

    gone = [exchange.path.rpartition("/")[2] for exchange in proxy.exchanges() if exchange.method == "DELETE"]
    assert (states, gone, mastodon.statuses()) == ([RightingState.DONE], ids[::-1], [])


def test_bluesky_cannot_be_changed_so_the_old_one_is_taken_down(
    scene: Scene, pds: PdsServer, proxy_for: Callable[..., Proxy]
) -> None:
    account = pds.create_account()
    channel = scene.channel(
        "bluesky",
        network="bluesky",
        secret={"app_password": account.password},
        address=proxy_for(pds).url,
        handle=account.handle,
        account_id=account.did,
    )
    post = scene.post("Before.", at=NOON, channels=[channel])
    send()
    before = len(pds.records(account.did))
    post = rewrite(scene, post, "After.")

    how = [each.how for each in righting.corrections_of(post)]
    righting.correct(scene.north_editor, post, note=NOTE, now=NOON + MINUTE)
    states = mend()

    assert (before, how, states) == (1, ["cannot"], [RightingState.DONE])
    assert pds.records(account.did) == []


def test_a_server_that_stays_silent_asks_a_person_after_an_hour(
    scene: Scene, mastodon: MastodonServer, proxy_for: Callable[..., Proxy]
) -> None:
    proxy = proxy_for(mastodon)
    post = scene.post("Before.", at=NOON, channels=[mastodon_channel(scene, mastodon, proxy)])
    send()
    proxy.status(503, "DELETE", times=None)
    righting.withdraw(scene.north_editor, post, note=NOTE, now=NOON)

    states = [mend(NOON + minutes * MINUTE) for minutes in (0, 30, 61)]

    assert states == [[RightingState.PLANNED], [RightingState.PLANNED], [RightingState.UNCERTAIN]]
