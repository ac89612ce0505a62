"""One row of a plan, cell by cell: what each means, and in words what is wrong with one that can't be used."""

from __future__ import annotations

import json
import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from itac.campaign.models import Organisation, Person
from itac.core import languages
from itac.core.forms import WebAddress
from itac.core.walltime import WallTime, WallTimeGap, WallTimeTwice, resolve
from itac.library.models import Picture
from itac.library.policies import writes_for
from itac.networks.models import Channel
from itac.publishing.models import PostKind, Trigger
from itac.publishing.plan_columns import KINDS, LONGEST, OF_A_SOURCE, WHICH, Column, meant, plain, words_of
from itac.publishing.writing import Draft, DraftPicture, DraftVariant

DAY = re.compile(r"(2\d{3}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2})(?::\d{2})?)?")
TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
PLACE = re.compile(r"(?P<channel>[^()]+?)\s*(?:\((?P<languages>[^()]*)\))?")
WHOLE_ROW = Column("title")


@dataclass(frozen=True)
class Known:
    """What a row may name, as far as this person may: read once for the whole table."""

    actor: Person
    zone: str
    organisations: Mapping[str, Organisation]
    mine: Sequence[Organisation]
    channels: Mapping[int, Channel]
    triggers: Mapping[str, Trigger]
    pictures: Mapping[int, Picture]
    zones: Mapping[str, str]

    @classmethod
    def of(cls, actor: Person, *, zone: str, pictures: Iterable[int]) -> Known:
        """For this person; `zone` is that of rows that name none, `pictures` are the ids that rows name."""
        mine = list(writes_for(actor))
        organisations = {plain(str(name)): each for each in mine for name in each.name.texts.values()}
        organisations |= {plain(each.slug): each for each in mine}
        usable = (Picture.objects.visible_to(actor) | Picture.objects.filter(organisation=None)).distinct()
        return cls(
            actor=actor,
            zone=zone,
            organisations=organisations,
            mine=mine,
            channels={channel.pk: channel for channel in Channel.objects.defer("secret", "session")},
            triggers={plain(trigger.name): trigger for trigger in Trigger.objects.filter(fired_at=None)},
            pictures=usable.in_bulk(list(pictures)),
            zones=_zones(),
        )

    def channel(self, name: str) -> Channel | None:
        """The channel of that short name, or of that name."""
        wanted = plain(name)
        found = [each for each in self.channels.values() if wanted in {plain(each.slug), plain(each.name)}]
        return next((each for each in found if plain(each.slug) == wanted), found[0] if len(found) == 1 else None)

    def language(self, code: str) -> bool:
        """Whether it is a language of the campaign, of a channel, or any other that has a name."""
        return (
            code in dict(settings.LANGUAGES)
            or code in LANG_INFO
            or code in languages.OTHERS
            or any(code in (channel.languages or []) for channel in self.channels.values())
        )


def identifier(text: str) -> int:
    """A row's number; 0 for what can't be one."""
    return int(text) if text.strip().isdecimal() and len(text) < 10 else 0


def _zones() -> dict[str, str]:
    """Time zones by name, and by the place alone where only one zone has it: `bogota`."""
    names = zoneinfo.available_timezones()
    by_place: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/")):
            by_place.setdefault(plain(name.rpartition("/")[2].replace("_", " ")), []).append(name)
    return {place: found[0] for place, found in by_place.items() if len(found) == 1} | {plain(n): n for n in names}


class RowReader:
    """Reads one row; `faults` grows with what is wrong: the column's letter, its name, and a sentence."""

    def __init__(self, cells: Sequence[str], columns: Mapping[Column, int], known: Known, *, now: datetime) -> None:
        self.cells, self.columns, self.known, self.now = cells, columns, known, now
        self.faults: list[tuple[str, str, str]] = []

    # -- cells ------------------------------------------------------------------------------------

    def _cell(self, column: Column) -> str:
        place = self.columns.get(column)
        text = self.cells[place] if place is not None and place < len(self.cells) else ""
        return text if text.strip() else ""

    def _short(self, stem: str, **facts: Any) -> str:
        return self._cell(Column(stem, **facts)).strip()

    def _wrong(self, column: Column, sentence: str, **facts: Any) -> None:
        place = self.columns.get(column)
        letter = get_column_letter(place + 1) if place is not None else ""
        name = column.head((get_language() or "en").split("-")[0]) if place is not None else ""
        self.faults.append((letter, name, sentence % facts if facts else sentence))

    def _words(self, column: Column) -> str:
        """A text that isn't too long. Only the post's own text keeps the spaces around it."""
        text = self._cell(column)
        if column.stem not in {"text", "own"}:
            text = text.strip()
        most = LONGEST[column.stem]
        if len(text) > most:
            sentence = _("This is %(length)d characters long; %(most)d are the most. Shorten it.")
            self._wrong(column, sentence, length=len(text), most=most)
        return text

    def _of(self, stem: str) -> list[Column]:
        return [column for column in self.columns if column.stem == stem]

    def _by_language(self, stem: str, number: int = 0) -> dict[str, str]:
        """Texts by language, without the empty ones."""
        found = {each.language: self._words(each) for each in self._of(stem) if each.number == number}
        for code in found:
            if found[code] and not self.known.language(code):
                sentence = _(
                    "There is no language “%(code)s”. Write its code, such as es, at the end of the column's name."
                )
                self._wrong(Column(stem, code, number=number), sentence, code=code)
        return {code: text for code, text in found.items() if text}

    # -- who and when -----------------------------------------------------------------------------

    def organisation(self) -> Organisation | None:
        """Who speaks. An empty cell means the campaign to a coordinator, to others the one they write for."""
        name, column = self._short("organisation"), Column("organisation")
        mine = self.known.mine
        if name:
            found = self.known.organisations.get(plain(name))
            if found is None:
                sentence = _("You write for no organisation “%(name)s”. Write one of: %(names)s.")
                self._wrong(column, sentence, name=name[:60], names=", ".join(each.slug for each in mine[:20]))
            return found
        if self.known.actor.is_coordinator:
            return None
        if len(mine) != 1:
            sentence = _("Say which organisation speaks. Write one of: %(names)s.")
            self._wrong(column, sentence, names=", ".join(each.slug for each in mine[:20]))
            return None
        return mine[0]

    def time(self) -> tuple[WallTime | None, Trigger | None]:
        """When it is to leave: a time on the clock of a place, or something that happens; or neither yet."""
        day, clock, event = self._short("day"), self._short("time"), self._short("event")
        if event:
            trigger = self.known.triggers.get(plain(event))
            if trigger is None:
                names = ", ".join(each.name for each in self.known.triggers.values()) or _("none at present")
                sentence = _("No post can wait for “%(event)s”. What can be waited for: %(names)s.")
                self._wrong(Column("event"), sentence, event=event[:60], names=names)
            if day or clock:
                self._wrong(Column("event"), _("Write either a day and a time, or what the post waits for."))
            return None, trigger
        if not day and not clock:
            return None, None
        zone = self._zone()
        wall = self._wall(day, clock)
        return (self._resolved(wall, zone), None) if wall and zone else (None, None)

    def _zone(self) -> str:
        name = self._short("zone")
        found = self.known.zones.get(plain(name.replace("_", " "))) or self.known.zones.get(plain(name))
        if name and not found:
            sentence = _("“%(name)s” isn't a time zone. Write one such as America/Bogota.")
            self._wrong(Column("zone"), sentence, name=name[:60])
            return ""
        return found or self.known.zone

    def _wall(self, day: str, clock: str) -> str:
        """`2026-12-18T18:00`; "" with a fault where there is no such day or time."""
        dated, timed = DAY.fullmatch(day), TIME.fullmatch(clock)
        if dated and dated.group(2) and not clock:
            timed = TIME.fullmatch(dated.group(2))
        if not dated:
            sentence = (
                _("Write the day as year, month, day: 2026-12-18.") if day else _("Write the day too: 2026-12-18.")
            )
            self._wrong(Column("day"), sentence)
        if not timed:
            sentence = _("Write the time as 18:00.") if clock else _("Write the time too: 18:00.")
            self._wrong(Column("time"), sentence)
        if not dated or not timed:
            return ""
        wall = f"{dated.group(1)}T{int(timed.group(1)):02}:{timed.group(2)}"
        try:
            datetime.fromisoformat(wall)
        except ValueError:
            self._wrong(Column("day"), _("There is no such day and time. Write it as 2026-12-18 and 18:00."))
            return ""
        return wall

    def _resolved(self, wall: str, zone: str) -> WallTime | None:
        word = self._short("which")
        which = meant(word, WHICH) or ""
        facts = {"zone": zone.rpartition("/")[2].replace("_", " ")}
        choice = words_of(WHICH, (get_language() or "en").split("-")[0])
        facts |= {"first": choice[0], "second": choice[1]}
        if word and not which:
            self._wrong(Column("which"), _("Write %(first)s or %(second)s, or nothing."), **facts)
            return None
        try:
            at = resolve(wall, zone, which=which)
        except WallTimeGap as gap:
            sentence = _(
                "This time doesn't exist: on that day the clocks of %(zone)s go from %(before)s straight to %(after)s."
                " Write one of these two."
            )
            self._wrong(Column("time"), sentence, **facts, before=f"{gap.before:%H:%M}", after=f"{gap.after:%H:%M}")
            return None
        except WallTimeTwice:
            sentence = _(
                "This time comes twice: on that day the clocks of %(zone)s are set back. Write %(first)s or %(second)s"
                " into the column “%(head)s”."
            )
            head = Column("which").head((get_language() or "en").split("-")[0])
            self._wrong(Column("time"), sentence, **facts, head=head)
            return None
        if at.instant() <= self.now:
            self._wrong(Column("day"), _("This time is over. Choose a later one, or leave day and time empty."))
        return at

    # -- what -------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """What the row says. Call it before looking at `faults`."""
        title, text = self._by_language("title"), self._by_language("text")
        kind = self._short("kind")
        code = meant(kind, KINDS) if kind else PostKind.STATEMENT.value
        if code is None:
            names = ", ".join(words_of(KINDS, (get_language() or "en").split("-")[0]))
            self._wrong(
                Column("kind"), _("“%(kind)s” is no kind of post. Write one of: %(names)s."), kind=kind, names=names
            )
        variants = self._variants({**title, **text})
        if not title and not text and not any(each.text for each in variants):
            self._wrong(WHOLE_ROW, _("This row has no words. Write a title and a text, or take the row out."))
        return Draft(
            title=title,
            text=text,
            original=self._original({**title, **text}),
            kind=code or PostKind.STATEMENT.value,
            variants=variants,
            pictures=self._pictures(),
            link_address=self._address(Column("link")),
            link_title=self._by_language("link_title"),
            link_description=self._by_language("link_description"),
            sources=self._sources(),
        )

    def _original(self, words: Mapping[str, str]) -> str:
        code = self._short("original").lower()
        if code and not self.known.language(code):
            self._wrong(Column("original"), _("“%(code)s” is no language. Write its code, such as es."), code=code[:20])
        own = self.known.actor.language
        return code or (own if own in words else next(iter(words), own))

    def _address(self, column: Column) -> str:
        text = self._cell(column).strip()
        try:
            return str(WebAddress(required=False, max_length=500).clean(text))
        except ValidationError:
            self._wrong(column, _("Write the whole address, such as https://example.org/page."))
            return ""

    def _sources(self) -> list[dict[str, str]]:
        numbers = sorted({column.number for stem in OF_A_SOURCE for column in self._of(stem)})
        found = [
            {
                part: self._address(Column(stem, number=number))
                if stem == "address"
                else self._words(Column(stem, number=number))
                for stem, part in OF_A_SOURCE.items()
            }
            for number in numbers
        ]
        return [source for source in found if any(source.values())]

    def _pictures(self) -> list[DraftPicture]:
        found: list[DraftPicture] = []
        for number in sorted({column.number for column in [*self._of("picture"), *self._of("alt")]}):
            column = Column("picture", number=number)
            name, words = self._cell(column).strip(), self._by_language("alt", number)
            picture = self.known.pictures.get(identifier(name))
            if name and picture is None:
                sentence = _(
                    "There is no picture “%(name)s” that you may use. Write its number, which stands in its address"
                    " under Pictures."
                )
                self._wrong(column, sentence, name=name[:60])
            elif picture and any(item.picture_id == picture.pk for item in found):
                self._wrong(column, _("This picture stands in the row twice. Take one out."))
            elif picture:
                found.append(DraftPicture(picture_id=picture.pk, alt=words or picture.alt.texts))
            elif words:
                self._wrong(column, _("There are words for a picture here, and no picture. Write its number."))
        return found

    def _variants(self, words: Mapping[str, str]) -> list[DraftVariant]:
        places = list(self._places(words))
        chosen = {(channel.slug, code) for channel, code in places}
        if len(chosen) < len(places):
            self._wrong(Column("channels"), _("A channel and language stand here twice. Take one out."))
        for column in [*self._of("own"), *self._of("options")]:
            channel = self.known.channel(column.channel)
            if channel and self._cell(column) and (channel.slug, column.language) not in chosen:
                sentence = _("“channels” doesn't name %(channel)s (%(code)s). Name it there, or empty this cell.")
                self._wrong(column, sentence, channel=channel.slug, code=column.language)
        return [
            DraftVariant(
                channel_id=channel.pk,
                language=code,
                text=self._on(channel, code, "own", self._words) or "",
                options=self._on(channel, code, "options", self._options) or {},
            )
            for channel, code in places
        ]

    def _on(self, channel: Channel, code: str, stem: str, read: Callable[[Column], Any]) -> Any:
        column = next(
            (each for each in self._of(stem) if each.language == code and self.known.channel(each.channel) == channel),
            None,
        )
        return read(column) if column else None

    def _options(self, column: Column) -> dict[str, Any]:
        text = self._cell(column)
        try:
            options = json.loads(text) if text else {}
        except ValueError:
            options = None
        if not isinstance(options, dict):
            self._wrong(column, _("These options can't be read. Leave the cell as it was exported, or empty."))
            return {}
        return options

    def _places(self, words: Mapping[str, str]) -> Iterable[tuple[Channel, str]]:
        """Channels with their languages: `website (en, es); mastodon`, the latter in each language with words."""
        column = Column("channels")
        for item in re.split(r"[;\n]", self._cell(column)):
            if not item.strip():
                continue
            match = PLACE.fullmatch(item.strip())
            channel = self.known.channel(match["channel"]) if match else None
            if match is None or channel is None:
                names = ", ".join(each.slug for each in self.known.channels.values())
                sentence = _(
                    "There is no channel “%(name)s”. Write them as website (en, es); the channels are: %(names)s."
                )
                self._wrong(column, sentence, name=item.strip()[:60], names=names)
                continue
            takes = channel.languages or []
            named = [code.lower() for code in re.split(r"[,\s]+", match["languages"] or "") if code]
            codes = named or [code for code in words if not takes or code in takes]
            if not codes:
                sentence = _("Say in which language the post goes to %(channel)s: %(channel)s (es).")
                self._wrong(column, sentence, channel=channel.slug)
            for code in codes:
                if (takes and code not in takes) or not self.known.language(code):
                    sentence = _("%(channel)s doesn't take the language “%(code)s”. Write another, or leave it out.")
                    self._wrong(column, sentence, channel=channel.slug, code=code[:20])
                else:
                    yield channel, code
