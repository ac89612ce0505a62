"""The demonstration's illustrations: cloths drawn by code from the figure itself, so that no picture is borrowed."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pyvips

WIDTH, HEIGHT = 1600, 900
INK, PAPER, WOOL, WEFT = "#14202b", "#f6f1e7", "#ddd5c2", "#c9bfa8"
DYES = {"indigo": "#3156c4", "cochineal": "#c4195a", "annatto": "#d9560f", "chilca": "#12805f", "weld": "#eab52e"}
EDGE, ENDS, WEFTS = 90, 34, 11


def strands(*, of: int, dyed: int, dye: str) -> str:
    """A cloth of `of` warps, the first `dyed` of them dyed, as a whole SVG document.

    One dyed strand alone lies in the middle, where it is seen. Every warp is as wide as every other, so the dyed
    area is the share itself.
    """
    pitch = (WIDTH - 2 * EDGE) / of
    thick = pitch * 0.86
    first = (of - 1) // 2 if dyed == 1 else 0
    weft_pitch = (HEIGHT - 2 * EDGE) / WEFTS
    weft_thick = weft_pitch * 0.74
    out = [_rect(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE, INK)]
    for row in range(WEFTS):
        y = EDGE + row * weft_pitch + (weft_pitch - weft_thick) / 2
        out.append(_rect(EDGE - ENDS, y, WIDTH - 2 * EDGE + 2 * ENDS, weft_thick, WEFT))
    for column in range(of):
        colour = DYES[dye] if first <= column < first + dyed else WOOL
        x = EDGE + column * pitch + (pitch - thick) / 2
        out.append(_rect(x, EDGE - ENDS, thick, ENDS, colour))
        out.append(_rect(x, HEIGHT - EDGE, thick, ENDS, colour))
        # Over two, under one: more of the warp is seen than of the weft, as the figure is in the warp.
        on_top = (row for row in range(WEFTS) if (row + column) % 3 != 1)
        out.extend(_rect(x, EDGE + row * weft_pitch, thick, weft_pitch + 0.8, colour) for row in on_top)
    return _document(out)


def side_by_side(cloths: Sequence[str]) -> str:
    """Whole SVG documents in one row, with air between them."""
    air = 60
    size = min((WIDTH - air * (len(cloths) + 1)) / len(cloths), HEIGHT - 2 * air)
    start = (WIDTH - size * len(cloths) - air * (len(cloths) - 1)) / 2
    out = []
    for place, cloth in enumerate(cloths):
        data = base64.b64encode(cloth.encode()).decode("ascii")
        x, y = start + place * (size + air), (HEIGHT - size) / 2
        link = f"data:image/svg+xml;base64,{data}"
        out.append(f'<image x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" href="{link}"/>')
    return _document(out)


def png(svg: str) -> bytes:
    """The document as PNG, 1600 by 900."""
    image = pyvips.Image.svgload_buffer(svg.encode())
    return bytes(image.write_to_buffer(".png", compression=9))


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{colour}"/>'


def _document(pieces: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{_rect(0, 0, WIDTH, HEIGHT, PAPER)}{''.join(pieces)}</svg>"
    )
