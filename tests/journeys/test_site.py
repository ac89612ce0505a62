"""The public site as visitors meet it: in a browser, small and large, light and dark, with and without script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.terminal import Terminal, environment, free_port
from tests.journeys.test_demo import make_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("site")]

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
SLUGS = (
    "",
    "about/",
    "updates/",
    "updates/people-guess-33-percent-it-was-14/",
    "take-overs/",
    "take-overs/the-mayors-have-the-floor/",
    "phases/",
    "members/",
    "contributors/",
    "credits/",
    "contact/",
    "privacy/",
    "accessibility/",
    "report-an-error/",
    "nothing/",
)
PAGES = tuple(f"/{language}/{slug}" for language in ("en", "es") for slug in SLUGS)
SMALLEST, PHONE, WIDE = 320, 390, 1440  # 320: what is left of 1,280 at 400 percent


@dataclass
class Site:
    """A demonstration that runs, and the browser that looks at it."""

    address: str
    browser: Browser
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def context(self, *, width: int = WIDE, script: bool = True, dark: bool = False) -> BrowserContext:
        """A visitor. What their browser asks for and complains about is noted."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 844 if width < WIDE else 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        return context


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration as `itac web` serves it, without a worker: nothing changes while we look."""
    data, port = tmp_path_factory.mktemp("site") / "demo", free_port()
    settings = environment(data, port=port)
    make_demo(settings, data)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with Terminal("web", environment=settings) as web, sync_playwright() as playwright:
        web.wait_for(lambda line: line.endswith("/studio/"), seconds=60)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield Site(f"http://127.0.0.1:{port}", browser)
        browser.close()


def open_page(page: Page, address: str) -> None:
    """Go there and wait until nothing more is on its way."""
    response = page.goto(address, wait_until="load")
    assert response is not None
    assert response.status == (404 if address.endswith("/nothing/") else 200), address


def violations(page: Page) -> list[str]:
    """What axe-core finds, a line each with the first element it names."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        ".map(v => ({id: v.id, nodes: v.nodes.map(n => n.html)}))"
    )
    return [f"{each['id']}: {each['nodes'][0][:200]}" for each in found]


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_on_any_page(site: Site, width: int, dark: bool) -> None:
    found = {}
    context = site.context(width=width, dark=dark)
    page = context.new_page()
    for address in PAGES:
        open_page(page, address)
        found[address] = violations(page)
    context.close()

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_no_page_asks_anybody_else_sets_a_cookie_or_complains(site: Site) -> None:
    site.asked.clear()
    site.faults.clear()
    context = site.context()
    page = context.new_page()
    for address in PAGES:
        open_page(page, address)
        page.wait_for_load_state("networkidle")
    cookies = context.cookies()
    context.close()

    elsewhere = {url for url in site.asked if urlsplit(url).netloc != urlsplit(site.address).netloc}
    assert len(site.asked) > len(PAGES)
    assert elsewhere == set()
    assert cookies == []
    # The browser notes each missing page that we ask for on purpose.
    assert [fault for fault in site.faults if "404" not in fault] == []


# What is clipped on purpose (the page's edge) hides a letter as well as a strand: no text may lie there.
OUTSIDE = """([direction, width]) => {
  document.documentElement.dir = direction;
  const texts = document.querySelectorAll('main :is(h1, h2, h3, p, li, a, dd, label, input, textarea)');
  const out = [...texts].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < -1 || box.right > width + 1);
  });
  const across = document.scrollingElement.scrollWidth;
  return [...(across > width ? [`${across} wide`] : []), ...out.map(text => text.outerHTML.slice(0, 120))];
}"""


@pytest.mark.parametrize("width", [SMALLEST, PHONE, WIDE])
def test_no_page_scrolls_sideways_in_either_direction(site: Site, width: int) -> None:
    wide = {}
    context = site.context(width=width)
    page = context.new_page()
    for address in PAGES:
        open_page(page, address)
        for direction in ("ltr", "rtl"):
            wide[address, direction] = page.evaluate(OUTSIDE, [direction, width])
    context.close()

    assert {where: found for where, found in wide.items() if found} == {}


def test_every_page_reads_without_script(site: Site) -> None:
    context = site.context(width=PHONE, script=False)
    page = context.new_page()
    for address in PAGES:
        open_page(page, address)
        assert page.locator("h1").count() == 1, address
        assert page.locator("h1").is_visible(), address
    page.goto("/es/")
    page.locator(".menu summary").click()
    page.locator(".menu nav a", has_text="Miembros").click()
    assert urlsplit(page.url).path == "/es/members/"
    page.locator(".languages a", has_text="English").click()
    assert urlsplit(page.url).path == "/en/members/"
    context.close()


def test_an_error_is_reported_without_script_and_nothing_typed_is_lost(site: Site) -> None:
    context = site.context(width=PHONE, script=False)
    page = context.new_page()
    page.goto("/es/updates/people-guess-33-percent-it-was-14/")
    page.get_by_role("link", name="¿Hay algo equivocado aquí?").click()
    page.get_by_label("Qué está mal").fill("Falta el año de la encuesta.")
    page.get_by_label("Su correo electrónico, si quiere respuesta").fill("lectora, en casa")
    page.get_by_role("button", name="Enviar el aviso").click()
    mistake = page.locator(".mistakes li").inner_text()
    kept = [page.locator(f"#id_{name}").input_value() for name in ("words", "page", "email")]
    page.get_by_label("Su correo electrónico, si quiere respuesta").fill("lectora@example.org")
    page.get_by_role("button", name="Enviar el aviso").click()

    assert mistake == "Esto no es una dirección de correo. Escríbala así: nombre@example.org."
    assert kept == [
        "Falta el año de la encuesta.",
        "/es/updates/people-guess-33-percent-it-was-14/",
        "lectora, en casa",
    ]
    assert page.get_by_role("heading", name="Gracias. Ya lo tenemos.").is_visible()
    context.close()


def test_a_keyboard_reaches_the_text_first_and_sees_where_it_is(site: Site) -> None:
    context = site.context()
    page = context.new_page()
    page.goto("/en/members/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    page.keyboard.press("Enter")
    here = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")
    within = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    context.close()

    assert skip == "Skip to the text"
    assert shown
    assert here == "main"
    assert within


def test_letters_of_a_field_can_be_read_on_paper(site: Site) -> None:
    context = site.context()
    page = context.new_page()
    page.goto("/en/updates/people-guess-33-percent-it-was-14/")
    page.emulate_media(media="print")
    colours = page.evaluate("['.field', '.field h1'].map(s => getComputedStyle(document.querySelector(s)).color)")
    context.close()

    assert set(colours) == {"rgb(0, 0, 0)"}
