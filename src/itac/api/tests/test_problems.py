"""Whatever goes wrong is a problem as RFC 9457 has it, with its own name, and nothing is left half done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from itac.api import rates
from itac.api.problems import MEDIA_TYPE, PROBLEMS, TYPE
from itac.api.tests.programs import Program, Programs
from itac.campaign.models import ApiToken
from itac.publishing import writing
from itac.publishing.models import Post


def is_problem(response: Any, name: str) -> bool:
    """Whether the answer is that problem, whole."""
    status, _title, _detail = PROBLEMS[name]
    facts = response.json()
    assert response["Content-Type"] == MEDIA_TYPE, response["Content-Type"]
    assert {"type", "title", "status", "detail"} <= set(facts) <= {"type", "title", "status", "detail", "errors"}
    return (response.status_code, facts["type"], facts["status"]) == (status, TYPE + name, status)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "name"),
    [
        ("POST", "/posts", b"{", {}, "unreadable"),
        ("POST", "/posts", b"\xff", {}, "unreadable"),
        ("POST", "/posts", b"[]", {}, "unfit"),
        ("POST", "/posts", b'{"title": "\\ud800"}', {}, "unfit"),
        ("POST", "/posts", b"{}", {"Content_Type": "text/plain"}, "media-type"),
        ("POST", "/pictures", b"{}", {}, "media-type"),
        ("POST", "/pictures", b"x", {"Content_Type": "multipart/form-data"}, "unreadable"),
        ("POST", "/posts", b" " * 3_000_000, {}, "too-large"),
        ("GET", "/posts/99999999999999999999999", None, {}, "not-there"),
        ("GET", "/posts/-1", None, {}, "not-there"),
        ("GET", "/nothing", None, {}, "not-there"),
        ("POST", "/nothing", b"{}", {}, "not-there"),
        ("GET", "/posts/", None, {}, "not-there"),
        ("GET", "/posts?limit=0", None, {}, "unfit"),
        ("GET", "/posts?planned_from=yesterday", None, {}, "unfit"),
        ("GET", "/slots", None, {}, "unfit"),
        ("DELETE", "/token", None, {}, "method"),
        ("PUT", "/posts/1/draft", b"{}", {}, "if-match-missing"),
    ],
)
def test_a_request_that_cannot_be_is_told_what_is_wrong(
    method: str, path: str, body: bytes | None, headers: dict[str, str], name: str, programs: Programs
) -> None:
    response = programs.program().ask(method, path, body, **headers)

    assert is_problem(response, name), response.content
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        (b'{"variants": [{"channel": 1}]}', "variants/0/language", "This is missing."),
        (b"[]", "", "Write an object, with its names and values in braces."),
        (b'{"colour": 1}', "colour", "Nothing has this name here. Correct the name, or take it out."),
        (b'{"original": 7}', "original", "Write a text, in quotation marks."),
        (b'{"title": {"en": "a\\u0000b"}}', "title/en", "It holds a sign that can't be kept. Take it out."),
        (b'{"title": {"en": "\\ud800"}}', "title/en", "It holds a sign that can't be kept. Take it out."),
        (b'{"title": {"en": "' + b"x" * 201 + b'"}}', "title/en", "Write 200 characters at most."),
        (b'{"title": []}', "title", "Write an object, with its names and values in braces."),
        (b'{"pictures": {}}', "pictures", "Write a list, in square brackets."),
        (b'{"pictures": [{"picture": "1"}]}', "pictures/0/picture", "Write a whole number."),
        (b'{"pictures": [{"picture": 0}]}', "pictures/0/picture", "Write a number that isn't below 1."),
        (b'{"kind": "poem"}', "kind", "Choose one of these: 'statement', 'figure', 'story', 'call'."),
        (
            b'{"link_address": "here"}',
            "link_address",
            r"It isn't written as it must be. The pattern is: ^([hH][tT][tT][pP][sS]?://[^\s\x00]+)?$",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence_beside_its_field(
    body: bytes, field: str, sentence: str, programs: Programs
) -> None:
    response = programs.program().post("/posts", body)

    assert response.json()["errors"][0]["field"] == field
    assert response.json()["errors"][0]["detail"] == sentence


def test_what_the_software_does_not_know_undoes_everything_and_says_nothing_of_its_inside(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin_and_break(*args: Any, **facts: Any) -> Any:
        real(*args, **facts)
        raise LookupError("inside")

    real = writing.begin_post
    monkeypatch.setattr(writing, "begin_post", begin_and_break)

    response = programs.program().post("/posts", programs.content(), Idempotency_Key="k")

    assert is_problem(response, "unexpected")
    assert b"inside" not in response.content
    assert not Post.objects.exists()


def test_one_request_too_many_waits_for_the_next_minute(programs: Programs, settings: Any) -> None:
    program = programs.program()
    settings.API_PER_MINUTE = 0

    response = program.post("/posts", programs.content())

    assert is_problem(response, "rate")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert response["RateLimit-Policy"] == '"token";q=0;w=60'
    assert ";r=0;" in response["RateLimit"]
    assert not Post.objects.exists()


def test_each_token_has_a_count_of_its_own_that_begins_anew_each_minute(programs: Programs, settings: Any) -> None:
    settings.API_PER_MINUTE = 2
    programs.program()
    programs.program()
    first, second = ApiToken.objects.all()
    early, late = datetime(2026, 12, 18, 18, 0, 50, tzinfo=UTC), datetime(2026, 12, 18, 18, 1, 5, tzinfo=UTC)

    left = [rates.count(token, now=now).left for token, now in [(first, early)] * 3 + [(second, early), (first, late)]]

    assert left == [1, 0, -1, 1, 1]
    assert rates.count(second, now=early).headers() == {
        "RateLimit-Policy": '"token";q=2;w=60',
        "RateLimit": '"token";r=0;t=10',
    }


def test_a_sentence_comes_in_the_language_that_was_asked_for_and_its_name_does_not_change(programs: Programs) -> None:
    program = Program()

    english, spanish = (program.get("/posts", Accept_Language=code) for code in ("en", "es"))

    assert english.json()["type"] == spanish.json()["type"]
    assert [english["Content-Language"], spanish["Content-Language"]] == ["en", "es"]
    assert "Authorization" in english["Vary"]


def test_nothing_in_between_keeps_an_answer(programs: Programs) -> None:
    program = programs.program()

    assert program.get("/posts")["Cache-Control"] == "private, no-cache"
    assert program.post("/posts", programs.content())["Cache-Control"] == "no-store"
    assert Program().get("/posts")["Cache-Control"] == "no-store"


def test_the_use_of_a_token_is_noted_to_the_minute(programs: Programs) -> None:
    program = programs.program()
    before = ApiToken.objects.get().last_used_at

    program.get("/token")

    assert before is None
    assert ApiToken.objects.get().last_used_at is not None


def test_other_addresses_of_an_api_are_not_there(programs: Programs) -> None:
    assert Client().get("/api/v2/posts").status_code == 404
    assert Program().get("/").status_code == 404
