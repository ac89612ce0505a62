"""The tutorial, followed as it is written: a browser presses what it names, on a demonstration made afresh."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.journeys.terminal import Terminal, environment, free_port
from tests.journeys.test_demo import get, make_demo, read_welcome

TUTORIAL = Path(__file__).resolve().parents[2] / "docs/tutorial/first-post.md"
ITALIC = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
ROOM = timedelta(seconds=60)  # for asking and answering, before the minute at which it leaves
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield chromium
        chromium.close()


class Reader:
    """Somebody who does what the tutorial says, and notes each word on screen that it names."""

    def __init__(self, page: Page, log_ins: list[str]) -> None:
        self.page = page
        self.log_ins = {line.split()[0]: line.split()[1:] for line in log_ins}
        self.met: set[str] = set()

    def sign_in(self, name: str) -> None:
        self.page.goto("/studio/")
        email, password = self.log_ins[name]
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def log_out(self) -> None:
        self.page.locator(".sidebar-footer__account").click()  # it carries the name of who is signed in
        self.page.get_by_role("button", name=self._named("Log out")).click()
        expect(self.page).to_have_url(re.compile("/studio/login/"))

    def press(self, label: str, *, within: str = "main") -> None:
        kinds = [self.page.locator(within).get_by_role(role, name=label, exact=True) for role in ("button", "link")]
        kinds[0].or_(kinds[1]).first.click()
        self._named(label)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(self._named(label), exact=True)

    def sees(self, words: str, *, in_: str = "main") -> None:
        expect(self.page.locator(in_).get_by_text(self._named(words), exact=True).first).to_be_visible()

    def _named(self, label: str) -> str:
        self.met.add(label)
        return label

    def write(self, title: str) -> None:
        self.press("Write a post")
        self.field("Title, English").fill(title)
        self.field("Text, English").fill("The city library opens its language table every Tuesday.")
        self.sees("Where it goes")
        self._named("Website")
        self.page.locator(".itac-channel", has=self.page.get_by_role("heading", name="Website")).get_by_label(
            "English", exact=True
        ).check()
        self.press("Check")
        self.sees("How it will look")
        expect(self.page.locator("[data-looks]")).to_contain_text(title)
        self.press("Save, then submit")
        self.press("Submit")

    def plan(self, after: timedelta) -> None:
        """At the first whole minute after that time, on the clock that the page proposes."""
        expect(self.page).to_have_url(re.compile("/plan/$"))
        # A list that is still being read shows its first line as chosen, whatever is chosen in it.
        self.page.wait_for_load_state("domcontentloaded")
        clock = ZoneInfo(self.field("Clock of").input_value())
        leaves = (datetime.now(clock) + after + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
        self.field("Day and time").fill(leaves)
        self.press("Plan it")

    def ask(self) -> None:
        expect(self.page.locator("main")).to_contain_text("2 must approve")
        self.press("Ask for approval")

    def approve(self, title: str) -> None:
        for name, waiting, *labels in (
            (
                "co-chair-approver-canada",
                "Waiting for your answer",
                "Read it and answer",
                "Approve: exactly this may leave in that time",
                "Send the answer",
            ),
            (
                "co-chair-approver-ecuador",
                "",  # in Spanish, the tutorial names what is pressed
                "Léala y responda",
                "Aprobar: exactamente esto puede salir en ese plazo",
                "Enviar la respuesta",
            ),
        ):
            self.sign_in(name)
            if waiting:
                self.sees(waiting)
            row = self.page.locator("#to-approve ~ ul li", has_text=title)
            row.get_by_role("link", name=self._named(labels[0])).click()
            self.field(labels[1]).check()
            self.press(labels[2])
            expect(self.page.locator(".messages")).to_be_visible()
            self.page.context.clear_cookies()


def test_following_the_tutorial_ends_with_a_post_on_the_site(tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    settings = environment(tmp_path / "demo", port=port)
    make_demo(settings, tmp_path / "demo")
    with Terminal("run", environment=settings) as run:
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}", locale="en")
        reader = Reader(page, read_welcome(run, port))

        reader.sign_in("editor-mayors")
        reader.sees("What needs you today")
        reader.write("Our first words")
        reader.plan(ROOM)
        reader.ask()
        reader.log_out()
        reader.approve("Our first words")
        line = run.wait_for(lambda said: "went out" in said and "Our first words" in said, seconds=150)
        site = get(f"http://127.0.0.1:{port}/en/updates/")

        reader.sign_in("editor-mayors")
        reader.write("Our second words")
        reader.plan(timedelta(days=1))
        reader.ask()
        page.context.clear_cookies()
        reader.approve("Our second words")
        reader.sign_in("editor-mayors")
        reader.press("Posts")
        page.get_by_role("link", name="Our second words").click()
        reader.press("Write on")
        reader.field("Text, English").fill("The city library opens its language table every Thursday.")
        reader.press("Save, then submit")
        expect(page.locator("main")).to_contain_text("Submitting these changes ends its approval.")
        reader.press("Submit and ask again")

        assert "http" in line
        assert "Our first words" in site
        assert set(ITALIC.findall(TUTORIAL.read_text(encoding="utf-8").replace("\n   ", " "))) == reader.met
