"""Dated public items: what activities put on the campaign's calendar without anybody here knowing their rooms.

A take-over's room, the events' room and others join in their `AppConfig.ready`; a phase's page and the calendar read.
What is told here is public: a room tells only of what anybody may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from itac.campaign.models import Organisation


@dataclass(frozen=True)
class DatedItem:
    """One stretch of time that belongs to the public: half-open, `opens_at` ≤ t < `closes_at`.

    `kind` is the source's own word ("takeover", "event", …), `organisation` who is behind it (None: the campaign),
    `address` the public page.
    """

    kind: str
    title: str
    organisation: Organisation | None
    opens_at: datetime
    closes_at: datetime
    address: str


# Called with a half-open stretch; gives what overlaps it, titles in the language in force, in one query of its own.
Source = Callable[[datetime, datetime], Iterable[DatedItem]]

_sources: dict[str, Source] = {}


def join(kind: str, source: Source) -> None:
    """From now on `between` asks this source too. One source a kind; joining again replaces it."""
    _sources[kind] = source


def between(start: datetime, end: datetime) -> list[DatedItem]:
    """All items that overlap the half-open stretch, the earliest first."""
    found = [item for source in _sources.values() for item in source(start, end)]
    return sorted(found, key=lambda item: (item.opens_at, item.kind, item.title))
