"""Take the docs' pictures from the running demonstration.

    ITAC_DATA=DIR python -m tools.screenshots http://127.0.0.1:8000

DIR is the demonstration's data directory (its log-ins lie there). Writes docs/images/*.webp, on phone and desktop: the
site's home in both languages, light and dark; of the Studio, in both languages, home, composer, approval page and
calendar; a take-over's public page and its control room. A picture is of its own day: take all of them together.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SITE = {"site-en": "/en/", "site-es": "/es/"}
# Whose Studio speaks which language: who writes, and who approves.
PEOPLE = {"en": ("editor-mayors", "co-chair-approver-canada"), "es": ("editor-youth", "co-chair-approver-ecuador")}
FLOOR = "/en/take-overs/the-mayors-have-the-floor/"


def log_in(page: Page, address: str, role: str) -> None:
    """Enter the Studio as one of the demonstration's people."""
    lines = (Path(os.environ["ITAC_DATA"]) / "demo-log-ins").read_text(encoding="utf-8").splitlines()
    _role, email, password = next(line.split() for line in lines if line.split()[0] == role)
    page.goto(f"{address}/studio/")
    page.locator("input[type=email], input[name=email], input[name=username]").first.fill(email)
    page.locator("input[type=password]").first.fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/studio/")


def keep(page: Page, name: str) -> None:
    """Store what the window shows, small enough for a repository."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    picture.save(IMAGES / f"{name}.webp", quality=80, method=6)


@contextmanager
def window(browser: Browser, size: str, *, scheme: str = "light") -> Iterator[Page]:
    """A page in a window of its own."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    yield context.new_page()
    context.close()


def take_site(browser: Browser, address: str) -> None:
    """The public pages."""
    for size in SIZES:
        for scheme in ("light", "dark"):
            with window(browser, size, scheme=scheme) as page:
                for name, path in SITE.items():
                    page.goto(address + path)
                    keep(page, f"{name}-{size}-{scheme}")
        with window(browser, size) as page:
            page.goto(address + FLOOR)
            keep(page, f"take-over-{size}")


def take_studio(browser: Browser, address: str) -> None:
    """The Studio's rooms, in the language of who works there."""
    for size in SIZES:
        for language, (writer, approver) in PEOPLE.items():
            with window(browser, size) as page:
                log_in(page, address, writer)
                page.goto(f"{address}/studio/posts/")
                page.locator(".itac-rows__name[href*='/posts/']").first.click()
                page.goto(f"{page.url}edit/")
                keep(page, f"studio-composer-{language}-{size}")
            with window(browser, size) as page:
                log_in(page, address, writer)
                page.goto(f"{address}/studio/calendar/", wait_until="networkidle")
                keep(page, f"studio-calendar-{language}-{size}")
            with window(browser, size) as page:
                log_in(page, address, approver)
                keep(page, f"studio-home-{language}-{size}")
                page.locator("a[href$='/approve/']").first.click()
                keep(page, f"studio-approve-{language}-{size}")
        with window(browser, size) as page:
            log_in(page, address, "guardian")
            page.goto(f"{address}/studio/take-overs/")
            page.get_by_role("link", name="The mayors have the floor").click()
            page.get_by_role("link", name="Control room").click()
            keep(page, f"studio-control-room-{size}")


def main() -> int:
    """Wants the address of the running demonstration."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or ""
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        address = sys.argv[1].rstrip("/")
        take_site(browser, address)
        take_studio(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
