"""The settings an operator may set: one row each, read once when the process starts.

A value comes from the environment, else from `settings.env` in the data directory, else from the default.
`docs/reference/settings.md` is written from this table.
"""

import difflib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class UnknownSetting(Exception):
    """Somebody set an ITAC_ variable that means nothing. The message names the nearest one that does."""


class UnusableSetting(Exception):
    """A setting has a value that can't be read. The message says which, why, and what a right one looks like."""


@dataclass(frozen=True)
class Option:
    """One setting: its name, its default as text, the unit of its value ("" if none), and what it does."""

    name: str
    default: str
    unit: str
    sentence: str


# Names in the language's own words, for the switch. Arabic, French and Portuguese join when their texts are there.
LANGUAGES = {"en": "English", "es": "Español"}
OPTIONS = (
    Option("ITAC_DATA", "itac-data", "directory", "Where database, media, keys and settings.env lie."),
    Option("HOST", "127.0.0.1", "address", "The address that `itac web` and `itac run` listen on."),
    Option("PORT", "8000", "port", "The port that `itac web` and `itac run` listen on."),
    Option("DATABASE_URL", "", "address", "A PostgreSQL database; empty means SQLite in the data directory."),
    Option("REDIS_URL", "", "address", "A Redis or Valkey shared by several web processes for their cache."),
    Option(
        "EMAIL_URL", "", "address", "The mail server, as smtp://user:password@host:port; empty: mails become files."
    ),
    Option(
        "ITAC_MAIL_FROM",
        "",
        "address",
        "Whom mails come from, such as Our campaign <hello@example.org>; empty: noreply.",
    ),
    Option("ITAC_ADDRESS", "", "address", "The public address of the site, such as https://example.org."),
    Option(
        "ITAC_HOSTS", "", "list", "Host names the site answers to, with commas between; empty: that of the address."
    ),
    Option(
        "ITAC_PROXIES",
        "127.0.0.1,::1",
        "list",
        "Addresses or networks of the web servers in front, whose word on where a visitor comes from is believed.",
    ),
    Option("ITAC_MONITORS", "127.0.0.1,::1", "list", "Addresses or networks of the programs that may read /metrics."),
    Option("ITAC_LANGUAGES", "en,es", "list", "The languages of site and Studio, the campaign's own first."),
    Option("ITAC_DEBUG", "no", "yes or no", "Show errors with their inside. Never on a public machine."),
    Option("ITAC_SECRET_KEY", "", "text", "Signs sessions; empty means the key kept in the data directory."),
    Option(
        "ITAC_TOKEN_KEYS", "", "list", "Encrypt network tokens: the first encrypts, all decrypt; empty: keys/tokens."
    ),
    Option("ITAC_LOG", "console", "console or json", "How log lines look."),
    Option("ITAC_API_PER_MINUTE", "300", "requests", "How often a program may ask the API in a minute with one token."),
    Option("ITAC_IN_FLIGHT", "32", "calls", "How many calls to networks one worker has under way at once."),
    Option(
        "ITAC_REQUEST_SECONDS", "30", "seconds", "How long one call to a network may take before it counts as unclear."
    ),
    Option("ITAC_MARGIN_SECONDS", "10", "seconds", "Beyond a call's deadline, before 'nothing found' is believed."),
    Option("ITAC_WORKER_DEAD_SECONDS", "30", "seconds", "Silence after which others look after a worker's deliveries."),
    Option("ITAC_WORKER_SILENT_SECONDS", "120", "seconds", "Silence of all workers after which the Studio says so."),
)
PREFIX = "ITAC_"
# Set by our own tests and benchmarks, never by an operator.
INTERNAL = ("ITAC_TEST_DATABASE", "ITAC_TEMPLATE_DATABASE")


def _from_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def read(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every option's value as text. Raises `UnknownSetting` for an ITAC_ name that isn't in the table."""
    known = {option.name: option for option in OPTIONS}
    data = Path(environ.get("ITAC_DATA") or known["ITAC_DATA"].default)
    given = {**_from_file(data / "settings.env"), **environ}
    for name in given:
        if name.startswith(PREFIX) and name not in known and name not in INTERNAL:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UnknownSetting(f"{name} is not a setting.{hint}")
    return {name: given.get(name, "") or option.default for name, option in known.items()}


def languages_of(text: str) -> dict[str, str]:
    """The languages of a list such as `es,en`, each with its own name, in that order.

    Raises `UnusableSetting` for a language without texts, and for none.
    """
    codes = [code.strip().lower() for code in text.split(",") if code.strip()]
    strange = [code for code in codes if code not in LANGUAGES]
    if strange or not codes:
        what = f"names {strange[0]!r}, which has no texts yet" if strange else "names no language"
        raise UnusableSetting(f"The list of languages {what}. Write one or more of: {', '.join(LANGUAGES)}.")
    return {code: LANGUAGES[code] for code in codes}


def networks(values: Mapping[str, str], name: str) -> list[str]:
    """The option as addresses or networks. Raises `UnusableSetting` for one that is neither."""
    found = [each.strip() for each in values[name].split(",") if each.strip()]
    for each in found:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            raise UnusableSetting(f"{name} names {each!r}; write addresses or networks such as 10.0.0.0/8.") from None
    return found


def yes(values: Mapping[str, str], name: str) -> bool:
    """The option as yes or no. Raises `UnusableSetting` for anything else."""
    text = values[name].lower()
    if text not in {"yes", "no", "true", "false", "1", "0"}:
        raise UnusableSetting(f"{name} is {values[name]!r}; write yes or no.")
    return text in {"yes", "true", "1"}


def number(values: Mapping[str, str], name: str) -> float:
    """The option as a number above zero. Raises `UnusableSetting` for anything else."""
    try:
        value = float(values[name])
    except ValueError:
        value = 0.0
    if value <= 0:
        raise UnusableSetting(f"{name} is {values[name]!r}; write a number above zero, such as 30.")
    return value
