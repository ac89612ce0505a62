"""Take the docs' pictures from the running demonstration.

    ITAC_DATA=DIR python -m tools.screenshots http://127.0.0.1:8000

DIR is the demonstration's data directory (its log-ins lie there). Writes docs/images/*.webp: the site's home in both
languages, and the Studio's home and composer, on phone and desktop, light and dark.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
PUBLIC = {"site-en": "/en/", "site-es": "/es/"}


def log_in(page: Page, address: str) -> None:
    """Enter the Studio as the demonstration's coordinator."""
    lines = (Path(os.environ["ITAC_DATA"]) / "demo-log-ins").read_text(encoding="utf-8").splitlines()
    _role, email, password = next(line.split() for line in lines if line.startswith("coordinator"))
    page.goto(f"{address}/studio/")
    page.locator("input[type=email], input[name=email], input[name=username]").first.fill(email)
    page.locator("input[type=password]").first.fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/studio/")


def keep(page: Page, name: str) -> None:
    """Store what the window shows, small enough for a repository."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    picture.save(IMAGES / f"{name}.webp", quality=80, method=6)


def take(browser: Browser, address: str) -> None:
    """All pictures, one window after the other."""
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            window = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                locale="en-GB",
            )
            page = window.new_page()
            for name, path in PUBLIC.items():
                page.goto(address + path, wait_until="networkidle")
                keep(page, f"{name}-{size}-{scheme}")
            log_in(page, address)
            page.goto(f"{address}/studio/", wait_until="networkidle")
            keep(page, f"studio-home-{size}-{scheme}")
            # A post that was sent back: its composer shows words and looks, where an empty one shows neither.
            page.locator(".itac-room a[href$='/edit/']").first.click()
            page.wait_for_load_state("networkidle")
            keep(page, f"studio-composer-{size}-{scheme}")
            window.close()


def main() -> int:
    """Wants the address of the running demonstration."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or ""
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, sys.argv[1].rstrip("/"))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
