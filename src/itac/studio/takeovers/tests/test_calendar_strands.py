"""On the calendar stand the take-overs one may know of, and the stretches in which the campaign is rather silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from itac.campaign.models import Blackout, Person
from itac.core.localised import Localised
from itac.publishing import mandating
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]
CALENDAR = "/studio/calendar/"


def entries(client: Client, stage: Stage, kind: str, **query: Any) -> list[tuple[str, str]]:
    """Title and address of what the script is told of the days around the window."""
    stretch = {"start": stage.noon - timedelta(days=2), "end": stage.noon + timedelta(days=20)}
    asked = {name: moment.isoformat() for name, moment in stretch.items()}
    found: list[dict[str, Any]] = client.get(f"{CALENDAR}feed/", {**asked, **query}).json()
    return [(each["title"], each.get("url", "")) for each in found if each["kind"] == kind]


def test_a_take_over_leads_into_the_studio_for_those_it_concerns_and_to_its_public_page_for_others(
    stage: Stage, login: Login
) -> None:
    agreed = stage.agreed(opens_at=stage.noon + 24 * HOUR, closes_at=stage.noon + 26 * HOUR)
    inside, outside = ("A day in North City", f"/studio/take-overs/{agreed.pk}/"), f"/en/take-overs/{agreed.slug}/"

    for who in (stage.editor, stage.approver, stage.guardian, stage.coordinator):
        assert entries(login(who), stage, "strand") == [inside], who
    assert entries(login(stage.scene.south_editor), stage, "strand") == [("A day in North City", outside)]
    page = login(stage.editor).get(CALENDAR, {"view": "agenda"}).content.decode()
    assert f'href="{inside[1]}"' in page
    assert entries(login(stage.editor), stage, "strand", organisation=stage.scene.north.pk) == [inside]
    assert entries(login(stage.editor), stage, "strand", organisation=stage.scene.south.pk) == []


def test_what_is_only_asked_for_or_stopped_is_told_to_those_it_concerns_alone(stage: Stage, login: Login) -> None:
    stage.requested(opens_at=stage.noon + 24 * HOUR, closes_at=stage.noon + 26 * HOUR)
    stopped = stage.briefed(
        title=Localised({"en": "The harvest"}), opens_at=stage.noon, closes_at=stage.noon + 6 * HOUR
    )
    mandating.stop(stage.guardian, stopped.mandate, reason="In doubt", now=stage.now)

    titles = [title for title, _url in entries(login(stage.coordinator), stage, "strand")]

    assert titles == ["The harvest (stopped)", "A day in North City (requested)"]
    assert entries(login(stage.scene.south_editor), stage, "strand") == []


def test_a_coordinator_writes_a_blackout_period_and_everybody_sees_it_on_each_of_its_days(
    stage: Stage, login: Login
) -> None:
    client = login(stage.coordinator)
    facts = {
        "name_en": "Election",
        "starts_at": f"{stage.noon + 48 * HOUR:%Y-%m-%dT00:00}",
        "ends_at": f"{stage.noon + 96 * HOUR:%Y-%m-%dT00:00}",
        "countries": "ec, pe",
    }

    backwards = client.post("/studio/blackouts/new/", {**facts, "ends_at": facts["starts_at"]})
    kept = client.post("/studio/blackouts/new/", facts)

    assert "end before it starts" in backwards.content.decode()
    assert kept.status_code == 302
    assert Blackout.objects.get().countries == ["EC", "PE"]
    words = "Blackout period in EC, PE: Election"
    reader = login(stage.scene.south_editor)
    assert entries(reader, stage, "blackout") == [(words, "")]
    assert reader.get(CALENDAR, {"view": "agenda"}).content.decode().count(words) == 2
    assert reader.get("/studio/blackouts/").status_code == 404
