"""The demonstration's data says what is known, in both languages, and names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from itac.campaign.models.calendar import check_rule
from itac.demo.reading import facts, source_columns

FILES = ("campaign", "organisations", "calendar", "thanks", "posts", "takeovers", "about")
LANGUAGES = {"en", "es"}
# The addresses of rows that say where they were read, and texts that exist in one language on purpose.
IN_ONE_LANGUAGE = {"by_hand"}


def walk(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, name)


@pytest.mark.parametrize("file", FILES)
def test_every_text_stands_in_english_and_spanish(file: str) -> None:
    texts = [
        (name, value)
        for name, value in walk(facts(file))
        if isinstance(value, dict) and LANGUAGES & value.keys() and name not in IN_ONE_LANGUAGE
    ]

    assert texts
    assert [(name, sorted(value)) for name, value in texts if set(value) != LANGUAGES] == []
    assert [(name, value) for name, value in texts if not all(value.values())] == []


def test_every_fact_names_where_it_was_read() -> None:
    rows = [
        *facts("organisations"),
        *facts("calendar")["observances"],
        *facts("thanks")["contributors"],
        *facts("thanks")["footage"],
        *(m for phase in facts("calendar")["phases"] for m in phase["milestones"]),
        *(row["mechanism"] for row in facts("organisations") if "mechanism" in row),
    ]

    addresses = [source_columns(row["source"])["source_address"] for row in rows]

    assert all(address.startswith(("https://", "http://")) for address in addresses)
    used = {row["source"] for row in rows}
    assert set(facts("sources")) - used == set()


def test_every_post_links_the_publisher_of_its_figure() -> None:
    posts = [row for kind in facts("posts").values() for row in kind]

    assert all(row["sources"] for row in posts)
    assert all(set(source) == {"title", "publisher", "address", "figure"} for row in posts for source in row["sources"])


def test_people_are_offices_of_the_demonstration_alone() -> None:
    people = facts("campaign")["people"]

    assert all("(demonstration)" in row["office"] for row in people)
    assert all(row["email"].endswith("@example.org") for row in people)
    assert len({row["role"] for row in people}) == len(people)
    assert not any(" " in row["role"] for row in people)


def test_every_observance_has_a_rule_the_calendar_can_read() -> None:
    for row in facts("calendar")["observances"]:
        check_rule(row["rule"])


def test_nothing_cries_out() -> None:
    marks = [value for file in FILES for _name, value in walk(facts(file)) if isinstance(value, str) and "!" in value]

    assert marks == []
