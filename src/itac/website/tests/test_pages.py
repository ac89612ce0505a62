"""What every public page keeps, in both languages."""

from __future__ import annotations

import io
import itertools
import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from itac.campaign.models import Campaign
from itac.core import clock
from itac.website import addresses, sharing
from itac.website.tests import factories
from itac.website.tests.reader import HOST, LANGUAGES, SLUGS, Document, every_page, read, words

FLAWS_OF_TEMPLATES = re.compile(r"{{|{%|{#|\bNone\b|%\(\w+\)s")


@pytest.fixture
def full_site(site: Campaign) -> Campaign:
    """With posts: one by a member with a picture and a source, one by the campaign, one in English alone."""
    from itac.campaign.models import Organisation

    speaker = Organisation.objects.get(slug="city-of-montreal")
    facts = {
        "speaker": speaker,
        "subject": "one-in-27",
        "pictures": ((factories.picture(), "A street at noon"),),
        "sources": [{"title": "Stock", "publisher": "UN DESA", "address": "https://example.org/s", "figure": "3.7 %"}],
        "card": {"address": "https://example.org/card", "title": "The data", "description": "Read more"},
    }
    factories.entry("One in 27", **facts)
    factories.entry("Una de cada 27", language="es", **facts)
    factories.entry(
        "The campaign speaks <again> & again", subject="again", text="Line one.\n\nhttps://example.org/x and <b>."
    )
    return site


def pages() -> list[Document]:
    """Every page, and a post's page, in both languages."""
    return [read(address) for address in (*every_page(), "/en/updates/one-in-27/", "/es/updates/one-in-27/")]


def test_the_tree_holds_every_public_address_in_both_languages(site: Campaign) -> None:
    assert sorted(every_page()) == sorted(f"/{language}/{slug}" for language in LANGUAGES for slug in SLUGS)


def test_every_page_is_valid_html_with_one_heading_its_language_and_its_direction(full_site: Campaign) -> None:
    for page in pages():
        language = page.address[1:3]
        html = page.root
        assert (html.get("lang"), html.get("dir")) == (language, "ltr"), page.address
        assert len(page.all("h1")) == 1, page.address
        assert words(page.all("h1")[0]), page.address
        assert len(page.all("main")) == 1, page.address
        ranks = [int(each.tag[1]) for each in html.iter() if str(each.tag) in {"h1", "h2", "h3", "h4"}]
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(ranks)), page.address
        ids = [each.get("id") for each in html.iter() if each.get("id")]
        assert len(ids) == len(set(ids)), page.address
        assert not FLAWS_OF_TEMPLATES.search(" ".join(html.itertext())), page.address
        assert page.response.headers["Content-Language"] == language


def test_every_page_says_its_title_in_its_own_words(full_site: Campaign) -> None:
    titles = {page.address: words(page.one("title")) for page in pages()}
    descriptions = {page.address: page.meta("description") for page in pages()}

    assert all(title.endswith(" · #ITAC") for title in titles.values())
    assert len(set(titles.values())) == len(titles)
    assert all(10 < len(text) <= 400 for text in descriptions.values()), descriptions
    for slug in (*SLUGS, "updates/one-in-27/"):
        assert titles[f"/en/{slug}"] != titles[f"/es/{slug}"]


def test_a_description_is_the_pages_first_sentences_letter_for_letter(site: Campaign) -> None:
    from itac.website.models import EditorialPage

    EditorialPage.objects.filter(slug="about", locale__language_code="en").update(lead='Work & <play> of "many".')

    assert read("/en/about/").meta("description") == 'Work & <play> of "many".'


def test_every_page_names_its_twin_and_the_switch_leads_there(full_site: Campaign) -> None:
    for page in pages():
        rest = page.address[4:]
        twins = {code: f"{HOST}/{code}/{rest}" for code in LANGUAGES}
        assert page.one("link", rel="canonical").get("href") == f"{HOST}{page.address}"
        assert {k: v for k, v in page.links("alternate").items() if "/" not in k} == {
            **twins,
            "x-default": twins["en"],
        }
        switch = {
            each.get("hreflang"): (each.get("href"), each.get("lang"), each.get("aria-current"))
            for each in page.one("nav", class_="languages").iter("a")
        }
        assert switch == {
            code: (f"/{code}/{rest}", code, "true" if page.address.startswith(f"/{code}/") else None)
            for code in LANGUAGES
        }


def test_a_post_said_in_one_language_opens_in_the_other_but_is_no_twin(site: Campaign) -> None:
    factories.entry("Only in English", subject="only")

    spanish, english = read("/es/updates/only/"), read("/en/updates/only/")

    heading = spanish.one("h1")
    assert (words(heading), heading.get("lang")) == ("Only in English", "en")
    assert "Esta publicación se dijo en inglés." in spanish.html
    assert spanish.one("link", rel="canonical").get("href") == f"{HOST}/en/updates/only/"
    assert not [key for key in spanish.links("alternate") if "/" not in key]
    assert {key for key in english.links("alternate") if "/" not in key} == {"en", "x-default"}
    way = next(each for each in spanish.one("nav", class_="languages").iter("a") if each.get("lang") == "en")
    assert way.get("href") == "/en/updates/only/"


def test_a_text_not_translated_yet_is_marked_alone_so_that_the_page_keeps_its_own_direction(site: Campaign) -> None:
    from itac.website.models import EditorialPage

    EditorialPage.objects.filter(slug="about", locale__language_code="es").update(written_in="ar", lead="قيل")

    page = read("/es/about/")
    marked = (page.one("h1"), page.one("div", class_="editorial"), page.one("p", class_="lead"))
    assert [(each.get("lang"), each.get("dir")) for each in marked] == [("ar", "rtl")] * 3
    assert not page.one("main").get("lang")
    assert not page.one("main").get("dir")


def test_a_language_without_the_page_leads_home_and_is_no_twin(site: Campaign) -> None:
    from wagtail.models import Page

    Page.objects.get(slug="about", locale__language_code="es").unpublish()
    english = Page.objects.get(slug="about", locale__language_code="en")

    spanish = next(way for way in addresses.ways(english) if way.code == "es")

    assert (spanish.address, spanish.is_twin) == ("/es/", False)
    assert "es" not in read("/en/about/").links("alternate")


def test_every_page_has_a_share_image_that_holds_its_title(full_site: Campaign) -> None:
    for page in pages():
        address = page.meta("og:image")
        assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("1200", "630")
        assert page.meta("twitter:image") == address
        response = page.response.client.get(address.removeprefix(HOST))
        data = b"".join(response)
        image = Image.open(io.BytesIO(data))
        assert (response["Content-Type"], image.format, image.size) == ("image/png", "PNG", (1200, 630))
        assert data == drawn_title(address, page), address


def drawn_title(address: str, page: Document) -> bytes:
    """The image as it must be: drawn with the page's own title, in its language."""
    from itac.campaign.models import Organisation
    from itac.website import weaving

    language = page.address[1:3]
    by_name = {"en": "It Takes A Community", "es": "Es necesaria una comunidad"}[language]
    cloth = ""
    if "/updates/one-in-27" in address:
        speaker = Organisation.objects.get(slug="city-of-montreal")
        by_name, cloth = speaker.name.read(language).text, weaving.portrait_of(speaker)
    title = page.meta("og:title")
    return sharing.draw(sharing.Words(title=title, by=by_name, name="#ITAC", language=language, cloth=cloth))


def test_a_share_image_is_different_with_another_title_and_blank_without() -> None:
    said = sharing.Words(title="Members", by="The campaign", name="#ITAC", language="en")
    room = (sharing.TEXT_START, sharing.TITLE_TOP, sharing.WIDTH - 20, sharing.TITLE_BOTTOM)

    def title_of(title: str) -> Image.Image:
        whole = sharing.Words(title=title, by=said.by, name=said.name, language=said.language)
        return Image.open(io.BytesIO(sharing.draw(whole))).convert("L").crop(room)

    assert title_of("").getextrema() == (244, 244)
    assert title_of("Members").getextrema()[0] < 60
    assert title_of("Members").tobytes() != title_of("Contributors").tobytes()


def test_every_moment_stands_in_a_time_with_its_offset(full_site: Campaign) -> None:
    for page in pages():
        for each in page.all("time"):
            moment = each.get("datetime", "")
            if "T" in moment:
                assert datetime.fromisoformat(moment).utcoffset() is not None, (page.address, moment)
            else:
                assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", moment), (page.address, moment)
    assert any("T" in each.get("datetime", "") for each in read("/es/updates/").all("time"))
    assert words(read("/es/updates/").all("time")[0]) == "24 de noviembre de 2026, 07:00 en Guayaquil"


def test_every_page_leads_to_every_other(full_site: Campaign) -> None:
    for page in pages():
        language = page.address[1:3]
        reached = {each.get("href", "") for each in page.all("a")}
        assert {f"/{language}/{slug}" for slug in SLUGS} <= reached, page.address
        assert words(page.all("a")[0]), page.address
        assert page.all("a")[0].get("href") == "#main"


def test_a_demonstration_says_so_on_every_page_and_keeps_robots_away(full_site: Campaign) -> None:
    for page in (*pages(), read("/en/nothing/", status=404), read("/es/updates/nothing/", status=404)):
        notice = {"en": "This is a demonstration.", "es": "Esto es una demostración."}[page.address[1:3]]
        assert notice in words(page.one("footer")), page.address
        assert page.meta("robots") == "noindex, nofollow"
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert read("/robots.txt").html == "User-agent: *\nDisallow: /\n"


def test_a_campaigns_own_site_says_nothing_of_it(db: None) -> None:
    factories.site(is_demonstration=False)
    factories.entry("One in 27", subject="one-in-27")

    for page in pages():
        assert "demonstration" not in page.html
        assert "demostración" not in page.html
        assert 'name="robots"' not in page.html
        assert not page.response.has_header("X-Robots-Tag")
    assert read("/robots.txt").html == f"User-agent: *\nDisallow: /studio/\n\nSitemap: {HOST}/sitemap.xml\n"


def test_the_map_of_the_site_names_every_page_with_its_twins_and_nothing_withdrawn(full_site: Campaign) -> None:
    factories.entry("Taken back", subject="taken-back", withdrawn_at=clock.now())
    tree = ElementTree.fromstring(Client().get("/sitemap.xml").content)

    found = {}
    for url in tree:
        twins = {link.get("hreflang"): link.get("href") for link in url.iter("{http://www.w3.org/1999/xhtml}link")}
        found[url.findtext("{*}loc")] = twins
        assert datetime.fromisoformat(url.findtext("{*}lastmod") or "").utcoffset() is not None

    said = {f"{HOST}/{language}/updates/one-in-27/" for language in LANGUAGES}
    english = f"{HOST}/en/updates/again/"
    assert set(found) == {HOST + address for address in every_page()} | said | {english}
    assert found[f"{HOST}/es/members/"] == {code: f"{HOST}/{code}/members/" for code in LANGUAGES}
    assert found[english] == {"en": english}
