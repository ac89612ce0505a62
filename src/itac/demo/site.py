"""The site's pages: built for any campaign, and for the demonstration with its own About and figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itac.core.addresses import host_and_port
from itac.demo.reading import facts
from itac.website.building import Own, build_site


def build_pages(*, now: datetime, own: Own | None = None) -> None:
    """The page trees in all languages of the site, at this installation's address. Safe to repeat."""
    hostname, port = host_and_port()
    build_site(hostname=hostname, port=port, now=now, own=own)


def own_words() -> Own:
    """What the demonstration's About page says, and the figure on its home page, in each language."""
    about: dict[str, Any] = facts("about")
    return Own(
        about={code: [(block["type"], block["value"]) for block in blocks] for code, blocks in about["body"].items()},
        about_lead=about["lead"],
        figure=about["figure"],
    )
