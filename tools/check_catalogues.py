"""Check that every string on screen is translated, and collect new ones.

    python -m tools.check_catalogues            fails on a string that a catalogue lacks, leaves empty or guesses
    python -m tools.check_catalogues --update   collects strings from the source into the catalogues

Strings are collected by Django's own `makemessages` (gettext) into a copy, so that a check changes nothing; each
catalogue then passes `msgfmt --check` (placeholders agree, plural forms are there). English is the language of the
source: its catalogue exists for strings that are keys rather than sentences, and may leave the others empty.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/itac"
SOURCE_LANGUAGE = "en"
IGNORED = ("*/tests/*", "static/*", "assets/*")


def languages() -> list[str]:
    """The languages with a folder; one that is empty gets its catalogue, with the right header, by `--update`."""
    return sorted(path.parent.name for path in PACKAGE.glob("locale/*/LC_MESSAGES"))


def collect(package: Path) -> str:
    """Bring the catalogues below `package` up to date with its source. Returns an error, empty if all went well."""
    command = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-wrap", "--add-location", "file"]
    for language in languages():
        command += ["--locale", language]
    for pattern in IGNORED:
        command += ["--ignore", pattern]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def read(path: Path) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def is_translated(text: str | tuple[str, ...] | list[str]) -> bool:
    """Whether all forms are filled."""
    return all(text) if isinstance(text, tuple | list) else bool(text)


def faults_of_catalogue(path: Path) -> Iterator[str]:
    """Empty and guessed messages, and what gettext itself refuses."""
    language = path.parent.parent.name
    for message in read(path):
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        if message.fuzzy:
            yield f"{language}: a guess (fuzzy) stands for {text!r}"
        elif language != SOURCE_LANGUAGE and not is_translated(message.string):
            yield f"{language}: no translation of {text!r}"
    checked = subprocess.run(["msgfmt", "--check", "-o", os.devnull, path], capture_output=True, text=True)
    if checked.returncode:
        yield f"{language}: {checked.stderr.strip()}"


def faults() -> Iterator[str]:
    """What is missing or wrong in any catalogue, the strings not yet collected included."""
    with tempfile.TemporaryDirectory(prefix="itac-messages-") as folder:
        copy = Path(folder) / "itac"
        shutil.copytree(
            PACKAGE, copy, ignore=shutil.ignore_patterns("tests", "static", "assets", "__pycache__", "*.mo")
        )
        error = collect(copy)
        if error:
            yield f"collecting strings failed: {error}"
        for language in languages():
            yield from faults_of_catalogue(copy / "locale" / language / "LC_MESSAGES/django.po")


def main(arguments: list[str]) -> int:
    """Check or update; 1 after saying what is wrong."""
    if arguments == ["--update"]:
        error = collect(PACKAGE)
        print(error or f"Collected for {', '.join(languages())}.")
        return 1 if error else 0
    if arguments:
        print(__doc__)
        return 0
    found = list(faults())
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
