"""Everything of one organisation is held at once, and lifting that lets nothing out that waited (Promise 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from itac.campaign.models import AuditEntry, Person
from itac.networks.models import WebsiteEntry
from itac.publishing import deciding, holding, righting, writing
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.mending import Mender
from itac.publishing.models import Delivery, OrganisationHold, Post, State
from itac.publishing.outbox import LINE_SECONDS, Worker
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft
from tests.servers.receiver import Receiver

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ON_HOLD = (State.HELD, "organisation_held")


class Died(BaseException):
    """The process ends here, as far as the worker can tell: nothing catches this."""


@pytest.fixture
def scene(each_database: object) -> Scene:
    return Scene(NOON - timedelta(hours=2))


@pytest.fixture
def slow() -> Iterator[Receiver]:
    """A server whose answer comes after a call has waited in line for too long."""
    with Receiver(seconds=LINE_SECONDS * 2) as receiver:
        yield receiver


def work(at: datetime, watch: Callable[[str], None] = lambda _point: None, **facts: int) -> None:
    worker = Worker(now=lambda: at, watch=watch, **facts)
    worker.work_off()
    worker.stop()
    worker.run()


def states(scene: Scene, *posts: Post) -> list[tuple[str, str]]:
    return [(d.state, d.code) for post in posts for d in scene.deliveries(post)]


def of_the_south(scene: Scene, at: datetime) -> Post:
    """An approved post of the other organisation."""
    here, there = (scene.north, scene.north_editor), (scene.south, scene.south_editor)
    scene.north, scene.north_editor = there
    scene.north_approver, scene.south_approver = scene.south_approver, scene.north_approver
    scene.south = here[0]
    try:
        return scene.post(at=at)
    finally:
        scene.north, scene.north_editor = here
        scene.south = there[0]
        scene.north_approver, scene.south_approver = scene.south_approver, scene.north_approver


def mastodon(scene: Scene, receiver: Receiver) -> object:
    return scene.channel(
        "slow", network="mastodon", address=receiver.url, account_id="1", secret={"access_token": "token"}
    )


def test_one_press_holds_all_that_is_planned_of_the_organisation_and_nothing_else(scene: Scene) -> None:
    soon, later = scene.post(at=NOON), scene.post(at=NOON + timedelta(days=3))
    other = of_the_south(scene, NOON)

    number = holding.hold_everything(scene.coordinator, scene.north, reason="A figure is in doubt", now=NOON - MINUTE)
    work(NOON)

    assert number == 2
    assert states(scene, soon, later) == [ON_HOLD, ON_HOLD]
    assert states(scene, other) == [(State.SENT, "")]
    moves = [(m.actor, m.note) for d in scene.deliveries(later) for m in d.moves.all()]
    assert moves == [(scene.coordinator, "A figure is in doubt")]
    entry = AuditEntry.objects.get(kind="organisation_held")
    assert (entry.organisation, entry.actor) == (scene.north, scene.coordinator)


def test_what_is_planned_during_a_hold_is_stopped_at_its_moment(scene: Scene) -> None:
    holding.hold_everything(scene.north_editor, scene.north, reason="", now=NOON - 2 * MINUTE)
    post = scene.post(at=NOON)

    work(NOON)

    assert states(scene, post) == [ON_HOLD]


def test_lifting_lets_nothing_out_until_a_person_decides_about_each(scene: Scene) -> None:
    now_due, later = scene.post(at=NOON), scene.post(at=NOON + 30 * MINUTE)
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON - MINUTE)

    holding.lift(scene.coordinator, scene.north, now=NOON + MINUTE)
    work(NOON + 30 * MINUTE)
    after_lifting = states(scene, now_due, later)
    deciding.send_now(scene.north_editor, scene.deliveries(now_due)[0], now=NOON + 31 * MINUTE)
    work(NOON + 31 * MINUTE)

    assert after_lifting == [ON_HOLD, ON_HOLD]
    assert states(scene, now_due, later) == [(State.SENT, ""), ON_HOLD]


def test_what_came_due_while_no_worker_ran_doesnt_leave_by_lifting(scene: Scene) -> None:
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON - 2 * MINUTE)
    due, later = scene.post(at=NOON), scene.post(at=NOON + 5 * MINUTE)

    late = holding.lift(scene.coordinator, scene.north, now=NOON + MINUTE)
    work(NOON + 5 * MINUTE)

    assert late == 1
    assert states(scene, due, later) == [ON_HOLD, (State.SENT, "")]


def test_what_a_worker_had_in_hand_when_it_died_doesnt_leave_by_lifting(scene: Scene) -> None:
    post = scene.post(at=NOON)

    def die(point: str) -> None:
        if point == "after_intent":
            raise Died

    dying = Worker(now=lambda: NOON, watch=die)
    with pytest.raises(Died):
        dying.work_off()
    dying.pool.shutdown(wait=True)
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON)
    holding.lift(scene.coordinator, scene.north, now=NOON + MINUTE)

    for minutes in (2, 4, 6):
        work(NOON + minutes * MINUTE)

    assert states(scene, post) == [ON_HOLD]
    assert not WebsiteEntry.objects.exists()


def test_calls_that_stand_in_line_are_not_made(scene: Scene, slow: Receiver) -> None:
    channel = mastodon(scene, slow)
    posts = [scene.post(f"Sentence {number}.", at=NOON, channels=[channel]) for number in range(3)]  # type: ignore[list-item]
    worker = Worker(now=lambda: NOON, in_flight=1)
    worker.call_seconds = 0.05  # what it learned from quick answers before
    worker.turn()
    assert worker.under_way == 3

    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON)
    worker.work_off()
    worker.stop()
    worker.run()

    assert states(scene, *posts) == [(State.SENT, ""), ON_HOLD, ON_HOLD]
    assert len(slow.receipts()) == 1


def test_a_thread_stops_between_two_of_its_parts_and_says_so(scene: Scene, slow: Receiver) -> None:
    channel = mastodon(scene, slow)
    post = scene.post("One.\n---\nTwo.", at=NOON, channels=[channel])  # type: ignore[list-item]

    def press(point: str) -> None:
        if point == "between_parts":
            holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON)

    work(NOON, press)
    holding.lift(scene.coordinator, scene.north, now=NOON + MINUTE)
    work(NOON + MINUTE)

    assert states(scene, post) == [ON_HOLD]
    assert len(slow.receipts()) == 1
    assert [move.note for move in scene.deliveries(post)[0].moves.filter(after=State.HELD)] == ["thread_cut"]


def test_a_correction_waits_and_a_withdrawal_doesnt(scene: Scene) -> None:
    post = scene.post("Before.", at=NOON)
    work(NOON)
    draft, version = writing.working_draft(post)
    changed = Draft.from_json({**draft.as_json(), "text": {"en": "After."}})
    writing.save_working_copy(scene.north_editor, post, changed, version=version, now=NOON)
    writing.submit_working_copy(scene.north_editor, post, now=NOON)
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON)

    correction = righting.correct(scene.coordinator, post, note="Wrong year", now=NOON, is_urgent=True)[0]
    Mender(now=lambda: NOON).work_off()
    correction.refresh_from_db()
    righting.give_up(scene.coordinator, correction, now=NOON)
    withdrawal = righting.withdraw(scene.coordinator, post, note="Wrong year", now=NOON)[0]
    Mender(now=lambda: NOON).work_off()
    withdrawal.refresh_from_db()

    assert WebsiteEntry.objects.get().text == "Before."
    assert (correction.code, withdrawal.state) == ("organisation_held", "done")


def test_a_held_one_is_planned_again_for_its_time_and_no_other(scene: Scene) -> None:
    post, over = scene.post(at=NOON + 30 * MINUTE), scene.post(at=NOON)
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON - MINUTE)
    holding.lift(scene.coordinator, scene.north, now=NOON)

    deciding.plan_again(scene.north_editor, scene.deliveries(post)[0], now=NOON)
    with pytest.raises(Unfit):
        deciding.plan_again(scene.north_editor, scene.deliveries(over)[0], now=NOON)
    work(NOON + 29 * MINUTE)
    before = states(scene, post)
    work(NOON + 30 * MINUTE)

    assert before == [(State.PLANNED, "planned_again")]
    assert states(scene, post, over) == [(State.SENT, ""), ON_HOLD]


def test_pressing_again_holds_what_was_planned_since_and_stays_one_hold(scene: Scene) -> None:
    holding.hold_everything(scene.coordinator, scene.north, reason="First", now=NOON - 3 * MINUTE)
    post = scene.post(at=NOON)

    again = holding.hold_everything(scene.north_editor, scene.north, reason="Second", now=NOON - 2 * MINUTE)

    assert (again, states(scene, post)) == (1, [ON_HOLD])
    assert [hold.reason for hold in OrganisationHold.objects.all()] == ["First"]


@pytest.mark.parametrize("each_database", ["sqlite"], indirect=True)
def test_who_may_hold_and_who_may_lift(scene: Scene) -> None:
    def tries(actor: Person, verb: Callable[..., int], **facts: str) -> bool:
        try:
            verb(Person.objects.get(pk=actor.pk), scene.north, now=NOON, **facts)
        except NotAllowed:
            return False
        return True

    people = [scene.north_editor, scene.north_approver, scene.south_editor, scene.south_approver, scene.coordinator]
    may_hold = [tries(each, holding.hold_everything, reason="") for each in people]
    holding.lift(scene.coordinator, scene.north, now=NOON)

    holding.hold_everything(scene.coordinator, scene.north, reason="", now=NOON)
    of_a_coordinator = [tries(each, holding.lift) for each in people]
    holding.hold_everything(scene.north_approver, scene.north, reason="", now=NOON)
    of_their_own = [tries(each, holding.lift) for each in (scene.south_editor, scene.north_editor)]

    assert may_hold == [True, True, False, False, True]
    assert of_a_coordinator == [False, False, False, False, True]
    assert of_their_own == [False, True]
    assert not OrganisationHold.objects.in_force().exists()
    assert not Delivery.objects.exists()
