"""The updates of one language, and its take-overs, as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

All three hold the same newest 100 items, each with id, title, address and date, and so does the first page of the
updates. Take-overs are a calendar too (iCalendar, RFC 5545). A reader who has the present state is answered with 304.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import strip_tags
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event, vDuration

from itac.campaign.models import Campaign
from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.website import reading
from itac.website.reading import Shown
from itac.website.takeovers import ShownTakeOver
from itac.website.takeovers import as_facts as takeover_facts
from itac.website.takeovers import takeovers as all_takeovers

FORM = "2"  # grows when the shape of an item changes, so that readers fetch anew
ASK_AGAIN = timedelta(hours=1)  # how often a calendar does well to look


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
    language: str
    image: str = ""


@dataclass(frozen=True)
class Feed:
    """Everything that one language's feed says."""

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
        language=shown.entry.language,
        image=pictures[0]["address"] if pictures else "",
    )


def as_rss(feed: Feed) -> tuple[str, str]:
    """Media type and text."""
    return "application/rss+xml; charset=utf-8", _syndicated(feed, Rss201rev2Feed)


class WholeAtom(Atom1Feed):
    """Atom whose items hold the whole text, and say so: Django's calls it a summary."""

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """As Django's, with `content` in the place of `summary`."""
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})


def as_atom(feed: Feed) -> tuple[str, str]:
    """Media type and text."""
    return "application/atom+xml; charset=utf-8", _syndicated(feed, WholeAtom)


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
            "language": item.language,
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
    campaign = _campaign(request)
    language, now = get_language() or "en", clock.now()
    entries = reading.newest(language, now=now)

    def make() -> tuple[str, str]:
        items = [item_of(entry, request=request, campaign=campaign) for entry in entries]
        told = _("What the campaign says, newest first.")
        feed = _feed(request, str(campaign.name), items, section="updates", told=told)
        return FORMATS[form](feed)

    changed = reading.changed_at(language, now=now)
    return _answer(request, [form, str(campaign.name), reading.as_facts(entries)], make, changed=changed)


@require_safe
def takeovers(request: HttpRequest, form: str) -> HttpResponse:
    """The take-overs in that format: as a calendar, or as a feed of those that are open, to come and past."""
    campaign = _campaign(request)
    now = clock.now()
    shown = all_takeovers(now=now)[: reading.NEWEST]

    def make() -> tuple[str, str]:
        title = _("%(campaign)s: take-overs") % {"campaign": campaign.name}
        if form == "ics":
            return _as_calendar(request, title, shown, now=now)
        items = [_item_of_takeover(one, request=request, now=now) for one in shown]
        told = _("Who has the floor on the campaign’s channels.")
        return FORMATS[form](_feed(request, title, items, section="take-overs", told=told))

    return _answer(request, [form, str(campaign.name), takeover_facts(shown)], make)


def _campaign(request: HttpRequest) -> Campaign:
    campaign = reading.campaign_of(request)
    if campaign is None:
        raise Http404
    return campaign


def _feed(request: HttpRequest, title: str, items: list[Item], *, section: str, told: str) -> Feed:
    language = get_language() or "en"
    return Feed(
        title=title,
        description=told,
        language=language,
        page=request.build_absolute_uri(f"/{language}/{section}/"),
        address=request.build_absolute_uri(request.path),
        items=items,
    )


def _item_of_takeover(shown: ShownTakeOver, *, request: HttpRequest, now: datetime) -> Item:
    takeover = shown.it
    title = takeover.title.read(get_language() or "en")
    html = render_to_string("website/feed_takeover.html", {"shown": shown}).strip()
    return Item(
        id=shown.id,
        title=title.text,
        address=request.build_absolute_uri(shown.address),
        published_at=takeover.agreed_at or takeover.opens_at,
        changed_at=shown.changed_at(now=now),
        html=html,
        text="\n\n".join(unescape(strip_tags(line)) for line in html.splitlines() if line.strip()),
        speaker=str(takeover.organisation.name),
        language=title.language,
    )


def _as_calendar(request: HttpRequest, title: str, shown: list[ShownTakeOver], *, now: datetime) -> tuple[str, str]:
    """Media type and text. Source of the form: RFC 5545, and RFC 7986 for what is said of the calendar itself.

    One that was called off before it opened isn't there any more, as on the pages; a calendar that asks again drops it.
    """
    language = get_language() or "en"
    calendar = Calendar()
    calendar.add("prodid", "-//ITAC//Take-overs//EN")
    calendar.add("version", "2.0")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("source", request.build_absolute_uri(request.path), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    for one in shown:
        name, why = one.it.title.read(language), one.it.why.read(language)
        changed_at = one.changed_at(now=now).astimezone(UTC)
        event = Event()
        event.add("uid", one.id)
        event.add("dtstamp", changed_at)
        event.add("last-modified", changed_at)
        event.add("sequence", one.revision)
        event.add("dtstart", one.it.opens_at.astimezone(UTC))
        event.add("dtend", one.closes_at.astimezone(UTC))
        event.add("summary", f"{one.it.organisation.name}: {name.text}", parameters={"LANGUAGE": name.language})
        if why.text:
            event.add("description", why.text, parameters={"LANGUAGE": why.language})
        event.add("url", request.build_absolute_uri(one.address))
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")  # nobody who follows it is busy by it
        calendar.add_component(event)
    return "text/calendar; charset=utf-8", calendar.to_ical().decode()


def _answer(
    request: HttpRequest, facts: list[Any], make: Callable[[], tuple[str, str]], *, changed: datetime | None = None
) -> HttpResponse:
    """What `make` gives, or 304 for a reader who has what these facts tell."""
    facts = [FORM, get_language(), request.get_host(), *facts]
    etag = quote_etag(hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32])
    seconds = int(changed.timestamp()) if changed else None
    response = get_conditional_response(request, etag=etag, last_modified=seconds)
    if response is None:
        media_type, text = make()
        response = HttpResponse(text, content_type=media_type)
    # On the answer 304 too, as RFC 9110 (15.4.5) asks.
    response.headers["ETag"] = etag
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
    patch_cache_control(response, public=True, no_cache=True)
    # For readers that run in another page's script; there is nothing here that isn't public.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
