"""The worker as a process, when its database is full, locked or gone for a while: it says so, goes on, and what was
under way is there once (Promise 1)."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from itac.core import clock
from itac.networks.models import Channel, WebsiteEntry
from itac.publishing.models import Delivery, State
from itac.publishing.tests.factories import Scene
from tests.journeys.terminal import Terminal, environment
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy
from tools import postgres
from tools.databases import Database

STATUSES = "/api/v1/statuses"
PATIENCE = 60.0
pytestmark = pytest.mark.slow
on_sqlite = pytest.mark.parametrize("each_database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("each_database", ["postgresql"], indirect=True)


@pytest.fixture
def scene(each_database: Database) -> Scene:
    return Scene(clock.now())


@pytest.fixture
def worker(each_database: Database, scene: Scene) -> Iterator[Terminal]:
    """`itac worker` on the test's database, as it stands ready."""
    keys = {"ITAC_TOKEN_KEYS": ",".join(settings.TOKEN_KEYS)}
    with Terminal("worker", environment=environment(each_database.data, url=each_database.url) | keys) as terminal:
        terminal.wait_for(lambda line: "worker_started" in line, seconds=PATIENCE)
        yield terminal


def plan_now(scene: Scene, channel: Channel) -> Delivery:
    """Approved for later, then moved to now within its window."""
    connections.close_all()
    scene.now = clock.now()
    post = scene.post("Together.", channels=[channel], at=scene.now + timedelta(minutes=30))
    scene.plan(post, scene.now)
    return scene.deliveries(post)[0]


def on_mastodon(scene: Scene, server: MastodonServer, proxy: Proxy) -> Channel:
    return scene.channel(
        "mastodon", network="mastodon", secret={"access_token": server.token}, address=proxy.url,
        account_id=server.account_id(),
    )  # fmt: skip


@contextlib.contextmanager
def full_disk(process: subprocess.Popen[str]) -> Iterator[None]:
    """As far as this process can tell: no file of its takes another byte."""
    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))


def trouble(worker: Terminal) -> str:
    """The worker's next line about its database."""
    return worker.wait_for(lambda line: "database_trouble" in line, seconds=PATIENCE)


def went_out(worker: Terminal) -> str:
    """The worker's next line about a post that left."""
    return worker.wait_for(lambda line: " went out " in line, seconds=PATIENCE)


@on_sqlite
def test_a_full_disk_delays_a_post_and_says_so(scene: Scene, worker: Terminal) -> None:
    with full_disk(worker.process):
        delivery = plan_now(scene, scene.website)
        line = trouble(worker)
        there_meanwhile = WebsiteEntry.objects.count()

    went_out(worker)
    delivery.refresh_from_db()

    assert "disk" in line
    assert there_meanwhile == 0
    assert delivery.state == State.SENT
    assert WebsiteEntry.objects.count() == 1


@on_sqlite
@pytest.mark.parametrize("limited", [False, True], ids=["accepted", "rate limited"])
def test_an_answer_that_the_full_disk_could_not_take_is_recorded_afterwards(
    scene: Scene, worker: Terminal, mastodon: MastodonServer, limited: bool
) -> None:
    """The call is made once when it was accepted, and again later when it is known not to have been."""
    with Proxy(mastodon.url) as inner, Proxy(inner.url) as outer:
        if limited:
            inner.status(429, "POST", STATUSES, headers={"Retry-After": "1"})
        outer.hold("POST", STATUSES)
        delivery = plan_now(scene, on_mastodon(scene, mastodon, outer))
        outer.wait_for("held", PATIENCE, method="POST", path=STATUSES)

        with full_disk(worker.process):
            outer.release()
            trouble(worker)
        went_out(worker)
        delivery.refresh_from_db()

        assert delivery.state == State.SENT
        assert [mastodon.text_of(status["id"]) for status in mastodon.statuses()] == ["Together."]
        assert sum(one.path == STATUSES for one in outer.exchanges()) == (2 if limited else 1)


@on_sqlite
def test_a_database_locked_by_another_process_delays_an_answer_and_loses_nothing(
    each_database: Database, scene: Scene, worker: Terminal, mastodon: MastodonServer
) -> None:
    with Proxy(mastodon.url) as proxy:
        proxy.hold("POST", STATUSES)
        delivery = plan_now(scene, on_mastodon(scene, mastodon, proxy))
        proxy.wait_for("held", PATIENCE, method="POST", path=STATUSES)

        with contextlib.closing(sqlite3.connect(each_database.file, isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")
            proxy.release()
            line = trouble(worker)
            another.execute("ROLLBACK")
        went_out(worker)
        delivery.refresh_from_db()

        assert "database is locked" in line
        assert delivery.state == State.SENT
        assert len(mastodon.statuses()) == sum(one.path == STATUSES for one in proxy.exchanges()) == 1


@on_postgresql
def test_a_database_whose_lines_break_is_asked_again(
    each_database: Database, scene: Scene, worker: Terminal, mastodon: MastodonServer, postgres_url: str
) -> None:
    """As when PostgreSQL is restarted while a call is under way."""
    with Proxy(mastodon.url) as proxy:
        proxy.hold("POST", STATUSES)
        delivery = plan_now(scene, on_mastodon(scene, mastodon, proxy))
        proxy.wait_for("held", PATIENCE, method="POST", path=STATUSES)

        with postgres.administration(postgres_url) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [each_database.url.rpartition("/")[2]],
            )
        connections.close_all()
        proxy.release()
        trouble(worker)
        went_out(worker)
        delivery.refresh_from_db()

        assert delivery.state == State.SENT
        assert len(mastodon.statuses()) == sum(one.path == STATUSES for one in proxy.exchanges()) == 1
