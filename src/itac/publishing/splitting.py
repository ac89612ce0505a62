"""One text into the parts of a thread."""

from __future__ import annotations

import re
from collections.abc import Callable

import regex

BREAK = re.compile(r"\n\s*---\s*\n")  # a line of three dashes: the author parts the thread here
_SENTENCE = regex.compile(r"(?<=[.!?…؟।。！？]['\"”’»)\]]?)\s+")


def split(text: str, *, most: int | None, count: Callable[[str], int], threads: bool) -> list[str]:
    """The parts of a text: where its author parts it, and where it is longer than `most`.

    Breaks fall between paragraphs, else sentences, else words, else graphemes; nothing of the text is lost but the
    white space at a break. Where the network has no threads or no limit the text stays whole (dashes and all, as a
    blank line), and being too long is for `checking` to say.
    """
    pieces = [piece.strip() for piece in BREAK.split(text.strip())]
    if not threads or most is None:
        return ["\n\n".join(piece for piece in pieces if piece)]
    return [part for piece in pieces if piece for part in _fit(piece, most, count)] or [""]


def _fit(text: str, most: int, count: Callable[[str], int]) -> list[str]:
    if count(text) <= most:
        return [text]
    for breaks, glue in (
        (lambda t: re.split(r"\n\s*\n", t), "\n\n"),
        (lambda t: t.split("\n"), "\n"),
        (_SENTENCE.split, " "),
        (str.split, " "),
        (lambda t: regex.findall(r"\X", t), ""),
    ):
        units = [unit for unit in breaks(text) if (unit and unit.strip()) or unit == " "]
        if len(units) > 1:
            return _pack(units, glue, most, count)
    return [text]


def _pack(units: list[str], glue: str, most: int, count: Callable[[str], int]) -> list[str]:
    parts: list[str] = []
    current = ""
    for unit in units:
        longer = f"{current}{glue}{unit}" if current else unit
        if count(longer) <= most:
            current = longer
            continue
        if current:
            parts.append(current.strip())
        small = _fit(unit, most, count)
        parts.extend(small[:-1])
        current = small[-1]
    if current.strip():
        parts.append(current.strip())
    return parts
