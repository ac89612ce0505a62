"""Counting as the networks count; the vectors are golden: a change of one is a change of what goes out.

What stands in them under `x` was told by X's own program (twitter-text 3.1.0).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itac.networks.bluesky import Bluesky
from itac.networks.by_hand import ByHand
from itac.networks.counting import count, count_bytes, is_too_long
from itac.networks.mastodon import Mastodon
from itac.networks.models import Channel
from itac.networks.richtext import byte_offsets, misnamed, spans

VECTORS = json.loads(Path(__file__).with_name("counting_vectors.json").read_text(encoding="utf-8"))
BLUESKY = Bluesky().capabilities(Channel())
MASTODON = Mastodon().capabilities(Channel())
X = ByHand().capabilities(Channel(posted_on="x"))
THREADS = ByHand().capabilities(Channel(posted_on="threads"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: ascii(vector["text"])[:30])
def test_golden_vectors(vector: dict[str, Any]) -> None:
    text = vector["text"]

    counted = {
        "graphemes": count(text, BLUESKY),
        "mastodon": count(text, MASTODON),
        "bytes": count_bytes(text),
        "x": count(text, X),
        "threads": count(text, THREADS),
    }

    assert counted == {name: vector[name] for name in counted}


@given(st.text(max_size=200), st.text(max_size=200))
def test_joining_texts_never_makes_them_longer(one: str, other: str) -> None:
    assert count(one + other, BLUESKY) <= count(one, BLUESKY) + count(other, BLUESKY)


def test_bytes_are_a_limit_of_their_own() -> None:
    family = "👩‍👩‍👧‍👦"

    assert not is_too_long(family * 100, BLUESKY)
    assert is_too_long(family * 130, BLUESKY)
    assert is_too_long("x" * 301, BLUESKY)


def test_280_characters_of_x_are_140_of_a_script_that_weighs_two() -> None:
    assert [is_too_long(text, X) for text in ("ñ" * 280, "ñ" * 281, "字" * 140, "字" * 140 + "a")] == [
        False, True, False, True,
    ]  # fmt: skip
    assert not is_too_long(f"{'a' * 256} https://example.org/{'a' * 200}", X)
    assert is_too_long("👨‍👩‍👧‍👦" * 21, THREADS)


@given(st.text(max_size=100))
def test_spans_stand_in_order_apart_and_on_whole_characters(text: str) -> None:
    text = f"{text} #ITAC https://example.org/{text} @a.example.org"
    end = 0
    for span in spans(text):
        start_byte, end_byte = byte_offsets(text, span)
        assert end <= span.start < span.end
        assert text.encode()[start_byte:end_byte].decode() == text[span.start : span.end]
        end = span.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#ITAC, #IamAMigrant!", ["ITAC", "IamAMigrant"]),
        ("#1 #2026 #18Dec", ["18Dec"]),
        ("#إدماج و#inclusión", ["إدماج"]),
        ("https://a.b/#frag", ["https://a.b/#frag"]),
        ("(see https://a.b/c).", ["https://a.b/c"]),
        ("mail me@example.org, @iom.example.org", ["iom.example.org"]),
        ("http://localhost:8000/x", ["http://localhost:8000/x"]),
    ],
)
def test_spans_are_what_a_reader_would_point_at(text: str, expected: list[str]) -> None:
    assert [span.value for span in spans(text)] == expected


@pytest.mark.parametrize(
    ("text", "with_servers", "nobody"),
    [
        ("With @ana.example.org and @ben.", False, ["@ben"]),
        ("With @ana@example.org, twice @ana@example.org.", False, ["@ana@example.org"]),
        ("See https://example.org/@ana or write to ana@example.org, at 5 @ 10.", False, []),
        ("With @ana@example.org, @ben and https://example.org/@eve.", True, []),
        ("With @ana.example.org.", True, ["@ana.example.org"]),
    ],
)
def test_what_only_looks_like_a_mention_is_found(text: str, with_servers: bool, nobody: list[str]) -> None:
    assert misnamed(text, with_servers=with_servers) == nobody
