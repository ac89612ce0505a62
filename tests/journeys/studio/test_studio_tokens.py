"""A coordinator makes a token on a phone; a program takes a post to the site with it, and is shut out afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import requests
from playwright.sync_api import Page

from itac.publishing.models import ApprovalRule, Post, State
from tests.journeys.studio.desk import DESK, PHONE, WIDE, Desk, axe, on_the_clock

pytestmark = DESK
ALLOWED = ["posts:read", "posts:write", "posts:approve", "deliveries:read", "deliveries:write"]


def token_made_by(page: Page, desk: Desk) -> str:
    """Fill the form as a person does; the token that the page then shows."""
    page.goto("/studio/tokens/")
    page.get_by_label("What it is for").fill("Newsroom of the city")
    page.get_by_label("Acts for").select_option(str(desk.scene.north.pk))
    for scope in ALLOWED:
        page.locator(f"input[value='{scope}']").check()
    page.get_by_label("Good until").fill(f"{desk.scene.now + timedelta(days=30):%Y-%m-%d}")
    page.get_by_role("button", name="Make the token").click()
    page.wait_for_selector("#token")
    return page.locator("#token").inner_text()


def test_a_program_takes_a_post_to_the_site_and_is_shut_out_when_its_token_is_revoked(desk: Desk) -> None:
    scene = desk.scene
    ApprovalRule.objects.filter(pk=scene.rule.pk).update(needed=1)
    page = desk.page(scene.coordinator, width=PHONE)
    found = axe(page)
    token = token_made_by(page, desk)
    found += axe(page)

    def ask(method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        return requests.request(method, f"{desk.address}/api/v1{path}", json=body, headers=headers, timeout=30)

    content = {
        "title": {"en": "Written by a program"},
        "text": {"en": "And read by people."},
        "variants": [{"channel": scene.website.pk, "language": "en"}],
    }
    at = f"/posts/{ask('POST', '/posts', content).json()['id']}"
    ask("POST", f"{at}/submission")
    ask("PUT", f"{at}/plan", {"wall": on_the_clock(scene.now + timedelta(minutes=30)), "zone": "UTC"})
    seal = ask("POST", f"{at}/approval", {}).json()["seal"]
    answer = ask("POST", f"{at}/decisions", {"verdict": "approve", "seal": seal})
    assert answer.json()["state"] == "granted", answer.text
    delivery = f"/deliveries/{desk.delivery(Post.objects.get()).pk}"
    for action in ("hold", "send_now"):
        assert ask("POST", f"{delivery}/actions", {"action": action}).status_code == 200
    desk.went_out("Written by a program")
    desk.reaches(Post.objects.get(), State.SENT)

    page.get_by_role("link", name="I have copied it").click()
    page.wait_for_url("**/tokens/")
    found += axe(page)
    assert token not in page.content()
    page.get_by_role("button", name="Revoke Newsroom of the city").click()
    page.wait_for_selector(".messages")

    assert ask("GET", "/token").status_code == 401
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_page_of_tokens_reads_wide_and_in_the_dark(desk: Desk) -> None:
    page = desk.page(desk.scene.coordinator, width=WIDE, dark=True)
    token_made_by(page, desk)
    page.goto("/studio/tokens/")

    page.get_by_role("button", name="Make the token").click()
    page.wait_for_selector(".itac-mistakes")

    assert axe(page) == []
    assert page.locator(".itac-mistakes li").count() == 4
