"""Write what the server knows about characters for the browser, so that both count and find alike.

A browser's own tables (`Intl.Segmenter`, `\\p{…}`) follow its release: in 2026 Node 22 has Unicode 16, Chromium has a
newer one, an old telephone an older. The server judges what goes out, so the browser gets the server's tables: the
grapheme classes of the `regex` package, the sets of characters that `networks.richtext`, `networks.weighing` and
`publishing.splitting` name, and the top-level domains. A test compares the file with what this makes now.

python -m tools.counting_tables
"""

from __future__ import annotations

import re
from pathlib import Path

import regex

from itac.networks.weighing import ENDINGS

FILE = Path(__file__).resolve().parent.parent / "src/itac/studio/static/studio/counting/tables.js"
# The numbers by which graphemes.js knows the classes of UAX 29.
BREAKS = {
    "CR": 1, "LF": 2, "Control": 3, "Extend": 4, "ZWJ": 5, "Regional_Indicator": 6, "Prepend": 7, "SpacingMark": 8,
    "L": 9, "V": 10, "T": 11,
}  # fmt: skip
PICTOGRAPHIC = 16
CONJUNCTS = {"Consonant": 32, "Linker": 64, "Extend": 96}
SYLLABLES = range(0xAC00, 0xD7A4)  # of Hangul: LV where the rest of a division by 28 is none, LVT elsewhere
# Name in tables.js: the pattern of one character, and whether case counts.
SETS = {
    "WORD": (r"\w", True),
    "TAG": (r"[\p{L}\p{N}\p{M}_·\u200c\u200d]", True),
    "NUMBER": (r"\p{N}", True),
    "SPACE": (r"\s", True),
    "LETTER_OR_DIGIT": (r"[a-z0-9]", False),
    "LETTER": (r"[a-z]", False),
    "H": ("h", False),
    "T": ("t", False),
    "P": ("p", False),
    "S": ("s", False),
    "PICTURE": (r"\p{Extended_Pictographic}", True),
    "COLOURED": (r"\p{Emoji_Presentation}", True),
    "TONED": (r"\p{Emoji_Modifier_Base}", True),
}  # fmt: skip
EVERY = "".join(map(chr, range(0x110000)))
Runs = list[tuple[int, int]]  # of characters that follow each other: first and last, by number
WIDTH = 116


def runs(pattern: str, *, case_counts: bool = True) -> Runs:
    """The characters that a pattern of one character matches."""
    found = regex.compile(f"(?:{pattern})+", 0 if case_counts else regex.IGNORECASE).finditer(EVERY)
    return [(each.start(), each.end() - 1) for each in found]


def packed(of: Runs) -> str:
    """Runs as gap and length in base 36, the length left out where it is one character."""
    words, end = [], 0
    for first, last in of:
        words.append(_base36(first - end) + (f".{_base36(last - first)}" if last > first else ""))
        end = last
    return " ".join(words)


def classes() -> dict[int, Runs]:
    """Characters by their class: kind of break, pictographic or not, part of a conjunct."""
    of = bytearray(len(EVERY))
    kinds = {rf"\p{{GCB={name}}}": value for name, value in BREAKS.items()}
    kinds[r"\p{Extended_Pictographic}"] = PICTOGRAPHIC
    kinds |= {rf"\p{{InCB={name}}}": value for name, value in CONJUNCTS.items()}
    for pattern, value in kinds.items():
        for first, last in runs(pattern):
            for number in range(first, last + 1):
                of[number] |= value
    expected = [(number, number) for number in SYLLABLES if (number - SYLLABLES.start) % 28 == 0]
    if runs(r"\p{GCB=LV}") != expected or runs(r"\p{GCB=LV}|\p{GCB=LVT}") != [(SYLLABLES[0], SYLLABLES[-1])]:
        raise SystemExit("The syllables of Hangul are no longer where graphemes.js looks for them.")
    found: dict[int, Runs] = {}
    for each in re.finditer(rb"([^\x00])\1*", of, re.DOTALL):
        found.setdefault(of[each.start()], []).append((each.start(), each.end() - 1))
    return found


def made() -> str:
    """The whole file."""
    blanks = [(each.start(), each.end() - 1) for each in re.finditer(r"\s+", EVERY)]
    if any(not character.isspace() for first, last in blanks for character in EVERY[first : last + 1]):
        raise SystemExit("str.strip and re no longer agree on white space.")
    lines = [
        "// Made by tools/counting_tables.py from the tables that the server counts with; a test compares. Runs of",
        "// characters as gap and length in base 36. BLANK is white space to Python's strip and split, SPACE to regex.",
    ]
    sets = {name: runs(pattern, case_counts=case) for name, (pattern, case) in SETS.items()}
    for name, found in {**sets, "BLANK": blanks}.items():
        lines += [f"export const {name} =", *_wrapped(packed(found), last=";")]
    lines += ["export const ENDINGS =", *_wrapped(" ".join(sorted(ENDINGS)), last=";")]
    lines.append("export const CLASSES = {")
    for value, found in sorted(classes().items()):
        lines += [f"  {value}:", *_wrapped(packed(found), last=",")]
    return "\n".join([*lines, "};", ""])


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]


def _wrapped(text: str, *, last: str) -> list[str]:
    pieces = re.findall(rf".{{1,{WIDTH - 8}}}(?: |$)", text)
    return [f'    "{piece}"{last if number == len(pieces) else " +"}' for number, piece in enumerate(pieces, start=1)]


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8")
