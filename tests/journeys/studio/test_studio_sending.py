"""What a person does about deliveries: by hand on a phone, the stop, what is held, what is uncertain."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from itac.core import clock
from itac.publishing.models import State
from tests.journeys.studio.desk import DESK, PHONE, Desk, mistakes, said

pytestmark = DESK


def test_a_post_is_put_out_by_hand_from_a_phone_and_confirmed_with_its_address(desk: Desk) -> None:
    scene = desk.scene
    wall = scene.channel("wall", network="by_hand", person=scene.south_editor, stand_in=scene.coordinator)
    post = desk.due_now(lambda at: scene.post("Read this aloud.", title="By hand", channels=[wall], at=at))
    desk.terminal.wait_for(lambda line: "by hand" in line and "By hand" in line, seconds=60)

    page = desk.page(scene.south_editor, width=PHONE)
    page.locator("section", has_text="Waiting for your hand").get_by_role("link", name="Copy and post it").click()
    assert page.get_by_label("The text to post").input_value() == "Read this aloud."
    page.get_by_role("button", name="Copy the text").click()
    page.get_by_label("Where it stands now").fill("not an address")
    page.get_by_role("button", name="It is posted").click()
    assert len(mistakes(page)) == 1
    assert page.get_by_label("Where it stands").input_value() == "not an address"
    page.get_by_label("Where it stands").fill("https://wall.example/posts/1")
    page.get_by_role("button", name="It is posted").click()

    assert "marked as sent" in said(page)
    sent = desk.delivery(post)
    assert (sent.state, sent.address) == (State.SENT, "https://wall.example/posts/1")
    expect(page.locator("section[aria-labelledby=history]")).to_contain_text("South Editor says that it stands")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE


def test_a_pause_stops_what_is_due_and_resuming_sends_nothing_until_a_person_does(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.coordinator)
    page.locator(".itac-rooms").get_by_role("link", name="Pause", exact=True).click()
    stop = page.locator(".itac-stop", has_text="Website")
    stop.get_by_label("Reason").fill("A figure is in doubt")
    stop.get_by_role("button", name="Pause").click()
    expect(page.locator(".itac-banner", has_text="A figure is in doubt")).to_be_visible()
    post = desk.due_now(lambda at: scene.post("Not now.", title="Stopped", at=at))
    desk.reaches(post, State.HELD)

    page.locator(".itac-stop", has_text="Website").get_by_role("button", name="Resume").click()
    assert "Nothing that is held left by that." in said(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What is held")
    assert desk.delivery(post).state == State.HELD
    page.get_by_role("button", name="Send the chosen ones now").click()
    assert mistakes(page) == ["Choose at least one of the rows below, then say what to do with them."]
    page.get_by_label("Stopped").check()
    page.get_by_role("button", name="Send the chosen ones now").click()
    page.get_by_role("button", name="Send it now").click()
    desk.went_out("Stopped")

    assert desk.delivery(post).state == State.SENT


def test_an_uncertain_delivery_stands_first_and_a_person_says_whether_it_is_there(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("Perhaps.", title="Perhaps", at=scene.now + timedelta(days=1))
    delivery = desk.delivery(post)
    type(delivery).objects.filter(pk=delivery.pk).update(
        state=State.UNCERTAIN, code="no_answer", moved_at=clock.now(), due_at=clock.now()
    )

    page = desk.page(scene.north_editor)
    first = page.locator(".itac-room section").first
    expect(first).to_contain_text("We can't tell whether these went out")
    first.get_by_role("link", name="Decide").click()
    page.get_by_role("link", name="It isn't there").click()
    page.get_by_label("A word for the history").fill("I looked at the profile.")
    page.get_by_role("button", name="It isn't there").click()

    assert desk.delivery(post).state == State.HELD
    expect(page.locator("section[aria-labelledby=history]")).to_contain_text("I looked at the profile.")
    expect(page.get_by_role("link", name="Send it now")).to_be_visible()
