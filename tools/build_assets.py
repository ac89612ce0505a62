"""Make the fonts of the site and of share images, and the Studio's calendar widget, from what npm brought.

    python tools/build_assets.py

For the site, WOFF2 with the axes we use: Piazzolla at optical size 30, weight 480 to 900; Mada at weight 400 to 900.
For pictures drawn by libvips, static TrueType under family names of our own ("ITAC Head", "ITAC Text", "ITAC Text
Bold"): libvips silently draws a fallback for WOFF2, and Piazzolla's own name table calls every weight "Thin".
FullCalendar becomes one ES module with its theme and the languages of the Studio, and one style sheet, each with
gzip and Brotli twins beside it, which WhiteNoise sends to who takes them. Its own palette is left out: the Studio's
`calendar.css` gives it our colours.
All three folders are git-ignored, travel in the built wheel, and hold the licences (SIL OFL 1.1, MIT).
A stamp of inputs and recipe makes a second run free.
"""

import gzip
import hashlib
import shutil
import sys
from io import BytesIO
from pathlib import Path

import brotli
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules/@fontsource-variable"
WEB = ROOT / "src/itac/website/static/website/fonts"
PICTURES = ROOT / "src/itac/website/assets/fonts"
FULLCALENDAR = ROOT / "node_modules/fullcalendar"
CALENDAR = ROOT / "src/itac/studio/static/studio/fullcalendar"

Axes = dict[str, float | tuple[float, float]]

PIAZZOLLA: Axes = {"opsz": 30, "wght": (480, 900)}
MADA: Axes = {"wght": (400, 900)}
# Our file name, npm's file, the axes it keeps.
FOR_THE_SITE: tuple[tuple[str, str, Axes], ...] = (
    ("piazzolla-latin.woff2", "piazzolla/files/piazzolla-latin-opsz-normal.woff2", PIAZZOLLA),
    ("piazzolla-latin-ext.woff2", "piazzolla/files/piazzolla-latin-ext-opsz-normal.woff2", PIAZZOLLA),
    ("mada-latin.woff2", "mada/files/mada-latin-wght-normal.woff2", MADA),
    ("mada-latin-ext.woff2", "mada/files/mada-latin-ext-wght-normal.woff2", MADA),
    ("mada-arabic.woff2", "mada/files/mada-arabic-wght-normal.woff2", MADA),
)
# Our file name, the family it calls itself, npm's files that are joined in it, the point on the axes.
FOR_PICTURES: tuple[tuple[str, str, tuple[str, ...], Axes], ...] = (
    ("itac-head.ttf", "ITAC Head", (FOR_THE_SITE[0][1], FOR_THE_SITE[1][1]), {"opsz": 30, "wght": 850}),
    ("itac-text.ttf", "ITAC Text", (FOR_THE_SITE[2][1], FOR_THE_SITE[3][1]), {"wght": 500}),
    ("itac-text-bold.ttf", "ITAC Text Bold", (FOR_THE_SITE[2][1], FOR_THE_SITE[3][1]), {"wght": 700}),
    ("itac-text-arabic.ttf", "ITAC Text Arabic", (FOR_THE_SITE[4][1],), {"wght": 500}),
    ("itac-head-arabic.ttf", "ITAC Head Arabic", (FOR_THE_SITE[4][1],), {"wght": 900}),
)
FAMILIES = ("piazzolla", "mada")
FOLDERS = (WEB, PICTURES, CALENDAR)
# What the calendar's module and its style sheet are joined of. English is its own language.
CALENDAR_SCRIPTS = ("all/global.js", "themes/classic/global.js", "locales/es/global.js")
CALENDAR_STYLES = ("skeleton.css", "themes/classic/theme.css")


class NoSource(Exception):
    """npm's folder lacks a file we make something of; set-up brings it."""


def fingerprint() -> str:
    """Changes when npm's files or this recipe do. Raises `NoSource` when one is missing."""
    sha = hashlib.sha256(Path(__file__).read_bytes())
    fonts = {SOURCE / npm for _, npm, _ in FOR_THE_SITE} | {SOURCE / f / "LICENSE" for f in FAMILIES}
    sources = sorted(fonts | {FULLCALENDAR / npm for npm in (*CALENDAR_SCRIPTS, *CALENDAR_STYLES, "LICENSE.md")})
    for path in sources:
        if not path.is_file():
            raise NoSource(f"{path.relative_to(ROOT)} is missing: run `make setup`, which brings it from npm.")
        sha.update(path.read_bytes())
    return sha.hexdigest()


def web_font(source: Path, axes: Axes, target: Path) -> None:
    """A variable WOFF2 that keeps only these axes."""
    font = instantiateVariableFont(TTFont(source), axes, inplace=True)
    font.flavor = "woff2"
    font.save(target)


def picture_font(sources: list[Path], axes: Axes, family: str, target: Path) -> None:
    """One static TrueType file of several subsets, which calls itself `family` and is of the regular style."""
    parts = []
    for source in sources:
        # Saved and read again: an instanced font object still holds tables of the variable one.
        instance = instantiateVariableFont(TTFont(source), axes, inplace=True)
        instance.flavor = None
        held = BytesIO()
        instance.save(held)
        held.seek(0)
        parts.append(held)
    font = Merger().merge(parts) if len(parts) > 1 else TTFont(parts[0])
    name = font["name"]
    for identifier in (16, 17, 21, 22, 25):
        name.removeNames(nameID=identifier)
    postscript = family.replace(" ", "") + "-Regular"
    for identifier, text in ((1, family), (2, "Regular"), (3, postscript), (4, family), (6, postscript)):
        name.setName(text, identifier, 3, 1, 0x409)
        name.removeNames(nameID=identifier, platformID=1)
    # Weight and style bits say "regular": a renderer asked for the plain family must find this file and add no fat.
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0b100001) | 0b1000000
    font["head"].macStyle = 0
    font.save(target)


def calendar_widget(folder: Path) -> None:
    """FullCalendar as `fullcalendar.js`, a module that exports `FullCalendar`, and `fullcalendar.css`."""
    # The scripts declare one global between them; inside a module it stays the module's own.
    scripts = [(FULLCALENDAR / npm).read_text(encoding="utf-8") for npm in CALENDAR_SCRIPTS]
    styles = [(FULLCALENDAR / npm).read_text(encoding="utf-8") for npm in CALENDAR_STYLES]
    made = {
        "fullcalendar.js": "\n".join([*scripts, "export { FullCalendar };\n"]),
        "fullcalendar.css": "\n".join(styles),
    }
    for name, text in made.items():
        data = text.encode()
        (folder / name).write_bytes(data)
        (folder / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
        (folder / f"{name}.br").write_bytes(brotli.compress(data))
    shutil.copyfile(FULLCALENDAR / "LICENSE.md", folder / "LICENSE-fullcalendar.txt")


def build() -> bool:
    """All folders as the recipe wants them. True if anything had to be made."""
    stamp = fingerprint()
    if all((folder / ".stamp").is_file() and (folder / ".stamp").read_text() == stamp for folder in FOLDERS):
        return False
    for folder in FOLDERS:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    calendar_widget(CALENDAR)
    for folder in (WEB, PICTURES):
        for family in FAMILIES:
            shutil.copyfile(SOURCE / family / "LICENSE", folder / f"OFL-{family}.txt")
    for file, npm, axes in FOR_THE_SITE:
        web_font(SOURCE / npm, axes, WEB / file)
    for file, family, sources, axes in FOR_PICTURES:
        picture_font([SOURCE / npm for npm in sources], axes, family, PICTURES / file)
    for folder in FOLDERS:
        (folder / ".stamp").write_text(stamp)
    return True


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(__doc__)
        sys.exit(0)
    try:
        build()
    except NoSource as error:
        sys.exit(str(error))
