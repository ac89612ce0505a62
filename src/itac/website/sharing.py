"""Share images: 1200 by 630, paper, two warps and two wefts, the title large, the cloth of who speaks.

Drawn by libvips with the fonts that set-up made (`tools/build_assets.py`). The lines are ours: each is measured by
drawing it, so a title of any length fits, first by breaking, then by shrinking.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from itac.core.localised import RIGHT_TO_LEFT
from itac.website import weaving

if TYPE_CHECKING:
    import pyvips

FORM = 1  # grows when the drawing changes, so that kept images are drawn anew
WIDTH, HEIGHT = 1200, 630
PAPER, INK, QUIET = (245, 244, 238), (20, 32, 43), (76, 88, 98)
STRAND, AIR = 18, 6
WARPS, WEFTS = (36, 84), (40, 118)  # where the strands begin
TEXT_START, TEXT_END = 150, 70  # room before and after the text
TITLE_TOP, TITLE_BOTTOM = 172, 505
CLOTH = 330  # side of the cloth
SIZES = (104, 92, 82, 72, 64, 56, 50, 44, 38, 34)
LINE = 1.02  # of the size, Latin; Arabic needs more air
LINE_OF_ARABIC = 1.4
HEAD_WORDS = 0.1  # of the size, added to each space of a Latin title
LONGEST = 220  # letters of a title that are drawn; more is no title
RLM = "\u200f"  # Pango takes a line's direction from its first strong letter; this says which one we mean

FONTS = Path(__file__).parent / "assets/fonts"
HEAD, TEXT, BOLD = "itac-head.ttf", "itac-text.ttf", "itac-text-bold.ttf"
HEAD_OF_ARABIC, TEXT_OF_ARABIC = "itac-head-arabic.ttf", "itac-text-arabic.ttf"
FAMILY_OF = {
    HEAD: "ITAC Head",
    TEXT: "ITAC Text",
    BOLD: "ITAC Text Bold",
    HEAD_OF_ARABIC: "ITAC Head Arabic",
    TEXT_OF_ARABIC: "ITAC Text Arabic",
}


@dataclass(frozen=True)
class Words:
    """What an image says. `cloth` is an SVG document, or empty."""

    title: str
    by: str
    name: str
    language: str
    cloth: str = ""

    @property
    def is_right_to_left(self) -> bool:
        """Whether the drawing is mirrored."""
        return self.language in RIGHT_TO_LEFT


def kept(words: Words) -> Path:
    """The PNG of these words, drawn unless it was before. Files lie in the data directory; any may be removed."""
    facts = json.dumps([FORM, asdict(words)], sort_keys=True)
    file = Path(settings.DATA) / "share" / f"{hashlib.sha256(facts.encode()).hexdigest()[:40]}.png"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved: two readers at once each see a whole image.
        draft = file.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
        draft.write_bytes(draw(words))
        draft.replace(file)
    return file


def draw(words: Words) -> bytes:
    """The PNG. Pure, apart from a cache of fonts in the data directory."""
    vips = _vips()
    mirrored = words.is_right_to_left
    drawing = vips.Image.black(WIDTH, HEIGHT).new_from_image(PAPER).copy(interpretation="srgb")
    for x, y, width, height in _strands():
        drawing = _block(drawing, x, y, width, height, mirrored=mirrored)
    room = WIDTH - TEXT_START - TEXT_END
    if words.cloth:
        room -= CLOTH + 40
        woven = vips.Image.svgload_buffer(words.cloth.encode(), scale=CLOTH / weaving.SIDE)
        x = TEXT_END - 10 if mirrored else WIDTH - TEXT_END - CLOTH + 10
        drawing = drawing.composite2(woven, "over", x=x, y=TITLE_TOP + 20).flatten(background=PAPER)
    drawing = _write(drawing, words.name, face=HEAD, size=42, top=61, colour=INK, mirrored=mirrored, isolated=True)
    face = HEAD_OF_ARABIC if mirrored else HEAD
    size, lines = fit(words.title, face=face, room=room, height=TITLE_BOTTOM - TITLE_TOP, line=_line_of(mirrored))
    for number, line in enumerate(lines):
        top = round(TITLE_TOP + number * size * _line_of(mirrored))
        drawing = _write(drawing, line, face=face, size=size, top=top, colour=INK, mirrored=mirrored)
    by_face = TEXT_OF_ARABIC if mirrored else TEXT
    by_size, by_lines = fit(words.by, face=by_face, room=room, height=60, sizes=(34, 30, 26, 22), line=1.2)
    for number, line in enumerate(by_lines):
        top = round(548 + number * by_size * 1.2)
        drawing = _write(drawing, line, face=by_face, size=by_size, top=top, colour=QUIET, mirrored=mirrored)
    png: bytes = drawing.cast("uchar").pngsave_buffer(compression=6, palette=False)
    return png


def fit(
    text: str, *, face: str, room: int, height: int, sizes: tuple[int, ...] = SIZES, line: float = LINE
) -> tuple[int, list[str]]:
    """The largest size, and its lines, at which the text fits; at the smallest it ends in an ellipsis."""
    words = text.split()
    if sum(len(word) + 1 for word in words) > LONGEST:
        words = f"{' '.join(words)[:LONGEST].rsplit(' ', 1)[0]} …".split()
    # Widths grow with the size, so each word is measured once.
    reference = sizes[0]
    widths = {word: _width(word, face=face, size=reference) for word in words}
    space = _width("n n", face=face, size=reference) - _width("nn", face=face, size=reference)
    for size in sizes:
        scale = size / reference
        lines = _lines(
            words, widths={word: width * scale for word, width in widths.items()}, space=space * scale, room=room
        )
        fits = max((widths[word] * scale for word in words), default=0) <= room
        if fits and len(lines) * size * line <= height:
            return size, lines
    size = sizes[-1]
    most = max(int(height / (size * line)), 1)
    broken = _lines(
        _hyphenated(words, widths, size / reference, room), widths=None, space=0, room=room, face=face, size=size
    )
    return size, broken if len(broken) <= most else [*broken[: most - 1], f"{broken[most - 1]} …"]


def _hyphenated(words: list[str], widths: dict[str, float], scale: float, room: int) -> list[str]:
    """Words that are wider than the room, cut into pieces that aren't."""
    pieces = []
    for word in words:
        letters = (
            max(int(len(word) * room / (widths[word] * scale)) - 1, 1) if widths[word] * scale > room else len(word)
        )
        pieces += [word[start : start + letters] for start in range(0, len(word), letters)]
    return pieces


def _lines(
    words: list[str], *, widths: dict[str, float] | None, space: float, room: int, face: str = "", size: int = 0
) -> list[str]:
    """Words in lines no wider than the room."""
    if widths is None:
        widths = {word: _width(word, face=face, size=size) for word in words}
        space = size * 0.28
    lines: list[list[str]] = [[]]
    taken = 0.0
    for word in words:
        needed = widths[word] + (space if lines[-1] else 0)
        if lines[-1] and taken + needed > room:
            lines.append([])
            taken, needed = 0.0, widths[word]
        lines[-1].append(word)
        taken += needed
    return [" ".join(line) for line in lines if line]


def _line_of(mirrored: bool) -> float:
    return LINE_OF_ARABIC if mirrored else LINE


def _strands() -> list[tuple[int, int, int, int]]:
    """The mark at the size of the page, as rectangles: upper weft under the first warp, lower weft over it."""
    (first, second), (upper, lower) = WARPS, WEFTS
    return [
        (0, upper, first - AIR, STRAND),
        (first + STRAND + AIR, upper, WIDTH, STRAND),
        (0, lower, second - AIR, STRAND),
        (second + STRAND + AIR, lower, WIDTH, STRAND),
        (first, 0, STRAND, lower - AIR),
        (first, lower + STRAND + AIR, STRAND, HEIGHT),
        (second, 0, STRAND, upper - AIR),
        (second, upper + STRAND + AIR, STRAND, HEIGHT),
    ]


def _block(drawing: pyvips.Image, x: int, y: int, width: int, height: int, *, mirrored: bool) -> pyvips.Image:
    width, height = min(width, WIDTH - x), min(height, HEIGHT - y)
    start = WIDTH - x - width if mirrored else x
    return drawing.insert(_vips().Image.black(width, height).new_from_image(INK).copy(interpretation="srgb"), start, y)


def _text(text: str, *, face: str, size: int) -> pyvips.Image:
    """A mask of one line of text, trimmed to its ink; `yoffset` says how far below the line's top that begins."""
    # The text is Pango markup; 72 dots an inch make a size of one a pixel.
    marked = html.escape(text, quote=False)
    if face == HEAD:
        # Piazzolla Black closes word spaces up: opened by a tenth of the size, as on the pages.
        marked = marked.replace(" ", f'<span letter_spacing="{round(size * HEAD_WORDS * 1024)}"> </span>')
    return _vips().Image.text(marked, font=f"{FAMILY_OF[face]} {size}", fontfile=str(FONTS / face), dpi=72, wrap="none")


def _width(text: str, *, face: str, size: int) -> float:
    return float(_text(text, face=face, size=size).width) if text.strip() else 0.0


def _write(
    drawing: pyvips.Image,
    text: str,
    *,
    face: str,
    size: int,
    top: int,
    colour: tuple[int, int, int],
    mirrored: bool,
    isolated: bool = False,
) -> pyvips.Image:
    """Text from the inline start; `isolated` keeps its own direction, as a hashtag needs in a mirrored drawing."""
    if not text.strip():
        return drawing
    mask = _text(f"{RLM}{text}" if mirrored and not isolated else text, face=face, size=size)
    x = max(WIDTH - TEXT_START - mask.width, 0) if mirrored else TEXT_START
    y = top + int(mask.get("yoffset"))
    width, height = min(mask.width, WIDTH - x), min(mask.height, HEIGHT - y)
    if width <= 0 or height <= 0:
        return drawing
    mask = mask.crop(0, 0, width, height)
    region = drawing.crop(x, y, width, height)
    ink = region.new_from_image(colour)
    return drawing.insert(mask.ifthenelse(ink, region, blend=True).copy(interpretation="srgb"), x, y)


def _vips() -> Any:
    """libvips, told before its first text to use our fonts alone: the same picture on every machine."""
    folder = Path(settings.DATA) / "fonts"
    configuration = folder / "fonts.conf"
    if not configuration.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"fonts.{os.getpid()}"
        draft.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{html.escape(str(FONTS))}</dir><cachedir>{html.escape(str(folder / 'cache'))}</cachedir>"
            "</fontconfig>\n"
        )
        draft.replace(configuration)
    os.environ.setdefault("FONTCONFIG_FILE", str(configuration))
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    import pyvips  # noqa: PLC0415 -- loads libvips, which reads the two settings above

    return pyvips
