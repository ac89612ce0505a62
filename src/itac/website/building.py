"""Make the site's pages: once in each of the campaign's languages, with first texts that editors then change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from itac.campaign.models import Campaign
from itac.website import first_texts
from itac.website.first_texts import FirstText
from itac.website.models import (
    ContributorsPage,
    CreditsPage,
    EditorialPage,
    HomePage,
    MembersPage,
    PhasesPage,
    ReportPage,
    SitePage,
    TakeOversPage,
    UpdatesPage,
)

Blocks = Sequence[tuple[str, Any]]

# Address, kind of page, whether the menu leads to it. The order is the menu's.
PAGES: tuple[tuple[str, type[SitePage], bool], ...] = (
    ("about", EditorialPage, True),
    ("updates", UpdatesPage, True),
    ("take-overs", TakeOversPage, True),
    ("phases", PhasesPage, True),
    ("members", MembersPage, True),
    ("contributors", ContributorsPage, True),
    ("credits", CreditsPage, False),
    ("contact", EditorialPage, False),
    ("privacy", EditorialPage, False),
    ("accessibility", EditorialPage, False),
    ("report-an-error", ReportPage, False),
)


@dataclass(frozen=True)
class Own:
    """What a campaign says of itself instead of our first texts, by language code.

    `about` are blocks of an `EditorialPage`, `about_lead` the sentences above them, `figure` the value of one
    `FigureBlock` for the home page.
    """

    about: Mapping[str, Blocks] = field(default_factory=dict)
    about_lead: Mapping[str, str] = field(default_factory=dict)
    home_lead: Mapping[str, str] = field(default_factory=dict)
    figure: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def build_site(*, hostname: str, port: int, now: datetime, own: Own | None = None) -> HomePage:
    """All pages in every language of `settings.WAGTAIL_CONTENT_LANGUAGES`, live, twins linked; the site leads there.

    Pages that are there already stay as they are, so it can be called again: after an upgrade, or when a language was
    added. Where we have no text in a language the English one stands, and the page says that it is English. The names
    in the texts are the campaign's. Returns the home page in the first language. Raises `Campaign.DoesNotExist`.
    """
    own, campaign = own or Own(), Campaign.current()
    codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    with transaction.atomic():
        _remove_welcome()
        locales = [Locale.objects.get_or_create(language_code=code)[0] for code in codes]
        original = _home(locales[0], campaign=campaign, own=own, now=now)
        site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
        site.hostname, site.port, site.root_page = hostname, port, original
        site.site_name = str(campaign.name)[:255]
        site.save()
        for locale in locales[1:]:
            if not original.has_translation(locale):
                _translate(original, locale, campaign=campaign, own=own, now=now)
        for slug, kind, in_menu in PAGES:
            page = _child(original, slug=slug, kind=kind, in_menu=in_menu, campaign=campaign, own=own, now=now)
            for locale in locales[1:]:
                if not page.has_translation(locale):
                    _translate(page, locale, campaign=campaign, own=own, now=now)
    return original


def _remove_welcome() -> None:
    """Wagtail's own first page, which stands where ours will."""
    for page in Page.objects.filter(depth=2, slug="home"):
        if page.specific_class is Page and not page.get_children().exists():
            Site.objects.filter(root_page=page).delete()
            page.delete()


def _home(locale: Locale, *, campaign: Campaign, own: Own, now: datetime) -> HomePage:
    there = HomePage.objects.filter(locale=locale).first()
    if there:
        return there
    root = Page.get_first_root_node()
    page = HomePage(locale=locale, slug="home", show_in_menus=False)
    _fill(page, "home", locale.language_code, campaign=campaign, own=own, now=now)
    root.add_child(instance=page)
    return page


def _child(
    home: HomePage, *, slug: str, kind: type[SitePage], in_menu: bool, campaign: Campaign, own: Own, now: datetime
) -> SitePage:
    there: Page | None = home.get_children().filter(slug=slug).first()
    if there is not None:
        return there.specific
    page = kind(locale=home.locale, slug=slug, show_in_menus=in_menu)
    _fill(page, slug, home.locale.language_code, campaign=campaign, own=own, now=now)
    home.add_child(instance=page)
    return page


def _translate(page: SitePage, locale: Locale, *, campaign: Campaign, own: Own, now: datetime) -> None:
    """The page's twin under the same translation key, with that language's text."""
    twin = page.copy_for_translation(locale)
    name = "home" if isinstance(page, HomePage) else page.slug
    _fill(twin, name, locale.language_code, campaign=campaign, own=own, now=now)
    twin.save()


def _fill(page: SitePage, name: str, code: str, *, campaign: Campaign, own: Own, now: datetime) -> None:
    """Text, title and state of a page that a reader can open at once."""
    text, language = first_texts.read(name, code)
    names = {
        "name": campaign.name.read(code).text,
        "title": (campaign.full_title or campaign.name).read(code).text,
        "email": campaign.contact_email,
    }
    page.title = text.title.format(**names)
    page.lead = text.lead.format(**names)
    page.written_in = "" if language == code else language
    page.live, page.has_unpublished_changes = True, False
    page.first_published_at = page.last_published_at = now
    if isinstance(page, HomePage):
        page.lead = own.home_lead.get(code, page.lead)
        page.figure = [("figure", dict(own.figure[code]))] if code in own.figure else []
    elif isinstance(page, EditorialPage | ReportPage):
        if name == "about" and code in own.about:
            page.lead, page.written_in = own.about_lead.get(code, page.lead), ""
            page.body = [*own.about[code]]
        else:
            page.body = _blocks(text, names)


def _blocks(text: FirstText, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Headings and paragraphs; a paragraph that needs the contact address is left out where there is none."""
    blocks = []
    for kind, words in text.body:
        if "{email}" in words and not names["email"]:
            continue
        filled = words.format(**names)
        blocks.append((kind, f"<p>{filled}</p>" if kind == "text" else filled))
    return blocks
