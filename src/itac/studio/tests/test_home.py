"""The first page says what needs this person, and tells nothing of what isn't theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from itac.campaign.models import Person
from itac.campaign.tokens import make_token, revoke_token
from itac.core import clock
from itac.publishing import approving, pausing
from itac.publishing.models import State, WorkerBeat
from itac.publishing.moving import move
from itac.publishing.tests.factories import Scene
from itac.studio.rooms import rooms_for

Login = Callable[[Person], Client]
HOME = "/studio/"


def text_of(client: Client, url: str) -> str:
    """A page's HTML."""
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_every_state_that_needs_somebody_stands_on_the_home_of_who_can_act(scene: Scene, login: Login) -> None:
    titles = {}
    for state in (State.HELD, State.UNCERTAIN, State.FAILED):
        post = scene.post(title=f"Post that is {state.value}")
        delivery = scene.deliveries(post)[0]
        if state != State.HELD:
            move(delivery, to=State.SENDING, now=scene.now, worker="w")
        move(delivery, to=state, now=scene.now, code="late")
        titles[state] = str(post)

    seen, not_seen = text_of(login(scene.north_editor), HOME), text_of(login(scene.south_editor), HOME)

    assert [title for title in titles.values() if title not in seen] == []
    assert [title for title in titles.values() if title in not_seen] == []


def test_who_is_asked_reads_it_on_the_home_until_they_answered(scene: Scene, login: Login) -> None:
    post = scene.post(title="Asked about", approved=False, at=scene.now + timedelta(hours=3))
    request = approving.ask(scene.north_editor, post, now=scene.now)
    address = reverse("studio_approve", args=[post.pk])
    assert address in text_of(login(scene.south_approver), HOME)

    approving.decide(
        scene.south_approver, request, organisation=scene.south, verdict="approve", seal=request.seal, now=scene.now
    )

    assert address not in text_of(login(scene.south_approver), HOME)
    assert address in text_of(login(scene.north_approver), HOME)
    assert address not in text_of(login(scene.south_editor), HOME)


def test_others_learn_channel_time_and_organisation_of_a_slot_and_nothing_more(scene: Scene, login: Login) -> None:
    scene.post("Words nobody else may read", title="A title nobody else may read", at=scene.now + timedelta(hours=3))

    home = text_of(login(scene.south_editor), HOME)

    assert "nobody else may read" not in home
    assert "North City" in home


@pytest.mark.parametrize("room", ["wagtailadmin_home", "studio_posts", "studio_channels", "wagtailadmin_account"])
def test_every_page_says_that_the_worker_is_silent_until_it_beats_again(room: str, scene: Scene, login: Login) -> None:
    beat = WorkerBeat.objects.create(worker="w", beat_at=clock.now() - timedelta(seconds=180))
    client = login(scene.north_editor)
    assert "The worker has been silent since" in text_of(client, reverse(room))

    WorkerBeat.objects.filter(pk=beat.pk).update(beat_at=clock.now())

    assert "The worker has been silent since" not in text_of(client, reverse(room))


def test_a_pause_is_said_on_every_page_with_its_reason(scene: Scene, login: Login) -> None:
    pausing.pause(scene.coordinator, channel=scene.website, reason="A storm", now=scene.now)
    pausing.pause(scene.coordinator, channel=None, reason="A day of mourning", now=scene.now)

    page = text_of(login(scene.north_editor), reverse("studio_deliveries"))

    assert "The whole campaign is paused: A day of mourning." in page
    assert "Website is paused: A storm." in page


def test_every_room_of_a_person_is_linked_from_home_and_opens(scene: Scene, login: Login) -> None:
    for person in (scene.coordinator, scene.north_editor, scene.south_approver):
        client = login(person)
        home = text_of(client, HOME)
        for room in rooms_for(person):
            assert f'href="{room.url}"' in home
            if "studio_" in resolve(room.url).view_name:  # Wagtail's own rooms have tests of their own
                assert client.get(room.url).status_code == 200, room.url


@pytest.mark.parametrize("room", [HOME, "/studio/calendar/", "/studio/posts/"])
def test_a_zone_without_a_place_is_a_zone_too(room: str, scene: Scene, login: Login) -> None:
    Person.objects.filter(pk=scene.north_editor.pk).update(zone="Etc/GMT+5")

    assert "GMT+5" in text_of(login(scene.north_editor), room)


def test_a_token_that_ends_within_two_weeks_stands_with_its_organisations_people(scene: Scene, login: Login) -> None:
    for name, days in (("Newsroom", 14), ("Archive", 15), ("Revoked", 14)):
        made, _text = make_token(
            scene.coordinator, organisation=scene.north, name=name, scopes=["posts:read"],
            expires_at=scene.now + timedelta(days=days), now=scene.now,
        )  # fmt: skip
    revoke_token(scene.coordinator, made, now=scene.now)

    told = {
        person: [name for name in ("Newsroom", "Archive", "Revoked") if name in text_of(login(person), HOME)]
        for person in (scene.coordinator, scene.north_editor, scene.south_editor)
    }

    assert told == {scene.coordinator: ["Newsroom"], scene.north_editor: ["Newsroom"], scene.south_editor: []}


def test_three_questions_cost_as_many_queries_as_one(scene: Scene, login: Login) -> None:
    queries = {}
    for number in range(1, 4):
        post = scene.post(title=f"Question {number}", approved=False, at=scene.now + timedelta(hours=3))
        approving.ask(scene.north_editor, post, now=scene.now)
        client = login(scene.south_approver)
        client.get(HOME)  # what a process keeps from its first page on
        with CaptureQueriesContext(connection) as captured:
            assert f"Question {number}" in text_of(client, HOME)
        queries[number] = len(captured)

    assert queries[1] == queries[3]
