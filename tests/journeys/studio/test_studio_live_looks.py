"""While a person types, each network's look is drawn in the browser, and it is the one the server would draw."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Page, Request, expect

from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.publishing.tests.factories import picture
from tests.journeys.studio.desk import DESK, PHONE, WIDE, Desk, axe

pytestmark = DESK
NEW = "/studio/posts/new/"
LONG = "Más de la mitad se queda cerca. #ITAC https://example.org/datos (mira), con @iom.example.org. " * 9
ARABIC = "أكثر من نصف المهاجرين يبقون في منطقتهم. #إدماج https://example.org/بيانات، شكرا @iom@mastodon.example! "
# What the server makes of the form as it stands.
PREVIEW = """async () => {
  const all = [...new FormData(document.querySelector('form.itac-composer'))];
  const typed = all.filter(([, value]) => typeof value === 'string');
  const answer = await fetch('/studio/posts/preview/', {method: 'POST', body: new URLSearchParams(typed)});
  return answer.text();
}"""
VOID = {"br", "img"}


class Outline(HTMLParser):
    """A piece of HTML as lines: elements with their attributes in order, and words without the space around them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = "".join(f' {name}="{html.escape(value or "")}"' for name, value in sorted(attrs))
        self.lines.append(f"{'  ' * len(self.open)}<{tag}{said}>")
        if tag not in VOID:
            self.open.append("text" if ("class", "itac-message__text") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        # The lines of a text stay as they are; elsewhere white space is only how the markup is written.
        words = repr(data) if "text" in self.open else " ".join(data.split())
        if words:
            self.lines.append("  " * len(self.open) + words)


@pytest.fixture
def channels(desk: Desk) -> dict[str, Channel]:
    """One of each network; the one by hand takes 100 characters."""
    scene = desk.scene
    scene.website.languages = ["en", "es", "ar"]
    scene.website.save()
    return {
        "website": scene.website,
        "mastodon": scene.channel("m", network="mastodon", address="https://m.example", handle="@itac@m.example"),
        "bluesky": scene.channel("b", network="bluesky", address="https://b.example", handle="itac.b.example"),
        "by_hand": scene.channel("wall", network="by_hand", person=scene.north_editor, limits={"text_max": 100}),
    }


def both(page: Page) -> tuple[list[str], list[str]]:
    """What is drawn, and what the server would draw."""
    drawn = page.locator("[data-looks]").inner_html()
    return Outline(drawn).lines, Outline(page.evaluate(PREVIEW)).lines


def everywhere(page: Page, channels: dict[str, Channel], *languages: str) -> None:
    """Let it go to all of them, wherever the boxes stand on the page."""
    for channel in channels.values():
        for language in languages:
            box = page.locator(f"#id_goes_{channel.pk}_{language}")
            box.evaluate(
                "box => { for (let e = box; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }"
            )
            box.check()


def put(page: Page, name: str, value: str) -> None:
    """Type into a field, folded or not."""
    field = page.locator(f'form.itac-composer [name="{name}"]')
    field.evaluate("f => { for (let e = f; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }")
    field.fill(value)


def test_what_is_drawn_at_each_key_is_what_the_server_would_draw(desk: Desk, channels: dict[str, Channel]) -> None:
    scene = desk.scene
    street, square = picture("A street", owner=scene.north), picture("A square", owner=scene.north)
    square.credit, square.alt = "", Localised({}, "en")
    square.save()
    page = desk.page(scene.north_editor)
    page.goto(NEW)
    expect(page.locator("live-looks [data-looks]")).to_contain_text("Choose a channel")
    everywhere(page, channels, "en", "es", "ar")

    steps: list[tuple[str, str]] = [
        ("title_en", " Close to home "),
        ("text_en", "More than half stay near. #ITAC"),
        ("text_en", "One\n---\nTwo 👩‍👩‍👧 <b>bold</b> & \"quotes\"\n \n---\n\nThree https://example.org/a_(b)."),
        ("text_es", LONG),
        ("title_ar", "قريبون من الوطن"),
        ("text_ar", ARABIC * 8),
        (f"own_{channels['bluesky'].pk}_es", "Corto @iom.example.org"),
        (f"own_{channels['by_hand'].pk}_ar", "x" * 95 + "👍🏽 #tag https://example.org/over"),
        ("link_address", "example.org/data"),
        ("link_title_es", "Los datos"),
        ("link_description_es", "De dónde vienen"),
        ("source_0_title", "Migrant Stock"),
        ("source_0_address", "https://example.org/stock"),
        ("source_0_figure", "53 %"),
        ("source_1_address", "not an address at all"),
        ("text_en", "   "),
        ("text_en", "Back again"),
    ]  # fmt: skip
    for name, value in steps:
        put(page, name, value)
        drawn, expected = both(page)
        assert drawn == expected, name

    for each in (square, street):
        box = page.locator(f"#id_picture_{each.pk}")
        box.evaluate("box => { for (let e = box; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }")
        box.check()
    put(page, f"place_{street.pk}", "1")
    put(page, f"place_{square.pk}", "2")
    drawn, expected = both(page)
    assert drawn == expected
    assert [line.strip() for line in drawn if "<img" in line]
    put(page, f"alt_{street.pk}_es", "Una calle " * 145)
    put(page, "link_address", "")
    page.locator("#id_original").evaluate(
        "field => { field.value = 'es'; field.dispatchEvent(new Event('change', {bubbles: true})) }"
    )
    put(page, "title_es", "Cerca")
    drawn, expected = both(page)
    assert drawn == expected


def test_nobody_is_asked_while_a_person_types_and_nothing_is_written_where_nothing_changed(
    desk: Desk, channels: dict[str, Channel]
) -> None:
    post = desk.scene.post("Near.", channels=list(channels.values()), title="Close", approved=False)
    page = desk.page(desk.scene.north_editor)
    page.goto(f"/studio/posts/{post.pk}/edit/")
    put(page, "text_en", "Near\n---\nhome")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(_path(request)))
    page.evaluate(
        """() => { window.written = []; new MutationObserver(all => written.push(...all)).observe(
        document.querySelector('[data-looks]'),
        {childList: true, subtree: true, characterData: true, attributes: true}) }"""
    )

    page.locator("#id_text_en").press_sequentially("s")

    expect(page.locator(".itac-message__text").last).to_have_text(re.compile("homes"))
    changed = page.evaluate(
        """() => written.map(({target}) => (target.closest ? target : target.parentElement))
        .map(place => place.closest('.itac-thread > li, .itac-shown').textContent)"""
    )
    assert changed
    assert all("homes" in each for each in changed)
    assert "/studio/posts/preview/" not in asked


def _path(request: Request) -> str:
    return re.sub(r"^https?://[^/]+", "", request.url)


def test_what_is_too_much_is_marked_and_said_once_after_a_pause(desk: Desk, channels: dict[str, Channel]) -> None:
    page = desk.page(desk.scene.north_editor)
    page.goto(NEW)
    everywhere(page, {"by_hand": channels["by_hand"], "bluesky": channels["bluesky"]}, "en")
    aloud = page.locator("[data-aloud]")
    page.evaluate(
        """() => { const aloud = document.querySelector('[data-aloud]'); window.said = [];
        new MutationObserver(() => said.push(aloud.textContent)).observe(aloud, {childList: true, subtree: true}) }"""
    )

    page.locator("#id_text_en").press_sequentially("a" * 98 + " #tag goes on")

    expect(page.locator(".itac-over")).to_have_text("tag goes on")
    expect(page.locator(".itac-over .itac-mark")).to_have_text("tag")
    expect(aloud).to_have_text("Wall, English: 111 of 100 characters.")
    put(page, "text_en", "word " * 70)
    expect(aloud).to_have_text("B, English: 2 parts.")
    put(page, "text_en", "word")
    expect(aloud).to_have_text("B, English: 4 of 300 characters. Wall, English: 4 of 100 characters.")
    assert len(page.evaluate("said")) == 3


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_looks_read_for_everybody_in_both_directions(
    desk: Desk, channels: dict[str, Channel], width: int, dark: bool
) -> None:
    page = desk.page(desk.scene.north_editor, width=width, dark=dark)
    page.goto(NEW)
    everywhere(page, channels, "en", "ar")
    put(page, "text_en", LONG)
    put(page, "text_ar", ARABIC * 8)

    expect(page.locator('.itac-message__text[lang="ar"]').first).to_have_css("direction", "rtl")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_script_the_server_draws(desk: Desk, channels: dict[str, Channel]) -> None:
    post = desk.scene.post(LONG, channels=list(channels.values()), title="Close", approved=False)
    page = desk.page(desk.scene.north_editor, script=False)

    page.goto(f"/studio/posts/{post.pk}/edit/")

    expect(page.locator('[data-network="bluesky"] .itac-thread > li')).to_have_count(3)
    expect(page.locator('[data-network="by_hand"] .itac-over')).to_have_count(1)
