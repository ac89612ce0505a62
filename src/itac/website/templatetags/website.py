"""What the site's templates need beyond Django's and Wagtail's own tags."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format, get_format
from django.utils.html import format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import (
    get_language,
    get_language_bidi,
    gettext_lazy,
    ngettext,
    pgettext,
)
from django.utils.translation import gettext as _
from wagtail.models import Page

from itac.campaign.dated import DatedItem
from itac.campaign.models import Campaign, Kind, Organisation, Phase
from itac.campaign.models.calendar import Precision
from itac.core import clock
from itac.core.languages import language_name
from itac.core.localised import RIGHT_TO_LEFT, Localised
from itac.website import addresses, reading
from itac.website.models import SMALL_PAGES, HomePage
from itac.website.reading import Coming, Shown
from itac.website.takeovers import ShownTakeOver, of_post

register = template.Library()

LONG_TITLE, LONGER_TITLE = 44, 90  # letters from which a first heading is set one and two steps smaller
POLL_SECONDS = 3
WAYS_IN = {
    "about": gettext_lazy("About"),
    "updates": gettext_lazy("Updates"),
    "take-overs": gettext_lazy("Take-overs"),
    "phases": gettext_lazy("Phases"),
    "members": gettext_lazy("Members"),
    "contributors": gettext_lazy("Contributors"),
    "credits": gettext_lazy("Credits"),
    "contact": gettext_lazy("Contact"),
    "privacy": gettext_lazy("Privacy"),
    "accessibility": gettext_lazy("Accessibility"),
    "report-an-error": gettext_lazy("Report an error"),
}
KIND_HEADINGS = {
    Kind.NATIONAL_GOVERNMENT: gettext_lazy("National governments"),
    Kind.CITY: gettext_lazy("Cities and their associations"),
    Kind.BUSINESS: gettext_lazy("Businesses"),
    Kind.CIVIL_SOCIETY: gettext_lazy("Civil society"),
    Kind.YOUTH: gettext_lazy("Youth"),
    Kind.INTERNATIONAL_ORGANISATION: gettext_lazy("International organisations"),
    Kind.ACADEMIA: gettext_lazy("Academia"),
}


def _request(context: dict[str, Any]) -> HttpRequest | None:
    request: HttpRequest | None = context.get("request")
    return request


@register.simple_tag(takes_context=True)
def campaign(context: dict[str, Any]) -> Campaign | None:
    """The campaign, read once a request."""
    return reading.campaign_of(_request(context))


@register.simple_tag(takes_context=True)
def ways(context: dict[str, Any]) -> list[addresses.Way]:
    """The language switch of this page, read once a rendering."""
    kept: list[addresses.Way] | None = context.get("_ways")
    if kept is None:
        page = context.get("page")
        kept = addresses.ways(
            page if isinstance(page, Page) else None,
            subject=context.get("subject", ""),
            spoken=context.get("spoken", ()),
        )
        context["_ways"] = kept
    return kept


def _children(*, in_menus: bool) -> list[Page]:
    home = HomePage.objects.live().filter(locale__language_code=get_language()).first()
    if home is None:
        return []
    pages = home.get_children().live()
    return list(pages.in_menu() if in_menus else pages.filter(show_in_menus=False))


@register.simple_tag
def menu() -> list[Page]:
    """The pages that the menu leads to, in the tree's order."""
    return _children(in_menus=True)


@register.simple_tag
def small_pages() -> list[Page]:
    """The pages that the foot leads to: credits, and the small ones every public body must have."""
    return _children(in_menus=False)


@register.simple_tag
def small_page(slug: str) -> Page | None:
    """One of the small pages in the reader's language, or None where somebody removed it."""
    assert slug in SMALL_PAGES
    return next((page for page in _children(in_menus=False) if page.slug == slug), None)


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], address: str) -> str:
    """A whole address, for those who read the page elsewhere."""
    request = _request(context)
    return request.build_absolute_uri(address) if request else address


@register.simple_tag(takes_context=True)
def share_address(context: dict[str, Any]) -> str:
    """The whole address of this page's share image; the home page's where the page has none of its own."""
    page, subject, language = context.get("page"), context.get("subject"), get_language()
    name = "home"
    if isinstance(page, Page) and not isinstance(page.specific, HomePage):
        name = f"{page.slug}/{subject}" if context.get("shown") else page.slug
    return absolute(context, f"/share/{language}/{name}.png")


@register.simple_tag(takes_context=True)
def share_words(context: dict[str, Any]) -> str:
    """What this page's share image says, for those who don't see it."""
    page, shown, found = context.get("page"), context.get("shown"), campaign(context)
    if isinstance(shown, Shown):
        return shown.title
    if isinstance(shown, ShownTakeOver):
        return str(shown.it.title)
    if isinstance(page, Page) and not isinstance(page.specific, HomePage):
        return str(page.title)
    return str(found.full_title or found.name) if found else ""


@register.filter
def said(text: Localised | None) -> SafeString:
    """A localised text; where it is another language than the page's, the element says which."""
    if not isinstance(text, Localised):
        return mark_safe("")
    reading_ = text.read(get_language())
    if reading_.is_fallback and reading_.text:
        return format_html('<span lang="{}" dir="{}">{}</span>', reading_.language, reading_.direction, reading_.text)
    return format_html("{}", reading_.text)


@register.simple_tag
def language_attributes(code: str) -> SafeString:
    """`lang` and `dir` for an element in that language; nothing where it is the page's own."""
    if not code or code == get_language():
        return mark_safe("")
    direction = "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    return format_html(' lang="{}" dir="{}"', code, direction)


register.filter("language_name", language_name)


@register.filter
def language_names(codes: list[str]) -> str:
    """Several languages' names with commas between."""
    return pgettext("between the items of a list", ", ").join(language_name(code) for code in codes)


@register.simple_tag
def post_address(shown: Shown) -> str:
    """A post's page in the reader's language: where the post isn't, the page says so."""
    return f"/{get_language()}/updates/{shown.entry.subject}/"


@register.filter
def post_text(text: str) -> SafeString:
    """Paragraphs with their links; everything else is escaped."""
    return mark_safe(linebreaks(urlize(text, nofollow=False, autoescape=True)))  # noqa: S308 -- urlize has escaped it


@register.filter
def beginning(text: Any, words: int) -> str:
    """The first words: to the end of their last whole sentence where that keeps half of them, else with an ellipsis."""
    all_words = re.split(r"[ \t\r\n]+", str(text).strip())
    if len(all_words) <= words:
        return " ".join(all_words)
    first = all_words[:words]
    ends = [place for place, word in enumerate(first, start=1) if word.endswith((".", "?", "!", "…", ".”", ".»"))]
    if ends and ends[-1] * 2 >= words:
        return " ".join(first[: ends[-1]])
    return f"{' '.join(first).rstrip(',;:–-')}…"


@register.filter
def in_figures(text: str) -> str:
    """A source's figures, written with a point, with the decimal sign of the reader's language."""
    return re.sub(r"(?<=\d)\.(?=\d{1,2}(?!\d))", str(get_format("DECIMAL_SEPARATOR")), reading.bound(text))


@register.filter
def title_length(text: str) -> str:
    """ "short", "long" or "longer": how large a first heading may be set."""
    size = len(str(text))
    return "short" if size <= LONG_TITLE else "long" if size <= LONGER_TITLE else "longer"


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: datetime) -> SafeString:
    """A moment on the campaign's clock, with the place whose clock it is, in a `<time>` with its offset."""
    found = campaign(context)
    local = found.local(at) if found else at
    day, hour = full_date(local), date_format(local, "H:i")
    zone = found.zone if found else "UTC"
    if "/" not in zone:
        words = _("%(date)s, %(time)s UTC") % {"date": day, "time": hour}
    else:
        place = zone.rsplit("/", 1)[1].replace("_", " ")
        words = _("%(date)s, %(time)s in %(place)s") % {"date": day, "time": hour, "place": place}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)


@register.simple_tag
def day(on: date | None, precision: str = Precision.DAY) -> SafeString:
    """A day as exactly as it is known: the day, the month or the year."""
    if on is None:
        return mark_safe("")
    if precision == Precision.YEAR:
        return format_html('<time datetime="{0}">{0}</time>', on.strftime("%Y"))
    if precision == Precision.MONTH:
        form = pgettext("date format, month and year", "F Y")
        return format_html('<time datetime="{}">{}</time>', on.strftime("%Y-%m"), date_format(on, form))
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), full_date(on))


@register.filter
def full_date(on: date) -> str:
    """Day, month and year in the order of the language. Django's own for English is the American one."""
    return date_format(on, pgettext("date format, whole", "j F Y"))


@register.filter
def day_and_month(on: date) -> str:
    """Day and month in the order of the language."""
    return date_format(on, pgettext("date format, day and month", "j F"))


@register.filter
def weekday_and_month(on: date) -> str:
    """What stands below a large numeral: "Friday, December"."""
    words = _("%(weekday)s, %(month)s") % {"weekday": date_format(on, "l"), "month": date_format(on, "F")}
    return words[:1].upper() + words[1:]


@register.filter
def days_left(coming: Coming) -> str:
    """How far away an observance is, in words."""
    if coming.days <= 0:
        return _("Today") if coming.first == coming.last else _("Now")
    if coming.days == 1:
        return _("Tomorrow")
    return ngettext("In %(count)d day", "In %(count)d days", coming.days) % {"count": coming.days}


@register.filter
def phase_state(phase: Phase, today: date) -> str:
    """ "past", "now" or "next". A phase without a known end is "now" once it has begun."""
    if phase.starts_on > today:
        return "next"
    return "past" if phase.ends_on and phase.ends_on < today else "now"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of the sprite. Never alone: a word stands beside it."""
    return format_html(
        '<svg class="icon" data-icon="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        name,
        static("website/icons.svg"),
        name,
    )


@register.simple_tag
def cloth(organisation: Organisation | None) -> SafeString:
    """The woven portrait beside an organisation's name: said by the name, so it has no words of its own."""
    if organisation is None:
        return mark_safe("")
    return format_html('<img class="cloth" src="/cloth/{}.svg" alt="" width="100" height="100">', organisation.slug)


@register.simple_tag
def face(organisation: Organisation) -> SafeString:
    """The organisation's logo where it has one whose rights hold today (Promise 3), else its woven portrait."""
    logo = reading.logo_of(organisation, now=clock.now())
    if logo is None:
        return cloth(organisation)
    rendition = logo.get_rendition("max-400x400")
    alt = str(logo.alt) or _("Logo of %(name)s") % {"name": organisation.name}
    return format_html(
        '<img class="logo" src="{}" alt="{}" width="{}" height="{}">',
        rendition.url,
        alt,
        rendition.width,
        rendition.height,
    )


@register.simple_tag
def names(members: list[Any]) -> SafeString:
    """Organisations as a list that runs like a sentence, each with its cloth, leading to its place on the page."""
    last = len(members) - 1
    rows = []
    for place, row in enumerate(members):
        name = row.organisation.name.read(get_language())
        first, _space, rest = name.text.partition(" ")
        rows.append(
            {
                "organisation": row.organisation,
                "name": name,
                "first": first,
                "rest": rest,
                "is_last": place == last,
            }
        )
    return mark_safe(  # noqa: S308 -- rendered by a template
        render_to_string("website/components/roll.html", {"rows": rows, "language": get_language()})
    )


@register.simple_tag
def thanked() -> dict[str, Any]:
    """For the foot: who chairs, and who gives money."""
    groups = {group.contribution: group.contributors for group in reading.contributions()}
    return {"chairs": reading.members(now=clock.now()).chairs, "payers": groups.get("financial", [])}


@register.simple_tag(takes_context=True)
def floor(context: dict[str, Any]) -> list[DatedItem]:
    """Who has the floor now, the last to take it first, read once a rendering; empty while the campaign speaks."""
    if "_floor" not in context:
        context["_floor"] = reading.floor(now=clock.now())
    found: list[DatedItem] = context["_floor"]
    return found


@register.simple_tag
def taken_over_for(subject: str) -> ShownTakeOver | None:
    """The take-over under which a post was said, if any."""
    return of_post(subject, now=clock.now())


@register.simple_tag
def today() -> date:
    """The day in the campaign's zone."""
    return reading.today(now=clock.now())


@register.filter
def way_in(title: str, slug: str) -> str:
    """The short name of a section in the menu; a page that we don't know is called by its title."""
    return str(WAYS_IN.get(slug, title))


@register.filter
def kind_heading(kind: str) -> str:
    """A kind of organisation as the heading of a group."""
    return str(KIND_HEADINGS[Kind(kind)])


@register.simple_tag
def direction() -> str:
    """The page's direction of writing."""
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag
def poll_seconds() -> int:
    """How often an open page asks for what is new."""
    return POLL_SECONDS


@register.simple_tag
def feeds() -> list[tuple[str, str, str]]:
    """Media type, address and name of the feeds in the reader's language."""
    start = f"/{get_language()}/updates/feed"
    return [
        ("application/rss+xml", f"{start}.rss", _("Updates as RSS")),
        ("application/atom+xml", f"{start}.atom", _("Updates as Atom")),
        ("application/feed+json", f"{start}.json", _("Updates as JSON Feed")),
    ]


@register.simple_tag
def takeover_feeds() -> list[tuple[str, str, str]]:
    """The same of the take-overs, and their calendar."""
    start = f"/{get_language()}/take-overs/feed"
    return [
        ("text/calendar", f"{start}.ics", _("Take-overs as a calendar")),
        ("application/rss+xml", f"{start}.rss", _("Take-overs as RSS")),
        ("application/atom+xml", f"{start}.atom", _("Take-overs as Atom")),
        ("application/feed+json", f"{start}.json", _("Take-overs as JSON Feed")),
    ]


@register.simple_tag
def default_language() -> str:
    """The language for readers of none of the others."""
    return settings.LANGUAGE_CODE
