"""Tables for spreadsheets."""

from __future__ import annotations

import re

# What begins a formula in one of the spreadsheet programs, the wide forms of East Asian keyboards included (OWASP,
# "CSV Injection"). One behind apostrophes only counts too, so that taking one away always gives the text back.
RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def cell(value: object) -> str:
    """The value as the text of a cell of CSV, which no spreadsheet program takes for a formula."""
    text = str(value)
    return f"'{text}" if RUNS.match(text) else text
