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
    """A server that answers after a call has waited in line for too long."""
    with Receiver(seconds=LINE_SECONDS * 2) as receiver:
        yield receiver


def deliveries() -> list[Delivery]:
    """All, read afresh, in the order in which they are due."""
    return list(Delivery.objects.order_by("pk"))


def a_line(receiver: Receiver, *, posts: int = 3) -> tuple[Scene, Worker]:
    """Posts due on a worker with one thread: the first is sent, the second on its way, the third in line."""
    scene = Scene(NOON - timedelta(hours=2))
    channel = scene.channel(
        "slow", network="mastodon", address=receiver.url, account_id="1", secret={"access_token": "token"}
    )
    for number in range(posts):
        scene.post(f"Sentence {number}.", at=NOON, channels=[channel])
    worker = Worker(now=lambda: NOON, in_flight=1)
    while worker.under_way < 2:
        worker.turn()
    return scene, worker


def test_a_pause_stops_a_call_that_waits_in_line(slow: Receiver) -> None:
    scene, worker = a_line(slow)

    pausing.pause(scene.coordinator, channel=None, reason="", now=NOON)
    worker.work_off()
    worker.stop()
    worker.run()

    assert [(d.state, d.code) for d in deliveries()] == [
        (State.SENT, ""),
        (State.SENT, ""),
        (State.HELD, "campaign_paused"),
    ]
    assert len(slow.receipts()) == 2


def test_a_call_that_waited_too_long_is_made_once_after_the_gate_was_asked_again(slow: Receiver) -> None:
    _scene, worker = a_line(slow)

    worker.work_off()
    worker.stop()
    worker.run()

    last = deliveries()[-1]
    tries = list(Attempt.objects.filter(part__delivery=last).values_list("number", "state", "code"))
    assert tries == [(1, AttemptState.NOT_ACCEPTED, "worker_slow"), (2, AttemptState.ACCEPTED, "")]
    assert [d.state for d in deliveries()] == [State.SENT] * 3
    assert [(receipt["key"], receipt["again"]) for receipt in slow.receipts()] == [
        (d.parts.get().key, 0) for d in deliveries()
    ]


def test_a_stalled_network_gets_no_line(slow: Receiver) -> None:
    _scene, worker = a_line(slow, posts=4)

    before = Attempt.objects.count()
    worker.turn()

    assert (before, Attempt.objects.count(), worker.under_way) == (3, 3, 2)
    worker.stop()
    worker.run()
