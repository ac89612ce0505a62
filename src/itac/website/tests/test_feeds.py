"""The updates as RSS, Atom and JSON Feed, read by a reader that isn't ours."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client

from itac.campaign.models import Campaign
from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.website import reading
from itac.website.tests import factories
from itac.website.tests.reader import HOST, read

FORMS = ("rss", "atom", "json")
MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
Item = tuple[str, str, str, datetime]


def fetch(form: str, *, language: str = "en", **headers: str) -> Any:
    """The feed's answer."""
    return Client().get(f"/{language}/updates/feed.{form}", headers=headers or None)


def items(form: str, *, language: str = "en") -> list[Item]:
    """Id, title, address and moment of each item."""
    text = fetch(form, language=language).content
    if form == "json":
        return [
            (each["id"], each["title"], each["url"], datetime.fromisoformat(each["date_published"]))
            for each in json.loads(text)["items"]
        ]
    parsed = feedparser.parse(text)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [
        (each.id, each.title, each.link, datetime(*each.published_parsed[:6], tzinfo=UTC)) for each in parsed.entries
    ]


def test_all_three_hold_the_same_newest_hundred_as_the_page(site: Campaign) -> None:
    entries = factories.posts(reading.NEWEST + 5)
    factories.posts(2, language="es")
    expected = [
        (uuid.UUID(hex=entry.key).urn, entry.title, f"{HOST}/en/updates/{entry.subject}/", entry.published_at)
        for entry in reversed(entries[5:])
    ]

    assert items("rss") == expected
    assert items("atom") == expected
    assert items("json") == expected
    page = read("/en/updates/")
    linked = [each.get("href") for each in page.all("a", itemprop="url")]
    assert [f"{HOST}{address}" for address in linked] == [address for _id, _title, address, _at in expected]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_announces_the_three_in_its_language(site: Campaign, language: str) -> None:
    for slug in ("", "updates/", "members/"):
        announced = {k: v for k, v in read(f"/{language}/{slug}").links("alternate").items() if "/" in k}
        assert announced == {
            MEDIA_TYPES[form]: f"{HOST}/{language}/updates/feed.{form}" for form in ("rss", "atom", "json")
        }
    for form in FORMS:
        assert fetch(form, language=language)["Content-Type"] == f"{MEDIA_TYPES[form]}; charset=utf-8"


def test_a_json_feed_is_one(site: Campaign) -> None:
    picture = factories.picture()
    factories.entry("A title", subject="a", pictures=((picture, "A street"),), text="A text with <signs> & more.")

    feed = json.loads(fetch("json").content)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{HOST}/en/updates/", f"{HOST}/en/updates/feed.json")
    assert (feed["title"], feed["language"]) == ("It Takes A Community", "en")
    (item,) = feed["items"]
    assert item["content_text"] == "A text with <signs> & more."
    assert "A text with &lt;signs&gt; &amp; more." in item["content_html"]
    assert item["image"].startswith(f"{HOST}/media/")
    assert item["authors"] == [{"name": "It Takes A Community"}]
    assert {type(value) for value in (item["id"], item["url"], item["date_published"])} == {str}


def test_a_reader_outside_the_site_gets_whole_addresses_and_safe_markup(site: Campaign) -> None:
    factories.entry("A <title>", subject="a", pictures=((factories.picture(), "A street"),), text="<script>x</script>")

    for form in ("rss", "atom"):
        (entry,) = feedparser.parse(fetch(form).content, sanitize_html=False).entries
        html = entry.get("summary") or entry.content[0].value
        assert f'src="{HOST}/media/' in html
        assert "<script" not in html
        assert entry.title in {"A <title>", "A &lt;title&gt;"}


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_who_has_the_present_state_is_answered_with_304(site: Campaign, form: str) -> None:
    factories.posts(3)
    first = fetch(form)

    by_tag = fetch(form, if_none_match=first["ETag"])
    by_date = fetch(form, if_modified_since=first["Last-Modified"])
    factories.entry("Another", at=clock.now())
    after = fetch(form, if_none_match=first["ETag"], if_modified_since=first["Last-Modified"])

    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert (by_date.status_code, by_date.content) == (304, b"")
    assert by_tag["ETag"] == first["ETag"]
    assert after.status_code == 200
    assert b"Another" in after.content


@pytest.mark.parametrize("form", FORMS)
def test_a_withdrawn_post_leaves_the_feed_at_the_next_look(site: Campaign, form: str) -> None:
    entry = factories.entry("Taken back")
    factories.entry("Kept")
    before = fetch(form)
    WebsiteEntry.objects.filter(pk=entry.pk).update(withdrawn_at=clock.now())

    after = fetch(form, if_none_match=before["ETag"])

    assert after.status_code == 200
    assert b"Taken back" in before.content
    assert b"Taken back" not in after.content


def test_a_picture_leaves_the_feed_on_the_day_after_its_last(site: Campaign) -> None:
    picture = factories.picture(valid_until=clock.now().date())
    factories.entry("With it", pictures=((picture, "A street"),))
    before = fetch("json")
    picture.valid_until = clock.now().date() - timedelta(days=1)
    picture.save()

    after = fetch("json", if_none_match=before["ETag"], if_modified_since=before["Last-Modified"])

    assert "image" in json.loads(before.content)["items"][0]
    assert "image" not in json.loads(after.content)["items"][0]


def test_an_item_keeps_its_id_when_the_site_moves_or_the_text_is_put_right(site: Campaign, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    entry = factories.entry("A title")
    before = items("atom")[0][0]
    WebsiteEntry.objects.filter(pk=entry.pk).update(title="Another", corrected_at=clock.now(), correction="A word")

    moved = feedparser.parse(Client().get("/en/updates/feed.atom", headers={"host": "new.example.org"}).content)

    assert moved.entries[0].id == before
    assert moved.entries[0].title == "Another"
    assert moved.entries[0].updated_parsed > moved.entries[0].published_parsed


def test_an_empty_feed_is_a_feed(site: Campaign) -> None:
    assert [items(form) for form in FORMS] == [[], [], []]
    assert feedparser.parse(fetch("atom").content).feed.title == "It Takes A Community"


def test_there_is_no_other_format(site: Campaign) -> None:
    assert fetch("xml").status_code == 404
