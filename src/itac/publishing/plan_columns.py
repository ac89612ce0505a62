"""The columns of a plan in a spreadsheet: their names in the languages people plan in, and a post as a row of them.

Names are read in every language, whichever the reader's; case and accents don't count.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from itac.campaign.models import Organisation
from itac.core.walltime import WallTime, WallTimeTwice, resolve
from itac.publishing.writing import Draft

# By stem, in English and Spanish. In braces what differs from column to column.
NAMES: Mapping[str, Mapping[str, str]] = {
    "organisation": {"en": "organisation", "es": "organización"},
    "kind": {"en": "kind", "es": "tipo"},
    "day": {"en": "day", "es": "día"},
    "time": {"en": "time", "es": "hora"},
    "zone": {"en": "time zone", "es": "zona horaria"},
    "which": {"en": "first or second", "es": "primera o segunda"},
    "event": {"en": "when this happens", "es": "cuando ocurra"},
    "original": {"en": "first written in", "es": "escrito primero en"},
    "title": {"en": "title {language}", "es": "título {language}"},
    "text": {"en": "text {language}", "es": "texto {language}"},
    "channels": {"en": "channels", "es": "canales"},
    "own": {"en": "text {language} for {channel}", "es": "texto {language} para {channel}"},
    "options": {"en": "options {language} for {channel}", "es": "opciones {language} para {channel}"},
    "link": {"en": "link", "es": "enlace"},
    "link_title": {"en": "link title {language}", "es": "título del enlace {language}"},
    "link_description": {"en": "link description {language}", "es": "descripción del enlace {language}"},
    "source": {"en": "source {number}", "es": "fuente {number}"},
    "publisher": {"en": "source {number} publisher", "es": "fuente {number} editor"},
    "address": {"en": "source {number} address", "es": "fuente {number} dirección"},
    "figure": {"en": "source {number} figure", "es": "fuente {number} cifra"},
    "picture": {"en": "picture {number}", "es": "imagen {number}"},
    "alt": {"en": "picture {number} words {language}", "es": "imagen {number} descripción {language}"},
}
# Further names that people write.
ALSO: Mapping[str, str] = {
    "organization": "organisation",
    "date": "day",
    "fecha": "day",
    "zone": "zone",
    "zona": "zone",
}
KINDS: Mapping[str, Mapping[str, str]] = {
    "statement": {"en": "statement", "es": "declaración"},
    "figure": {"en": "figure", "es": "cifra"},
    "story": {"en": "story", "es": "historia"},
    "call": {"en": "call", "es": "invitación"},
}
WHICH: Mapping[str, Mapping[str, str]] = {
    "first": {"en": "first", "es": "primera"},
    "second": {"en": "second", "es": "segunda"},
}
# As the composer takes them.
LONGEST: Mapping[str, int] = {
    "title": 200,
    "text": 20_000,
    "own": 20_000,
    "link_title": 200,
    "link_description": 500,
    "source": 300,
    "publisher": 300,
    "figure": 300,
    "alt": 1500,
}
ALWAYS = ("organisation", "kind", "day", "time", "zone", "which", "event", "original", "channels", "link")
OF_A_SOURCE = {"source": "title", "publisher": "publisher", "address": "address", "figure": "figure"}
_PLACES = {
    "{language}": r"(?P<language>[a-z]{2,3}(?:-[a-z0-9]+)*)",
    "{channel}": r"(?P<channel>[-\w]+)",
    "{number}": r"(?P<number>[1-9][0-9]?)",
}


def plain(text: str) -> str:
    """For comparing names: without case, accents and double spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


@dataclass(frozen=True)
class Column:
    """One column: what it holds, and of which language, channel (its short name) or number, where there are several."""

    stem: str
    language: str = ""
    channel: str = ""
    number: int = 0

    def head(self, language: str) -> str:
        """Its name in that language; English where it has none."""
        names = NAMES[self.stem]
        facts = {"language": self.language, "channel": self.channel, "number": self.number}
        return names.get(language, names["en"]).format(**facts)


def _pattern(template: str) -> re.Pattern[str]:
    escaped = re.escape(plain(template))
    for place, pattern in _PLACES.items():
        escaped = escaped.replace(re.escape(place), pattern)
    return re.compile(escaped)


_PATTERNS = [(stem, _pattern(name)) for stem, names in NAMES.items() for name in names.values()]


def column_of(head: str) -> Column | None:
    """The column of that name; None where there is none."""
    name = plain(head)
    if name in ALSO:
        return Column(ALSO[name])
    for stem, pattern in _PATTERNS:
        if found := pattern.fullmatch(name):
            facts = found.groupdict()
            return Column(stem, facts.get("language") or "", facts.get("channel") or "", int(facts.get("number") or 0))
    return None


def meant(word: str, table: Mapping[str, Mapping[str, str]]) -> str | None:
    """The code of a word of `KINDS` or `WHICH`, in whatever language; None for another word."""
    return next(
        (code for code, words in table.items() if plain(word) in {plain(each) for each in words.values()}), None
    )


def words_of(table: Mapping[str, Mapping[str, str]], language: str) -> list[str]:
    """The words of `KINDS` or `WHICH` in that language; English where it has none."""
    return [words.get(language, words["en"]) for words in table.values()]


@dataclass(frozen=True)
class Planned:
    """A post as a plan tells of it: its words and places, who speaks, and when it is to leave."""

    draft: Draft
    organisation: Organisation | None
    at: WallTime | None = None
    event: str = ""


def table_of(planned: Iterable[Planned], *, slugs: Mapping[int, str], language: str) -> list[list[str]]:
    """Posts as a table with names of columns in that language. `slugs` are the channels' short names by id."""
    rows = [_cells(each, slugs, language) for each in planned]
    codes = [code for code, _name in settings.LANGUAGES]
    columns = {Column(stem) for stem in ALWAYS}
    columns |= {Column(stem, code) for code in codes if rows == [] for stem in ("title", "text")}
    columns |= {column for row in rows for column, cell in row.items() if cell}
    if not rows:
        first = Column("alt", language if language in codes else "en", number=1)
        columns |= {Column(stem, number=1) for stem in (*OF_A_SOURCE, "picture")} | {first}
    ordered = sorted(columns, key=lambda column: _place(column, codes))
    return [[column.head(language) for column in ordered], *([row.get(each, "") for each in ordered] for row in rows)]


def _place(column: Column, codes: Sequence[str]) -> tuple[int, int, int, int, str, str]:
    """Where a column stands: what belongs together beside each other, the campaign's languages in their order."""
    stems = list(NAMES)
    groups = ("title", "text"), ("own", "options"), ("link_title", "link_description"), tuple(OF_A_SOURCE)
    group = next((group for group in (*groups, ("picture", "alt")) if column.stem in group), (column.stem,))
    tongue = codes.index(column.language) if column.language in codes else len(codes)
    if column.stem == "picture":
        tongue = -1
    return stems.index(group[0]), column.number, tongue, group.index(column.stem), column.language, column.channel


def _cells(planned: Planned, slugs: Mapping[int, str], language: str) -> dict[Column, str]:
    draft, kinds = planned.draft, KINDS[planned.draft.kind]
    cells = {
        Column("organisation"): planned.organisation.slug if planned.organisation else "",
        Column("kind"): kinds.get(language, kinds["en"]),
        Column("event"): planned.event,
        Column("original"): draft.original,
        Column("channels"): _channels(draft, slugs),
        Column("link"): draft.link_address,
        **_time(planned.at, language),
    }
    for stem in ("title", "text", "link_title", "link_description"):
        texts: Mapping[str, str] = getattr(draft, stem)
        cells |= {Column(stem, code): text for code, text in texts.items()}
    for variant in draft.variants:
        slug = slugs[variant.channel_id]
        cells[Column("own", variant.language, slug)] = variant.text
        if variant.options:
            options = json.dumps(variant.options, sort_keys=True, ensure_ascii=False)
            cells[Column("options", variant.language, slug)] = options
    for number, source in enumerate(draft.sources, start=1):
        cells |= {Column(stem, number=number): source.get(part, "") for stem, part in OF_A_SOURCE.items()}
    for number, item in enumerate(draft.pictures, start=1):
        cells[Column("picture", number=number)] = str(item.picture_id)
        cells |= {Column("alt", code, number=number): words for code, words in item.alt.items()}
    return cells


def _time(at: WallTime | None, language: str) -> dict[Column, str]:
    if at is None:
        return {}
    day, _t, clock = at.text().partition("T")
    cells = {Column("day"): day, Column("time"): clock, Column("zone"): at.zone}
    try:
        resolve(at.text(), at.zone)
    except WallTimeTwice:
        words = WHICH["second" if at.fold else "first"]
        cells[Column("which")] = words.get(language, words["en"])
    except ValueError:  # a time in a gap, agreed before the zone's rules changed: the reader of the table is told
        pass
    return cells


def _channels(draft: Draft, slugs: Mapping[int, str]) -> str:
    """`website (en, es); mastodon (en)`, in the draft's order."""
    groups: list[tuple[str, list[str]]] = []
    for variant in draft.variants:
        slug = slugs[variant.channel_id]
        if not groups or groups[-1][0] != slug:
            groups.append((slug, []))
        groups[-1][1].append(variant.language)
    return "; ".join(f"{slug} ({', '.join(codes)})" for slug, codes in groups)
