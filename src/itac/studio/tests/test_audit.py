"""The history of a post and the audit log of an organisation: in sentences, for whom they concern, complete."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from itac.campaign.auditing import forget_old
from itac.campaign.models import AuditEntry, Person
from itac.core.localised import Localised
from itac.core.walltime import WallTime
from itac.publishing import approving, deciding, planning, writing
from itac.publishing.models import Verdict
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]
HOUR = timedelta(hours=1)


def moved(scene: Scene, title: str = "Harvest") -> tuple[str, str]:
    """A post that is moved by an hour and a half on the clock of Quito; its title and page."""
    post = scene.post(title=title, approved=False)
    for wall in ("2030-12-18T10:00", "2030-12-18T11:30"):
        planning.plan(scene.north_editor, post, at=WallTime.parse(wall, "America/Guayaquil"), now=scene.now)
    return title, f"/studio/posts/{post.pk}/"


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    """The audit log as a person saves it."""
    response = client.get(f"/studio/audit/?form=csv{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_a_posts_history_says_who_moved_it_from_which_clock_time_to_which(scene: Scene, login: Login) -> None:
    _title, address = moved(scene)

    page = login(scene.north_editor).get(address).content.decode()

    assert "North Editor moved it from 10:00 to 11:30, Guayaquil." in page
    assert "North Editor began it." in page


def test_the_log_tells_every_kind_of_deed_with_who_and_of_what(scene: Scene, login: Login) -> None:
    post = scene.post(title="Harvest", approved=False)
    request = approving.ask(scene.north_editor, post, now=scene.now)
    approving.decide(
        scene.south_approver,
        request,
        organisation=scene.south,
        verdict=Verdict.REFUSE,
        seal=request.seal,
        reason="A wrong figure",
        now=scene.now,
    )
    (delivery,) = scene.deliveries(post)
    deciding.hold(scene.coordinator, delivery, now=scene.now)
    login(scene.coordinator).post(
        "/studio/invitations/new/",
        {"email": "new@example.org", "language": "en", "organisation": scene.north.pk, "duties": ["editor"]},
    )

    rows = table(login(scene.north_editor))

    told = [(row["who"], row["what"], row["post"]) for row in rows]
    assert ("South Approver", "South Approver refused it for South Youth.", "Harvest") in told
    assert ("Coordinator", "Website, en: Coordinator holds it.", "Harvest") in told
    assert ("Coordinator", "Coordinator invited new@example.org.", "") in told
    assert ("North Editor", "North Editor asked for approval.", "Harvest") in told
    assert {row["reason"] for row in rows} >= {"A wrong figure"}


def test_coordinators_read_too_what_was_paused_and_what_was_changed_in_forms(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    client.post("/studio/pause/", {"channel": scene.website.pk, "do": "pause", "reason": "A storm"})
    facts = {"channel": scene.website.pk, "organisation": scene.north.pk, "opens_at": "2030-01-01T10:00"}
    client.post("/studio/grants/new/", facts)

    told = {row["what"] for row in table(client)}

    assert "Coordinator paused Website: A storm" in told
    assert "Coordinator added: grant “Website: North City”." in told
    assert table(login(scene.north_editor)) == []


def test_people_read_the_log_of_their_own_organisations_only(scene: Scene, login: Login) -> None:
    moved(scene, title="A secret of the north")

    theirs = table(login(scene.south_editor))
    asked = login(scene.south_editor).get(f"/studio/audit/?organisation={scene.north.pk}")

    assert theirs == []
    assert asked.status_code == 422
    assert "secret of the north" not in asked.content.decode()
    assert "secret of the north" in login(scene.north_approver).get("/studio/audit/").content.decode()


def test_the_log_is_narrowed_by_organisation_person_and_day(scene: Scene, login: Login) -> None:
    moved(scene)
    client = login(scene.coordinator)

    by_north = table(client, f"&organisation={scene.north.pk}&who={scene.north_editor.pk}")
    by_campaign = table(client, "&organisation=campaign")
    long_ago = table(client, "&until=2001-01-01")

    assert {row["who"] for row in by_north} == {"North Editor"}
    assert (by_campaign, long_ago) == ([], [])


def test_page_after_page_each_line_comes_once_also_where_many_share_a_moment(scene: Scene, login: Login) -> None:
    post = scene.post(title="Harvest", approved=False)
    for minute in range(130):
        wall = WallTime.parse(f"2030-12-18T{10 + minute // 60}:{minute % 60:02}", "UTC")
        planning.plan(scene.north_editor, post, at=wall, now=scene.now)
    client = login(scene.north_editor)

    seen: list[str] = []
    query = ""
    while True:
        context = client.get(f"/studio/audit/?{query}").context
        seen += [line.sentence for line in context["lines"]]
        query = context["older"]
        if not query:
            break

    assert len(seen) == len(table(client))
    assert len([line for line in seen if " from 1" in line]) == len({line for line in seen if " from 1" in line}) == 129


def test_roles_given_and_taken_are_told_to_the_organisation(scene: Scene, login: Login) -> None:
    person = scene.south_editor
    facts = {"email": person.email, "name": person.name, "language": "en", "zone": "UTC", "is_active": "on"}

    login(scene.coordinator).post(f"/studio/people/edit/{person.pk}/", {**facts, "roles": [f"{scene.north.pk}:host"]})

    told = {row["what"] for row in table(login(scene.north_editor))}
    taken = {row["what"] for row in table(login(scene.south_approver))}
    assert told == {"Coordinator gave South Editor a role: host: leads its events."}
    assert taken == {"Coordinator took a role from South Editor: editor: writes posts and asks for approval."}


def test_what_a_spreadsheet_would_run_is_text_in_the_table(scene: Scene, login: Login) -> None:
    scene.post(title="=HYPERLINK(1)", approved=False)

    rows = table(login(scene.north_editor))

    assert {row["post"] for row in rows} == {"'=HYPERLINK(1)"}


def test_lines_end_after_three_years(scene: Scene) -> None:
    draft = writing.Draft(title={"en": "Old"})
    writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=scene.now - 24 * 1096 * HOUR)
    writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=scene.now - 24 * 1094 * HOUR)

    forget_old(scene.now)

    assert AuditEntry.objects.count() == 1
    assert str(Localised({"en": "Old"})) == AuditEntry.objects.get().name
