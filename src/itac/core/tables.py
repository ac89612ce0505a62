"""Tables for spreadsheets."""

from __future__ import annotations

# What a spreadsheet would run as a formula (OWASP, CSV injection).
RUNS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """The value as the text of a cell, which a spreadsheet shows and doesn't run."""
    text = str(value)
    return f"'{text}" if text.startswith(RUNS) else text
