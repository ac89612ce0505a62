"""People at the Studio: a scene, the processes that serve it, and pages in which somebody is logged in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from itac.campaign.models import Person
from itac.core import clock
from itac.publishing.models import Delivery, Post, State
from itac.publishing.tests.factories import Scene
from itac.website.building import build_site
from tests.journeys.terminal import Terminal, environment, free_port
from tools.databases import Database

AXE = Path(__file__).resolve().parents[3] / "node_modules/axe-core/axe.min.js"
# On one kind of database, since pages don't know which.
ON_SQLITE = pytest.mark.parametrize("each_database", ["sqlite"], indirect=True)
# In one group, so that few processes have a browser; the longest walks are groups of their own, for who is free first.
DESK = [pytest.mark.xdist_group("browser"), ON_SQLITE]
PHONE, WIDE = 390, 1440
ANSWERS_IN = 60.0


# Each thing that a page tried and its policy forbids, told as it happens.
TELL = (
    "document.addEventListener('securitypolicyviolation',"
    " each => refused(`${each.violatedDirective}: ${each.sourceFile || location.pathname} ${each.blockedURI}`))"
)


class Desk:
    """A scene with the processes that serve it. Pages opened here end with it.

    No page of it tries what its policy forbids (`studio.doors`): a test in which one did fails at its end.
    """

    def __init__(self, database: Database, browser: Browser) -> None:
        self.scene = Scene(clock.now().replace(second=0, microsecond=0))
        self.port = free_port()
        build_site(hostname="127.0.0.1", port=self.port, now=self.scene.now)
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._refused: list[str] = []
        # The keys of this process, so that a log-in made here counts there, and a secret kept here is read there.
        keys = {"ITAC_SECRET_KEY": settings.SECRET_KEY, "ITAC_TOKEN_KEYS": ",".join(settings.TOKEN_KEYS)}
        self.terminal = Terminal("run", environment=environment(database.data, port=self.port) | keys)

    def __enter__(self) -> Self:
        self.terminal.wait_for(lambda line: line.endswith("/studio/"), seconds=ANSWERS_IN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        self.terminal.__exit__(kind, error, trace)
        if kind is None:
            assert self._refused == []

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, person: Person, *, width: int = WIDE, script: bool = True, dark: bool = False) -> Page:
        """A page of a browser of its own, in which that person is logged in, on the Studio's home."""
        client = Client()
        client.force_login(Person.objects.get(pk=person.pk))
        context = self._browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 844 if width == PHONE else 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            timezone_id="UTC",
        )
        self._contexts.append(context)
        context.expose_function("refused", lambda what: self._refused.append(what))
        context.add_init_script(TELL)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        page = context.new_page()
        page.goto("/studio/")
        return page

    def due_now(self, make: Callable[[datetime], Post]) -> Post:
        """A post due in a second, as `make` writes it for then: no worker meets one that isn't approved yet."""
        with transaction.atomic():
            return make(clock.now() + timedelta(seconds=1))

    def went_out(self, title: str) -> None:
        """Wait until the terminal says that the post of that title went out."""
        self.terminal.wait_for(lambda line: "went out" in line and title in line, seconds=ANSWERS_IN)

    def reaches(self, post: Post, state: State) -> None:
        """Wait until the worker has brought the post's only delivery into that state."""
        self.until(lambda: self.delivery(post).state == state)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until another process has made it so."""
        end = time.monotonic() + ANSWERS_IN
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError("It didn't come about.")
            time.sleep(0.1)

    def delivery(self, post: Post) -> Delivery:
        """The post's only delivery, read afresh."""
        return Delivery.objects.get(variant__post=post)


def mistakes(page: Page) -> list[str]:
    """The lines of the list on top of the page."""
    page.wait_for_selector(".itac-mistakes")
    return [each.inner_text() for each in page.locator(".itac-mistakes li").all()]


def said(page: Page) -> str:
    """What Wagtail's message on top says was done."""
    return page.locator(".messages").inner_text().strip()


def fields(page: Page) -> Locator:
    """The form of the room."""
    return page.locator(".itac-room form")


def on_the_clock(moment: datetime) -> str:
    """As a field for day and time takes it, on the clock of UTC, where the scene's people live."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page, one line a rule with the first element it names."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = json.loads(
        page.evaluate(
            "async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations']})).violations"
            ".map(v => ({id: v.id, nodes: v.nodes.map(n => n.html)})))"
        )
    )
    return [f"{each['id']}: {each['nodes'][0][:200]}" for each in found]
