"""A copy is taken while a worker sends, the world goes on, the copy is put back: nothing goes out a second time."""

from __future__ import annotations

import html
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from psycopg import sql

from itac.campaign.models import AuditEntry, Person
from itac.core import mailing
from itac.core.carrying import Folder
from itac.core.models import Mail, MailState
from itac.core.postman import Postman
from itac.networks.models import WebsiteEntry
from itac.publishing import codes, deciding, pausing
from itac.publishing.errors import ForbiddenMove
from itac.publishing.models import Delivery, State
from itac.publishing.tests.factories import Scene, picture
from tests.journeys.stands import DUE, Stand
from tests.journeys.terminal import ITAC, environment
from tools import postgres
from tools.databases import Database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def original(each_database: Database) -> Database:
    """Where the campaign runs; what this process locks log-ins with lies with its data."""
    keys = each_database.data / "keys"
    keys.mkdir()
    (keys / "tokens").write_text("\n".join(settings.TOKEN_KEYS) + "\n")
    return each_database


@pytest.fixture
def scene(original: Database) -> Scene:
    return Scene(DUE - timedelta(hours=2))


@pytest.fixture
def empty(original: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Another machine: an empty directory, and an empty database of the same kind."""
    if original.kind == "sqlite":
        yield Database("sqlite", tmp_path / "other", "")
        return
    cluster, name = request.getfixturevalue("postgres_url"), f"{original.url.rpartition('/')[2]}_other"
    with postgres.administration(cluster) as administration:
        administration.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield Database("postgresql", tmp_path / "other", f"{original.url}_other")
    connections.close_all()
    with postgres.administration(cluster) as administration:
        administration.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(*words: str, on: Database) -> str:
    done = subprocess.run(
        [*ITAC, *words], env=environment(on.data, url=on.url), text=True, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def work(stand: Stand, after: timedelta) -> None:
    stand.now = DUE + after
    worker = stand.another_worker()
    worker.work_off()
    worker.stop()
    worker.run()


def plan(scene: Scene, stand: Stand, text: str, after: timedelta = timedelta(), **facts: object) -> Delivery:
    channels = facts.pop("channels", [stand.channel])
    return scene.deliveries(scene.post(text, channels=channels, at=DUE + after, **facts))[0]


def test_what_was_sent_after_the_copy_is_not_sent_again(
    original: Database,
    mastodon_stand: Stand,
    empty: Database,
    turn_to: Callable[[Database], None],
    tmp_path: Path,
) -> None:
    """Promise 1: what may be out waits for a person, listed on the Studio's home; what is planned for later stays."""
    stand, scene, file = mastodon_stand, mastodon_stand.scene, tmp_path / "copy.zip"
    under_way = stand.plan("Under way.")
    waits = plan(scene, stand, "Waits.", MINUTE / 2)
    late = plan(scene, stand, "Late, and sent by a person.", -20 * MINUTE)
    on_site = plan(scene, stand, "On the site.", channels=[scene.website], pictures=(picture(),))
    later = plan(scene, stand, "Tomorrow.", DAY)
    letter = {"to": "ana@example.org", "language": "en", "zone": "UTC", "kind": "morning", "subject": "S", "text": "T"}
    mailing.post(key="morning:1", now=DUE, **letter)
    went: list[str] = []
    postman = Postman(Folder(tmp_path / "mail", say=went.append), now=lambda: DUE + MINUTE)
    work(stand, -MINUTE)  # holds what is late
    worker = stand.another_worker(in_flight=1)
    stand.proxy.hold("POST", stand.publishing)
    stand.now = DUE
    worker.turn()
    stand.proxy.wait_for("held", method="POST", path=stand.publishing)

    run("backup", str(file), on=original)
    stand.proxy.release()
    stand.work(worker=worker)
    work(stand, MINUTE)
    deciding.send_now(scene.coordinator, Delivery.objects.get(pk=late.pk), now=DUE + MINUTE)
    work(stand, MINUTE)
    postman.work_off()
    sent = {"Late, and sent by a person.", "Under way.", "Waits."}
    assert (set(stand.texts()), len(stand.texts()), len(went)) == (sent, 3, 1)

    run("restore", str(file), on=empty)
    turn_to(empty)
    work(stand, MINUTE)
    postman.work_off()
    pausing.resume(scene.coordinator, channel=None, now=DUE + MINUTE)
    work(stand, 2 * MINUTE)

    assert (len(stand.texts()), len(went), WebsiteEntry.objects.count()) == (3, 1, 0)
    found = {pk: (state, code) for pk, state, code in Delivery.objects.values_list("pk", "state", "code")}
    assert found == {
        under_way.pk: (State.UNCERTAIN, "restored"),
        waits.pk: (State.UNCERTAIN, "restored"),
        late.pk: (State.UNCERTAIN, "restored"),
        on_site.pk: (State.HELD, "restored_site"),
        later.pk: (State.PLANNED, ""),
    }
    assert Mail.objects.needing_person().get().state == MailState.UNCLEAR
    assert AuditEntry.objects.filter(kind="restored").count() == 1
    home = _home(scene.north_editor)
    for delivery in (under_way, waits, late, on_site):
        assert reverse("studio_delivery", args=[delivery.pk]) in home
    assert (home.count(codes.sentence("restored")), home.count(codes.sentence("restored_site"))) == (3, 1)
    for name in ("keys/tokens", *(path.relative_to(original.data) for path in original.data.glob("media/**/*.jpg"))):
        assert (empty.data / name).read_bytes() == (original.data / name).read_bytes()

    with pytest.raises(ForbiddenMove):  # a worker would look under keys that what was sent never had
        deciding.look_up(scene.coordinator, Delivery.objects.get(pk=waits.pk), now=DUE + MINUTE)
    work(stand, DAY)

    assert stand.texts()[-1] == "Tomorrow."
    assert len(stand.texts()) == 4


def _home(person: Person) -> str:
    browser = Client()
    browser.force_login(person)
    return html.unescape(browser.get(reverse("wagtailadmin_home")).content.decode())
