"""The docs say what the code says, and lead nowhere that isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tools import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("changes/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_reference_page_is_as_the_code_prints_it(name: str) -> None:
    with translation.override("en"):
        expected = reference.printed(name)

    found = (reference.FOLDER / name).read_text(encoding="utf-8")

    assert found == expected, "Print it anew: python -m tools.reference"


def test_every_setting_command_code_and_signal_has_its_line() -> None:
    """A row that the generator would skip is a hole that the comparison above can't see."""
    from itac.core.options import OPTIONS
    from itac.publishing.codes import CODES

    pages = {name: (reference.FOLDER / name).read_text(encoding="utf-8") for name in reference.PAGES}
    commands = {file.stem for file in ROOT.glob("src/itac/*/management/commands/*.py")} - {"__init__"}
    signals = {
        name
        for file in ROOT.glob("src/itac/*/signals.py")
        for name in re.findall(r"^(\w+) = Signal\(\)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert [option.name for option in OPTIONS if f"| `{option.name}` |" not in pages["settings.md"]] == []
    assert [code for code in CODES if f"| `{code}` |" not in pages["codes.md"]] == []
    assert [command for command in commands if f"## `itac {command}`" not in pages["commands.md"]] == []
    assert [signal for signal in signals if f"| `{signal}` |" not in pages["signals.md"]] == []


def test_the_page_of_checks_names_exactly_the_checks_there_are() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("src/itac/*/checks.py"))
    page = (reference.FOLDER / "checks.md").read_text(encoding="utf-8")

    asked = set(re.findall(r'id="(itac\.[EW]\d+)"', source))
    told = set(re.findall(r"^\| `(itac\.[EW]\d+)` \|", page, re.MULTILINE))

    assert asked
    assert told == asked


def test_the_page_of_processes_names_every_process_and_all_that_healthz_says() -> None:
    from itac.publishing.health import Health

    page = (reference.FOLDER / "processes.md").read_text(encoding="utf-8")

    said = Health(database=True, worker="none").as_json()
    commands = {file.stem for file in ROOT.glob("src/itac/*/management/commands/*.py")} - {"__init__", "channel"}

    assert [key for key in said if f"`{key}`" not in page] == []
    assert [name for name in commands if f"`itac {name}" not in page] == []


def test_every_address_that_the_public_may_open_is_in_the_reference() -> None:
    from itac.studio.doors import PREFIX, routes
    from itac.studio.rules import PUBLIC_RULES, SHUT
    from itac.urls import urlpatterns
    from itac.website.feeds import FORMATS

    page = (reference.FOLDER / "addresses.md").read_text(encoding="utf-8")

    outside = {route.name for route in routes(urlpatterns) if not route.pattern.startswith(PREFIX)}
    ours = {name for name in outside & set(PUBLIC_RULES) if PUBLIC_RULES[name] is not SHUT}
    # Wagtail's own, which serve what stands in the table of pages or guard it.
    ours -= {"wagtail_serve", "wagtailcore_authenticate_with_password"}
    rows = re.findall(r"^\| `/([^`]*)` \|", page, re.MULTILINE)

    assert [form for form in FORMATS if f"LANGUAGE/updates/feed.{form}" not in rows] == []
    # The form is in the table of pages; the feed is one route with a row for each format.
    assert len(rows) == len(ours) - 1 + len(FORMATS) + len(_pages_beside_forms())


def _pages_beside_forms() -> list[str]:
    from itac.website.building import PAGES

    return ["home", "one post", *(slug for slug, _kind, _menu in PAGES if slug != "report-an-error")]


def _links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            yield page, target


def test_every_link_and_picture_of_the_docs_is_there() -> None:
    broken = [f"{page.relative_to(ROOT)}: {target}" for page, target in _links() if not (page.parent / target).exists()]

    assert broken == []


def test_every_make_target_of_the_docs_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    said = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"(?:`|^\$ |^ {4,})make ([a-z]+)", said, re.MULTILINE))

    assert named - known == set()
    assert {"demo", "test", "lint", "crash", "bench"} <= named


def test_every_decision_says_what_it_costs_and_what_would_change_it() -> None:
    decisions = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))

    numbers = [int(page.name[:4]) for page in decisions]
    lacking = [
        f"{page.name}: {part}"
        for page in decisions
        # What was built and given up was tried; what was only read or weighed was looked at. Each page has one of them.
        for part in (
            "**Forced by.**",
            "**Chosen.**",
            "**Costs.**",
            "**(?:Tried|Looked at).**",
            "**Would change our mind.**",
        )
        if not re.search(part.replace("*", r"\*"), page.read_text(encoding="utf-8"))
    ]

    assert numbers == list(range(1, len(numbers) + 1))
    assert lacking == []
