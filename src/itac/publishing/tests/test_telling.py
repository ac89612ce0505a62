"""A terminal reads what goes out, and programs read whether it can."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from itac.core import clock
from itac.publishing.models import State, WorkerBeat
from itac.publishing.outbox import Worker
from itac.publishing.telling import Teller
from itac.publishing.tests.factories import Scene
from itac.publishing.working import Crew

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def test_each_post_that_goes_out_has_its_line_with_its_address_on_the_site() -> None:
    scene, lines = Scene(NOON - timedelta(hours=2)), list[str]()
    hand = scene.channel("notice-board", network="by_hand", person=scene.north_editor)
    scene.post(at=NOON, title="Two regions", channels=[scene.website, hand])
    worker = Worker(now=lambda: NOON)

    with Teller(lines.append):
        worker.work_off()
    worker.stop()
    worker.run()

    assert sorted(lines) == [
        "12:00:00 UTC waits for North Editor to post it by hand (Notice-Board, en): Two regions",
        "12:00:00 UTC went out (Website, en): Two regions http://127.0.0.1:8000/en/updates/two-regions/",
    ]


def test_a_worker_that_fails_is_replaced_and_the_post_leaves() -> None:
    scene = Scene(NOON - timedelta(hours=2))
    post, told, made = scene.post(at=NOON), threading.Event(), list[Worker]()

    class Failing(Worker):
        def turn(self) -> None:
            raise RuntimeError("A mistake of ours")

    def make() -> Worker:
        made.append(Failing() if not made else Worker(now=lambda: NOON))
        return made[-1]

    crew = Crew(make=make)
    with Teller(lambda _line: told.set()):
        crew.start()
        left = told.wait(timeout=20)
        crew.stop()
        crew.join()

    assert left
    assert [delivery.state for delivery in scene.deliveries(post)] == [State.SENT]


def test_health_tells_a_silent_worker_and_stays_ready(client: Client) -> None:
    Scene(NOON)
    never = client.get("/healthz?worker")
    WorkerBeat.objects.create(worker="one", beat_at=clock.now() - timedelta(minutes=3))
    silent, asked = client.get("/healthz"), client.get("/healthz?worker")
    WorkerBeat.objects.update(beat_at=clock.now())
    working = client.get("/healthz?worker")

    assert (never.status_code, never.json()["worker"]) == (503, "none")
    assert (silent.status_code, silent.json()["ready"], silent.json()["worker"]) == (200, True, "silent")
    assert asked.status_code == 503
    assert (working.status_code, working.json()["worker"]) == (200, "working")


def test_figures_are_for_the_programs_that_the_operator_names(client: Client) -> None:
    scene = Scene(NOON - timedelta(hours=2))
    scene.post(at=NOON)

    ours, stranger = client.get("/metrics"), client.get("/metrics", REMOTE_ADDR="192.0.2.7")

    lines = ours.content.decode().splitlines()
    assert ours.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert {'itac_deliveries{state="planned"} 1', 'itac_deliveries{state="sent"} 0', "itac_paused 0"} <= set(lines)
    assert all(line.startswith(("# HELP itac_", "# TYPE itac_", "itac_")) for line in lines)
    assert stranger.status_code == 404
