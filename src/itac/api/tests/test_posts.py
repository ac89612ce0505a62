"""A program takes a post from the first word to the network, by the rules that people have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itac.api.tests.programs import Program, Programs
from itac.campaign.models import AuditEntry
from itac.publishing import writing
from itac.publishing.models import Delivery, Post, State
from itac.publishing.outbox import Worker
from itac.publishing.writing import Draft
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, Stage


def begun(programs: Programs, program: Program, **facts: Any) -> tuple[dict[str, Any], str]:
    """A post's facts and its version."""
    response = program.post("/posts", programs.content(**facts))
    assert response.status_code == 201, response.content
    return response.json(), response["ETag"]


def asked(programs: Programs, program: Program) -> str:
    """The address of a post that was submitted, planned and asked about."""
    at = f"/posts/{begun(programs, program)[0]['id']}"
    for response in (
        program.post(f"{at}/submission"),
        program.put(f"{at}/plan", programs.plan()),
        program.post(f"{at}/approval", {}),
    ):
        assert response.status_code in {200, 201}, response.content
    return at


@pytest.mark.django_db(transaction=True)
def test_a_program_takes_a_post_from_the_first_word_to_the_site(programs: Programs) -> None:
    north, south = programs.program(), programs.program(programs.south, scopes=["posts:read", "posts:approve"])
    at = asked(programs, north)

    question = north.get(f"{at}/approval").json()
    for program in (north, south):
        answer = program.post(f"{at}/decisions", {"verdict": "approve", "seal": question["seal"]})
        assert answer.status_code == 201, answer.content
    Worker(now=lambda: programs.now + timedelta(hours=3)).work_off()

    post = north.get(at).json()
    assert question["sealed"][0]["payload"]["parts"][0]["text"].startswith("More than half")
    assert post["approval"]["state"] == "granted"
    assert [each["organisation"] for each in post["approval"]["decisions"]] == ["north-city", "south-youth"]
    (delivery,) = north.get(f"/deliveries?post={post['id']}").json()["items"]
    assert delivery["state"] == "sent"
    assert delivery["parts"][0]["state"] == "sent"


def test_what_a_program_did_stands_in_the_log_under_its_own_name(programs: Programs) -> None:
    post, _etag = begun(programs, programs.program())

    entry = AuditEntry.objects.get(kind="post_begun", subject_id=post["id"])

    assert str(entry.actor) == "Newsroom"
    assert not entry.actor.is_staff


def test_a_post_is_shown_as_it_was_sent_and_its_draft_to_those_who_write_it(programs: Programs) -> None:
    sent = programs.content(link_address="https://example.org/report", sources=[{"title": "UN DESA"}])
    at = f"/posts/{programs.program().post('/posts', sent).json()['id']}"

    seen = programs.program(scopes=["posts:read", "posts:write"]).get(at).json()
    reader = programs.program(scopes=["posts:read"]).get(at).json()

    assert {name: seen["draft"][name] for name in ("title", "text", "link_address")} == {
        name: sent[name] for name in ("title", "text", "link_address")
    }
    assert seen["draft"]["sources"][0]["title"] == "UN DESA"
    assert (reader["draft"], reader["submitted"]) == (None, None)


def test_nobody_overwrites_what_they_have_not_read(programs: Programs) -> None:
    program = programs.program()
    post, etag = begun(programs, program)
    at = f"/posts/{post['id']}/draft"
    first = program.put(at, programs.content(title={"en": "By the first"}), etag)

    second = program.put(at, programs.content(title={"en": "By the second"}), etag)
    unread = program.ask("PUT", at, programs.content())
    empty = program.post(f"/posts/{post['id']}/submission", If_Match="")

    assert [each.status_code for each in (first, second, unread, empty)] == [200, 412, 428, 412]
    assert program.get(f"/posts/{post['id']}").json()["draft"]["title"] == {"en": "By the first"}
    assert program.put(at, programs.content(), first["ETag"]).status_code == 200


def test_what_people_wrote_is_shown_also_where_a_program_might_not_send_it(programs: Programs) -> None:
    program = programs.program()
    post, _etag = begun(programs, program)
    draft = Draft(title={"en": "x" * 201}, link_address="ftp://example.org/a", sources=[{"title": "A report"}])
    row = Post.objects.get(pk=post["id"])
    writing.save_working_copy(programs.north_editor, row, draft, version=1, now=programs.now)

    [shown] = program.get("/posts").json()["items"]

    assert (shown["draft"]["title"], shown["draft"]["link_address"]) == (draft.title, draft.link_address)


def test_a_change_in_the_studio_is_a_new_version_too(programs: Programs) -> None:
    program = programs.program()
    post, etag = begun(programs, program)
    row = Post.objects.get(pk=post["id"])
    draft, version = writing.working_draft(row)
    writing.save_working_copy(programs.north_editor, row, draft, version=version, now=programs.now)

    same = program.put(f"/posts/{post['id']}/draft", programs.content(), etag)
    writing.submit_working_copy(programs.north_editor, row, now=programs.now)
    later = program.put(f"/posts/{post['id']}/draft", programs.content(), same["ETag"])

    assert same.status_code == 200  # saved without a change, so there was nothing to overwrite
    assert later.status_code == 412


def test_a_reader_who_has_the_version_gets_no_body(programs: Programs) -> None:
    program = programs.program()
    post, etag = begun(programs, program)

    again = program.get(f"/posts/{post['id']}", If_None_Match=etag)

    assert (again.status_code, again.content) == (304, b"")


def test_a_change_after_approval_ends_it_and_a_move_within_the_window_does_not(programs: Programs) -> None:
    program = programs.program()
    at = asked(programs, program)
    moved = program.put(
        f"{at}/plan", {**programs.plan(), "wall": f"{programs.now + timedelta(hours=3.5):%Y-%m-%dT%H:%M}"}
    )

    program.put(f"{at}/draft", programs.content(text={"en": "Other words."}))
    changed = program.post(f"{at}/submission")

    assert moved.json()["approval"]["state"] == "open"
    assert changed.json()["approval"] is None
    assert Delivery.objects.get(variant__post_id=moved.json()["id"]).state == State.PLANNED


def test_a_question_can_be_taken_back_and_its_answers_are_of_no_use_then(programs: Programs) -> None:
    program = programs.program()
    at = asked(programs, program)
    seal = program.get(f"{at}/approval").json()["seal"]

    taken = program.ask("DELETE", f"{at}/approval")

    assert taken.status_code == 204
    assert program.get(f"{at}/approval").status_code == 404
    assert program.post(f"{at}/decisions", {"verdict": "approve", "seal": seal}).status_code == 404


def test_an_answer_counts_for_exactly_what_was_read_and_once(programs: Programs) -> None:
    program = programs.program()
    at = asked(programs, program)
    seal = program.get(f"{at}/approval").json()["seal"]

    other = program.post(f"{at}/decisions", {"verdict": "approve", "seal": "0" * 64})
    wordless = program.post(f"{at}/decisions", {"verdict": "refuse", "seal": seal})
    first = program.post(f"{at}/decisions", {"verdict": "approve", "seal": seal})
    second = program.post(f"{at}/decisions", {"verdict": "refuse", "seal": seal, "reason": "No."})

    statuses = [each.status_code for each in (other, wordless, first, second)]
    assert statuses == [409, 422, 201, 409]
    assert wordless.json()["errors"][0]["code"] == "reason_missing"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"wall": "2026-03-08T02:30", "zone": "America/New_York"}, "time_skipped"),
        ({"wall": "2026-11-01T01:30", "zone": "America/New_York"}, "time_twice"),
        ({"wall": "2020-01-01T10:00", "zone": "UTC"}, "past"),
        ({"wall": "2030-13-01T10:00", "zone": "UTC"}, "no_time"),
        ({"wall": "2030-01-01T10:00", "zone": "Middle/Earth"}, "zone_unknown"),
    ],
)
def test_a_time_that_nobody_can_mean_is_said_to_be_one(plan: dict[str, str], code: str, programs: Programs) -> None:
    program = programs.program()
    post, etag = begun(programs, program)

    response = program.put(f"/posts/{post['id']}/plan", plan, etag)

    assert response.status_code == 422
    assert [line["code"] for line in response.json()["errors"]] == [code]
    assert Post.objects.get(pk=post["id"]).planned_at is None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": {"xx": "?"}}, "language_unknown"),
        ({"variants": [{"channel": 999_999, "language": "en"}]}, "channel_gone"),
        ({"pictures": [{"picture": 999_999}]}, "picture_gone"),
        ({"link_address": "https://"}, "string_pattern_mismatch"),
        ({"link_address": "https://nowhere"}, "no_address"),
        ({"wish": "for later"}, "extra_forbidden"),
        ({"text": {"en": "a\x00b"}}, "string_pattern_mismatch"),
    ],
)
def test_what_the_composer_would_not_offer_is_not_taken(facts: dict[str, Any], code: str, programs: Programs) -> None:
    response = programs.program().post("/posts", programs.content(**facts))

    assert response.status_code == 422
    assert [line["code"] for line in response.json()["errors"]] == [code]
    assert not Post.objects.exists()


def test_a_filter_that_nobody_knows_is_a_mistake_and_not_everything(programs: Programs) -> None:
    response = programs.program().get("/posts?planed_from=2026-12-18T00:00:00Z")

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"code": "query_unknown", "detail": "This address doesn't know “planed_from”.", "field": "planed_from"}
    ]


def test_asking_names_everything_that_stands_in_the_way(programs: Programs) -> None:
    program = programs.program()
    post, _etag = begun(programs, program, variants=[])
    program.post(f"/posts/{post['id']}/submission")

    response = program.post(f"/posts/{post['id']}/approval", {}, Accept_Language="es")

    assert response.status_code == 422
    assert {line["code"] for line in response.json()["errors"]} == {"no_channel", "no_time"}
    assert response["Content-Language"] == "es"


def test_a_post_is_begun_in_a_take_over_of_the_organisation_and_in_no_other(programs: Programs) -> None:
    stage = Stage(programs.now, scene=programs)
    takeover = stage.agreed()
    north, south = programs.program(), programs.program(programs.south)
    sent = programs.content(takeover=takeover.slug)

    made = north.post("/posts", sent)
    borrowed = south.post("/posts", sent)
    absent = north.post("/posts", {**sent, "takeover": "not-there"})
    TakeOver.objects.update(opens_at=stage.noon - 2 * HOUR, closes_at=stage.noon - HOUR)
    over = north.post("/posts", sent)

    assert made.status_code == 201
    assert made.json()["takeover"] == takeover.slug
    assert Post.objects.get().mandate == takeover.mandate
    for refused in (borrowed, absent, over):
        assert refused.status_code == 422
        assert [(each["code"], each["field"]) for each in refused.json()["errors"]] == [
            ("takeover_unknown", "takeover")
        ]


def test_pages_go_on_where_the_last_one_ended_whatever_came_meanwhile(programs: Programs) -> None:
    program = programs.program()
    made = [begun(programs, program)[0]["id"] for _ in range(5)]

    first = program.get("/posts?limit=2").json()
    begun(programs, program)
    second = program.get(f"/posts?limit=2&cursor={first['next']}").json()
    third = program.get(f"/posts?limit=2&cursor={second['next']}").json()

    pages = [[each["id"] for each in page["items"]] for page in (first, second, third)]
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    assert third["next"] is None
    assert program.get("/posts?cursor=bm90IG91cnM").status_code == 422


def test_a_list_of_three_takes_as_many_queries_as_a_list_of_one(programs: Programs) -> None:
    program = programs.program()
    asked(programs, program)
    counts = []

    for _ in range(2):
        for path in ("/posts", "/deliveries"):
            with CaptureQueriesContext(connection) as caught:
                assert program.get(path).status_code == 200
            counts.append(len(caught))
        asked(programs, program)
        asked(programs, program)

    assert counts[2:] == counts[:2]
