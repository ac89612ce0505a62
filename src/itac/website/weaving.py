"""Woven portraits of organisations, and the mark, as SVG.

The same name, kind, country and languages always give the same cloth: kind dyes it, country chooses how its strands
cross, each language adds an accent, the name arranges the rest. Nothing else is read; no picture is needed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from itac.campaign.models import Kind, Organisation

INK, WOOL, GREY = "#14202b", "#ddd5c2", "#7d8a94"
# Brighter than the dyes of text: a portrait always has the name beside it. Order matters: accents are drawn from it.
DYES = {"indigo": "#3156c4", "cochineal": "#c4195a", "annatto": "#d9560f", "chilca": "#12805f", "weld": "#eab52e"}
DYE_OF = {
    Kind.NATIONAL_GOVERNMENT: "indigo",
    Kind.CITY: "annatto",
    Kind.CIVIL_SOCIETY: "chilca",
    Kind.BUSINESS: "weld",
    Kind.YOUTH: "cochineal",
}  # the others are undyed: the yarn that serves all

# Whether the warp lies on top at a crossing (column, row): plain, twill, broken twill, basket, satin.
Structure = Callable[[int, int], bool]
STRUCTURES: tuple[Structure, ...] = (
    lambda column, row: (column + row) % 2 == 0,
    lambda column, row: (column - row) % 3 != 0,
    lambda column, row: (column + row + row // 2) % 4 < 2,
    lambda column, row: (column // 2 + row // 2) % 2 == 0,
    lambda column, row: (column * 2 + row) % 5 < 2,
)

SIDE, EDGE, GAP = 100, 7, 1.1  # the drawing's side; its loose ends; the air between strands
WIDTHS = (1, 1.5, 2.5, 4)
PLY_TURNS = {"a": 24, "b": 66}  # degrees in which the fibres of wefts and warps run

# A strand is 12 wide on 84 by 96, the air beside a crossing 4: upper weft, lower weft, first warp, second warp.
MARK = (
    "M0 20h22v12H0zM42 20h42v12H42z",
    "M0 64h54v12H0zM74 64h10v12H74z",
    "M26 4h12v56H26zM26 80h12v12H26z",
    "M58 4h12v12H58zM58 36h12v56H58z",
)

# The same on a grid of its own for 16 to 23 pixels: strand 2, air 1, every edge on a pixel.
SMALL_MARK = "M0 4h3v2H0zM7 4h9v2H7zM0 10h9v2H0zM13 10h3v2h-3zM4 1h2v8H4zM4 13h2v2H4zM10 1h2v2h-2zM10 7h2v8h-2z"


class Choices:
    """An endless row of small numbers from a text: the same text, the same row, on every machine."""

    def __init__(self, text: str) -> None:
        self._numbers = self._of(text)

    @staticmethod
    def _of(text: str) -> Iterator[int]:
        block = 0
        while True:
            yield from hashlib.sha256(f"{text}\x1f{block}".encode()).digest()
            block += 1

    def below(self, limit: int) -> int:
        """The next number, from 0 to one less than the limit."""
        return next(self._numbers) % limit


@dataclass(frozen=True)
class Strand:
    """One strand: where it begins across the cloth, how wide it is, its colour, and its loose ends."""

    at: float
    width: float
    colour: str
    before: int
    after: int

    @property
    def end(self) -> float:
        """Its far side."""
        return self.at + self.width


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as path data, to a tenth."""
    left, top, across, down = (f"{value:.1f}".rstrip("0").rstrip(".") for value in (x, y, width, height))
    return f"M{left} {top}h{across}v{down}h-{across}z"


def _strands(choose: Choices, *, main: str, accents: Sequence[str]) -> list[Strand]:
    """One direction of the cloth: stripes that mirror themselves, with accents off the centre."""
    half: list[float] = [WIDTHS[choose.below(4)] for _ in range(4 + choose.below(2))]
    widths = [*half, *half[-2::-1]]
    other = WOOL if main != WOOL else (INK if choose.below(2) else GREY)
    phase = choose.below(2)
    colours = [main if place % 2 == phase else other for place in range(len(widths))]
    for accent in accents:
        colours[choose.below(len(colours))] = accent
    unit = (SIDE - 2 * EDGE - GAP * (len(widths) - 1)) / sum(widths)
    strands, at = [], float(EDGE)
    for width, colour in zip(widths, colours, strict=True):
        before = EDGE - 1 - choose.below(EDGE - 1)
        strands.append(Strand(at, width * unit, colour, before, choose.below(EDGE - 1)))
        at += width * unit + GAP
    return strands


def _floats(column: int, wefts: Sequence[Strand], over: Structure) -> Iterator[tuple[float, float]]:
    """The stretches where a warp lies on top: from the near side of the first weft to the far side of the last."""
    begun: int | None = None
    for row in range(len(wefts) + 1):
        on_top = row < len(wefts) and over(column, row)
        if on_top and begun is None:
            begun = row
        elif not on_top and begun is not None:
            yield wefts[begun].at, wefts[row - 1].end
            begun = None


def portrait(name: str, kind: str, country: str = "", languages: Sequence[str] = ()) -> str:
    """The cloth of one organisation as a complete SVG document, 2 to 5 kB, titled with its name. Pure."""
    codes = sorted(languages)
    choose = Choices(f"{name}|{kind}|{country}|{'+'.join(codes)}")
    main = DYES.get(DYE_OF.get(Kind(kind), ""), WOOL)
    palette = list(DYES.values())
    accents = [palette[Choices(code).below(len(palette))] for code in codes or [name]]
    warps = _strands(choose, main=main, accents=accents[::2])
    wefts = _strands(choose, main=main, accents=accents[1::2])
    over = STRUCTURES[(Choices(country) if country else choose).below(len(STRUCTURES))]

    below: dict[str, list[str]] = defaultdict(list)
    above: dict[str, list[str]] = defaultdict(list)
    air: list[str] = []
    for weft in wefts:
        length = SIDE - 2 * EDGE + weft.before + weft.after
        below[weft.colour].append(box(EDGE - weft.before, weft.at, length, weft.width))
    for column, warp in enumerate(warps):
        ends = box(warp.at, EDGE - warp.before, warp.width, warp.before)
        above[warp.colour].append(ends + box(warp.at, SIDE - EDGE, warp.width, warp.after))
        for begin, end in _floats(column, wefts, over):
            air.append(box(warp.at - GAP, begin, warp.width + 2 * GAP, end - begin))
            above[warp.colour].append(box(warp.at, begin - GAP / 2, warp.width, end - begin + GAP))

    key = hashlib.sha256(name.encode()).hexdigest()[:6]
    ground = box(EDGE, EDGE, SIDE - 2 * EDGE, SIDE - 2 * EDGE)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img">',
            f"<title>{escape(name, quote=False)}</title>",
            *(_ply(letter, key) for letter in PLY_TURNS),
            f'<path fill="{INK}" d="{ground}"/>',
            _layer(below, f"a{key}"),
            f'<path fill="{INK}" d="{"".join(air)}"/>',
            _layer(above, f"b{key}"),
            "</svg>\n",
        )
    )


def _ply(letter: str, key: str) -> str:
    """The pattern of fibres that shades a layer."""
    return (
        f'<pattern id="{letter}{key}" width="2.2" height="2.2" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({PLY_TURNS[letter]})">'
        '<path d="M0 0h2.2" stroke="#000" stroke-opacity=".2" stroke-width=".7"/></pattern>'
    )


def _layer(by_colour: dict[str, list[str]], pattern: str) -> str:
    painted = "".join(f'<path fill="{colour}" d="{"".join(boxes)}"/>' for colour, boxes in by_colour.items())
    every = "".join(piece for boxes in by_colour.values() for piece in boxes)
    return f'{painted}<path fill="url(#{pattern})" d="{every}"/>'


def portrait_of(organisation: Organisation) -> str:
    """An organisation's cloth, from its name as first written: it looks the same in every language."""
    name = organisation.name.read(None).text
    return portrait(name, organisation.kind, organisation.country, organisation.languages)


def mark(colours: Sequence[str] = ("currentColor",) * 4, *, label: str = "ITAC") -> str:
    """The four crossing strands as SVG. Never mirrored, in no direction of writing. Pure."""
    paths = "".join(f'<path fill="{colour}" d="{path}"/>' for colour, path in zip(colours, MARK, strict=True))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 84 96" role="img">'
        f"<title>{escape(label, quote=False)}</title>{paths}</svg>\n"
    )


def icon(*, label: str = "ITAC") -> str:
    """The small mark for a tab: ink, and light where the visitor's system is dark. Pure."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" role="img">'
        f"<title>{escape(label, quote=False)}</title>"
        "<style>path{fill:#14202b}@media(prefers-color-scheme:dark){path{fill:#f1eee4}}</style>"
        f'<path d="{SMALL_MARK}"/></svg>\n'
    )
