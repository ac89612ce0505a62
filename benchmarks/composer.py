"""`composer`: from a key to counts and previews, while a text of 3,000 characters is written for ten places at once.

The Studio's own page in Chromium, with every script it loads, without a network: ten channels (three on Mastodon, three
on Bluesky, the site, three by hand) show the one language that is typed, so each key changes all ten. Keys go to the
beginning, the middle and the end of the text; the clock runs from the key to the end of the layout that follows.
Beside it, in turn: a bare text area with a plain `length` for each place, the floor; and a page that does what a quick
hand would write, counting each place with `Intl.Segmenter` and putting the whole text into each preview. At the end
the counts on the page are compared with the server's.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import os
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.report import machine, percentile
from tools import databases

VARIANTS, LENGTH = 10, 3_000
KEYS = "migrants at home "
ADDRESS = "http://127.0.0.1/"
# Each page sets `began` at the key, before anybody else hears of it, and notes the time once all is laid out again.
CLOCK = """() => {
  window.times = [];
  let began = 0;
  addEventListener('keydown', () => { began = performance.now() }, true);
  addEventListener('input', () => {
    for (const place of document.querySelectorAll('[data-measured]')) place.getBoundingClientRect();
    document.documentElement.getBoundingClientRect();
    times.push(performance.now() - began);
  });
  document.querySelector('textarea[data-typed]').focus();
}"""
PEER = """<!doctype html><meta charset="utf-8"><style>p {{ white-space: pre-wrap }}</style>
<form><textarea data-typed rows="7" cols="60">{text}</textarea></form>
<div data-measured>{places}</div>
<script>{script}</script>"""
PLAIN = """const typed = document.querySelector('textarea');
typed.addEventListener('input', () => {
  for (const place of document.querySelectorAll('output')) place.textContent = `${typed.value.length} of 500`;
});"""
SEGMENTED = """const typed = document.querySelector('textarea');
typed.addEventListener('input', () => {
  for (const place of document.querySelectorAll('article')) {
    const length = [...new Intl.Segmenter().segment(typed.value)].length;
    place.querySelector('output').textContent = `${length} of 500`;
    place.querySelector('p').textContent = typed.value;
  }
});"""


def text() -> str:
    """Paragraphs with links, tags, mentions, accents and emoji, of exactly that length."""
    paragraph = (
        "More than half of all migrants stay in the region they come from, close to home and to family. #ITAC\n"
        "Más de la mitad se queda cerca: gracias a @iom.example.org y a @unhcr@mastodon.example, y a todas las"
        " ciudades 👩‍👩‍👧 que abren escuelas. See https://example.org/data/stock-2024 (in six languages).\n\n"
    )
    return (paragraph * (LENGTH // len(paragraph) + 1))[:LENGTH]


def page_of_the_studio() -> tuple[str, Any]:
    """The composer of a post with ten variants, as the server sends it, and how to ask the server for its previews."""
    import django  # noqa: PLC0415 -- only once the database is chosen

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from itac.campaign.models import Person  # noqa: PLC0415
    from itac.networks.models import Channel  # noqa: PLC0415
    from itac.publishing.models import Grant  # noqa: PLC0415
    from itac.publishing.writing import Draft, DraftVariant, begin_post  # noqa: PLC0415

    from benchmarks import scene  # noqa: PLC0415 isort: skip

    settings.ALLOWED_HOSTS = ["*"]
    now = datetime.now(UTC)
    scene.campaign()
    networks = ["mastodon"] * 3 + ["bluesky"] * 3 + ["website"] + ["by_hand"] * 3
    channels = Channel.objects.bulk_create(
        Channel(slug=f"bench-{n}", name=f"Channel {n}", network=network, handle=f"@bench{n}", languages=["en"])
        for n, network in enumerate(networks)
    )
    Grant.objects.bulk_create(Grant(channel=channel, opens_at=now - timedelta(days=1)) for channel in channels)
    writer = Person.objects.create(email="bench@example.org", name="Bench", is_coordinator=True)
    variants = [DraftVariant(channel_id=channel.pk, language="en") for channel in channels]
    draft = Draft(title={"en": "A long text"}, text={"en": text()}, variants=variants)
    post = begin_post(writer, organisation=None, draft=draft, now=now)
    client = Client()
    client.force_login(writer)
    html = client.get(f"/studio/posts/{post.pk}/edit/").content.decode()

    def previews(typed: dict[str, str]) -> str:
        return client.post("/studio/posts/preview/", typed).content.decode()

    return html.replace('name="text_en"', 'name="text_en" data-typed').replace(
        "data-looks>", "data-looks data-measured>"
    ), previews


class Stage:
    """The three pages in one browser, served from memory: no network, no server."""

    def __init__(self, playwright: Any, studio: str) -> None:
        typed = text()
        outputs = "".join("<output></output>" for _place in range(VARIANTS))
        articles = "".join("<article><p></p><output></output></article>" for _place in range(VARIANTS))
        self._pages = {
            "ours": studio,
            "length_counter": PEER.format(text=typed, places=outputs, script=PLAIN),
            "segmenter_redrawing_all": PEER.format(text=typed, places=articles, script=SEGMENTED),
        }
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            raise SystemExit("Chromium is missing. Install the package chromium, then run this again.")
        self._browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        self.version = self._browser.version
        self.pages = {name: self._open(name) for name in self._pages}

    def _open(self, name: str) -> Any:
        context = self._browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.route("**/*", lambda route: self._answer(route, name))
        page.goto(ADDRESS, wait_until="load")
        page.evaluate(CLOCK)
        return page

    def _answer(self, route: Any, name: str) -> None:
        from django.contrib.staticfiles import finders  # noqa: PLC0415

        path = re.sub(r"^https?://[^/]*|\?.*$", "", route.request.url)
        if path == "/":
            route.fulfill(body=self._pages[name], content_type="text/html; charset=utf-8")
            return
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if found is None:
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        route.fulfill(body=Path(found).read_bytes(), content_type=kind)

    def type_on(self, name: str, keys: int) -> list[float]:
        """The milliseconds of so many keys, a third each at the beginning, in the middle and at the end."""
        page = self.pages[name]
        page.bring_to_front()
        for place in (0, 0.5, 1):
            page.evaluate(
                "place => { if (!place) times.length = 0; const typed = document.querySelector('[data-typed]');"
                " const at = Math.round(typed.value.length * place); typed.setSelectionRange(at, at); }",
                place,
            )
            for number in range(keys // 3):
                page.keyboard.press(KEYS[number % len(KEYS)].replace(" ", "Space"))
        found: list[float] = page.evaluate("times")
        assert len(found) == keys // 3 * 3, f"{name}: {len(found)} of {keys} keys were heard"
        return found

    def check(self, previews: Any) -> list[float]:
        """Compare the counts on our page with the server's for the text as it stands; the server's milliseconds."""
        ours = self.pages["ours"]
        typed = dict(
            ours.evaluate(
                "[...new FormData(document.querySelector('form.itac-composer'))].filter(f => typeof f[1] === 'string')"
            )
        )
        shown = ours.evaluate(
            "[...document.querySelectorAll('[data-looks] .itac-count')].map(c => c.textContent.trim())"
        )
        times = []
        for _turn in range(5):
            began = time.perf_counter()
            html = previews(typed)
            times.append((time.perf_counter() - began) * 1000)
        counted = [
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", each)).strip()
            for each in re.findall(r'(?s)<p class="itac-count".*?</p>', html)
        ]
        assert len(set(shown)) > VARIANTS
        assert [re.sub(r"\s+", " ", each) for each in shown] == counted, "The page counts otherwise than the server."
        return times


def measure(*, rounds: int, keys: int) -> dict[str, Any]:
    """All pages in turn, round by round."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    database = databases.fresh("sqlite")
    os.environ.update(database.environment)
    try:
        studio, previews = page_of_the_studio()
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs here; only `check` asks the database
        with sync_playwright() as playwright:
            stage = Stage(playwright, studio)
            for name in stage.pages:
                stage.type_on(name, keys)  # warms up what the browser compiles
            times: dict[str, list[float]] = {name: [] for name in stage.pages}
            for _round in range(rounds):
                for name in stage.pages:
                    times[name] += stage.type_on(name, keys)
            server = stage.check(previews)
            version = stage.version
    finally:
        databases.remove(database)
    told = {
        name: {f"p{percent}_ms": round(percentile(sorted(found), percent), 2) for percent in (50, 99)}
        for name, found in times.items()
    }
    ours = told.pop("ours")
    return {
        "name": "composer",
        "ours": {**ours, "keys": len(times["ours"]), "characters": LENGTH, "variants": VARIANTS},
        "peers": {**told, "asking_the_server_p50_ms": round(percentile(sorted(server), 50), 1)},
        "ratios": {
            "p50_to_length_counter": round(ours["p50_ms"] / told["length_counter"]["p50_ms"], 2),
            "p50_to_segmenter_redrawing_all": round(ours["p50_ms"] / told["segmenter_redrawing_all"]["p50_ms"], 2),
        },
        "machine": {**machine(), "chromium": version},
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer keys")
    options = parser.parse_args()
    print(json.dumps(measure(rounds=2 if options.quick else 12, keys=60)))


if __name__ == "__main__":
    main()
