"""When a post leaves: the clock time a person chose is kept, and the deliveries follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from itac.core.walltime import WallTime
from itac.publishing import claiming, deciding, gate, planning, writing
from itac.publishing.errors import ForbiddenMove, NotAllowed, Unfit
from itac.publishing.models import Delivery, Post, State
from itac.publishing.tests.factories import Scene

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene(NOON - timedelta(hours=4))


def test_the_wall_clock_and_zone_stay_beside_the_instant(scene: Scene) -> None:
    post = scene.post(at=NOON)

    planning.plan(scene.north_editor, post, at=WallTime.parse("2026-12-18T18:00", "America/Bogota"), now=scene.now)

    post = Post.objects.get(pk=post.pk)
    assert (post.planned_wall, post.planned_zone, post.planned_at) == (
        "2026-12-18T18:00",
        "America/Bogota",
        datetime(2026, 12, 18, 23, tzinfo=UTC),
    )
    assert [delivery.due_at for delivery in scene.deliveries(post)] == [post.planned_at]


def test_a_time_in_the_past_is_refused_and_the_old_plan_stays(scene: Scene) -> None:
    post = scene.post(at=NOON)

    with pytest.raises(Unfit, match="This time is over"):
        planning.plan(scene.north_editor, post, at=WallTime.parse("2026-12-18T07:59", "UTC"), now=scene.now)

    assert Post.objects.get(pk=post.pk).planned_at == NOON


def test_only_who_writes_for_an_organisation_plans_for_it(scene: Scene) -> None:
    post = scene.post(at=NOON)

    for who in (scene.south_editor, scene.north_approver):
        with pytest.raises(NotAllowed):
            planning.plan(who, post, at=WallTime.parse("2026-12-18T18:00", "UTC"), now=scene.now)

    assert [delivery.due_at for delivery in scene.deliveries(post)] == [NOON]


def test_a_taken_out_variant_is_cancelled_and_a_new_one_planned(scene: Scene) -> None:
    second = scene.channel("second", network="website")
    post = scene.post(at=NOON)

    resubmit(scene, post, variants=[writing.DraftVariant(channel_id=second.pk, language="en")])

    assert [(d.channel.slug, d.state) for d in scene.deliveries(post)] == [
        ("website", State.CANCELLED),
        ("second", State.PLANNED),
    ]


def test_new_zone_data_lists_what_it_moves_and_moves_nothing(scene: Scene) -> None:
    """As when a country drops daylight saving: the row holds the instant of the old rules."""
    moved, still = scene.post(at=NOON), scene.post(at=NOON)
    old_instant = datetime(2026, 12, 19, 0, 0, tzinfo=UTC)
    for post in (moved, still):
        planning.plan(scene.north_editor, post, at=WallTime.parse("2026-12-18T18:00", "America/Bogota"), now=scene.now)
    Post.objects.filter(pk=moved.pk).update(planned_at=old_instant)

    found = planning.moved_by_zone_data(Post.objects.all(), now=scene.now)

    assert [(each.post.pk, each.before, each.after) for each in found] == [
        (moved.pk, old_instant, datetime(2026, 12, 18, 23, tzinfo=UTC))
    ]
    assert Post.objects.get(pk=moved.pk).planned_at == old_instant


def test_others_learn_of_a_slot_and_of_nothing_else(scene: Scene) -> None:
    scene.post("Nobody else may read this.", at=NOON)

    taken = list(Delivery.objects.all().taken(start=NOON, end=NOON + timedelta(hours=1)))

    assert taken == [
        {
            "due_at": NOON,
            "channel_id": scene.website.pk,
            "channel__name": "Website",
            "variant__post__organisation_id": scene.north.pk,
        }
    ]


def states(scene: Scene, post: Post) -> list[tuple[str, str]]:
    return [(delivery.state, delivery.code) for delivery in scene.deliveries(post)]


def resubmit(scene: Scene, post: Post, **changes: object) -> None:
    post = Post.objects.get(pk=post.pk)
    draft, version = writing.working_draft(post)
    changed = replace(draft, **changes)  # type: ignore[arg-type]
    writing.save_working_copy(scene.north_editor, post, changed, version=version, now=scene.now)
    writing.submit_working_copy(scene.north_editor, post, now=scene.now)


def at_the_gate(delivery: Delivery) -> gate.Passed | gate.Stopped:
    return gate.check(claiming.with_content(Delivery.objects.filter(pk=delivery.pk)).get(), now=NOON)


def failed_with_old_content(scene: Scene) -> Post:
    """A post whose delivery the network refused, and that was changed and approved since."""
    post = scene.post("Too bold a word.", at=NOON)
    delivery = scene.deliveries(post)[0]
    passed = at_the_gate(delivery)
    assert isinstance(passed, gate.Passed)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.FAILED, payload=passed.payload, payload_hash=passed.payload_hash
    )
    resubmit(scene, post, text={"en": "A calmer word."})
    scene.approve(post)
    return post


def test_a_refused_post_that_was_mended_and_approved_leaves_as_another_delivery(scene: Scene) -> None:
    """Promise 1: the old content's keys stay with it. Promise 2: what leaves is what was approved."""
    post = failed_with_old_content(scene)

    deciding.try_again(scene.north_editor, scene.deliveries(post)[0], now=NOON)

    assert states(scene, post) == [(State.CANCELLED, "replaced"), (State.PLANNED, "")]
    assert isinstance(at_the_gate(scene.deliveries(post)[1]), gate.Passed)


def test_moving_a_refused_post_plans_its_new_version(scene: Scene) -> None:
    post = failed_with_old_content(scene)

    scene.plan(post, NOON + timedelta(minutes=30))

    assert states(scene, post) == [(State.CANCELLED, "replaced"), (State.PLANNED, "")]
    assert scene.deliveries(post)[1].due_at == NOON + timedelta(minutes=30)


def test_what_was_dropped_stays_dropped_when_its_post_is_moved(scene: Scene) -> None:
    post = scene.post(at=NOON)
    deciding.drop(scene.north_editor, scene.deliveries(post)[0], now=scene.now)

    scene.plan(post, NOON + timedelta(minutes=30))

    assert states(scene, post) == [(State.CANCELLED, "dropped")]


def test_what_was_dropped_comes_back_once_by_a_persons_word(scene: Scene) -> None:
    post = scene.post(at=NOON)
    dropped = scene.deliveries(post)[0]
    deciding.drop(scene.north_editor, dropped, now=scene.now)
    dropped.refresh_from_db()

    offered = deciding.actions_for(scene.north_editor, dropped, now=scene.now)
    deciding.plan_again(scene.north_editor, dropped, now=scene.now)
    with pytest.raises(ForbiddenMove):
        deciding.plan_again(scene.north_editor, dropped, now=scene.now)

    assert offered == ("plan_again",)
    assert states(scene, post) == [(State.CANCELLED, "dropped"), (State.PLANNED, "")]


def test_a_channel_taken_out_after_it_was_sent_and_put_back_isnt_sent_again(scene: Scene) -> None:
    second = scene.channel("second", network="website")
    post = scene.post(at=NOON, channels=[scene.website, second])
    both = writing.working_draft(post)[0].variants
    sent = Delivery.objects.filter(variant__post=post, channel=scene.website)
    sent.update(state=State.SENT, sent_at=NOON)

    resubmit(scene, post, variants=[both[1]])
    resubmit(scene, post, variants=both)

    assert sorted((d.channel.slug, d.state) for d in scene.deliveries(post)) == [
        ("second", State.PLANNED),
        ("website", State.SENT),
    ]
