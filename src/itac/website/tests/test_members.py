"""Who takes part, who has the floor, whom the campaign thanks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from itac.campaign import dated
from itac.campaign.dated import DatedItem
from itac.campaign.models import Campaign, Membership, Organisation, Standing
from itac.core import clock
from itac.website import reading
from itac.website.tests import factories
from itac.website.tests.reader import read, words


@pytest.fixture
def take_over(site: Campaign, monkeypatch: pytest.MonkeyPatch) -> tuple[datetime, datetime]:
    """A take-over by the youth platform, open now."""
    now = clock.now()
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    speaker = Organisation.objects.get(slug="migration-youth-children-platform")

    def source(start: datetime, end: datetime) -> list[DatedItem]:
        overlaps = window[0] < end and start < window[1]
        return [DatedItem("takeover", "Youth", speaker, *window, "/en/take-overs/youth/")] if overlaps else []

    monkeypatch.setitem(dated._sources, "takeover", source)
    return window


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_co_chairs_stand_before_any_other_name(site: Campaign, language: str) -> None:
    page = read(f"/{language}/members/")

    names = [words(each) for each in page.all("h3")]
    chairs = {each.organisation.name.read(language).text for each in Membership.objects.filter(standing="co_chair")}
    main = words(page.one("main"))
    others = set(names) - chairs
    assert set(names[:3]) == chairs
    assert max(main.index(name) for name in chairs) < min(main.index(name) for name in others)


def test_the_others_stand_by_kind_each_once(site: Campaign) -> None:
    page = read("/en/members/")

    headings = [words(each) for each in page.one("main").iter("h2")]
    assert headings == [
        "They chair it",
        "Cities and their associations",
        "Businesses",
        "Civil society",
        "Youth",
        "International organisations",
    ]
    names = [words(each) for each in page.all("h3")]
    assert sorted(names) == sorted(name for name, *_ in factories.MEMBERS)


def test_an_organisation_in_two_standings_stands_once_in_the_higher_one(site: Campaign) -> None:
    canada = Organisation.objects.get(slug="government-of-canada")
    Membership.objects.create(organisation=canada, standing=Standing.OBSERVER)

    names = [words(each) for each in read("/en/members/").all("h3")]

    assert names.index("Government of Canada") < 3
    assert names.count("Government of Canada") == 1


def test_a_member_shows_its_kind_and_languages_in_words(site: Campaign) -> None:
    zulu = factories.organisation("City of Johannesburg", spanish="Ciudad de Johannesburgo", languages=["en", "zu"])
    Membership.objects.create(organisation=zulu, standing=Standing.MEMBER)

    assert "City, English, Zulu" in words(read("/en/members/").one("article", id="city-of-johannesburg"))
    assert "Ciudad, inglés, zulú" in words(read("/es/members/").one("article", id="city-of-johannesburg"))


def test_a_membership_that_has_ended_is_not_shown(site: Campaign) -> None:
    Membership.objects.filter(organisation__slug="city-of-montreal").update(
        since=clock.now().date() - timedelta(days=30), until=clock.now().date() - timedelta(days=2)
    )

    assert "City of Montreal" not in read("/en/members/").html


def test_the_header_leads_to_who_has_the_floor(take_over: tuple[datetime, datetime]) -> None:
    for address in ("/en/", "/en/members/"):
        page = read(address)
        header = page.one("header", class_="masthead")
        link = next(each for each in header.iter("a") if each.get("href") == "/en/take-overs/youth/")
        assert words(link) == "Migration Youth & Children Platform has the floor"
        assert link not in list(page.one("main").iter("a"))
        assert page.root.get("data-floor") == "youth"


def test_the_floor_goes_back_to_the_campaign_by_the_clock(take_over: tuple[datetime, datetime]) -> None:
    opens_at, closes_at = take_over
    second = timedelta(seconds=1)

    assert reading.floor(now=opens_at - second) == []
    assert reading.floor(now=opens_at) != []
    assert reading.floor(now=closes_at - second) != []
    assert reading.floor(now=closes_at) == []


def test_an_event_takes_nobody_the_floor(site: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    host = Organisation.objects.get(slug="city-of-montreal")
    event = DatedItem("event", "A dialogue", host, now, now + timedelta(hours=1), "/en/events/dialogue/")
    monkeypatch.setitem(dated._sources, "event", lambda start, end: [event])

    assert reading.floor(now=now) == []


@pytest.mark.parametrize(
    ("language", "says"), [("en", "The campaign itself has the floor"), ("es", "Tiene la palabra la propia campaña")]
)
def test_without_a_take_over_the_campaign_has_it(site: Campaign, language: str, says: str) -> None:
    page = read(f"/{language}/about/")

    link = next(each for each in page.one("header", class_="masthead").iter("a") if words(each) == says)
    assert link.get("href") == f"/{language}/updates/"
    assert page.root.get("data-floor") is None


def test_contributors_stand_by_what_they_gave_and_credits_say_whose_footage(site: Campaign) -> None:
    contributors, credits_ = read("/en/contributors/"), read("/es/credits/")

    main = words(contributors.one("main"))
    assert main.index("They gave money") < main.index("Government of Canada") < main.index("They gave work")
    assert main.index("They gave work") < main.index("Three mechanisms")
    assert "Welcoming America" in words(credits_.one("main"))


def test_credits_describe_pictures_in_the_readers_language(site: Campaign) -> None:
    picture = factories.picture(title="img_2041.jpg")
    picture.alt = factories.both("A street at noon", "Una calle al mediodía")
    picture.save()
    factories.entry("With it", pictures=((picture, "A street"),))

    page = read("/es/credits/")

    assert "Una calle al mediodía" in words(page.one("main"))
    assert "Imagen: A. Painter, CC BY 4.0" in words(page.one("main"))
    assert "img_2041" not in words(page.one("main"))


@pytest.mark.parametrize(("language", "now"), [("en", "Now, since 2023"), ("es", "Ahora, desde 2023")])
def test_phases_say_whether_they_are_past_or_now(site: Campaign, language: str, now: str) -> None:
    main = words(read(f"/{language}/phases/").one("main"))

    assert {"en": "Past, 2020 to 2021", "es": "Pasada, 2020 a 2021"}[language] in main
    assert now in main
