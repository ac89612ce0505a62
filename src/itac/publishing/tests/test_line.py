"""Calls that stand in line for a free thread keep both promises: once, and by what the gate says when they begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from itac.publishing import pausing
from itac.publishing.models import Attempt, AttemptState, Delivery, State
from itac.publishing.outbox import LINE_SECONDS, Worker
from itac.publishing.tests.factories import Scene
from tests.servers.receiver import Receiver

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow() -> Iterator[Receiver]:
    """A server whose answer comes after a call has waited in line for too long."""
    with Receiver(seconds=LINE_SECONDS * 2) as receiver:
        yield receiver


@pytest.fixture
def scene(slow: Receiver) -> Scene:
    """Three posts due at noon on a channel of the slow server."""
    scene = Scene(NOON - timedelta(hours=2))
    channel = scene.channel(
        "slow", network="mastodon", address=slow.url, account_id="1", secret={"access_token": "token"}
    )
    for number in range(3):
        scene.post(f"Sentence {number}.", at=NOON, channels=[channel])
    return scene


@pytest.fixture
def worker(scene: Scene) -> Iterator[Worker]:
    """A worker with one thread, for which it is noon."""
    worker = Worker(now=lambda: NOON, in_flight=1)
    yield worker
    worker.stop()
    worker.run()


def deliveries() -> list[Delivery]:
    """All, read afresh, in the order in which they are due."""
    return list(Delivery.objects.order_by("pk"))


def put_in_line(worker: Worker) -> None:
    """The first post is on its way, the others stand in line."""
    worker.call_seconds = 0.05  # what it learned from quick answers before
    worker.turn()
    assert worker.under_way == 3


def test_a_pause_stops_calls_that_stand_in_line(scene: Scene, slow: Receiver, worker: Worker) -> None:
    put_in_line(worker)

    pausing.pause(scene.coordinator, channel=None, reason="", now=NOON)
    worker.work_off()

    held = (State.HELD, "campaign_paused")
    assert [(d.state, d.code) for d in deliveries()] == [(State.SENT, ""), held, held]
    assert len(slow.receipts()) == 1


def test_a_call_that_waited_too_long_is_made_once_after_the_gate_was_asked_again(
    slow: Receiver, worker: Worker
) -> None:
    put_in_line(worker)

    worker.work_off()

    tries = Attempt.objects.filter(part__delivery=deliveries()[1]).values_list("number", "state", "code")
    assert list(tries) == [(1, AttemptState.NOT_ACCEPTED, "worker_slow"), (2, AttemptState.ACCEPTED, "")]
    assert [d.state for d in deliveries()] == [State.SENT] * 3
    assert [receipt["again"] for receipt in slow.receipts()] == [0, 0, 0]


def test_nobody_stands_in_line_for_a_slow_network(slow: Receiver, worker: Worker) -> None:
    most = 0
    while any(d.state != State.SENT for d in deliveries()):
        worker.turn()
        most = max(most, worker.under_way)

    assert most == 1
    assert not Attempt.objects.filter(code="worker_slow").exists()
