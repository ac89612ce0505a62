"""The site's pages: built for any campaign, and for the demonstration with its own About and figure."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlsplit

from wagtail.models import Page

from itac.core.addresses import whole_address
from itac.demo.reading import facts
from itac.website.building import build_site
from itac.website.models import EditorialPage, HomePage

HTTP, HTTPS = 80, 443


def build_pages(*, now: datetime) -> None:
    """The page trees in all languages of the site, at this installation's address. Safe to repeat."""
    address = urlsplit(whole_address("/"))
    port = address.port or (HTTPS if address.scheme == "https" else HTTP)
    build_site(hostname=address.hostname or "localhost", port=port, now=now)


def write_own_pages() -> None:
    """What the demonstration's About page says, and the figure on its home page, in each language."""
    about = facts("about")
    for page in EditorialPage.objects.filter(slug="about").select_related("locale"):
        language = page.locale.language_code
        if language in about["body"]:
            page.lead = about["lead"][language]
            page.body = json.dumps(about["body"][language])
            _publish(page)
    for home in HomePage.objects.select_related("locale"):
        language = home.locale.language_code
        if language in about["figure"]:
            home.figure = json.dumps([{"type": "figure", "value": about["figure"][language]}])
            _publish(home)


def _publish(page: Page) -> None:
    page.save_revision().publish()
