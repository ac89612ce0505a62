"""The updates of one language as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

All three hold the same newest 100 items, each with id, title, address and date, and so does the first page of the
updates. A reader who has the present state is answered with 304.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itac.campaign.models import Campaign
from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.website import reading
from itac.website.reading import Shown

FORM = "1"  # grows when the shape of an item changes, so that readers fetch anew


@dataclass(frozen=True)
class Item:
    """One entry as all three formats tell it."""

    id: str
    title: str
    address: str
    published_at: datetime
    changed_at: datetime
    html: str
    text: str
    speaker: str
    image: str = ""


@dataclass(frozen=True)
class Feed:
    """Everything about one language's updates."""

    title: str
    description: str
    language: str
    page: str
    address: str
    items: list[Item]


def id_of(entry: WebsiteEntry) -> str:
    """A name for ever, whatever host serves the site: made of the delivery's key, which never changes."""
    try:
        return uuid.UUID(hex=entry.key).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, entry.key).urn


def item_of(shown: Shown, *, request: HttpRequest, campaign: Campaign) -> Item:
    """An entry with whole addresses. Renditions of its pictures are made when they aren't there yet."""
    pictures = [
        {
            "address": request.build_absolute_uri(shown_picture.picture.get_rendition("width-1200").url),
            "alt": shown_picture.alt,
            "credit": shown_picture.picture.credit,
        }
        for shown_picture in shown.pictures
    ]
    html = render_to_string("website/feed_item.html", {"shown": shown, "pictures": pictures})
    return Item(
        id=id_of(shown.entry),
        title=shown.entry.title,
        address=request.build_absolute_uri(shown.address),
        published_at=shown.entry.published_at,
        changed_at=shown.entry.corrected_at or shown.entry.published_at,
        html=html.strip(),
        text=shown.entry.text,
        speaker=str(shown.speaker.name if shown.speaker else campaign.name),
        image=pictures[0]["address"] if pictures else "",
    )


def as_rss(feed: Feed) -> tuple[str, str]:
    """Media type and text."""
    return "application/rss+xml; charset=utf-8", _syndicated(feed, Rss201rev2Feed)


def as_atom(feed: Feed) -> tuple[str, str]:
    """Media type and text."""
    return "application/atom+xml; charset=utf-8", _syndicated(feed, Atom1Feed)


def _syndicated(feed: Feed, maker: type[SyndicationFeed]) -> str:
    made = maker(
        title=feed.title,
        link=feed.page,
        description=feed.description,
        subtitle=feed.description,
        language=feed.language,
        feed_url=feed.address,
        author_name=feed.title,
        feed_guid=feed.address,
    )
    for item in feed.items:
        made.add_item(
            title=item.title,
            link=item.address,
            description=item.html,
            unique_id=item.id,
            unique_id_is_permalink=False,
            pubdate=item.published_at,
            updateddate=item.changed_at,
            author_name=item.speaker,
        )
    return made.writeString("utf-8")


def as_json(feed: Feed) -> tuple[str, str]:
    """Media type and text. Source of the form: jsonfeed.org, version 1.1."""
    items = [
        {
            "id": item.id,
            "url": item.address,
            "title": item.title,
            "content_html": item.html,
            "content_text": item.text,
            "date_published": item.published_at.isoformat(),
            "date_modified": item.changed_at.isoformat(),
            "language": feed.language,
            "authors": [{"name": item.speaker}],
            **({"image": item.image} if item.image else {}),
        }
        for item in feed.items
    ]
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "items": items,
    }
    return "application/feed+json; charset=utf-8", json.dumps(whole, ensure_ascii=False)


FORMATS: dict[str, Callable[[Feed], tuple[str, str]]] = {"rss": as_rss, "atom": as_atom, "json": as_json}


@require_safe
def updates(request: HttpRequest, form: str) -> HttpResponse:
    """The feed in that format and the address's language; 304 for a reader who has it."""
    campaign = reading.campaign_of(request)
    if campaign is None:
        raise Http404
    language, now = get_language() or "en", clock.now()
    entries = reading.newest(language, now=now)
    facts = [FORM, form, language, request.get_host(), str(campaign.name), reading.as_facts(entries)]
    etag = quote_etag(hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32])
    changed = reading.changed_at(language, now=now)
    seconds = int(changed.timestamp()) if changed else None
    response = get_conditional_response(request, etag=etag, last_modified=seconds)
    if response is None:
        items = [item_of(entry, request=request, campaign=campaign) for entry in entries]
        feed = Feed(
            title=str(campaign.name),
            description=_("What the campaign says, newest first."),
            language=language,
            page=request.build_absolute_uri(f"/{language}/updates/"),
            address=request.build_absolute_uri(request.path),
            items=items,
        )
        media_type, text = FORMATS[form](feed)
        response = HttpResponse(text, content_type=media_type)
    # On the answer 304 too, as RFC 9110 (15.4.5) asks.
    response.headers["ETag"] = etag
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
    patch_cache_control(response, public=True, no_cache=True)
    # For readers that run in another page's script; there is nothing here that isn't public.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
