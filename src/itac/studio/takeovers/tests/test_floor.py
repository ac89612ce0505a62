"""Who has the floor is said wherever a post is planned; a coordinator lets an urgent one through, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from itac.campaign.models import Person
from itac.publishing.models import Post
from itac.studio.tests.test_calendar_moving import sent
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]
FLOOR = "North City has the floor on Website at that time."


@pytest.fixture
def takeover(stage: Stage) -> TakeOver:
    """North City has the website from tomorrow noon on for six hours."""
    return stage.briefed(opens_at=stage.noon + 24 * HOUR, closes_at=stage.noon + 30 * HOUR)


@pytest.fixture
def post(stage: Stage, takeover: TakeOver) -> Post:
    """The campaign's own, an hour into the window."""
    made = stage.scene.post(title="A storm is coming", at=stage.noon + 25 * HOUR)
    Post.objects.filter(pk=made.pk).update(organisation=None)
    return Post.objects.get(pk=made.pk)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_coordinator_says_that_a_post_is_urgent_and_takes_it_back(stage: Stage, post: Post, login: Login) -> None:
    client, address = login(stage.coordinator), f"/studio/posts/{post.pk}/"
    before = plain(client.get(address).content.decode())

    marked = plain(client.post(f"{address}urgent/", {"do": "mark"}, follow=True).content.decode())
    post.refresh_from_db()
    urgent_at = post.urgent_at
    unmarked = plain(client.post(f"{address}urgent/", {"do": "unmark"}, follow=True).content.decode())
    post.refresh_from_db()

    assert FLOOR in before
    assert "let it leave also while others have the floor" in before
    assert urgent_at is not None
    assert FLOOR not in marked
    assert "Coordinator said so." in marked
    assert post.urgent_at is None
    assert FLOOR in unmarked


def test_a_post_of_a_take_over_is_never_urgent_and_names_its_take_over(
    stage: Stage, takeover: TakeOver, login: Login
) -> None:
    own = stage.post(takeover, at=takeover.opens_at + HOUR)
    client, address = login(stage.coordinator), f"/studio/posts/{own.pk}/"

    page = client.get(address).content.decode()

    assert f'href="/studio/take-overs/{takeover.pk}/"' in page
    assert "/urgent/" not in page
    assert client.post(f"{address}urgent/", {"do": "mark"}).status_code == 404


def test_planning_into_a_window_of_others_is_done_and_said(stage: Stage, post: Post, login: Login) -> None:
    client, address = login(stage.coordinator), f"/studio/posts/{post.pk}/plan/"
    wall = f"{stage.noon + 26 * HOUR:%Y-%m-%dT%H:%M}"

    answer = client.post(address, {"wall": wall, "zone": "UTC"}, follow=True)

    assert FLOOR in plain(answer.content.decode())
    assert FLOOR in plain(client.get(address).content.decode())
    outside = f"{stage.noon + 31 * HOUR:%Y-%m-%dT%H:%M}"
    assert FLOOR not in plain(client.post(address, {"wall": outside, "zone": "UTC"}, follow=True).content.decode())


def test_a_move_into_a_window_of_others_is_made_only_once_that_was_read(stage: Stage, post: Post, login: Login) -> None:
    client = login(stage.coordinator)
    wall = f"{stage.noon + 25 * HOUR + timedelta(minutes=30):%Y-%m-%dT%H:%M}"

    unread = sent(client, post, wall)

    assert unread.status_code == 422
    assert FLOOR in plain(unread.content.decode())
    post.refresh_from_db()
    assert post.planned_at == stage.noon + 25 * HOUR
