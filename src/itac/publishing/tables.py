"""Spreadsheets as plain tables of texts: CSV and XLSX, read without trust and written so that nothing in them runs.

A cell is a text; what a table means stands in `plan_columns`. What is written is read back as it was: a text that a
spreadsheet would take for a formula gets an apostrophe before it in CSV, and loses it again here.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from itac.core.tables import RUNS
from itac.core.tables import cell as inert
from itac.publishing.checking import Problem
from itac.publishing.errors import Unfit

MOST_BYTES = 5_000_000
MOST_UNPACKED_BYTES = 20_000_000
MOST_PARTS = 300  # files inside an XLSX
MOST_ROWS = 500
MOST_COLUMNS = 300
FARTHEST_ROW = 5_000  # spreadsheets keep empty rows that were once formatted; no further is looked
MOST_CHARACTERS = 32_767  # in one cell, as spreadsheets have it
MARKS = ",;\t"

_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Table:
    """Rows of texts, the first with the names of the columns.

    `is_guessed`: the file didn't say how its letters are written, and wasn't UTF-8.
    """

    rows: list[list[str]]
    is_guessed: bool = False


def read(data: bytes, *, name: str) -> Table:
    """The table in a file. Raises `Unfit` that says in a sentence why it can't be read and what to do."""
    if len(data) > MOST_BYTES:
        raise _unreadable(too_large())
    if name.lower().endswith((".xlsm", ".xltm", ".xlam")):
        raise _unreadable(_MACROS)
    if data.startswith(b"PK"):
        return Table(_narrow(_rows_of_xlsx(data)))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable(_OLD)
    text, is_guessed = _decoded(data)
    return Table(_narrow(_rows_of_csv(text)), is_guessed)


def too_large() -> str:
    """What is said of a file over the limit, also where it isn't even read."""
    return _("This file is larger than %(most)d MB. A plan is a small table: take pictures out of it, or split it.") % {
        "most": MOST_BYTES // 1_000_000
    }


_MACROS = gettext_lazy("This file holds macros, which are never opened here. Save it as “Excel workbook (.xlsx)”.")
_OLD = gettext_lazy(
    "This is an older Excel file, or one with a password. Save it as “Excel workbook (.xlsx)” without a password."
)
_NO_TABLE = gettext_lazy("This is no table that can be read. Save it as “Excel workbook (.xlsx)” or as “CSV UTF-8”.")
_BROKEN = gettext_lazy("This Excel file is damaged. Open it in your spreadsheet program and save it once more.")
_EMPTY = gettext_lazy("This table is empty.")


def _unreadable(sentence: str | Promise) -> Unfit:
    return Unfit([Problem("table_unreadable", sentence, "file")])


# -- CSV ------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding was a guess."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding), False
    if b"\0" in data[:4000]:  # UTF-16 without its mark: one of two bytes is zero in most languages' signs
        return _strictly(data, "utf-16-le" if data[1:400:2].count(0) >= data[0:400:2].count(0) else "utf-16-be"), False
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return _strictly(data, "cp1252"), True  # as older spreadsheet programs save


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(_NO_TABLE) from error
    if "\0" in text:
        raise _unreadable(_NO_TABLE)
    return text


def _rows_of_csv(text: str) -> Iterator[list[str]]:
    """Each record; the separator is the one that gives the first of them most cells."""
    told = re.match(r"sep=([,;\t])\r?\n", text)
    if told:  # a line of Excel's own; row 1 stays the row of names
        text = text[told.end() :]
    try:
        mark = told.group(1) if told else max(MARKS, key=lambda each: len(_first_record(text, each)))
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            yield [_taken(cell) for cell in record]
    except csv.Error as error:
        raise _unreadable(
            gettext_lazy("This table can't be read: a quotation mark is opened and never closed, or a cell is endless.")
        ) from error


def _first_record(text: str, mark: str) -> list[str]:
    return next((record for record in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if record), [])


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, so that spreadsheet programs read the letters right; nothing in it is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([inert(clean(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


# -- XLSX -----------------------------------------------------------------------------------------


def _rows_of_xlsx(data: bytes) -> Iterator[list[str]]:
    """The rows of its first sheet, gaps included."""
    _refuse_bombs(data)
    return _guarded(_rows_of_sheet(data))


def _refuse_bombs(data: bytes) -> None:
    """Look at the list of what is inside before anything is unpacked.

    A size that the list tells too small helps nobody: no more than that is ever unpacked (`zipfile` stops there).
    """
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _unreadable(_BROKEN) from error
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _unreadable(_MACROS)
    if "xl/workbook.xml" not in names:
        raise _unreadable(_NO_TABLE)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise _unreadable(
            gettext_lazy("Unpacked, this file is larger than any plan. Copy the rows into a new, empty table.")
        )


def _rows_of_sheet(data: bytes) -> Iterator[list[str]]:
    # Formulas are never reckoned here: what counts is the value the spreadsheet program saved beside each.
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is nobody's promise
        for row in sheet.iter_rows(max_row=FARTHEST_ROW, max_col=MOST_COLUMNS + 1):
            yield [_text_of(cell) for cell in row]
    finally:
        book.close()


def _guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same rows. A damaged or malicious file makes the library raise errors of a dozen kinds: all are one here."""
    while True:
        try:
            row = next(rows, None)
        except Unfit:
            raise
        except Exception as error:
            raise _unreadable(_BROKEN) from error
        if row is None:
            return
        yield row


def _text_of(cell: Any) -> str:
    """A cell as a person would type it: days as 2026-12-18, times as 18:00, whole numbers without a point."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            short = value.time() == time(0)
            return value.date().isoformat() if short else value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
    if cell.data_type == "e":
        place = f"{get_column_letter(cell.column)}{cell.row}"
        raise _unreadable(
            _("Cell %(place)s holds the error %(error)s instead of a value. Put it right in the spreadsheet.")
            % {"place": place, "error": value}
        )
    return _taken(str(value).replace("_x000D_", ""))


def as_xlsx(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """A workbook of sheets, each with its title; every cell is a text and stays one when somebody edits it."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet: Any = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, width in enumerate(_widths(rows), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for number, row in enumerate(rows):
            sheet.append([_cell(sheet, cell, is_head=number == 0) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, is_head: bool) -> Any:
    text = clean(text)[:MOST_CHARACTERS]
    cell: Any = WriteOnlyCell(sheet, "'" + text if text.startswith("'") and RUNS.match(text) else text)
    cell.data_type = "s"  # openpyxl takes "=1" for a formula and "#N/A" for an error
    cell.number_format = "@"  # and a spreadsheet program takes what is typed here later for a text
    cell.quotePrefix = bool(RUNS.match(text))
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    longest = [max(map(len, column)) for column in itertools.zip_longest(*rows[:50], fillvalue="")]
    return [min(max(each + 2, 10), 48) for each in longest]


# -- cells ----------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """The text without signs that no table can hold, and with line ends as networks count them."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _taken(text: str) -> str:
    """Back from `core.tables.cell`, whichever program saved the table since."""
    text = clean(text)
    return text[1:] if text.startswith("'") and RUNS.match(text) else text


def _narrow(rows: Iterable[list[str]]) -> list[list[str]]:
    """The rows up to the last that says something. Raises `Unfit` over the limits."""
    kept: list[list[str]] = []
    said = 0
    for number, row in enumerate(rows, start=1):
        cells = _without_empty_end(row)
        if number > FARTHEST_ROW:
            break
        if len(cells) > MOST_COLUMNS:
            sentence = _("This table has more than %(most)d columns. Take out those that a plan doesn't need.")
            raise _unreadable(sentence % {"most": MOST_COLUMNS})
        said += bool(cells)
        if said > MOST_ROWS + 1:
            sentence = _("This table has more than %(most)d posts. Split it into several.")
            raise _unreadable(sentence % {"most": MOST_ROWS})
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        raise _unreadable(_EMPTY)
    return kept


def _without_empty_end(row: Sequence[str]) -> list[str]:
    length = len(row)
    while length and not row[length - 1].strip():
        length -= 1
    return list(row[:length])


FORMS: dict[str, tuple[str, Callable[[Sequence[Sequence[str]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda rows: as_xlsx([(_("Posts"), rows)]),
    ),
}
