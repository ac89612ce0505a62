"""Take-overs in public: coming, open and past, by the clock; who, when, why and what they said; never why one ended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

import feedparser
import icalendar
import pytest
from django.test import Client

from itac.campaign.models import Campaign
from itac.core.localised import Localised
from itac.networks.models import WebsiteEntry
from itac.publishing import mandating
from itac.publishing.mandating import Place
from itac.takeovers import agreeing
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, NOON, SECOND, Stage
from itac.website.building import build_site

At = Callable[[datetime], None]
INDEX = "/en/take-overs/"


@pytest.fixture
def stage(db: None) -> Stage:
    """North City takes over at noon of 18 December; the site is built."""
    made = Stage(NOON)
    build_site(hostname="localhost", port=80, now=made.now)
    return made


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """The clock stands at that instant."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("itac.core.clock.now", lambda: moment)

    return set_to


def page(path: str, *, status: int = 200) -> str:
    """What a visitor gets."""
    answer = Client().get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def say(stage: Stage, takeover: TakeOver) -> str:
    """A post under the mandate, as the website's network writes it. Returns its address below the updates."""
    post = stage.post(takeover, at=NOON + HOUR)
    WebsiteEntry.objects.create(
        key="11111111111111111111111111111111",
        channel=stage.website,
        subject=post.slug,
        language="en",
        title="Harvest",
        text="We have work for many hands.",
        options={"speaker": stage.scene.north.pk},
        published_at=NOON + HOUR,
    )
    return f"/en/updates/{post.slug}/"


def test_it_is_coming_open_and_past_by_the_clock_alone(stage: Stage, at: At) -> None:
    takeover = stage.briefed()
    said = []

    for moment in (NOON - SECOND, NOON, NOON + 6 * HOUR - SECOND, NOON + 6 * HOUR):
        at(moment)
        html = page(f"{INDEX}{takeover.slug}/")
        said.append(next(state for state in ("coming", "open", "past") if f'<article data-state="{state}"' in html))

    assert said == ["coming", "open", "open", "past"]


def test_its_page_begins_with_the_window_and_says_who_why_where_and_what(stage: Stage, at: At) -> None:
    takeover = stage.briefed(zone="America/Guayaquil")
    address = say(stage, takeover)
    at(NOON + 2 * HOUR)

    html = page(f"{INDEX}{takeover.slug}/")
    main = html.partition("<main")[2]

    assert main.index('<time datetime="2026-12-18T07:00:00-05:00">') < main.index("<h1")
    assert "on the clock of Guayaquil" in main
    assert "Ends in 4\xa0hours" in main
    for words in ("A day in North City", "North City", "The city shows who built it.", "This site", address, "Harvest"):
        assert words in main
    assert 'itemprop="startDate" content="2026-12-18T' in main
    assert "In its take-over:" in (said := page(address))
    assert '<article data-floor="city"' in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_index_tells_those_open_then_coming_then_past_in_every_language(
    stage: Stage, at: At, language: str
) -> None:
    past = stage.briefed(title=Localised({"en": "Past"}), opens_at=NOON, closes_at=NOON + HOUR)
    opened = stage.briefed(title=Localised({"en": "Opened"}), opens_at=NOON + HOUR, closes_at=NOON + 3 * HOUR)
    coming = stage.briefed(title=Localised({"en": "Coming"}), opens_at=NOON + 3 * HOUR)
    stage.requested(title=Localised({"en": "Only asked for"}), opens_at=NOON + 9 * HOUR, closes_at=NOON + 10 * HOUR)
    at(NOON + 2 * HOUR)

    html = page(f"/{language}/take-overs/")

    main = html.partition("<main")[2]
    in_main = [main.index(f"/{language}/take-overs/{one.slug}/") for one in (opened, coming, past)]
    assert in_main == sorted(in_main)
    assert "Only asked for" not in html


def test_the_header_names_all_who_have_the_floor_and_takes_the_colour_of_the_last(stage: Stage, at: At) -> None:
    stage.briefed()
    other = agreeing.request(
        stage.scene.south_editor,
        stage.scene.south,
        stage.terms(opens_at=NOON + HOUR, places=[Place(stage.website, ("es",))]),
        reason="",
        now=stage.now,
    )
    agreeing.agree(stage.coordinator, other, now=stage.now)
    stage.write_brief(other)
    agreeing.brief(stage.coordinator, other, now=stage.now)

    at(NOON + 2 * HOUR)
    html = page("/en/")
    header, _main, main = html.partition("<main")

    assert '<html lang="en" dir="ltr" data-floor="youth"' in html
    assert header.index("South Youth") < header.index("North City")
    assert re.findall(r'<li data-state="open" data-floor="(\w+)"', main) == ["youth", "city"]
    at(NOON + 7 * HOUR)
    assert "The campaign itself has the floor" in page("/en/")


def test_one_that_was_stopped_or_called_off_reads_as_past_or_is_not_there_and_never_says_why(
    stage: Stage, at: At
) -> None:
    stopped = stage.briefed()
    cancelled = stage.briefed(places=[Place(stage.website, ("es",))])
    never = stage.agreed(places=[Place(stage.website, ("fr",))])
    declined = stage.requested(places=[Place(stage.website, ("ar",))])
    at(NOON + HOUR)
    mandating.stop(stage.guardian, stopped.mandate, reason="A secret reason", now=NOON + HOUR)
    agreeing.cancel(stage.coordinator, cancelled, reason="A secret reason", now=NOON + HOUR)
    agreeing.cancel(stage.coordinator, never, reason="A secret reason", now=NOON - HOUR)
    agreeing.decline(stage.coordinator, declined, reason="A secret reason", now=NOON - HOUR)

    everything = page(INDEX) + page("/en/")
    for one in (stopped, cancelled):
        everything += (html := page(f"{INDEX}{one.slug}/"))
        assert '<article data-state="past"' in html
    for one in (never, declined):
        page(f"{INDEX}{one.slug}/", status=404)

    calendar = icalendar.Calendar.from_ical(Client().get(f"{INDEX}feed.ics").content)
    assert [event.end for event in calendar.walk("VEVENT")] == [NOON + HOUR] * 2
    assert f'itemprop="endDate" content="{(NOON + HOUR).isoformat()}"' in everything
    assert "secret" not in everything
    assert "The campaign itself has the floor" in everything


def test_windows_are_a_calendar_and_three_feeds_announced_on_their_page(stage: Stage, at: At) -> None:
    takeover = stage.briefed()
    at(NOON)

    calendar = icalendar.Calendar.from_ical(Client().get(f"{INDEX}feed.ics").content)
    (event,) = calendar.walk("VEVENT")
    parsed = [feedparser.parse(Client().get(f"{INDEX}feed.{form}").content) for form in ("rss", "atom")]
    told = json.loads(Client().get(f"{INDEX}feed.json").content)
    again = Client().get(f"{INDEX}feed.ics", headers={"if-none-match": Client().get(f"{INDEX}feed.ics")["ETag"]})

    assert (event.start, event.end) == (NOON, NOON + 6 * HOUR)
    assert str(event["summary"]) == "North City: A day in North City"
    assert (str(event["status"]), str(event["transp"]), int(event["sequence"])) == ("CONFIRMED", "TRANSPARENT", 0)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in calendar.to_ical()
    assert event["last-modified"].dt == event["dtstamp"].dt == NOON  # it opened
    assert event["summary"].params["LANGUAGE"] == "en"
    assert [feed.entries[0].title for feed in parsed] == ["A day in North City"] * 2
    assert not any(feed.bozo for feed in parsed)
    assert parsed[0].feed.title == "Test campaign: take-overs"
    assert "18 December 2026, 12:00 to 18:00, on the clock of UTC" in told["items"][0]["content_text"]
    assert told["items"][0]["url"].endswith(f"{INDEX}{takeover.slug}/")
    assert again.status_code == 304
    html = page(INDEX)
    assert all(f"/en/take-overs/feed.{form}" in html.partition("</head>")[0] for form in ("ics", "rss", "atom", "json"))


def test_what_is_no_takeover_is_not_there(stage: Stage) -> None:
    assert Campaign.objects.exists()
    page(f"{INDEX}nothing-of-ours/", status=404)
