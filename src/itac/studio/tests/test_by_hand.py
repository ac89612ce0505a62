"""A person who posts by hand finds all of it on one page, passes it on, and shows that it stands."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from itac.campaign.models import Person
from itac.core import clock
from itac.networks.models import Channel
from itac.publishing import holding
from itac.publishing.models import Delivery, Proof, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene, picture

Login = Callable[[Person], Client]
pytestmark = pytest.mark.django_db(transaction=True)


def waiting(scene: Scene, text: str = "Read this aloud.", **facts: object) -> Delivery:
    """A delivery that waits for a hand since now."""
    named = {"person": scene.south_editor, "stand_in": scene.coordinator, "posted_on": "x", **facts}
    wall = scene.channel("wall", network="by_hand", **named)
    shown = picture(owner=scene.north)
    post = scene.post(text, channels=[wall], pictures=(shown,), at=clock.now() + timedelta(minutes=1))
    scene.plan(post, clock.now() - timedelta(seconds=1))
    worker = Worker()
    worker.work_off()
    worker.stop()
    worker.run()
    found = scene.deliveries(post)[0]
    assert found.state == State.AWAITING
    return found


def screenshot() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (390, 844), (240, 240, 230)).save(data, format="PNG")
    return SimpleUploadedFile("Screenshot of Ana's phone.png", data.getvalue(), "image/png")


def page_of(delivery: Delivery) -> str:
    return reverse("studio_delivery", args=[delivery.pk])


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_one_page_has_text_pictures_and_the_way_to_the_network(scene: Scene, login: Login) -> None:
    delivery = waiting(scene, "One.\n---\nTwo.")

    html = text_of(login(scene.south_editor), page_of(delivery))

    assert 'aria-label="The text to post, part 1 of 2">One.</textarea>' in html
    assert 'aria-label="The text to post, part 2 of 2">Two.</textarea>' in html
    assert 'href="https://x.com/intent/tweet?text=One."' in html
    assert "Save picture 1" in html
    assert "A street, in one colour</textarea>" in html


def test_a_screenshot_marks_it_as_sent_and_is_seen_only_by_who_sees_the_delivery(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)
    hand = login(scene.south_editor)

    answer = hand.post(reverse("studio_act", args=[delivery.pk, "confirm"]), {"screenshot": screenshot()})

    assert answer.status_code == 302
    shown = reverse("studio_proof", args=[delivery.pk])
    assert shown in text_of(hand, page_of(delivery))
    seen = {
        who.name: login(who).get(shown).status_code
        for who in (scene.south_editor, scene.north_editor, scene.north_approver, scene.coordinator)
    }
    assert set(seen.values()) == {200}
    stranger = Person.objects.create_user("west@example.org", None, name="West", is_coordinator=False)
    assert login(stranger).get(shown).status_code == 302
    assert Client().get(shown).status_code == 302
    picture_answer = hand.get(shown)
    assert picture_answer.headers["Cache-Control"] == "private, no-store"
    kept = Proof.objects.get()
    assert "Ana" not in kept.file.name
    assert login(scene.coordinator).get(f"/media/{kept.file.name}").status_code == 404
    assert hand.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_screenshot_is_gone_from_every_page_when_its_time_is_over(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)
    login(scene.south_editor).post(reverse("studio_act", args=[delivery.pk, "confirm"]), {"screenshot": screenshot()})
    Proof.objects.update(ends_at=clock.now())

    client = login(scene.coordinator)

    assert client.get(reverse("studio_proof", args=[delivery.pk])).status_code == 404
    assert "screenshot" not in text_of(client, page_of(delivery))


def test_what_is_no_picture_is_refused_beside_its_field_and_the_address_stays(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)

    answer = login(scene.south_editor).post(
        reverse("studio_act", args=[delivery.pk, "confirm"]),
        {"screenshot": SimpleUploadedFile("a.png", b"no picture"), "address": "https://x.com/itac/status/1"},
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#screenshot"' in html
    assert 'value="https://x.com/itac/status/1"' in html
    assert Delivery.objects.get(pk=delivery.pk).state == State.AWAITING


def test_passed_on_it_stands_on_the_first_page_of_the_other_who_posts_it(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)
    before = page_of(delivery) in text_of(login(scene.north_approver), reverse("wagtailadmin_home"))
    form = reverse("studio_pass_on", args=[delivery.pk])
    choice = text_of(login(scene.south_editor), form)

    login(scene.south_editor).post(form, {"person": scene.north_approver.pk, "note": "I am on a train."})
    other = login(scene.north_approver)
    home, page = text_of(other, reverse("wagtailadmin_home")), text_of(other, page_of(delivery))
    other.post(reverse("studio_act", args=[delivery.pk, "confirm"]), {"address": "https://x.com/itac/status/1"})

    assert not before
    assert "North Approver" in choice
    assert "stands in for this channel" in choice
    assert page_of(delivery) in home
    assert "South Editor passed it on to North Approver." in page
    assert "It is in your hand." in page
    assert Delivery.objects.get(pk=delivery.pk).state == State.SENT


def test_who_takes_it_in_hand_is_named_to_the_other(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)
    Delivery.objects.update(moved_at=clock.now() - timedelta(minutes=16))
    asked = text_of(login(scene.coordinator), page_of(delivery))

    login(scene.coordinator).post(reverse("studio_take", args=[delivery.pk]))

    assert "Asked too, so that two don't post it" in asked
    assert "South Editor" in asked
    mine = text_of(login(scene.coordinator), page_of(delivery))
    assert "It is in your hand." in mine
    assert "Coordinator took it in hand." in mine


def test_to_be_posted_by_hand_is_a_line_of_the_calendar_with_its_state_in_words(scene: Scene, login: Login) -> None:
    waiting(scene)

    html = text_of(login(scene.north_editor), reverse("studio_calendar") + "?view=agenda")

    assert "Waiting for a person" in html
    assert "Wall" in html


def test_a_stopped_organisation_leads_nobody_to_the_network(scene: Scene, login: Login) -> None:
    delivery = waiting(scene)
    holding.hold_everything(scene.north_editor, scene.north, reason="", now=clock.now())

    html = text_of(login(scene.south_editor), page_of(delivery))

    assert "Don&#x27;t post this now" in html
    assert "x.com/intent" not in html
    assert "It is posted" in html


def test_others_find_no_way_to_pass_on_or_take_it(scene: Scene, login: Login) -> None:
    delivery = waiting(scene, person=scene.coordinator, stand_in=None)

    for who in (scene.south_editor, scene.north_approver):
        client = login(who)
        answers = [
            client.post(reverse(name, args=[delivery.pk]), {"person": who.pk}).status_code
            for name in ("studio_pass_on", "studio_take")
        ]
        assert answers == [404, 404]
    assert Delivery.objects.get(pk=delivery.pk).hand is None


def test_a_coordinator_says_who_posts_on_a_channel_and_where(scene: Scene, login: Login) -> None:
    wall = scene.channel("wall", network="by_hand", person=scene.south_editor)
    facts = {"person": scene.north_editor.pk, "stand_in": scene.coordinator.pk, "posted_on": "mastodon"}
    form = reverse("studio_channel_hand", args=[wall.pk])

    answer = login(scene.coordinator).post(form, {**facts, "address": "https://mastodon.example"})

    changed = Channel.objects.get(pk=wall.pk)
    assert answer.status_code == 302
    assert (changed.person, changed.stand_in, changed.posted_on, changed.address) == (
        scene.north_editor,
        scene.coordinator,
        "mastodon",
        "https://mastodon.example",
    )
    assert login(scene.north_editor).get(form).status_code == 404
