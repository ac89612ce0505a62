"""From the first word to the site, through the Studio's pages: write, ask, answer, send."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from itac.campaign.models import Person
from itac.publishing.models import Delivery, Post, Trigger
from tests.journeys.studio.desk import DESK, PHONE, Desk, fields, said

pytestmark = DESK


def write(page: Page, *, title: str, text: str, channel: str = "website") -> Post:
    """A new post of the editor's organisation in English, submitted."""
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Title, English", exact=True).fill(title)
    page.get_by_label("Text, English", exact=True).fill(text)
    page.locator(".itac-channel", has_text=channel.title()).get_by_label("English", exact=True).check()
    page.get_by_role("button", name="Save, then submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Submit: {title}")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_url("**/plan/")
    return Post.objects.latest("pk")


def answer(desk: Desk, person: Person, post: Post, verdict: str, *, why: str = "", width: int = 1440) -> Page:
    """The answer of a person who comes from the home page."""
    page = desk.page(person, width=width)
    page.locator("section", has_text="Waiting for your answer").get_by_role("link", name="Read it and answer").click()
    page.get_by_label(verdict).check()
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(post))
    return page


def test_a_post_that_two_organisations_approved_leaves_once_and_stands_on_the_site(desk: Desk) -> None:
    scene = desk.scene
    Trigger.objects.create(name="The report is public")
    page = desk.page(scene.north_editor)
    post = write(page, title="Close to home", text="More than half stay in their region.")
    page.get_by_label("Or when this happens").select_option(label="The report is public")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Ask for approval").click()
    assert "Asked." in said(page)

    answer(desk, scene.north_approver, post, "Approve")
    page = answer(desk, scene.south_approver, post, "Approve", width=PHONE)
    assert "the post is approved" in said(page)
    assert not Delivery.objects.filter(variant__post=post).exists()
    page = desk.page(scene.coordinator)
    page.get_by_role("link", name="What posts wait for").click()
    page.get_by_role("link", name="It happened").click()
    page.get_by_role("button", name="It happened").click()
    desk.went_out("Close to home")

    assert desk.delivery(post).parts.get().attempts.count() == 1
    page.goto(f"/studio/posts/{post.pk}/")
    page.get_by_role("link", name="Where it stands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Close to home")
    page.goto("/en/updates/")
    expect(page.get_by_role("link", name="Close to home")).to_have_count(1)


def test_a_refusal_reaches_its_writer_with_its_reason_and_the_changed_post_is_asked_about_anew(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("It was a third.", title="A third", at=scene.now + timedelta(days=1), approved=False)
    page = desk.page(scene.north_editor)
    page.goto(f"/studio/posts/{post.pk}/ask/")
    page.get_by_role("button", name="Ask for approval").click()
    page = desk.page(scene.south_approver)
    page.get_by_role("link", name="Read it and answer").click()
    page.get_by_label("Refuse").check()
    page.get_by_role("button", name="Send the answer").click()
    assert page.locator(".itac-mistakes").inner_text() != ""
    assert page.get_by_label("Refuse").is_checked()
    page.get_by_label("Why").fill("The figure is of 2015.")
    page.get_by_role("button", name="Send the answer").click()

    page = desk.page(scene.north_editor)
    back = page.locator("section", has_text="Sent back to you")
    expect(back).to_contain_text("The figure is of 2015.")
    back.get_by_role("link", name="Write on").click()
    page.get_by_label("Text, English", exact=True).fill("In 2015 it was a third.")
    page.get_by_role("button", name="Save, then submit").click()
    fields(page).get_by_role("button").first.click()
    page.wait_for_url("**/ask/")
    page.get_by_role("button", name="Ask for approval").click()

    page = desk.page(scene.south_approver)
    page.get_by_role("link", name="Read it and answer").click()
    expect(page.locator(".itac-looks")).to_contain_text("In 2015 it was a third.")
    expect(page.locator(".itac-difference del")).to_contain_text("It was a third.")
    expect(page.locator(".itac-difference ins")).to_contain_text("In 2015 it was a third.")


def test_an_edit_after_approval_says_that_it_ends_it_then_ends_it_and_shows_the_difference(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("Six in ten.", title="Six in ten", at=scene.now + timedelta(days=1))
    page = desk.page(scene.north_editor)
    page.goto(f"/studio/posts/{post.pk}/edit/")
    page.get_by_label("Text, English", exact=True).fill("Six in ten stay.")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Saved." in said(page)
    page.goto(f"/studio/posts/{post.pk}/")
    expect(page.locator(".itac-facts")).to_contain_text("Approved")

    page.get_by_role("link", name="Look at the changes and submit").click()
    expect(page.locator(".itac-notice")).to_contain_text("Submitting these changes ends its approval.")
    expect(page.locator(".itac-pair")).to_contain_text("Six in ten stay.")
    page.get_by_role("button", name="Submit and ask again").click()

    assert "no longer counts" in said(page)
    page.goto(f"/studio/posts/{post.pk}/")
    expect(page.locator("section", has_text="What changed since the approval")).to_contain_text("Six in ten stay.")
    expect(page.locator("section[aria-labelledby=approval]")).to_contain_text("Nobody is asked at present")
