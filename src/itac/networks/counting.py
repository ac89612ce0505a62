"""How long a text is, as a network counts it. Pure; limits come from `Capabilities`."""

from __future__ import annotations

import regex

from itac.networks.protocol import Capabilities, Unit
from itac.networks.richtext import links

_GRAPHEME = regex.compile(r"\X")
_MENTION = regex.compile(r"(?<![=/\w])@(?P<name>\w+(?:[\w.-]*\w)?)@(?:[\w-]+\.)*[\w-]*\w", regex.IGNORECASE)


def graphemes(text: str) -> int:
    """Characters as a reader sees them: an emoji of a family is one (Unicode UAX 29)."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def count(text: str, capabilities: Capabilities) -> int:
    """The length of a text in the network's unit.

    Where the network says so, each web address counts a fixed number, and `@name@example.org` as `@name`.
    """
    fixed = 0
    if capabilities.url_counts is not None:
        text, fixed = _without_links(text, capabilities.url_counts)
    if capabilities.mention_without_domain:
        text = _MENTION.sub(r"@\g<name>", text)
    return fixed + (graphemes(text) if capabilities.text_unit is Unit.GRAPHEMES else len(text))


def count_bytes(text: str) -> int:
    """The length of a text in UTF-8 bytes."""
    return len(text.encode())


def is_too_long(text: str, capabilities: Capabilities) -> bool:
    """Whether a text is over one of the network's limits."""
    over = capabilities.text_max is not None and count(text, capabilities) > capabilities.text_max
    heavy = capabilities.text_bytes_max is not None and count_bytes(text) > capabilities.text_bytes_max
    return over or heavy


def _without_links(text: str, each: int) -> tuple[str, int]:
    kept, place, fixed = [], 0, 0
    for link in links(text):
        # A private-use character stands for the link, so that what is on its two sides doesn't join.
        kept += [text[place : link.start], "\ue000"]
        place = link.end
        fixed += each - 1
    return "".join([*kept, text[place:]]), fixed
