"""Posts from a table: read with a problem in words for each cell that is wrong, and made all together or not at all.

What is made are drafts with the times wished for them: on the calendar at once, and leaving no sooner than any other
post, once they are submitted and approved.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.models import Organisation, Person
from itac.core.walltime import WallTime
from itac.networks.models import Channel
from itac.publishing import repeating
from itac.publishing.checking import Problem, check
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.models import PlanFile, Post, Trigger
from itac.publishing.plan_cells import Known, RowReader, identifier
from itac.publishing.plan_columns import NAMES, Column, column_of
from itac.publishing.repeating import Repeat, digest_of
from itac.publishing.tables import Table, clean
from itac.publishing.writing import Beginning, Draft, begin_posts

MOST_FILES = 10  # of one person at a time


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell (`letter` and `column` "" for the whole row) and what to do."""

    letter: str
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One row: its number as the spreadsheet shows it, and the post it asks for, or what is wrong with it.

    `notes` are what will stand in the way of approval, `repeats` posts that say the same on a channel, and `twins`
    earlier rows that do, with the channel.
    """

    number: int
    title: str
    draft: Draft | None = None
    organisation: Organisation | None = None
    at: WallTime | None = None
    trigger: Trigger | None = None
    faults: Sequence[Fault] = ()
    notes: Sequence[str] = ()
    repeats: list[Repeat] = field(default_factory=list)
    twins: list[tuple[int, str]] = field(default_factory=list)

    @property
    def warns(self) -> bool:
        """Whether a person should read something before importing it."""
        return bool(self.notes or self.repeats or self.twins)


def keep_plan(actor: Person, name: str, table: Table, *, zone: str, now: datetime) -> PlanFile:
    """Keep an uploaded table, so that it is read and imported without being uploaded again. The oldest of more than
    `MOST_FILES` goes. Raises `NotAllowed` for who writes for nobody, `Unfit` where its columns can't be understood."""
    if not actor.is_coordinator and not actor.organisation_ids("editor"):
        raise NotAllowed("This person writes for no organisation.")
    facts = {"cells": table.rows, "zone": zone, "is_guessed": table.is_guessed}
    kept = PlanFile(person=actor, name=clean(name)[-200:], made_at=now, **facts)
    read_plan(actor, kept, now=now)
    with transaction.atomic():
        kept.save()
        old = PlanFile.objects.filter(person=actor).order_by("-pk").values_list("pk", flat=True)[MOST_FILES:]
        PlanFile.objects.filter(pk__in=list(old)).delete()
    return kept


def read_plan(actor: Person, file: PlanFile, *, now: datetime) -> list[Row]:
    """Every row that says something, with what is wrong. Writes nothing; the same number of queries for any length.

    Raises `Unfit` where the columns can't be understood.
    """
    columns = _columns(file.cells)
    named = {place for column, place in columns.items() if column.stem == "picture"}
    pictures = {identifier(cell) for row in file.cells[1:] for place, cell in enumerate(row) if place in named}
    known = Known.of(actor, zone=file.zone, pictures=pictures)
    _refuse_unknown_channels(columns, known)
    rows = [
        _row(number, RowReader(cells, columns, known, now=now), known, now)
        for number, cells in enumerate(file.cells[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise Unfit([Problem("no_rows", gettext_lazy("This table has names of columns, and no posts below."), "file")])
    _compare(actor, rows, known, now)
    return rows


def import_plan(actor: Person, file: PlanFile, *, now: datetime) -> list[Post]:
    """Make the posts of the file: all of them, as drafts at their wished times, and once.

    Everything is read anew, so that what was right a day ago is asked again. Raises `NotAllowed`; `MovedMeanwhile` when
    they were made already; `Unfit` when a row is wrong, and then nothing is made.
    """
    if file.person_id != actor.pk:
        raise NotAllowed("This is somebody else's file.")
    if file.done_at is not None:
        raise MovedMeanwhile(file.pk)
    # Before the transaction: others write meanwhile, on SQLite too.
    rows = read_plan(actor, file, now=now)
    wrong = [Problem("row_wrong", fault.message, "file") for row in rows for fault in row.faults]
    if wrong:
        raise Unfit(wrong)
    beginnings = [
        Beginning(organisation=row.organisation, draft=row.draft, at=row.at, trigger=row.trigger)
        for row in rows
        if row.draft is not None
    ]
    with transaction.atomic():
        if not PlanFile.objects.filter(pk=file.pk, done_at=None).update(done_at=now, cells=[]):
            raise MovedMeanwhile(file.pk)
        return begin_posts(actor, beginnings, now=now, origin="post_imported", file=file.name)


def forget_old(now: datetime) -> None:
    """Uploaded plans are kept for a week, imported or not (Promise 7)."""
    PlanFile.objects.outlived(at=now).delete()


def _columns(cells: Sequence[Sequence[str]]) -> dict[Column, int]:
    """Where each column stands. Raises `Unfit` that names every one that is strange, and what is missing."""
    places: dict[Column, int] = {}
    problems = []
    width = max(map(len, cells))
    for place, head in enumerate([*cells[0], *[""] * (width - len(cells[0]))]):
        column = column_of(head)
        if column is not None and column not in places:
            places[column] = place
        elif column is not None:
            problems.append(_of_columns(_("The column “%(column)s” stands there twice. Take one out."), head))
        elif head.strip():
            problems.append(_strange(head.strip()))
        elif any(place < len(row) and row[place].strip() for row in cells[1:]):
            sentence = _("A column without a name holds something. Name it in the first row, or take it out.")
            problems.append(Problem("column_nameless", sentence, "file"))
    if not problems and not any(column.stem in {"title", "text"} for column in places):
        sentence = _("There is no column with words. Name one “title en” or “text en”, with the code of its language.")
        problems.append(Problem("columns_missing", sentence, "file"))
    if problems:
        raise Unfit(problems)
    return places


def _strange(head: str) -> Problem:
    codes = [code for code, _name in settings.LANGUAGES]
    templates = [name for names in NAMES.values() for name in names.values()]
    names = [name.format(language=code, channel="website", number=1) for name in templates for code in codes]
    close = difflib.get_close_matches(head.casefold(), names, n=1)
    if close:
        return _of_columns(_("The column “%(column)s” isn't known. Did you mean “%(close)s”?"), head, close=close[0])
    sentence = _(
        "The column “%(column)s” isn't known. The template names all there are; take out what isn't for a post."
    )
    return _of_columns(sentence, head)


def _of_columns(sentence: str, column: str, **facts: str) -> Problem:
    return Problem("column_strange", sentence % {"column": column[:60], **facts}, "file")


def _refuse_unknown_channels(columns: dict[Column, int], known: Known) -> None:
    strange = sorted({column.channel for column in columns if column.channel and not known.channel(column.channel)})
    if strange:
        sentence = _("There is no channel “%(column)s”. The channels are: %(channels)s.")
        names = ", ".join(channel.slug for channel in known.channels.values())
        raise Unfit([_of_columns(sentence, name, channels=names) for name in strange])


def _row(number: int, reader: RowReader, known: Known, now: datetime) -> Row:
    draft = reader.draft()
    organisation = reader.organisation()
    at, trigger = reader.time()
    title = next((text for text in (*draft.title.values(), *draft.text.values()) if text), "")[:80]
    in_order = sorted(reader.faults, key=lambda fault: (len(fault[0]), fault[0]))  # A … Z, AA …
    faults = [Fault(letter, column, message) for letter, column, message in in_order]
    if faults:
        return Row(number, title, faults=faults)
    return Row(number, title, draft, organisation, at, trigger, notes=_notes(draft, known, now))


def _notes(draft: Draft, known: Known, now: datetime) -> list[str]:
    """What would stand in the way of approval as it is; each sentence once."""
    found = []
    pictures = [(known.pictures[item.picture_id], item) for item in draft.pictures]
    for variant in draft.variants:
        channel: Channel = known.channels[variant.channel_id]
        problems = check(
            channel=channel.name,
            language=variant.language,
            text=variant.text or draft.text.get(variant.language, ""),
            pictures=[(picture, item.alt.get(variant.language, "")) for picture, item in pictures],
            capabilities=channel.plug().capabilities(channel),
            today=now.date(),
        )
        found += [str(problem.message) for problem in problems]
    return list(dict.fromkeys(found))


def _compare(actor: Person, rows: Sequence[Row], known: Known, now: datetime) -> None:
    """Put beside each row what says the same: posts that are out or planned, and earlier rows."""
    says = [(row, channel_id, text) for row in rows if row.draft for channel_id, text in row.draft.says()]
    found = repeating.repeats(actor, [(channel_id, text) for _row, channel_id, text in says], today=now.date())
    same = repeating.by_words(found)
    first: dict[tuple[int, str], int] = {}
    for row, channel_id, text in says:
        words = (channel_id, digest_of(text))
        row.repeats.extend(each for each in same.get(words, []) if each not in row.repeats)
        earlier = first.setdefault(words, row.number)
        twin = (earlier, known.channels[channel_id].name)
        if earlier != row.number and words[1] and twin not in row.twins:
            row.twins.append(twin)
