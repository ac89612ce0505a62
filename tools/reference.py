"""Print the reference pages from the code, so that they can't say anything else.

    python -m tools.reference           writes docs/reference/{settings,commands,codes,states,signals,addresses}.md
    python -m tools.reference --check   names the pages that are stale or missing; exit code 1 if any

`checks.md`, `processes.md` and `outcomes.md` have ways and tests of their own.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import TextChoices

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/reference"
SOURCE = ROOT / "src/itac"
PRINTED = "Printed from the code by `python -m tools.reference`.\n"


def settings() -> Iterator[str]:
    """Every setting: name, default, unit, sentence."""
    from itac.core.options import OPTIONS

    yield "# Settings\n"
    yield (
        "Each comes from the environment, else from `settings.env` in the data directory (lines `NAME=value`), else"
        " from its default. A name that begins with `ITAC_` and isn't here stops the start. " + PRINTED
    )
    yield "| setting | default | value | what it does |"
    yield "|---|---|---|---|"
    for option in OPTIONS:
        default = f"`{option.default}`" if option.default else "empty"
        yield f"| `{option.name}` | {default} | {option.unit} | {option.sentence} |"


def commands() -> Iterator[str]:
    """Every command of ours, with its arguments."""
    from django.core.management import get_commands, load_command_class

    yield "# Commands\n"
    yield "`itac COMMAND --help` says the same. `processes.md` says what each process does. " + PRINTED
    for name, app in sorted(get_commands().items()):
        if not str(app).startswith("itac."):
            continue
        command = load_command_class(str(app), name)
        yield f"## `itac {name}`\n"
        yield f"{command.help}\n"
        yield from _arguments(command.create_parser("itac", name))


def _arguments(parser: argparse.ArgumentParser, *, path: str = "") -> Iterator[str]:
    rows, below = [], []
    for action in parser._actions:  # noqa: SLF001 -- argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
            below += [(name, helps.get(name, ""), inner) for name, inner in action.choices.items()]
        elif not set(action.option_strings) & _DJANGOS_OWN and action.help != argparse.SUPPRESS:
            names = " ".join(f"`{word}`" for word in action.option_strings) or f"`{action.metavar or action.dest}`"
            rows.append(f"| {names} | {' '.join((action.help or '').split())} |")
    if rows:
        yield "\n".join(["| argument | what it says |", "|---|---|", *rows]) + "\n"
    for name, said, inner in below:
        yield f"### {path}{name}\n"
        yield f"{said[:1].upper()}{said[1:]}.\n"
        yield from _arguments(inner, path=f"{path}{name} ")


_DJANGOS_OWN = {
    "-h", "--version", "-v", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color",
    "--skip-checks",
}  # fmt: skip


def codes() -> Iterator[str]:
    """Every code that a delivery or a channel can carry, with the sentence a person reads."""
    from itac.networks.codes import CODES as OF_NETWORKS
    from itac.publishing.codes import HOLDS, OTHERS

    yield "# Codes of deliveries\n"
    yield "Logs carry the code, people read the sentence. " + PRINTED
    tables = {"Held by the gate": HOLDS, "Told by a network": OF_NETWORKS, "What happened": OTHERS}
    for title, table in tables.items():
        yield f"\n## {title}\n"
        yield "| code | what a person reads |"
        yield "|---|---|"
        for code, sentence in sorted(table.items()):
            yield f"| `{code}` | {sentence} |"


def states() -> Iterator[str]:
    """The life of a delivery, and what a person can do in each state."""
    from itac.core.models import Mail, MailState
    from itac.publishing.deciding import ACTIONS
    from itac.publishing.models import Delivery, State
    from itac.publishing.models.rightings import Righting, RightingState
    from itac.studio.deliveries import ACTS

    yield "# States of a delivery\n"
    yield "*Due* isn't one: it is computed from the clock. " + PRINTED
    yield "| state | leads to | what a person can do |"
    yield "|---|---|---|"
    for state in State:
        leads = ", ".join(f"`{after.value}`" for after in State if after in Delivery.MOVES[state]) or "nowhere"
        buttons = ", ".join(str(ACTS[action].button) for action in ACTIONS[state]) or "nothing"
        yield f"| `{state.value}` | {leads} | {buttons} |"
    yield "\n## What the buttons do\n"
    yield "| button | what happens |"
    yield "|---|---|"
    for act in ACTS.values():
        yield f"| {act.button} | {act.promise} |"
    yield "\n## States of a mail\n"
    yield from _moves(MailState, Mail.MOVES)
    yield "\n## States of a righting\n"
    yield "A righting corrects or takes back what was sent; the delivery itself stays `sent`.\n"
    yield from _moves(RightingState, Righting.MOVES)


def _moves(states: type[TextChoices], moves: Mapping[Any, Collection[Any]]) -> Iterator[str]:
    yield "| state | in words | leads to |"
    yield "|---|---|---|"
    for state in states:
        leads = ", ".join(f"`{after.value}`" for after in states if after in moves[state]) or "nowhere"
        yield f"| `{state.value}` | {state.label} | {leads} |"


def signals() -> Iterator[str]:
    """Every signal, with the sentence below its name."""
    yield "# Signals\n"
    yield (
        "News travels upwards, after commit, with ids only; a receiver can't object. What must follow a change is a row"
        " written with it. " + PRINTED
    )
    yield "| signal | from | when, and with what |"
    yield "|---|---|---|"
    for file in sorted(SOURCE.glob("*/signals.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for statement, below in itertools.pairwise(body):
            if not isinstance(statement, ast.Assign) or not isinstance(below, ast.Expr):
                continue
            name, said = statement.targets[0], below.value
            if isinstance(name, ast.Name) and isinstance(said, ast.Constant):
                yield f"| `{name.id}` | `itac.{file.parent.name}.signals` | {' '.join(str(said.value).split())} |"


def addresses() -> Iterator[str]:
    """Every public address: the site's pages, its feeds, and what programs ask."""
    from itac.website import feeds
    from itac.website.building import PAGES as SITE_PAGES
    from itac.website.models import HomePage, UpdatesPage

    yield "# Public addresses\n"
    yield (
        "They don't change once out. `LANGUAGE` is one of the site's, such as `en`; all else in an address is the same"
        " in every language. The Studio's addresses stand in `studio/urls.py`. " + PRINTED
    )
    yield "## Pages\n"
    yield "| address | what stands there |"
    yield "|---|---|"
    yield f"| `/LANGUAGE/` | {_said(HomePage)} |"
    for slug, kind, _in_menu in SITE_PAGES:
        yield f"| `/LANGUAGE/{slug}/` | {_said(kind)} |"
        if kind is UpdatesPage:
            yield f"| `/LANGUAGE/{slug}/POST/` | {_said(UpdatesPage.post)} |"
    yield "\n## Feeds\n"
    yield "The newest 100 updates, the same in each; 304 for a reader who has them. Each page announces them.\n"
    yield "| address | media type |"
    yield "|---|---|"
    empty = feeds.Feed(title="", description="", language="en", page="", address="", items=[])
    for form, make in feeds.FORMATS.items():
        yield f"| `/LANGUAGE/updates/feed.{form}` | `{make(empty)[0].partition(';')[0]}` |"
    yield "\n## For browsers and programs\n"
    yield "| address | what it is |"
    yield "|---|---|"
    for address, view in sorted(_public_views()):
        yield f"| `{address}` | {_said(view)} |"


def _said(thing: Callable[..., object]) -> str:
    """The first paragraph of its docstring. Raises for a thing without one: a page without words is a hole."""
    words = inspect.getdoc(thing)
    if not words:
        raise ValueError(f"{thing} has no docstring, so the reference can't say what it is.")
    return " ".join(words.split("\n\n")[0].split()).replace("|", "\\|")


def _public_views() -> Iterator[tuple[str, Callable[..., object]]]:
    """The views of ours outside the Studio, without those that the tables above name."""
    from django.urls import URLPattern

    from itac.urls import urlpatterns
    from itac.website import feeds, urls, views

    for entry in [*urlpatterns, *urls.without_language, *urls.with_language]:
        if isinstance(entry, URLPattern) and entry.callback not in {feeds.updates, views.report}:
            yield "/" + _plainly(str(entry.pattern)), entry.callback


def _plainly(pattern: str) -> str:
    """A pattern as an address, with its arguments in capitals."""
    named = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: found[1].upper(), pattern)
    named = re.sub(r"\(\?P([A-Z]+)[^)]*\)", lambda found: found[1], named.strip("^$"))
    return named.replace(r"(\d+)", "NUMBER").replace("(.*)", "NAME").replace("\\", "")


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "settings.md": settings,
    "commands.md": commands,
    "codes.md": codes,
    "states.md": states,
    "signals.md": signals,
    "addresses.md": addresses,
}


def printed(name: str) -> str:
    """The page as it has to be. Wants Django to be set up, in English."""
    return "\n".join(PAGES[name]()).rstrip() + "\n"


def stale() -> list[str]:
    """The pages that say something else than the code."""
    files = {name: FOLDER / name for name in PAGES}
    return [
        name for name, file in files.items() if not file.is_file() or file.read_text(encoding="utf-8") != printed(name)
    ]


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory(prefix="itac-reference-") as data:
        os.environ |= {"ITAC_DATA": data, "DJANGO_SETTINGS_MODULE": "itac.core.settings"}
        import django
        from django.utils import translation

        django.setup()
        translation.activate("en")
        found = stale()
        for name in found:
            if check:
                print(f"docs/reference/{name} is stale: python -m tools.reference")
            else:
                (FOLDER / name).write_text(printed(name), encoding="utf-8")
                print(f"docs/reference/{name} written")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
