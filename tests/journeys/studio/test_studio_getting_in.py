"""From an invitation to being in: a coordinator at a desk, an invited person on a phone, a real mail server between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Browser, Page, expect

from tests.journeys.studio.desk import DESK, axe
from tests.servers.mail import MailServer

if TYPE_CHECKING:
    from email.message import Message

    from tests.journeys.studio.desk import Desk

pytestmark = [*DESK, pytest.mark.browser, pytest.mark.slow]
NARROW = 360
NORA = "nora@example.org"


@pytest.fixture(autouse=True)
def mail_server() -> Iterator[MailServer]:
    """Started before the desk, whose processes inherit its address."""
    with MailServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", server.url)
        yield server


@pytest.fixture
def desk(mail_server: MailServer, desk: Desk) -> Desk:
    """The desk, with mail."""
    return desk


def phone(browser: Browser, desk: Desk, *, language: str = "es-EC", script: bool = True) -> Page:
    """A phone in Guayaquil on which nobody is signed in."""
    context = browser.new_context(
        base_url=desk.address,
        viewport={"width": NARROW, "height": 740},
        locale=language,
        timezone_id="America/Guayaquil",
        java_script_enabled=script,
        has_touch=True,
    )
    return context.new_page()


def words(mail: Message) -> str:
    """The plain text of a mail."""
    data = mail.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode().replace("\r\n", "\n")


def link_in(mail: Message) -> str:
    (address,) = re.findall(r"https?://\S+", words(mail))
    return re.sub(r"^https?://[^/]+", "", address)


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def is_sound(page: Page) -> None:
    """axe-core finds nothing, once what fades in is there; and it fits."""
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
    assert axe(page) == []
    assert fits(page)


def test_an_invited_person_gets_in_on_a_phone_in_spanish_and_comes_back_by_code(
    mail_server: MailServer, desk: Desk, browser: Browser
) -> None:
    at_the_desk = desk.page(desk.scene.coordinator)
    at_the_desk.goto("/studio/invitations/new/")
    is_sound(at_the_desk)
    at_the_desk.fill("#id_email", NORA)
    at_the_desk.select_option("#id_language", "es")
    at_the_desk.select_option("#id_organisation", label="North City")
    at_the_desk.check("input[value=editor]")
    at_the_desk.get_by_role("button", name="Send the invitation").click()
    at_the_desk.wait_for_url("**/studio/invitations/")
    is_sound(at_the_desk)

    (invitation,) = mail_server.wait_for(1)
    assert (invitation["X-Envelope-To"], invitation["Content-Language"]) == (NORA, "es")
    hers = phone(browser, desk)
    hers.goto(link_in(invitation))
    assert hers.get_attribute("html", "lang") == "es"
    is_sound(hers)
    expect(hers.locator("#id_zone")).to_have_value("America/Guayaquil")
    hers.get_by_role("button", name="Participar").click()
    is_sound(hers)
    hers.fill("#id_name", "Nora Vega")
    hers.get_by_role("button", name="Participar").click()
    hers.wait_for_url("**/studio/")
    assert hers.get_attribute("html", "lang") == "es"

    back = phone(browser, desk)
    back.goto("/studio/posts/")
    is_sound(back)
    back.get_by_role("link", name="Pida un código por correo").click()
    is_sound(back)
    back.fill("#id_email", NORA)
    back.get_by_role("button", name="Envíenme un código").click()
    is_sound(back)
    code = re.findall(r"^\d{6}$", words(mail_server.wait_for(2)[1]), re.MULTILINE)[0]
    back.fill("#id_code", "000000" if code != "000000" else "111111")
    back.get_by_role("button", name="Entrar").click()
    is_sound(back)
    back.fill("#id_code", code)
    back.get_by_role("button", name="Entrar").click()
    back.wait_for_url("**/studio/posts/")

    for page in (back, at_the_desk):
        for address in ("/studio/account/password/", "/studio/account/sessions/", "/studio/account/"):
            page.goto(address)
            if address != "/studio/account/":
                is_sound(page)
    for address in ("/studio/invitations/list/", "/studio/mails/"):
        at_the_desk.goto(address)
        is_sound(at_the_desk)


def test_a_link_from_the_mail_lets_in_with_one_press_and_without_script(
    mail_server: MailServer, desk: Desk, browser: Browser
) -> None:
    email = desk.scene.north_editor.email
    page = phone(browser, desk, language="en", script=False)
    page.goto("/studio/login/mail/")
    page.fill("#id_email", email)
    page.get_by_role("button", name="Send me a code").click()
    address = link_in(mail_server.wait_for(1)[0])

    other = phone(browser, desk, language="en")
    other.goto(address)
    is_sound(other)
    other.get_by_role("button", name="Sign in on this device").click()
    other.wait_for_url("**/studio/")
    page.goto(address)
    expect(page.locator("h1")).to_have_text("This link doesn't let you in")


def test_the_form_is_filled_and_sent_by_keyboard_alone(desk: Desk, browser: Browser) -> None:
    person = desk.scene.north_editor
    # The tests' quick hash of a password is none that a served process would take.
    person.password = PBKDF2PasswordHasher().encode("correct horse battery", "some salt for a test")
    person.save()
    page = phone(browser, desk, language="en")
    page.goto("/studio/login/")
    page.focus("#id_username")
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mistakes")
    assert page.evaluate("document.activeElement.className") == "mistakes"
    is_sound(page)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "id_password"
    page.focus("#id_password")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/studio/(#|$)"))
