"""Compile message catalogues: each `LC_MESSAGES/*.po` of the package to the `.mo` beside it, where that is older.

    python tools/compile_catalogues.py

Uses Babel, so that a person who runs the demo needs no gettext on the machine. Fuzzy messages are left out, as
gettext does. The result is never committed.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "src/itac"


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """The catalogues written: those without a result, or with one older than their source."""
    written = []
    for source in sorted(package.rglob("LC_MESSAGES/*.po")):
        result = source.with_suffix(".mo")
        if result.exists() and result.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        # Written beside and moved: a process that starts meanwhile reads the old one whole, or the new one.
        draft = result.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(result)
        written.append(result)
    return written


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(__doc__)
    else:
        compile_all()
