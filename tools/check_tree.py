"""Check what no linter knows: the rules of this house about files.

    python -m tools.check_tree

- no file of ours over 500 lines, tests, styles and templates included (locks, licence and catalogues aside);
- no module called utils, helpers, common or misc;
- no left or right in a style sheet: what is laid out by start and end needs nothing of its own from right to left;
- no package registry's address and no path of somebody's machine anywhere in the tree, locks included.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 500
COUNTED = {
    ".py",
    ".css",
    ".js",
    ".mjs",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".sql",
    ".svg",
    ".xml",
    ".sh",
}
NOT_COUNTED = re.compile(r"^(requirements/.*\.txt|LICENSE|.*package-lock\.json|.*/locale/.*|.*\.svg|.*/facts/.*)$")
UNCLEAR_NAMES = {"utils", "helpers", "common", "misc"}
# As patterns, so that this file doesn't hold what it looks for.
REGISTRIES = re.compile(
    r"\b((pypi|pythonhosted|npmjs|yarnpkg|deb\.debian|proxy\.golang|anaconda)\.(org|com)|(crates|docker|ghcr)\.io)\b"
)
HOMES = re.compile("|".join(("/" + "root/", "/" + "work/", "/" + r"home/\w+/", r"[/\\]" + r"Users[/\\]\w+[/\\]")))

PHYSICAL = re.compile(r"(?<![\w-])(?:[\w-]+-)?(?:left|right)(?:-[\w-]+)?\s*:|:[^;{}]*(?<![\w-])(?:left|right)(?![\w-])")


def tracked() -> list[PurePosixPath]:
    """Every file that git knows and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [PurePosixPath(name) for name in listed.decode().split("\0") if name]
    return [name for name in names if (ROOT / name).is_file()]


def faults_of_names(names: list[PurePosixPath]) -> Iterator[str]:
    """Modules whose name says nothing."""
    for name in names:
        if any(part.split(".")[0] in UNCLEAR_NAMES for part in name.parts):
            yield f"{name}: a module is named after what it does, not utils, helpers, common or misc"


def faults_of_text(name: PurePosixPath, text: str) -> Iterator[str]:
    """Too long, a physical side in a style, an address of a registry, or a path of a machine."""
    lines = text.splitlines()
    if name.suffix in COUNTED and not NOT_COUNTED.match(str(name)) and len(lines) > LONGEST:
        yield f"{name}: {len(lines)} lines, {LONGEST} are enough; does it hold two things?"
    for number, line in enumerate(lines, 1):
        if name.suffix == ".css" and PHYSICAL.search(line):
            yield f"{name}:{number}: names left or right; write start and end"
        if REGISTRIES.search(line):
            yield f"{name}:{number}: names a package registry's host"
        if HOMES.search(line):
            yield f"{name}:{number}: names a path of somebody's machine"


def faults() -> Iterator[str]:
    """Everything wrong in the tree, a line each."""
    names = tracked()
    yield from faults_of_names(names)
    for name in names:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from faults_of_text(name, text)


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    if len(sys.argv) > 1:
        print(__doc__)
        return 0
    found = list(faults())
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
