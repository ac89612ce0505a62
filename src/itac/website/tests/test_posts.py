"""Posts on the site: their own pages, their list, and what became of those that were taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itac.campaign.models import Campaign, Organisation
from itac.core import clock
from itac.website import reading
from itac.website.tests import factories
from itac.website.tests.reader import HOST, read, words


def queries(address: str) -> int:
    """How many queries a page takes, once what is kept for all requests is kept."""
    read(address)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        read(address)
    return len(caught)


def with_speakers_and_pictures(count: int) -> None:
    """So many posts, each with a speaker and a picture of its own."""
    for number in range(count):
        speaker = factories.organisation(f"Speaker {number} of {count}")
        picture = factories.picture(title=f"Street {number}")
        factories.entry(f"Post {number} of {count}", speaker=speaker, pictures=((picture, "A street"),))


@pytest.mark.parametrize("address", ["/en/updates/", "/en/updates/?part=words", "/es/updates/"])
def test_the_list_takes_as_many_queries_for_a_hundred_posts_as_for_one(site: Campaign, address: str) -> None:
    language = address[1:3]
    factories.posts(1, language=language)
    one = queries(address)
    factories.posts(2, language=language)
    three = queries(address)
    factories.posts(97, language=language)

    assert one == three == queries(address)


@pytest.mark.parametrize("address", ["/en/", "/en/updates/", "/en/updates/feed.atom", "/en/credits/"])
def test_pictures_and_speakers_of_three_posts_take_no_more_queries_than_of_two(site: Campaign, address: str) -> None:
    with_speakers_and_pictures(2)
    two = queries(address)
    with_speakers_and_pictures(3)

    assert queries(address) == two


def test_the_list_shows_the_newest_first_and_says_what_follows(site: Campaign) -> None:
    factories.posts(reading.NEWEST + 1)

    first, second = read("/en/updates/"), read("/en/updates/?page=2")

    titles = [words(each) for each in first.all("h2")]
    posts = [title for title in titles if title.startswith("Post number")]
    assert posts == [f"Post number {number}" for number in range(reading.NEWEST + 1, 1, -1)]
    assert first.one("a", rel="next").get("href") == "?page=2"
    assert not first.all("a", rel="prev")
    assert [words(each) for each in second.all("h2") if words(each).startswith("Post")] == ["Post number 1"]
    assert second.one("a", rel="prev").get("href") == "?page=1"
    assert second.one("link", rel="canonical").get("href") == f"{HOST}/en/updates/?page=2"
    read("/en/updates/?page=3", status=404)
    assert "itac-fresh" not in second.html


def test_an_empty_list_says_what_will_stand_there(site: Campaign) -> None:
    assert "The first appears when one of the campaign’s organisations sends it." in read("/en/updates/").html
    assert "La primera aparece cuando" in read("/es/updates/").html
    assert "It Takes a Community to Ensure" in words(read("/en/").one("h1"))


def test_a_posts_page_has_all_of_it(site: Campaign) -> None:
    speaker = Organisation.objects.get(slug="city-of-montreal")
    picture = factories.picture(credit="Ana Paz")
    factories.entry(
        "Close to 33 % <stay>",
        subject="close",
        speaker=speaker,
        text="Close to 33 % <stay>.\n\nSee https://example.org/data now.",
        pictures=((picture, "A street at noon"),),
        sources=[{"title": "Stock", "publisher": "UN DESA", "address": "https://example.org/s", "figure": "0.5 %"}],
        card={"address": "https://example.org/card", "title": "The data", "description": "A table"},
    )

    page = read("/en/updates/close/")

    assert words(page.one("h1")) == "Close to 33 % <stay>"
    assert "33\N{NO-BREAK SPACE}%" in page.html
    assert words(page.one("p", itemprop="author")) == "City of Montreal"
    body = page.one("div", itemprop="articleBody")
    assert words(body) == "Close to 33 % <stay>. See https://example.org/data now."
    assert [each.get("href") for each in body.iter("a")] == ["https://example.org/data"]
    picture_shown = next(each for each in page.all("img") if each.get("alt") == "A street at noon")
    assert picture_shown.get("src", "").startswith("/media/")
    assert "Picture: Ana Paz, CC BY 4.0" in page.html
    assert {"https://example.org/card", "https://example.org/s"} <= {each.get("href") for each in page.all("a")}
    assert "/en/members/#city-of-montreal" in page.html
    assert "/en/report-an-error/?page=/en/updates/close/" in page.html


def test_figures_are_written_as_the_readers_language_does(site: Campaign) -> None:
    sources = [{"title": "S", "publisher": "P", "address": "https://example.org/s", "figure": "0.5 %, 161.000"}]
    for language in ("en", "es"):
        factories.entry("One", language=language, subject="one", sources=sources)

    assert "0.5\N{NO-BREAK SPACE}%, 161.000" in read("/en/updates/one/").html
    assert "0,5\N{NO-BREAK SPACE}%, 161.000" in read("/es/updates/one/").html


def test_a_picture_whose_rights_have_ended_is_shown_nowhere(site: Campaign) -> None:
    ended = factories.picture(title="Ended", valid_until=clock.now().date() - timedelta(days=1))
    factories.entry("With it", subject="with", pictures=((ended, "Long ago"),))

    for address in ("/en/", "/en/updates/", "/en/updates/with/", "/en/credits/", "/en/updates/feed.json"):
        assert "Long ago" not in read_text(address), address
        assert "Ended" not in read_text(address), address


def read_text(address: str) -> str:
    """What stands at an address, whatever it is."""
    response = Client().get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "This post was withdrawn"), ("es", "Esta publicación fue retirada")]
)
def test_a_withdrawn_post_is_gone_everywhere_and_its_page_says_when(
    site: Campaign, language: str, heading: str
) -> None:
    kept = factories.entry("Kept", language=language)
    entry = factories.entry("Taken back", subject="taken", language=language)
    entry.withdrawn_at = clock.now()
    entry.save()

    page = read(f"/{language}/updates/taken/", status=410)

    assert words(page.one("h1")) == heading
    assert "Taken back" not in page.html
    assert page.one("main").find(".//time") is not None
    for address in (f"/{language}/", f"/{language}/updates/", f"/{language}/updates/feed.rss"):
        assert "Taken back" not in read_text(address)
        assert kept.title in read_text(address)
    assert Client().get(f"/share/{language}/updates/taken.png").status_code == 404


def test_a_post_that_never_was_is_missing_and_one_of_tomorrow_too(site: Campaign) -> None:
    factories.entry("Tomorrow", subject="tomorrow", at=clock.now() + timedelta(days=1))

    for address in ("/en/updates/nothing/", "/en/updates/tomorrow/", "/es/updates/tomorrow/"):
        page = read(address, status=404)
        assert "Tomorrow" not in page.html
        assert len(page.all("h1")) == 1
    assert "Tomorrow" not in read("/en/updates/").html


def test_the_home_page_opens_with_the_newest_post_in_the_readers_language(site: Campaign) -> None:
    factories.entry("Older", subject="older", at=factories.NOON - timedelta(hours=2))
    factories.entry("New", subject="new")
    factories.entry("Nueva", subject="new", language="es")

    assert words(read("/en/").one("h1")) == "New"
    assert words(read("/es/").one("h1")) == "Nueva"
    older = next(each for each in read("/es/").all("h3") if words(each) == "Older")
    assert older.get("lang") == "en"


@pytest.mark.parametrize("part", ["/en/?part=words", "/en/updates/?part=words"])
def test_an_open_page_can_ask_for_the_words_alone(site: Campaign, part: str) -> None:
    entry = factories.entry("New")

    html = Client().get(part).content.decode()

    assert f'id="entry-{entry.pk}"' in html
    assert "<html" not in html
    assert "</html" not in html


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text, "One two three."),
        (lambda text: f"{text} Four five six, seven", "One two three."),
        (lambda text: text.replace(".", ",") + " Four five six, seven", "One two three, Four five six…"),
        (lambda text: f"{text} Four five six. Seven", "One two three. Four five six."),
    ],
)
def test_a_beginning_ends_where_a_sentence_does_or_says_that_more_follows(
    change: Callable[[str], str], says: str
) -> None:
    from itac.website.templatetags.website import beginning

    assert beginning(change("One two\nthree."), 6) == says


def test_an_observance_that_comes_is_named_with_its_days(site: Campaign) -> None:
    coming = reading.coming_observances(now=factories.NOON)

    assert [(one.observance.slug, one.first, one.days) for one in coming] == [
        ("migrants-day", date(2026, 12, 18), 24),
        ("education", date(2027, 1, 24), 61),
    ]
