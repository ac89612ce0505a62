"""The plan goes out as a spreadsheet and comes in again, with a dry run in plain words and nothing uploaded twice."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.publishing import tables
from itac.publishing.models import Delivery, PlanFile, Post, State
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft, begin_post, working_draft
from itac.studio.tests.eyes import Eyes, body_of, told

Login = Callable[[Person], Client]
UPLOAD = "/studio/spreadsheet/upload/"
ROOM = "/studio/spreadsheet/"


def uploaded(client: Client, data: bytes | str, name: str = "plan.csv", **facts: Any) -> Any:
    """The page to which an upload leads, or that says why it can't be read."""
    content = data.encode() if isinstance(data, str) else data
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "zone": "UTC", **facts}, follow=True)


def lines(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def days(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"first": f"{scene.now:%Y-%m-%d}", "last": f"{scene.now + timedelta(days=60):%Y-%m-%d}", **more}


def exported(client: Client, scene: Scene, form: str = "csv", **more: Any) -> list[dict[str, str]]:
    """The rows of an export, by the names of its columns."""
    answer = client.get(reverse("studio_spreadsheet_export", args=[form]), days(scene, **more))
    assert answer.status_code == 200, body_of(answer)
    head, *rows = tables.read(answer.content, name=f"plan.{form}").rows
    return [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in rows]


def test_a_plan_is_read_looked_at_and_imported_without_being_uploaded_again(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)
    tomorrow = f"{scene.now + timedelta(days=1):%Y-%m-%d}"

    look = uploaded(client, f"title en;day;time;channels\nOne;{tomorrow};18:00;website\nTwo;;;\n")

    assert look.status_code == 200
    assert Post.objects.count() == 0
    assert "Import all 2 posts" in body_of(look)
    address = look.redirect_chain[-1][0]
    assert "Import all 2 posts" in body_of(client.get(address))

    done = client.post(address, follow=True)

    assert "2 posts were made. They are drafts" in lines(body_of(done))
    assert [(str(post), post.organisation) for post in Post.objects.order_by("pk")] == [
        ("One", scene.north),
        ("Two", scene.north),
    ]
    again = client.post(address)
    assert "The posts of this table were made already." in body_of(again)
    assert (Post.objects.count(), again.status_code) == (2, 422)


def test_problems_are_named_by_row_and_column_and_nothing_is_made(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)

    look = uploaded(client, "title en,time,day\nGood,,\nBad,6pm,2031-01-01\n")
    pressed = client.post(look.redirect_chain[-1][0])

    for page in (look, pressed):
        assert page.status_code == 422
        text = lines(body_of(page))
        assert "1 row can't be used, so nothing was made." in text
        assert "Row 3 Bad Column B, time: Write the time as 18:00." in text
        assert 'href="#row-3"' in body_of(page)
        assert "Import" not in text.partition("Another table")[0].partition("To put right")[2]
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"x" * 50_000_000, "plan.xlsx", "This file is larger than 5 MB."),
        (b"", "plan.csv", "This table is empty."),
        (b"PK\x03\x04 torn", "plan.xlsx", "This Excel file is damaged."),
        (b"title en\nWords\n", "plan.xlsm", "This file holds macros"),
        ("title en,colour\nWords,red\n".encode("utf-16"), "plan.csv", "The column “colour” isn&#x27;t known."),
        (b"title en\n", "plan.csv", "no posts below"),
    ],
    ids=["50 MB", "empty", "torn", "macros", "column", "no rows"],
)
def test_a_file_that_cant_be_used_ends_in_a_sentence_and_is_not_kept(
    data: bytes, name: str, words: str, scene: Scene, login: Login
) -> None:
    answer = uploaded(login(scene.north_editor), data, name)

    assert answer.status_code == 422
    assert words in body_of(answer)
    assert '<a href="#id_file">' in body_of(answer)
    assert PlanFile.objects.count() == 0


def test_without_a_file_the_page_says_so(scene: Scene, login: Login) -> None:
    answer = login(scene.north_editor).post(UPLOAD, {"zone": "UTC"})

    assert (answer.status_code, "Choose the file with the table." in body_of(answer)) == (422, True)


def test_letters_that_had_to_be_guessed_are_shown_to_be_looked_at(scene: Scene, login: Login) -> None:
    look = uploaded(login(scene.north_editor), "título es\nMañana\n".encode("cp1252"))

    assert "Mañana" in body_of(look)
    assert "Look below whether accents are right." in body_of(look)


def test_what_repeats_is_said_before_importing_and_keeps_nobody_from_it(scene: Scene, login: Login) -> None:
    post = scene.post("Close to home.", title="There already", at=scene.now + timedelta(days=2), approved=False)
    client = login(scene.north_editor)

    look = uploaded(client, "title en,text en,channels\nNew,Close to home,website\nTwin,close to home!,website\n")

    text = lines(body_of(look))
    assert "The same words go twice to a channel." in text
    assert f'href="{reverse("studio_post", args=[post.pk])}"' in body_of(look)
    assert "Row 2 says the same on Website." in text
    assert "Import all 2 posts" in text


def test_submit_and_planning_pages_say_what_repeats_and_let_go_on(scene: Scene, login: Login) -> None:
    first = scene.post("Close to home.", title="There already", at=scene.now + timedelta(days=2), approved=False)
    content = Draft(
        title={"en": "New"}, text={"en": "close to home"}, variants=[*Draft.of(first).variants], original="en"
    )
    post = begin_post(scene.north_editor, organisation=scene.north, draft=content, now=scene.now)
    client = login(scene.north_editor)
    warning, link = "The same words go twice to a channel.", f'href="{reverse("studio_post", args=[first.pk])}"'

    for name in ("studio_submit", "studio_edit"):
        html = body_of(client.get(reverse(name, args=[post.pk])))
        assert warning in html, name
        assert link in html, name
    assert client.post(reverse("studio_submit", args=[post.pk])).status_code == 302
    for name in ("studio_plan", "studio_calendar_move"):
        html = body_of(client.get(reverse(name, args=[post.pk])))
        assert warning in html, name
        assert link in html, name
    assert Post.objects.get(pk=post.pk).submitted_at is not None
    Delivery.objects.filter(variant__post=first).update(state=State.CANCELLED)
    assert warning not in body_of(client.get(reverse("studio_plan", args=[post.pk])))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_can_be_taken_in_again(form: str, scene: Scene, login: Login) -> None:
    scene.post("=1+1", title="@home", languages=("en", "es"), at=scene.now + timedelta(days=2), approved=False)
    client = login(scene.north_editor)
    data = client.get(reverse("studio_spreadsheet_export", args=[form]), days(scene)).content

    look = uploaded(client, data, f"plan.{form}")
    client.post(look.redirect_chain[-1][0])

    first, second = Post.objects.order_by("pk")
    assert working_draft(second)[0] == Draft.of(first)
    assert second.planned_at == first.planned_at


def test_the_calendars_filters_narrow_an_export(scene: Scene, login: Login) -> None:
    second = scene.channel("second", network="website")
    tomorrow = scene.now + timedelta(days=1)
    scene.post(title="Ours", at=tomorrow, approved=False)
    scene.post(title="Second", at=tomorrow, channels=[second], languages=("es",), approved=False)
    scene.post(title="Far", at=scene.now + timedelta(days=61), approved=False)
    undated = Draft(title={"en": "Undated"})
    begin_post(scene.north_editor, organisation=scene.north, draft=undated, now=scene.now)
    client = login(scene.coordinator)

    def titles(**more: Any) -> set[str]:
        rows = exported(client, scene, **more)
        return {row.get("title en") or row["title es"] for row in rows}

    assert titles() == {"Ours", "Second"}
    assert titles(undated="on") == {"Ours", "Second", "Undated"}
    assert titles(channel=second.pk) == {"Second"}
    assert titles(language="es") == {"Second"}
    assert titles(organisation=scene.south.pk) == set()
    assert titles(state="planned") == {"Ours", "Second"}
    assert titles(state="draft", undated="on") == {"Undated"}
    assert titles(last=f"{scene.now + timedelta(days=62):%Y-%m-%d}") == {"Ours", "Second", "Far"}


@pytest.mark.parametrize(
    "stretch",
    [
        {"first": "", "last": ""},
        {"first": "2027-01-02", "last": "2027-01-01"},
        {"first": "2027-01-01", "last": "2029-01-01"},
    ],
)
def test_a_stretch_that_cant_be_is_explained(stretch: dict[str, str], scene: Scene, login: Login) -> None:
    answer = login(scene.north_editor).get(reverse("studio_spreadsheet_export", args=["xlsx"]), stretch)

    assert answer.status_code == 422
    assert 'href="#id_' in body_of(answer)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_has_every_column_in_the_persons_language_and_is_a_good_table(
    form: str, scene: Scene, login: Login
) -> None:
    client = login(scene.north_editor)
    english = tables.read(client.get(reverse("studio_spreadsheet_template", args=[form])).content, name="t").rows[0]
    Person.objects.filter(pk=scene.north_editor.pk).update(language="es")
    spanish = tables.read(client.get(reverse("studio_spreadsheet_template", args=[form])).content, name="t").rows[0]

    assert {"organisation", "day", "time", "time zone", "title en", "text es", "channels"} <= set(english)
    assert {"organización", "día", "hora", "zona horaria", "título en", "texto es", "canales"} <= set(spanish)
    assert "title en" not in spanish


def test_an_unknown_form_of_table_isnt_there(scene: Scene, login: Login) -> None:
    for name in ("studio_spreadsheet_export", "studio_spreadsheet_template"):
        assert login(scene.north_editor).get(reverse(name, args=["pdf"])).status_code == 404


# -- whose eyes -----------------------------------------------------------------------------------


def test_an_export_tells_nobody_what_they_may_not_read(eyes: Eyes) -> None:
    stretch = {"first": f"{eyes.now - timedelta(days=1):%Y-%m-%d}", "last": f"{eyes.now + timedelta(days=30):%Y-%m-%d}"}
    for looker in eyes.roles:
        browser = looker.browser()
        for query in ({}, {"undated": "on"}, {"organisation": eyes.north.pk}, {"state": "draft", "undated": "on"}):
            answer = browser.get(reverse("studio_spreadsheet_export", args=["csv"]), {**stretch, **query})
            assert told(looker, answer) == [], (looker, query)
            workbook = browser.get(reverse("studio_spreadsheet_export", args=["xlsx"]), {**stretch, **query})
            assert [word for word in looker.unread if word in unpacked(workbook).lower()] == [], (looker, query)
    north = body_of(
        eyes.role(eyes.north_editor).browser().get(reverse("studio_spreadsheet_export", args=["csv"]), stretch)
    )
    assert "Quetzal planned: words" in north
    assert "Condor asked: words" in north


def unpacked(answer: Any) -> str:
    if answer.status_code != 200 or not answer.content.startswith(b"PK"):
        return body_of(answer)
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def test_only_who_writes_takes_posts_in_and_a_table_is_its_uploaders_alone(eyes: Eyes) -> None:
    north, rows = eyes.role(eyes.north_editor).browser(), "title en\nQuetzal plan\n"
    address = uploaded(north, rows).redirect_chain[-1][0]

    for looker in eyes.roles:
        browser = looker.browser()
        if looker.person is None or not looker.person.is_staff:
            continue
        mine = looker.person == eyes.north_editor
        may = looker.name in {"North's editor", "South's editor", "coordinator"}
        assert browser.get(address).status_code == (200 if mine else 404), looker
        if not mine:
            assert browser.post(address).status_code == 404, looker
        answer = uploaded(browser, "title en\nMine\n")
        assert answer.status_code == (200 if may else 404), looker
    assert not Post.objects.filter(title__texts__en="Quetzal plan").exists()


def test_nobody_imports_for_an_organisation_that_isnt_theirs(scene: Scene, login: Login) -> None:
    look = uploaded(login(scene.south_editor), "title en,organisation\nTaken over,north-city\n")

    assert "You write for no organisation “north-city”." in body_of(look)
    client = login(scene.south_editor)
    client.post(look.redirect_chain[-1][0])
    assert Post.objects.count() == 0


def test_a_right_that_ended_between_look_and_import_is_asked_again(scene: Scene, login: Login) -> None:
    address = uploaded(login(scene.north_editor), "title en,organisation\nOne,north-city\n").redirect_chain[-1][0]
    scene.north_editor.roles.all().delete()
    scene.north_editor.roles.create(organisation=scene.south, duty="editor")

    answer = login(scene.north_editor).post(address)

    assert answer.status_code == 422
    assert "You write for no organisation “north-city”." in body_of(answer)
    assert Post.objects.count() == 0


# -- once more ------------------------------------------------------------------------------------


def test_a_post_is_duplicated_into_another_week_or_language_in_two_taps(scene: Scene, login: Login) -> None:
    post = scene.post("Close to home.", title="Close", at=scene.now + timedelta(days=1))
    client = login(scene.north_editor)
    address = reverse("studio_duplicate", args=[post.pk])
    assert f'href="{address}"' in body_of(client.get(reverse("studio_post", args=[post.pk])))
    page = body_of(client.get(address))
    day = re.search(r'name="day" value="([\d-]+)"', page)
    assert day is not None

    week = client.post(address, {"day": day.group(1)}, follow=True)
    language = client.post(address, {"language": "es"})

    assert "This is the copy: a draft, not approved." in body_of(week)
    _first, second, third = Post.objects.order_by("pk")
    assert second.planned_at == post.planned_at + timedelta(days=7)
    assert [each.language for each in working_draft(third)[0].variants] == ["es"]
    assert language.url == reverse("studio_edit", args=[third.pk])


def test_a_copy_to_a_day_on_which_its_clock_time_is_none_is_explained_and_made_when_chosen(
    scene: Scene, login: Login
) -> None:
    post = scene.post(at=scene.now + timedelta(days=1), approved=False)
    Post.objects.filter(pk=post.pk).update(planned_wall="2031-03-23T02:30", planned_zone="Europe/Madrid")
    client = login(scene.north_editor)
    address = reverse("studio_duplicate", args=[post.pk])

    asked = client.post(address, {"other": "2031-03-30", "do": "other"})

    assert asked.status_code == 422
    assert "This time doesn&#x27;t exist: on that day the clocks of Madrid go from" in body_of(asked)
    assert Post.objects.count() == 1
    assert client.post(address, {"meant": "2031-03-30T03:00"}).status_code == 302
    assert Post.objects.latest("pk").planned_wall == "2031-03-30T03:00"
    twice = client.post(address, {"other": "2031-10-26"})
    assert "This time comes twice" in body_of(twice)
    for nonsense in ({}, {"other": "soon"}, {"day": "9999-99-99"}, {"language": "xx"}, {"other": "2020-01-01"}):
        assert client.post(address, nonsense).status_code == 422
    assert client.post(address, {"meant": "rubbish"}).status_code == 422


def test_a_post_of_others_cant_be_duplicated_and_looks_like_none(eyes: Eyes) -> None:
    for post in (eyes.north_planned, eyes.north_asked):
        address = reverse("studio_duplicate", args=[post.pk])
        for looker in (eyes.role(eyes.south_editor), eyes.role(eyes.south_approver), eyes.role(eyes.north_approver)):
            assert looker.browser().get(address).status_code == 404
            assert looker.browser().post(address, {"do": "undated"}).status_code == 404
    before = Post.objects.count()
    assert eyes.role(eyes.north_editor).browser().post(address, {"do": "undated"}).status_code == 302
    assert Post.objects.count() == before + 1
