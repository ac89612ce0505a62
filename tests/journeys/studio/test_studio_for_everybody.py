"""The Studio by keyboard alone, without script, on a phone, in the dark, and through axe-core."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from itac.core import clock
from itac.publishing import approving
from itac.publishing.models import Post
from tests.journeys.studio.desk import DESK, PHONE, Desk, on_the_clock, said

pytestmark = DESK
TABS = 400  # more than any page has stops


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _press in range(TABS):
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard doesn't reach {selector}.")


def test_a_post_is_written_and_asked_about_by_keyboard_alone(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.north_editor)
    tab_to(page, ".itac-rooms a[href='/studio/posts/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/new/")
    tab_to(page, "#id_title_en")
    page.keyboard.type("By keyboard")
    tab_to(page, "#id_text_en")
    page.keyboard.type("No mouse was moved.")
    tab_to(page, f"#id_goes_{scene.website.pk}_en")
    page.keyboard.press("Space")
    tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    tab_to(page, ".itac-room form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/")
    tab_to(page, "#id_wall")
    tomorrow = scene.now + timedelta(days=1)
    page.keyboard.type(f"{tomorrow:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{tomorrow:%I%M%p}")
    tab_to(page, ".itac-room form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/")
    tab_to(page, ".itac-room form button")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Asked.")

    post = Post.objects.get()
    assert post.planned_at == tomorrow
    asked = approving.request_in_force(post)
    assert asked is not None
    assert asked.state(now=clock.now()) == "open"


def test_a_post_is_written_checked_planned_asked_about_and_answered_without_script(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.north_editor, script=False, width=PHONE)
    page.get_by_role("link", name="Write a post").click()
    page.locator("#id_title_en").fill("Without script")
    page.locator("#id_text_en").fill("Plain pages do.")
    page.locator(f"#id_goes_{scene.website.pk}_en").check()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".itac-message__text")).to_have_text("Plain pages do.")
    page.get_by_role("button", name="Save, then submit").click()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.locator("#id_wall").fill(on_the_clock(scene.now + timedelta(days=1)))
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Ask for approval").click()
    assert "Asked." in said(page)

    page = desk.page(scene.south_approver, script=False, width=PHONE)
    page.get_by_role("link", name="Read it and answer").click()
    page.get_by_label("Approve: exactly this").check()
    page.get_by_role("button", name="Send the answer").click()

    assert "Others are still asked." in said(page)
    page.goto("/studio/")
    page.locator(".itac-rooms").get_by_role("link", name="Deliveries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")
