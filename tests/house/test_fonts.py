"""The fonts that share images are drawn with."""

import os
import subprocess
import sys

import pytest

from tools.build_assets import FOR_PICTURES, PICTURES, WEB

LATIN, ARABIC = "Każdy głos, migración", "الهجرة معا"


# In a process of its own: a font that another test loaded would stand in for the missing one.
DRAW = """
import sys, pyvips
font, file, text = sys.argv[1:]
sys.stdout.buffer.write(pyvips.Image.text(text, font=font + " 60", fontfile=file, dpi=72).write_to_memory())
"""


def drawn(font: str, file: str, text: str) -> bytes:
    command = [sys.executable, "-c", DRAW, font, str(PICTURES / file), text]
    # And without the list of fonts that drawing a share image sets for its process: only ours stand in it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FONTCONFIG")}
    return subprocess.run(command, check=True, capture_output=True, env=environment).stdout


@pytest.mark.parametrize(("file", "family"), [(file, family) for file, family, _, _ in FOR_PICTURES])
def test_libvips_draws_with_our_family_and_not_with_a_fallback(file: str, family: str) -> None:
    text = ARABIC if "arabic" in file else LATIN

    assert drawn(family, file, text) != drawn("No such family", file, text)


def test_each_folder_of_fonts_holds_their_licences() -> None:
    for folder in (WEB, PICTURES):
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL-mada.txt").read_text().upper()
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL-piazzolla.txt").read_text().upper()
