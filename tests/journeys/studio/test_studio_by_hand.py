"""By thumb: posting by hand on a small phone, holding an organisation, and setting right in two taps."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.publishing.models import Delivery, Post, Proof, State
from itac.publishing.tests.factories import picture
from tests.journeys.studio.desk import DESK, PHONE, Desk, axe, said

pytestmark = DESK
SMALL = 360
NOTE = "The figure was that of 2020."


def by_hand(desk: Desk, text: str = "One.\n---\nTwo.", **facts: Any) -> Delivery:
    """A post with a picture that waits for South's editor to post it on X."""
    scene = desk.scene
    named = {"person": scene.south_editor, "stand_in": scene.coordinator, "posted_on": "x", **facts}
    wall = scene.channel("wall", network="by_hand", **named)
    shown = picture(owner=scene.north)
    post = desk.due_now(lambda at: scene.post(text, title="By hand", channels=[wall], pictures=(shown,), at=at))
    desk.reaches(post, State.AWAITING)
    return desk.delivery(post)


def sent(desk: Desk) -> Post:
    post = desk.due_now(lambda at: desk.scene.post("In 2020 there were 281 million.", title="Out", at=at))
    desk.reaches(post, State.SENT)
    return post


def screenshot() -> dict[str, Any]:
    data = io.BytesIO()
    Image.new("RGB", (360, 780), (240, 240, 230)).save(data, format="PNG")
    return {"name": "screenshot.png", "mimeType": "image/png", "buffer": data.getvalue()}


def fits(page: Page) -> bool:
    """Whether nothing is wider than the page."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return wide


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_thread_with_a_picture_is_posted_from_a_small_phone_and_shown_by_a_screenshot(
    desk: Desk, script: bool
) -> None:
    delivery = by_hand(desk)
    page = desk.page(desk.scene.south_editor, width=SMALL, script=script)
    page.get_by_role("link", name="Copy and post it").click()
    hand = page.locator(".itac-hand")

    texts = [hand.get_by_label(f"The text to post, part {n} of 2").input_value() for n in (1, 2)]
    copying = hand.get_by_role("button", name=re.compile("^Copy part"))
    expect(copying).to_have_count(2 if script else 0)
    composer = hand.get_by_role("link", name="Open X")
    leads = (composer.get_attribute("href"), composer.get_attribute("rel"))
    with page.expect_download() as saved:
        hand.get_by_role("link", name="Save picture 1").click()
    sizes = [each.bounding_box() for each in hand.locator(".button:not(.button-small):visible").all()]
    assert fits(page)
    assert not script or axe(page) == []
    hand.get_by_label("Or a screenshot").set_input_files(screenshot())  # type: ignore[arg-type]
    hand.get_by_role("button", name="It is posted").click()

    expect(page.locator("#proof")).to_have_text("The screenshot that shows it")
    expect(page.locator(".itac-proof img")).to_have_js_property("naturalWidth", 360)
    assert texts == ["One.", "Two."]
    assert leads == ("https://x.com/intent/tweet?text=One.", "noopener noreferrer")
    assert saved.value.suggested_filename.endswith(".jpeg")
    assert min(box["height"] for box in sizes if box) >= 44
    assert (Delivery.objects.get(pk=delivery.pk).state, Proof.objects.count()) == (State.SENT, 1)


def test_what_one_cannot_post_is_passed_on_and_posted_by_another(desk: Desk) -> None:
    delivery = by_hand(desk, "Read this aloud.")
    scene = desk.scene
    page = desk.page(scene.south_editor, width=SMALL)
    page.get_by_role("link", name="Copy and post it").click()
    page.get_by_role("link", name="Pass it on").click()
    page.get_by_label("North Approver").check()
    page.get_by_label("A word to them").fill("I am on a train.")
    assert fits(page)
    assert axe(page) == []
    page.get_by_role("button", name="Pass it on").click()
    assert "It is in the hand of North Approver now" in said(page)

    other = desk.page(scene.north_approver, width=SMALL)
    other.locator("section", has_text="Waiting for your hand").get_by_role("link", name="Copy and post it").click()
    expect(other.locator("section[aria-labelledby=history]")).to_contain_text("I am on a train.")
    other.get_by_label("Where it stands now").fill("https://x.com/itac/status/1")
    other.get_by_role("button", name="It is posted").click()

    assert "marked as sent" in said(other)
    assert Delivery.objects.get(pk=delivery.pk).state == State.SENT


def test_one_press_holds_an_organisation_and_nothing_leaves_until_a_person_says_so(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("Not now.", title="Stopped", at=clock.now() + timedelta(days=1))
    page = desk.page(scene.north_editor, width=PHONE)
    page.locator(".itac-rooms").get_by_role("link", name="What is held").click()
    page.get_by_role("button", name="Hold everything").click()
    assert "1 planned delivery is held" in said(page)
    expect(page.locator(".itac-banner", has_text="Everything of North City is on hold")).to_be_visible()
    assert fits(page)
    assert axe(page) == []
    during = desk.due_now(lambda at: scene.post("Nor this.", title="During", at=at))
    desk.reaches(during, State.HELD)

    page.get_by_role("button", name="Lift the hold").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is held")
    after_lifting = [desk.delivery(each).state for each in (post, during)]
    page.get_by_label("Stopped").check()
    page.get_by_role("button", name="Let the chosen ones leave at their time").click()
    page.get_by_role("button", name="Plan it again").click()

    assert after_lifting == [State.HELD, State.HELD]
    assert "1 delivery is decided" in said(page)
    assert [desk.delivery(each).state for each in (post, during)] == [State.PLANNED, State.HELD]


def test_two_taps_take_a_post_back_on_a_phone(desk: Desk) -> None:
    post = sent(desk)
    page = desk.page(desk.scene.north_editor, width=PHONE)
    page.goto(f"/studio/posts/{post.pk}/")

    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("What was wrong").fill(NOTE)
    assert fits(page)
    page.get_by_role("button", name="Take it back everywhere").click()

    assert "being taken down in 1 place" in said(page)
    desk.until(lambda: WebsiteEntry.objects.exclude(withdrawn_at=None).exists())


def test_two_taps_set_a_post_right_on_a_phone(desk: Desk) -> None:
    post = sent(desk)
    page = desk.page(desk.scene.coordinator, width=PHONE)
    page.goto(f"/studio/posts/{post.pk}/")

    page.get_by_role("link", name="Correct what is out").click()
    page.get_by_label("Text, English").fill("In mid-2024 there were 304 million.")
    page.get_by_label("What was wrong").fill(NOTE)
    page.get_by_label("It is urgent").check()  # a coordinator's third tap, in the place of others' yes
    assert fits(page)
    assert axe(page) == []
    page.get_by_role("button", name="Set it right").click()

    assert "being set right in 1 place" in said(page)
    desk.until(lambda: WebsiteEntry.objects.get().text == "In mid-2024 there were 304 million.")
