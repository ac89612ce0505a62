"""What the Studio's templates say often: a moment, a state, a code's sentence, the banners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from itac.campaign.models import Person
from itac.core.walltime import zone_in_words
from itac.networks.composers import COMPOSERS
from itac.networks.registry import NETWORKS
from itac.publishing import codes, deciding
from itac.publishing.models import Delivery, PostKind
from itac.studio import moments
from itac.studio.answering import moment_of
from itac.studio.banners import banners_for
from itac.studio.composing import language_name
from itac.takeovers.handing_over import address_of

register = template.Library()
register.filter("addresses", address_of)

CONTENT = '<div class="content">'
# Drawn on a 16 px grid, stroke 2, square ends (identity, chapter 6).
SIGNS = {
    "draft": "M3 13l1-4 7-7 3 3-7 7zM9 4l3 3",
    "approved": "M2 9l4 4 8-10",
    "sent": "M2 8h11M8 3l5 5-5 5",
    "held": "M5 3v10M11 3v10",
    "uncertain": "M1 12h4M11 12h4M6 5q0-3 2.500-3t2.500 2.500q0 2-2.500 3V9M8 12v2",
    "failed": "M3 3l10 10M13 3L3 13",
    "withdrawn": "M6 3L2 7l4 4M2 7h8q4 0 4 5",
    "next": "M8 1v5M8 10v5M1 8h14",
    "now": "M8 1v14M1 8h5M10 8h5",
    "awaiting": "M8 2v6l4 3M8 1a7 7 0 1 0 .1 0",
}
STATES: Mapping[str, tuple[str, str | Promise]] = {
    "draft": ("draft", _("Draft")),
    "open": ("awaiting", _("Waiting for answers")),
    "granted": ("approved", _("Approved")),
    "refused": ("failed", _("Refused")),
    "returned": ("withdrawn", _("Changes asked for")),
    "voided": ("withdrawn", _("No longer counts")),
    "expired": ("withdrawn", _("Deadline passed")),
    "planned": ("next", _("Planned")),
    "held": ("held", _("Held")),
    "sending": ("now", _("Sending")),
    "awaiting": ("awaiting", _("Waiting for a person")),
    "sent": ("sent", _("Sent")),
    "failed": ("failed", _("Failed")),
    "uncertain": ("uncertain", _("Uncertain")),
    "cancelled": ("withdrawn", _("Dropped")),
    "doing": ("now", _("Under way")),
    "done": ("sent", _("Done")),
    "good": ("approved", _("Works")),
    "untested": ("draft", _("Not tried yet")),
    "needs_person": ("failed", _("Needs somebody")),
    "paused": ("held", _("Paused")),
    "taken": ("next", _("Taken")),
    "has_floor": ("now", _("Has the floor")),
    "requested": ("awaiting", _("Requested")),
    "offered": ("awaiting", _("Offered")),
    "agreed": ("approved", _("Agreed")),
    "briefed": ("next", _("Briefed")),
    "stopped": ("held", _("Stopped")),
    "closed": ("sent", _("Closed")),
    "lapsed": ("withdrawn", _("Lapsed")),
    "handed_over": ("sent", _("Handed over")),
    "declined": ("failed", _("Declined")),
}


def sign(name: str) -> SafeString:
    """A drawing; it never stands alone."""
    return format_html(
        '<svg class="itac-sign" data-sign="{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        '<path d="{}"/></svg>',
        name,
        SIGNS[name],
    )


@register.simple_tag(takes_context=True)
def state(context: Mapping[str, Any], name: str, since: datetime | None = None) -> SafeString:
    """Sign, word and time of a state: of a delivery, of an approval, of a channel."""
    drawing, word = STATES[str(name)]
    time = format_html(" {}", _time(since, _short(context, since))) if since else ""
    return format_html(
        '<span class="itac-state" data-state="{}">{}<strong>{}</strong>{}</span>', name, sign(drawing), word, time
    )


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], value: datetime | None, form: str = "full") -> SafeString | str:
    """A moment on the reader's clock; in full also on the campaign's, where that shows another time."""
    if value is None:
        return ""
    if form == "short":
        return _time(value, _short(context, value))
    return _time(value, moments.twice_in_words(value, campaign=_campaign_zone(context["request"])))


@register.simple_tag(takes_context=True)
def clocks(context: Mapping[str, Any]) -> str:
    """On whose clock the short times of this page are."""
    request: HttpRequest = context["request"]
    return moments.clocks_in_words(moment_of(request), campaign=_campaign_zone(request))


@register.filter
def sentence(code: str) -> str:
    """What a delivery's or a channel's code says."""
    return codes.sentence(code) if code else ""


@register.filter
def can_be_looked_up(delivery: Delivery) -> bool:
    """Whether a worker can find out by itself what became of it."""
    return deciding.can_be_looked_up(delivery)


@register.filter
def in_its_own_words(code: str) -> str:
    """A language's name in that language."""
    return language_name(code)


@register.filter
def network_name(name: str) -> str | Promise:
    """A network as people call it: the two of ours in the reader's language, the others by their own name."""
    ours = {"website": _("Website"), "by_hand": _("By hand")}
    return ours.get(name) or NETWORKS[name].title


@register.filter
def place_name(name: str) -> str:
    """The network on which the person of a by-hand channel posts, by its own name."""
    return COMPOSERS[name].title if name in COMPOSERS else name


@register.filter
def stands_at(delivery: Delivery) -> str:
    """Where a reader finds it, "" where nobody knows: an address, or a path of this site."""
    parts = (part.address for part in delivery.parts.all() if part.address)
    return delivery.address or next(parts, "")


@register.filter
def day_words(on: date) -> str:
    """A day, such as 18 December 2026."""
    return date_format(on, pgettext("day, month, year", "j F Y"), use_l10n=False)


@register.filter
def takeover_word(state: str) -> str:
    """The name under which `state` knows a take-over's state: "open" is an approval's there."""
    return "has_floor" if state == "open" else state


@register.filter
def post_kind(kind: str) -> str | Promise:
    """A sort of posts in words."""
    return PostKind(kind).label if kind in PostKind.values else kind


@register.filter
def zone_words(name: str) -> str:
    """A time zone as people say it."""
    return zone_in_words(name)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """A value of a dictionary."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def with_banners(context: Mapping[str, Any], furniture: SafeString) -> SafeString:
    """Wagtail's frame of a page with our banners as the first thing in its main part.

    Wagtail has no block there. Should its markup change, the banners stand before everything: seen in any case.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or not isinstance(request.user, Person):
        return furniture
    found = render_to_string(
        "studio/parts/banners.html", {"banners": banners_for(request.user, now=moment_of(request))}
    )
    before, marker, after = furniture.partition(CONTENT)
    return mark_safe(f"{before}{marker}{found}{after}" if marker else f"{found}{furniture}")  # noqa: S308 -- two templates


def _short(context: Mapping[str, Any], value: datetime) -> str:
    now = moment_of(context["request"])
    return moments.shortly(value, zone=moments.own_zone(), now=now)


def _campaign_zone(request: HttpRequest) -> str:
    if not hasattr(request, "studio_campaign_zone"):
        request.studio_campaign_zone = moments.campaign_zone()  # type: ignore[attr-defined]
    zone: str = request.studio_campaign_zone  # type: ignore[attr-defined]
    return zone


def _time(value: datetime | None, words: str) -> SafeString:
    if value is None:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', timezone.localtime(value).isoformat(timespec="minutes"), words)
