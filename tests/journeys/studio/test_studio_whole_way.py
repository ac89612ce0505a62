"""The whole way of a post: somebody is invited, drafts it over a bad line, an approver without a log-in says yes by
mail, it leaves, and is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from itac.campaign.models import Person
from itac.networks.models import WebsiteEntry
from itac.publishing.models import ApprovalRule, Decision, Post, Trigger
from tests.journeys.studio.desk import DESK, Desk
from tests.journeys.studio.hand import Hand, words
from tests.journeys.studio.test_studio_composer import SLOW
from tests.servers.mail import MailServer

pytestmark = [*DESK, pytest.mark.browser, pytest.mark.slow]
NORA = "nora@example.org"
TITLE, BEFORE, AFTER = "Close to home", "In 2020 there were 281 million.", "In mid-2024 there were 304 million."
SEEN_MS = 60_000


@pytest.fixture(autouse=True)
def mail_server() -> Iterator[MailServer]:
    """Started before the desk, whose processes inherit its address."""
    with MailServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", server.url)
        yield server


@pytest.fixture
def desk(mail_server: MailServer, desk: Desk) -> Desk:
    """The desk, with mail; South Youth alone is asked."""
    desk.scene.rule.organisations.set([desk.scene.south])
    ApprovalRule.objects.filter(pk=desk.scene.rule.pk).update(needed=1)
    return desk


def text_of(mail: Message) -> str:
    data = mail.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n", "\n")


def link_in(mail: Message) -> str:
    """The path of the mail's first link."""
    return re.sub(r"^https?://[^/]+", "", re.findall(r"https?://\S+", text_of(mail))[0])


def screen(browser: Browser, desk: Desk, *, width: int, language: str) -> Page:
    """A browser that has never been here."""
    context = browser.new_context(
        base_url=desk.address, viewport={"width": width, "height": 800}, locale=language, has_touch=width < 600
    )
    context.set_default_timeout(SEEN_MS)
    return context.new_page()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def says_yes_by_mail(page: Page, hand: Hand, mail_server: MailServer, *, nth: int, text: str, language: str) -> None:
    """On the page that the nth mail leads to, with the code of the mail after it."""
    say = words(language)
    page.goto(link_in(mail_server.wait_for(nth, seconds=60)[nth - 1]))
    assert page.get_attribute("html", "lang") == language
    expect(page.locator(".question")).to_contain_text(text)
    assert fits(page)
    hand.choose(page.locator("input[value=approve]"))
    hand.press(page.get_by_role("button", name=say("Send me the code")))
    code = re.findall(r"^\d{6}$", text_of(mail_server.wait_for(nth + 1, seconds=60)[nth]), re.MULTILINE)[0]
    hand.write(page.locator("#code"), code)
    hand.press(page.get_by_role("button", name=say("Give these answers")))
    expect(page.locator(".told")).to_contain_text(TITLE)


@pytest.mark.parametrize(
    ("width", "language", "by"), [(360, "es", "pointer"), (1440, "en", "keyboard")], ids=["phone", "keyboard"]
)
def test_from_an_invitation_to_a_correction(
    mail_server: MailServer,
    desk: Desk,
    browser: Browser,
    width: int,
    language: str,
    by: Literal["pointer", "keyboard"],
) -> None:
    scene, say = desk.scene, words(language)
    Person.objects.filter(pk=scene.south_approver.pk).update(language=language)
    Trigger.objects.create(name="The report is public")
    at_the_desk = desk.page(scene.coordinator)
    at_the_desk.goto("/studio/invitations/new/")
    at_the_desk.fill("#id_email", NORA)
    at_the_desk.select_option("#id_language", language)
    at_the_desk.select_option("#id_organisation", label="North City")
    at_the_desk.check("input[value=editor]")
    at_the_desk.get_by_role("button", name="Send the invitation").click()

    # She comes from the mail, on a line that is slow and breaks while she writes.
    page = screen(browser, desk, width=width, language=language)
    hand = Hand(page, by)
    page.goto(link_in(mail_server.wait_for(1, seconds=60)[0]))
    hand.write(page.locator("#id_name"), "Nora Vega")
    hand.press(page.get_by_role("button", name=say("Take part")))
    page.wait_for_url("**/studio/")
    assert page.get_attribute("html", "lang") == language
    page.goto("/studio/posts/new/")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW)
    hand.write(page.locator(f"#id_title_{language}"), TITLE)
    wire.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})
    hand.write(page.locator(f"#id_text_{language}"), BEFORE)
    expect(page.locator(".itac-kept [data-line]")).to_contain_text(
        say("Kept on this device; it will be saved when the connection is back."), timeout=SEEN_MS
    )
    wire.send("Network.emulateNetworkConditions", SLOW)
    hand.choose(page.locator(f"#id_goes_{scene.website.pk}_{language}"))
    assert fits(page)
    hand.press(page.get_by_role("button", name=say("Save, then submit")))
    page.wait_for_url("**/submit/")
    hand.press(page.get_by_role("button", name=say("Submit"), exact=True))
    page.wait_for_url("**/plan/")
    hand.pick(page.locator("#id_trigger"), "The report is public")
    hand.press(page.get_by_role("button", name=say("Plan it")))
    page.wait_for_url("**/ask/")
    hand.press(page.get_by_role("button", name=say("Ask for approval")))
    expect(page.locator(".messages")).to_contain_text(say("Asked. You see here who has answered."))
    post = Post.objects.get()

    # A yes on a second phone, by who has never signed in there.
    other = screen(browser, desk, width=width, language=language)
    says_yes_by_mail(other, Hand(other, by), mail_server, nth=2, text=BEFORE, language=language)
    assert Decision.objects.get().by_mail
    at_the_desk.goto("/studio/triggers/")
    at_the_desk.get_by_role("link", name="It happened").click()
    at_the_desk.get_by_role("button", name="It happened").click()
    desk.went_out(TITLE)
    assert WebsiteEntry.objects.get().text == BEFORE

    # The figure is put right, once the new words have their yes too.
    page.goto(f"/studio/posts/{post.pk}/edit/")
    hand.write(page.locator(f"#id_text_{language}"), AFTER)
    hand.press(page.get_by_role("button", name=say("Save, then submit")))
    page.wait_for_url("**/submit/")
    hand.press(page.get_by_role("button", name=say("Submit and ask again")))
    page.wait_for_url("**/ask/")
    hand.press(page.get_by_role("button", name=say("Ask for approval")))
    expect(page.locator(".messages")).to_contain_text(say("Asked. You see here who has answered."))
    says_yes_by_mail(other, Hand(other, by), mail_server, nth=4, text=AFTER, language=language)
    page.goto(f"/studio/posts/{post.pk}/correct/")
    hand.write(page.locator("#note"), "The figure was that of 2020.")
    assert fits(page)
    hand.press(page.get_by_role("button", name=say("Set it right")))
    page.wait_for_url(f"**/posts/{post.pk}/")
    desk.until(lambda: WebsiteEntry.objects.get().text == AFTER)
    page.goto(f"/{language}/updates/{post.slug}/")
    expect(page.locator("main")).to_contain_text(AFTER)
    expect(page.locator("main")).to_contain_text("The figure was that of 2020.")
