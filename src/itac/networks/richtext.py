"""Addresses, tags and mentions in a plain text, found as the networks find them. Pure.

Bluesky points at them by UTF-8 byte offsets (https://docs.bsky.app/docs/advanced-guides/post-richtext).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

_LINK = regex.compile(r"(?<![\w@/])https?://[^\s<>\"“”«»]+", regex.IGNORECASE)
_TAG = regex.compile(r"(?<![\w/&])[#＃](?P<tag>[\p{L}\p{N}\p{M}_·\u200c\u200d]+)")
_HANDLE = regex.compile(
    r"(?<![\w@/.])@(?P<handle>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w@])",
    regex.IGNORECASE,
)
# One word character, then any: two runs of them side by side would be tried in every division of a long word.
_ACCOUNT = regex.compile(r"(?<![=/\w])@(?P<name>\w(?:[\w.-]*\w)?)@(?:[\w-]+\.)*[\w-]*\w")
_LIKE_A_MENTION = regex.compile(r"(?<![\w@/.])@[^\W\d_](?:[\w.-]*\w)?(?:@\w(?:[\w.-]*\w)?)?")
_TRAILING = ".,;:!?…'’”»*_~"
_PAIRS = {")": "(", "]": "[", "}": "{"}
TAG_MAX = 64


@dataclass(frozen=True)
class Span:
    """A stretch of text that means something: `kind` is link, tag or mention; `start` and `end` count characters."""

    kind: str
    value: str
    start: int
    end: int


def links(text: str) -> Iterator[Span]:
    """Web addresses with their scheme, without the punctuation of the sentence around them."""
    for found in _LINK.finditer(text):
        address = _trimmed(found.group())
        if "." in address or "localhost" in address:
            yield Span("link", address, found.start(), found.start() + len(address))


def accounts(text: str) -> Iterator[regex.Match[str]]:
    """Mentions of accounts on their servers (`@name@example.org`), each with its `name`."""
    return _ACCOUNT.finditer(text)


def spans(text: str, *, with_servers: bool = False) -> list[Span]:
    """Links, tags and mentions, in order, none inside another.

    A mention is a handle (`@name.example.org`), or `with_servers` an account on its server (`@name@example.org`).
    """
    found = list(links(text))
    covered = [(span.start, span.end) for span in found]

    def is_free(start: int) -> bool:
        return not any(first <= start < last for first, last in covered)

    for tag in _TAG.finditer(text):
        name = tag.group("tag")
        # Digits alone are a number ("#1"), not a tag; longer ones the lexicon refuses.
        if is_free(tag.start()) and not regex.fullmatch(r"\p{N}+", name) and len(name) <= TAG_MAX:
            found.append(Span("tag", name, tag.start(), tag.end()))
    mentions = accounts(text) if with_servers else _HANDLE.finditer(text)
    found += [
        Span("mention", mention.group()[1:].lower(), mention.start(), mention.end())
        for mention in mentions
        if is_free(mention.start())
    ]
    return sorted(found, key=lambda span: span.start)


def misnamed(text: str, *, with_servers: bool = False) -> list[str]:
    """What is written like a mention and links to nobody there, each once: the other network's way, or a name alone.

    `with_servers` as in `spans`. An account of the same server may be named by its name alone.
    """
    read = {span.start: span.kind for span in spans(text, with_servers=with_servers)}
    covered = [(span.start, span.end) for span in links(text)]
    found = []
    for like in _LIKE_A_MENTION.finditer(text):
        is_named = read.get(like.start()) == "mention" or any(start <= like.start() < end for start, end in covered)
        if not is_named and not (with_servers and _HANDLE.fullmatch(like.group()) is None):
            found.append(like.group())
    return list(dict.fromkeys(found))


def byte_offsets(text: str, span: Span) -> tuple[int, int]:
    """Where a span begins and ends in the text's UTF-8 bytes."""
    start = len(text[: span.start].encode())
    return start, start + len(text[span.start : span.end].encode())


def _trimmed(address: str) -> str:
    while address:
        last = address[-1]
        opening = _PAIRS.get(last)
        if last in _TRAILING or (opening and address.count(last) > address.count(opening)):
            address = address[:-1]
        else:
            break
    return address
