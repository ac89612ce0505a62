"""Tables are read whoever saved them and whatever they hold, and what is written runs in no spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from itac.publishing import tables
from itac.publishing.errors import Unfit

HEAD = ["título es", "text en"]
WORDS = [HEAD, ["Señal", "Ünder “one” sky"], ["Año", "two"]]
FORMULAS = ["=1+1", "+1", "-1", "@sum", "\t=1", "＝1", "'=1", "''=1", "=cmd|'/c calc'!A1", "\n=1"]

texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff") | st.just("\n"), max_size=60
)
cells = texts | st.sampled_from(FORMULAS) | st.from_regex(r"'{0,3}[=+\-@]x", fullmatch=True)


def rows_of(*rows: list[str], mark: str = ",") -> str:
    return "\r\n".join(mark.join(row) for row in rows)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sentence(data: bytes, name: str = "plan.xlsx") -> str:
    with pytest.raises(Unfit) as found:
        tables.read(data, name=name)
    [problem] = found.value.problems
    return str(problem.message)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6))
def test_what_is_written_is_read_back_as_it_was(rows: list[list[str]]) -> None:
    rows = [["head"], *rows, ["end"]]

    for write in (tables.as_csv, lambda table: tables.as_xlsx([("Posts", table)])):
        again = tables.read(write(rows), name="plan").rows

        assert again == [tables._without_empty_end(row) for row in rows]


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_that_is_written_is_a_formula(formula: str) -> None:
    line = tables.as_csv([[formula]]).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(tables.as_xlsx([("Posts", [["head"], [formula]])]))).worksheets[0]

    assert line.lstrip('"').startswith("'")
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].number_format == "@"
    assert sheet["A2"].quotePrefix


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_separator_in_any_usual_encoding_is_read(mark: str, encoding: str) -> None:
    found = tables.read(rows_of(*WORDS, mark=mark).replace("Ü", "U").encode(encoding), name="plan.csv")

    assert found.rows == [HEAD, ["Señal", "Under “one” sky"], ["Año", "two"]]
    assert found.is_guessed is (encoding == "cp1252")


def test_the_line_with_which_excel_names_its_separator_is_no_row() -> None:
    assert tables.read(b"sep=;\r\nday;time\r\na,b;c", name="plan.csv").rows == [["day", "time"], ["a,b", "c"]]


def test_cells_of_a_spreadsheet_are_read_as_a_person_would_type_them() -> None:
    data = workbook(
        ["day", "time", "number", "yes", "both", "part"],
        [date(2026, 12, 18), time(18, 5), 3.0, True, datetime(2026, 12, 18, 18), 2.5],
    )

    assert tables.read(data, name="plan.xlsx").rows[1] == [
        "2026-12-18",
        "18:05",
        "3",
        "TRUE",
        "2026-12-18 18:00",
        "2.5",
    ]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    data = workbook(["day"], [], ["a\nb"], [], [])

    assert tables.read(data, name="plan.xlsx").rows == [["day"], [], ["a\nb"]]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["day"], ["a"]))) as good, zipfile.ZipFile(out, "w") as bad:
        for part in good.namelist():
            bad.writestr(part, change(good.read(part)) if part == name else good.read(part))
    return out.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"x" * 50_000_000, "plan.xlsx", "larger than 5 MB"),
        (zipped(xl__workbook_xml=b"").replace(b"workbook_xml", b"workbook.xml"), "a.xlsx", "damaged"),
        (b"PK\x03\x04 torn", "plan.xlsx", "damaged"),
        (workbook(["day"])[:-400], "plan.xlsx", "damaged"),
        (zipped(word__document=b"text"), "plan.docx", "no table"),
        (b"\xd0\xcf\x11\xe0 old", "plan.xls", "older Excel file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "plan.csv", "no table"),
        (b"", "plan.csv", "empty"),
        (b"\r\n;;\r\n", "plan.csv", "empty"),
        (b'day,"time\r\n', "plan.csv", "quotation mark"),
        (b"day\r\n" + b"a\r\n" * 501, "plan.csv", "more than 500 posts"),
        (b"," * 400 + b"a\r\n", "plan.csv", "more than 300 columns"),
        (workbook(["day"]), "plan.xlsm", "macros"),
        (with_part("xl/workbook.xml", lambda _old: BOMB + b"<workbook>&b;</workbook>"), "plan.xlsx", "damaged"),
        (with_part("xl/worksheets/sheet1.xml", lambda old: BOMB + old[old.index(b"<work") :]), "plan.xlsx", "damaged"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_file_that_cant_be_read_is_refused_in_a_sentence(data: bytes, name: str, words: str) -> None:
    assert words in sentence(data, name)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(**{"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 200_000_000})
    assert len(bomb) < tables.MOST_BYTES

    assert "larger than any plan" in sentence(bomb)


def test_a_zip_that_lies_about_its_size_unpacks_no_more_than_it_says() -> None:
    honest = with_part("xl/worksheets/sheet1.xml", lambda _old: b"<x>" + b"0" * 3_000_000)
    lying = honest.replace((3_000_003).to_bytes(4, "little"), (30).to_bytes(4, "little"))
    assert lying != honest

    assert "damaged" in sentence(lying)


def test_macros_inside_are_refused_whatever_the_name() -> None:
    assert "macros" in sentence(zipped(**{"xl/workbook.xml": b"", "xl/vbaProject.bin": b"x"}))


def test_a_cell_with_an_error_is_named() -> None:
    cell = re.compile(rb'<c r="A2".*?</c>')
    data = with_part("xl/worksheets/sheet1.xml", lambda old: cell.sub(b'<c r="A2" t="e"><v>#N/A</v></c>', old))

    assert "Cell A2 holds the error #N/A" in sentence(data)


def test_a_sheet_that_claims_a_million_columns_is_read_at_once() -> None:
    data = with_part("xl/worksheets/sheet1.xml", lambda old: old.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))

    assert tables.read(data, name="plan.xlsx").rows == [["day"], ["a"]]
