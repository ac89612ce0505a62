"""The outbox sends what may leave, once, and says why the rest didn't."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from itac.networks.models import WebsiteEntry
from itac.publishing import deciding, granting, pausing, writing
from itac.publishing.models import Delivery, Grant, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene(NOON - timedelta(hours=2))


class Died(BaseException):
    """The process ends here, as far as the worker can tell: nothing catches this."""


def die_at(point: str) -> Callable[[str], None]:
    """A watcher that ends the worker at that point."""

    def watch(reached: str) -> None:
        if reached == point:
            raise Died

    return watch


def work(at: datetime) -> None:
    worker = Worker(now=lambda: at)
    worker.work_off()
    worker.stop()
    worker.run()


def test_an_approved_post_stands_on_the_site_once(scene: Scene) -> None:
    post = scene.post(at=NOON)

    work(NOON - MINUTE)
    before = WebsiteEntry.objects.count()
    work(NOON)
    work(NOON + MINUTE)

    assert before == 0
    assert [entry.text for entry in WebsiteEntry.objects.all()] == [post.text.texts["en"]]
    assert [delivery.state for delivery in scene.deliveries(post)] == [State.SENT]


def test_an_unapproved_post_is_held(scene: Scene) -> None:
    post = scene.post(at=NOON, approved=False)

    work(NOON)

    assert [(d.state, d.code) for d in scene.deliveries(post)] == [(State.HELD, "not_approved")]
    assert not WebsiteEntry.objects.exists()


def test_a_change_after_approval_holds_it(scene: Scene) -> None:
    post = scene.post(at=NOON)
    draft, _version = writing.working_draft(post)
    changed = Draft.from_json({**draft.as_json(), "text": {"en": "Another sentence."}})
    writing.save_working_copy(scene.north_editor, post, changed, version=0, now=scene.now)
    assert post.requests.get(voided_at=None)

    voided = writing.submit_working_copy(scene.north_editor, post, now=scene.now)
    work(NOON)

    assert voided
    assert [(d.state, d.code) for d in scene.deliveries(post)] == [(State.HELD, "not_approved")]


@pytest.mark.parametrize(("minutes", "code"), [(16, "late"), (61, "late")])
def test_a_late_delivery_is_held_not_sent_by_surprise(scene: Scene, minutes: int, code: str) -> None:
    post = scene.post(at=NOON)

    work(NOON + minutes * MINUTE)

    assert [(d.state, d.code) for d in scene.deliveries(post)] == [(State.HELD, code)]


def test_what_a_pause_held_leaves_only_by_a_persons_decision(scene: Scene) -> None:
    post = scene.post(at=NOON)
    pausing.pause(scene.coordinator, channel=None, reason="A quiet hour", now=NOON - MINUTE)
    work(NOON)
    held = scene.deliveries(post)[0]

    pausing.resume(scene.coordinator, channel=None, now=scene.now)
    work(NOON + MINUTE)
    still = scene.deliveries(post)[0]
    after_resuming = still.state
    deciding.send_now(scene.coordinator, still, now=NOON + 2 * MINUTE)
    work(NOON + 2 * MINUTE)

    assert (held.state, held.code) == (State.HELD, "campaign_paused")
    assert after_resuming == State.HELD
    assert scene.deliveries(post)[0].state == State.SENT


def test_without_a_grant_nothing_leaves(scene: Scene) -> None:
    post = scene.post(at=NOON)
    given = Grant.objects.get(channel=scene.website, organisation=scene.north)
    granting.revoke(scene.coordinator, given, now=NOON - MINUTE)

    work(NOON)

    assert [(d.state, d.code) for d in scene.deliveries(post)] == [(State.HELD, "no_grant")]


def test_the_days_number_of_posts_is_kept_also_within_one_second(scene: Scene) -> None:
    Grant.objects.filter(channel=scene.website, organisation=scene.north).update(per_day=2)
    posts = [scene.post(at=NOON) for _ in range(4)]

    work(NOON)

    codes = sorted(delivery.code for post in posts for delivery in scene.deliveries(post))
    assert codes == ["", "", "daily_limit", "daily_limit"]


def test_a_picture_whose_time_is_over_holds_its_post(scene: Scene) -> None:
    shown = picture(owner=scene.north)
    post = scene.post(at=NOON, pictures=(shown,))
    shown.valid_until = (NOON - timedelta(days=1)).date()
    shown.save()

    work(NOON)

    assert [(d.state, d.code) for d in scene.deliveries(post)] == [(State.HELD, "rights_missing")]


def test_a_delivery_by_hand_waits_for_its_person_and_then_for_the_stand_in(scene: Scene) -> None:
    hand = scene.channel("by-hand", network="by_hand", person=scene.north_editor, stand_in=scene.coordinator)
    post = scene.post(at=NOON, channels=[hand])

    work(NOON)
    delivery = scene.deliveries(post)[0]

    assert delivery.state == State.AWAITING
    assert deciding.whose_hand(delivery, now=NOON + 14 * MINUTE) == {scene.north_editor.pk}
    assert deciding.whose_hand(delivery, now=NOON + 15 * MINUTE) == {scene.north_editor.pk, scene.coordinator.pk}

    deciding.confirm(scene.north_editor, delivery, address="https://example.org/1", now=NOON + MINUTE)
    assert Delivery.objects.get(pk=delivery.pk).address == "https://example.org/1"


def test_by_hand_a_dead_worker_delays_and_asks_nobody_twice(scene: Scene) -> None:
    """Nothing can have left, so it isn't uncertain: once the call can't end any more, it is the person's turn."""
    hand = scene.channel("by-hand", network="by_hand", person=scene.north_editor)
    post = scene.post(at=NOON, channels=[hand])
    dying = Worker(now=lambda: NOON, watch=die_at("after_intent"))
    with pytest.raises(Died):
        dying.work_off()

    work(NOON + MINUTE)
    work(NOON + 2 * MINUTE)

    delivery = scene.deliveries(post)[0]
    assert (delivery.state, delivery.code) == (State.AWAITING, "")
    assert delivery.moves.filter(after=State.AWAITING).count() == 1


def test_a_delivery_that_cannot_be_read_is_held_and_keeps_no_other_from_leaving(scene: Scene) -> None:
    """As after going back to a version that doesn't know a channel's network."""
    gone = scene.channel("gone", network="website")
    posts = [scene.post(at=NOON, channels=[channel]) for channel in (gone, scene.website)]
    type(gone).objects.filter(pk=gone.pk).update(network="no such network")

    work(NOON)

    assert [(d.state, d.code) for post in posts for d in scene.deliveries(post)] == [
        (State.HELD, "unexpected"),
        (State.SENT, ""),
    ]


def test_two_workers_send_each_delivery_once(scene: Scene) -> None:
    posts = [scene.post(f"Sentence {number}.", at=NOON) for number in range(12)]
    workers = [Worker(now=lambda: NOON, in_flight=3) for _ in range(2)]

    for _ in range(20):
        for worker in workers:
            worker.turn()
    for worker in workers:
        worker.stop()
        worker.run()

    assert sorted(WebsiteEntry.objects.values_list("subject", flat=True)) == sorted(post.slug for post in posts)
