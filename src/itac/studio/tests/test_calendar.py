"""Each person sees on the calendar what is theirs to read, of others only that a slot is taken; it needs no script."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from itac.campaign import dated
from itac.campaign.models import Campaign, Observance, Person, Phase
from itac.core.localised import Localised
from itac.publishing import approving, deciding, granting
from itac.publishing.models import Grant, Post, State
from itac.publishing.moving import move
from itac.publishing.tests.factories import Scene, person
from itac.publishing.writing import Draft, begin_post

Login = Callable[[Person], Client]
SECRET = "Words nobody else may read"


def page_of(client: Client, **query: Any) -> str:
    """The calendar's HTML."""
    response = client.get(reverse("studio_calendar"), query)
    assert response.status_code == 200
    return response.content.decode()


def entries(client: Client, scene: Scene, *, days: int = 31, **query: Any) -> list[dict[str, Any]]:
    """What the script is told of the days around now."""
    stretch = {"start": scene.now - timedelta(days=1), "end": scene.now + timedelta(days=days)}
    asked = {name: moment.isoformat() for name, moment in stretch.items()}
    response = client.get(reverse("studio_calendar_feed"), {**asked, **query})
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()
    return found


def posts(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in found if each["kind"] == "post"]


def test_a_post_is_one_line_with_all_its_channels_and_languages(scene: Scene, login: Login) -> None:
    second = scene.channel("second", network="website")
    post = scene.post(title="Close to home", channels=[scene.website, second], languages=("en", "es"))

    [line] = posts(entries(login(scene.north_editor), scene))

    assert line["url"] == reverse("studio_post", args=[post.pk])
    assert "Close to home" in line["html"]
    assert "Website (en, es), Second (en, es)" in line["html"]


def test_of_other_organisations_nothing_but_channel_time_and_organisation_reaches_the_browser(
    scene: Scene, login: Login
) -> None:
    at = scene.now + timedelta(hours=3)
    post = scene.post(SECRET, title=f"{SECRET} in the title", languages=("en", "es"), at=at, approved=False)

    [slot] = entries(login(scene.south_editor), scene)
    page = page_of(login(scene.south_editor))

    assert set(slot) == {"kind", "start", "html"}
    assert (slot["kind"], slot["start"]) == ("taken", f"{at:%Y-%m-%dT%H:%M:%SZ}")
    assert "Website" in slot["html"]
    assert "North City" in slot["html"]
    for text in (json.dumps(slot), page):
        assert SECRET not in text
        assert post.slug not in text
        assert "(en" not in text
        assert ">Planned</strong>" not in text
        assert f"/posts/{post.pk}/" not in text
    assert page.count("North City</bdi>") == 1


@pytest.mark.parametrize("filters", [{"language": "es"}, {"state": "planned"}])
def test_a_filter_tells_nothing_of_slots_of_others(filters: dict[str, str], scene: Scene, login: Login) -> None:
    scene.post(SECRET, languages=("en", "es"), at=scene.now + timedelta(hours=3), approved=False)

    assert entries(login(scene.south_editor), scene, **filters) == []


def test_who_is_asked_reads_the_line_that_is_only_taken_for_others(scene: Scene, login: Login) -> None:
    post = scene.post(title="Asked about", at=scene.now + timedelta(hours=3), approved=False)
    approving.ask(scene.north_editor, post, now=scene.now)

    assert [each["kind"] for each in entries(login(scene.south_approver), scene)] == ["post"]
    assert [each["kind"] for each in entries(login(scene.south_editor), scene)] == ["taken"]


def test_only_who_writes_for_the_speaker_is_offered_to_move_it(scene: Scene, login: Login) -> None:
    post = scene.post(at=scene.now + timedelta(hours=3))
    move_address = reverse("studio_calendar_move", args=[post.pk])

    for who, may in ((scene.north_editor, True), (scene.coordinator, True), (scene.north_approver, False)):
        [line] = posts(entries(login(who), scene))
        assert (line["editable"], line["move"]) == (may, move_address if may else "")
        assert (move_address in page_of(login(who))) is may


def test_a_by_hand_delivery_leads_its_hand_to_the_delivery(scene: Scene, login: Login) -> None:
    hand = person("Hand", editor=scene.south)
    channel = scene.channel("by-hand", network="by_hand", person=hand)
    post = scene.post(channels=[channel], at=scene.now + timedelta(minutes=1))
    [delivery] = scene.deliveries(post)
    move(delivery, to=State.SENDING, now=scene.now, worker="w")
    move(delivery, to=State.AWAITING, now=scene.now)

    [line] = posts(entries(login(hand), scene))

    assert line["url"] == reverse("studio_delivery", args=[delivery.pk])
    assert "Waiting for a person" in line["html"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"Ours", "Theirs"}),
        ({"channel": "second"}, {"Theirs"}),
        ({"language": "es"}, {"Theirs"}),
        ({"state": "held"}, {"Ours"}),
        ({"organisation": "south"}, set()),
    ],
)
def test_filters_narrow_the_lines(filters: dict[str, str], expected: set[str], scene: Scene, login: Login) -> None:
    second = scene.channel("second", network="website")
    ours = scene.post(title="Ours", at=scene.now + timedelta(hours=3))
    scene.post(title="Theirs", channels=[second], languages=("es",), at=scene.now + timedelta(hours=4))
    deciding.hold(scene.coordinator, scene.deliveries(ours)[0], now=scene.now)
    ids = {"second": second.pk, "south": scene.south.pk}
    query = {name: ids.get(value, value) for name, value in filters.items()}

    found = posts(entries(login(scene.coordinator), scene, **query))

    assert {title for title in ("Ours", "Theirs") if any(title in each["html"] for each in found)} == expected
    page = page_of(login(scene.coordinator), **query)
    assert {title for title in ("Ours", "Theirs") if f"<bdi>{title}</bdi>" in page} == expected


def test_a_draft_with_a_time_stands_on_the_calendar_of_its_writers_alone(scene: Scene, login: Login) -> None:
    draft = begin_post(scene.north_editor, organisation=scene.north, draft=Draft(title={"en": "Begun"}), now=scene.now)
    scene.plan(draft, scene.now + timedelta(hours=3))

    [line] = posts(entries(login(scene.north_editor), scene))

    assert line["url"] == reverse("studio_post", args=[draft.pk])
    assert "Draft" in line["html"]
    assert entries(login(scene.south_editor), scene) == []


def test_both_clocks_are_shown_and_either_can_be_chosen(scene: Scene, login: Login) -> None:
    Campaign.objects.update(zone="America/Guayaquil")
    Person.objects.filter(pk=scene.north_editor.pk).update(zone="Europe/Berlin")
    scene.post(at=datetime.fromisoformat("2099-12-18T01:30+00:00"))
    client = login(scene.north_editor)

    own, campaign = (page_of(client, day="2099-12-17", clock=clock) for clock in ("own", "campaign"))

    assert '<time datetime="2099-12-18T02:30+01:00">02:30</time>' in own
    assert "20:30 on 17 December Guayaquil" in own
    assert "Friday, 18 December 2099" in own
    assert '<time datetime="2099-12-17T20:30-05:00">20:30</time>' in campaign
    assert "Thursday, 17 December 2099" in campaign


def test_phases_and_observances_stand_behind_and_strands_of_activities_join(
    scene: Scene, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    Phase.objects.create(slug="two", name=Localised({"en": "Phase two"}), starts_on=date(2099, 1, 1))
    Observance.objects.create(slug="md", name=Localised({"en": "Migrants Day"}), rule={"fixed": "12-18"}, is_peak=True)
    window = [datetime.fromisoformat(f"2099-12-{day}T12:00+00:00") for day in (16, 20)]
    item = dated.DatedItem("takeover", "North speaks", scene.north, *window, "/x/")
    monkeypatch.setitem(dated._sources, "takeover", lambda start, end: [item])

    page = page_of(login(scene.south_editor), view="month", day="2099-12-01")
    asked = {"start": "2099-12-01T00:00:00Z", "end": "2099-12-31T00:00:00Z"}
    found = login(scene.south_editor).get(reverse("studio_calendar_feed"), asked).json()

    for words in ("Phase two", "Migrants Day", "North speaks"):
        assert words in page
    assert [(each["kind"], each["title"], each["start"], each["end"]) for each in found] == [
        ("strand", "North speaks", "2099-12-16T12:00:00Z", "2099-12-20T12:00:00Z"),
        ("observance", "Migrants Day", "2099-12-18", "2099-12-19"),
    ]


def test_posts_close_to_each_other_are_marked_also_beside_slots_of_others(scene: Scene, login: Login) -> None:
    at = scene.now + timedelta(hours=3)
    scene.post(title="First", at=at)
    scene.post(title="Far", at=at + timedelta(minutes=40))
    assert "Close to another" not in page_of(login(scene.north_editor))

    south = Post.objects.get(pk=scene.post(title="Of the south", at=at + timedelta(minutes=14)).pk)
    Post.objects.filter(pk=south.pk).update(organisation=scene.south)
    south.requests.all().delete()

    found = entries(login(scene.north_editor), scene)
    assert [(each["kind"], "Close to another" in each["html"]) for each in sorted(found, key=lambda e: e["start"])] == [
        ("post", True),
        ("taken", True),
        ("post", False),
    ]


def test_a_full_day_is_said_to_those_whose_limit_it_is(scene: Scene, login: Login) -> None:
    Grant.objects.filter(organisation=scene.north).delete()
    granting.grant(
        None, channel=scene.website, organisation=scene.north, opens_at=scene.now - timedelta(days=1), per_day=2
    )
    at = scene.now + timedelta(days=2)
    scene.post(at=at, approved=False)
    assert "Full on" not in page_of(login(scene.north_editor))

    scene.post(at=at + timedelta(seconds=90), approved=False)

    assert "Full on Website for North City: 2 of 2" in page_of(login(scene.north_editor))
    assert "Full on" not in page_of(login(scene.south_editor))


def test_the_page_reads_as_a_table_in_the_reader_s_language(scene: Scene, login: Login) -> None:
    Person.objects.filter(pk=scene.north_editor.pk).update(language="es")
    scene.post(title="Cerca", at=scene.now + timedelta(hours=3))

    page = page_of(login(scene.north_editor))

    assert "<table" in page
    assert "Cerca" in page
    assert "Calendario" in page
    assert "Mover" in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "yesterday", "end": "tomorrow"},
        {"start": "2026-01-01T00:00:00Z", "end": "2026-03-15T00:00:00Z"},
        {"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"},
        {"start": "2026-01-01T00:00:00", "end": "2026-01-02T00:00:00Z"},
        {"start": "9999-12-31T00:00:00Z", "end": "9999-12-31T23:00:00Z"},
    ],
)
def test_a_stretch_that_is_none_or_too_long_is_answered_with_a_sentence(
    query: dict[str, str], scene: Scene, login: Login
) -> None:
    response = login(scene.north_editor).get(reverse("studio_calendar_feed"), query)

    assert response.status_code == 400
    assert "at most 62 days" in response.json()["error"]


@pytest.mark.parametrize(
    "query",
    [
        {"day": "never", "view": "year", "clock": "moon", "channel": "x", "organisation": "-1", "state": "?"},
        {"day": "9999-12-31", "view": "month"},
        {"day": "0001-01-01", "view": "week"},
        {"channel": "9" * 30},
    ],
)
def test_an_address_that_asks_for_nonsense_still_gives_a_calendar(
    query: dict[str, str], scene: Scene, login: Login
) -> None:
    assert "<itac-calendar" in page_of(login(scene.coordinator), **query)


@pytest.mark.parametrize("who", ["north_editor", "south_editor", "coordinator"])
def test_page_and_feed_take_the_same_queries_for_one_for_three_and_for_many(
    who: str, scene: Scene, login: Login
) -> None:
    client, counts = login(getattr(scene, who)), {}
    page_of(client)  # the first page of a log-in also notes that it is used
    for number in (1, 3, 12):
        while Post.objects.count() < number:
            scene.post(at=scene.now + timedelta(hours=1 + Post.objects.count()), approved=False)
        for name, ask in (("page", lambda: page_of(client)), ("feed", lambda: entries(client, scene))):
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts.setdefault(name, []).append(len(queries))

    assert {name: len(set(found)) for name, found in counts.items()} == {"page": 1, "feed": 1}, counts
