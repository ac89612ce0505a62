"""An empty campaign's home leads its coordinator step by step to the first post, and then says no more of it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from itac.campaign.models import Kind, Organisation, Person
from itac.core import clock
from itac.core.localised import Localised
from itac.publishing.founding import first_coordinator, found_campaign
from itac.publishing.models import State
from itac.publishing.moving import move
from itac.publishing.tests.factories import Scene
from itac.studio.getting_in.beginning import first_steps

Login = Callable[[Person], Client]


def done_steps(person: Person) -> list[bool]:
    return [step.is_done for step in first_steps(person)]


def test_a_new_campaign_shows_what_to_do_first_and_every_step_opens(db: None, login: Login) -> None:
    found_campaign(name=Localised({"en": "Seeds"}), short_name="S", zone="UTC", now=clock.now())
    ana = first_coordinator(email="ana@example.org", password="x" * 12, name="Ana", zone="UTC")
    client = login(ana)

    page = client.get("/studio/").content.decode()

    assert done_steps(ana) == [False] * 5
    assert "To the first post" in page
    for step in first_steps(ana):
        assert f'href="{step.url}"' in page
        assert client.get(step.url).status_code == 200
    Organisation.objects.create(slug="north", name=Localised({"en": "North"}), kind=Kind.CITY)
    assert done_steps(ana) == [True, False, False, False, False]
    assert client.get("/studio/").content.decode().count('aria-current="step"') == 1


def test_the_steps_are_the_coordinators_and_end_with_the_first_post(scene: Scene, login: Login) -> None:
    post = scene.post()
    assert done_steps(scene.coordinator) == [True, False, True, True, True]
    assert first_steps(scene.north_editor) == []
    assert "To the first post" not in login(scene.north_editor).get("/studio/").content.decode()

    delivery = scene.deliveries(post)[0]
    move(delivery, to=State.SENDING, now=scene.now, worker="w")
    move(delivery, to=State.SENT, now=scene.now, sent_at=scene.now)

    assert first_steps(scene.coordinator) == []
    assert "To the first post" not in login(scene.coordinator).get("/studio/").content.decode()
