"""Every public address for search engines, each with its twins in the other languages.

Source of the form: sitemaps.org, protocol 0.9; of the twins: Google's "Localized versions of your pages", 2024.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page

from itac.core import clock
from itac.website import reading, takeovers

MOST = 50_000  # addresses in one file, by the protocol


@dataclass
class Listed:
    """One thing that can be read: its address by language, and when it last changed."""

    addresses: dict[str, str] = field(default_factory=dict)
    changed_at: datetime | None = None


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Pages, posts and take-overs that are public now. Withdrawn posts and what only one language has aren't twins."""
    now = clock.now()
    listed = [*_pages(), *_takeovers(now), *_posts(now)]
    rows = [(address, one) for one in listed for address in one.addresses.values()]
    context = {"rows": rows[:MOST], "start": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "website/sitemap.xml", context, content_type="application/xml")


def _pages() -> Iterable[Listed]:
    found: dict[str, Listed] = defaultdict(Listed)
    for page in Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path"):
        one = found[str(page.translation_key)]
        if page.url:
            one.addresses[page.locale.language_code] = page.url
            one.changed_at = max(filter(None, (one.changed_at, page.last_published_at)), default=None)
    return found.values()


def _takeovers(now: datetime) -> Iterable[Listed]:
    for shown in takeovers.takeovers(now=now):
        yield Listed({code: _address(shown, code) for code, _name in settings.LANGUAGES}, shown.changed_at(now=now))


def _address(shown: takeovers.ShownTakeOver, code: str) -> str:
    with translation.override(code):
        return shown.address


def _posts(now: datetime) -> Iterable[Listed]:
    found: dict[str, Listed] = defaultdict(Listed)
    entries = reading.entries(now=now).values_list("subject", "language", "published_at", "corrected_at")
    for subject, language, published_at, corrected_at in entries[:MOST]:
        one = found[subject]
        one.addresses[language] = f"/{language}/updates/{subject}/"
        one.changed_at = max(filter(None, (one.changed_at, published_at, corrected_at)))
    return found.values()
