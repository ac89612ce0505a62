"""How long a text is, as a network counts it. Pure; limits come from `Capabilities`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import regex

from itac.networks import weighing
from itac.networks.protocol import Capabilities, Unit
from itac.networks.richtext import accounts, links

_GRAPHEME = regex.compile(r"\X")
_CHARACTER = regex.compile(r".", regex.DOTALL)
# A private-use character stands for a link, so that what is on its two sides doesn't join.
_STAND_IN = "\ue000"
_SCALES = {Unit.WEIGHTED: weighing.X, Unit.EMOJI_BYTES: weighing.THREADS}


def graphemes(text: str) -> int:
    """Characters as a reader sees them: an emoji of a family is one (Unicode UAX 29)."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def count(text: str, capabilities: Capabilities) -> int:
    """The length of a text in the network's unit.

    Where the network says so, each web address counts a fixed number, and `@name@example.org` as `@name`.
    """
    scale = _SCALES.get(capabilities.text_unit)
    if scale:
        return weighing.weigh(text, scale, address=capabilities.url_counts)
    pieces = list(_pieces(text, capabilities))
    said = "".join(piece.said for piece in pieces)
    extra = sum(piece.extra for piece in pieces)
    return extra + (graphemes(said) if capabilities.text_unit is Unit.GRAPHEMES else len(said))


def passes_at(text: str, capabilities: Capabilities) -> int | None:
    """The place of the first character that is too much for the network's limit; None where all of the text goes."""
    most = capabilities.text_max
    if most is None or count(text, capabilities) <= most:
        return None
    scale = _SCALES.get(capabilities.text_unit)
    if scale:
        steps = list(weighing.steps(text, scale, address=capabilities.url_counts))
        sums = accumulate(weight for _place, weight in steps)
        return next((place for (place, _weight), total in zip(steps, sums, strict=True) if total > most), None)
    pieces = list(_pieces(text, capabilities))
    begins = list(accumulate((len(piece.said) for piece in pieces), initial=0))
    said = "".join(piece.said for piece in pieces)
    each = _GRAPHEME if capabilities.text_unit is Unit.GRAPHEMES else _CHARACTER
    total, counted = 0, 0
    for found in each.finditer(said):
        total += 1
        while counted < len(pieces) and begins[counted] < found.end():
            total += pieces[counted].extra
            counted += 1
        if total > most:
            number = bisect_right(begins, found.start(), hi=len(pieces)) - 1
            return pieces[number].at + found.start() - begins[number]
    return None


def count_bytes(text: str) -> int:
    """The length of a text in UTF-8 bytes."""
    return len(text.encode())


def is_too_long(text: str, capabilities: Capabilities) -> bool:
    """Whether a text is over one of the network's limits."""
    over = capabilities.text_max is not None and count(text, capabilities) > capabilities.text_max
    heavy = capabilities.text_bytes_max is not None and count_bytes(text) > capabilities.text_bytes_max
    return over or heavy


class _Piece(NamedTuple):
    """A stretch of a text as it is counted, where it stands in the text, and what it counts beyond its length."""

    said: str
    at: int
    extra: int = 0


def _pieces(text: str, capabilities: Capabilities) -> Iterator[_Piece]:
    place = 0
    if capabilities.url_counts is not None:
        for link in links(text):
            yield from _plain(text, place, link.start, capabilities)
            yield _Piece(_STAND_IN, link.start, capabilities.url_counts - 1)
            place = link.end
    yield from _plain(text, place, len(text), capabilities)


def _plain(text: str, begin: int, end: int, capabilities: Capabilities) -> Iterator[_Piece]:
    stretch, done = text[begin:end], 0
    if capabilities.mention_without_domain:
        for mention in accounts(stretch):
            yield _Piece(stretch[done : mention.end("name")], begin + done)
            done = mention.end()
    yield _Piece(stretch[done:], begin + done)
