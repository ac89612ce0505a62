"""Which kills there are: a point around the call, on a network that has it, on a database."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tools.databases import KINDS, Kind

NETWORKS = ("website", "bluesky", "mastodon")

# Where a worker dies, and what is true at that moment.
POINTS = {
    "before_intent": "the intent is written, not committed",
    "after_intent": "the intent is on disk, the call hasn't begun",
    "bytes_left": "the whole request has left, the server hasn't got it yet",
    "server_acted": "the server has acted, its answer is under way",
    "before_record": "the answer is here, not recorded",
    "between_parts": "one part of a thread is recorded, the next hasn't begun",
}
ON_THE_WIRE = frozenset({"bytes_left", "server_acted"})
# The site is our own database, so nothing of it is on a wire, and its entries have one part.
LACKING = {"website": ON_THE_WIRE | {"between_parts"}}


@dataclass(frozen=True)
class Kill:
    """One kill to make."""

    database: Kind
    network: str
    point: str


def kills(
    count: int,
    *,
    databases: Collection[Kind] = KINDS,
    networks: Collection[str] = NETWORKS,
    points: Collection[str] = tuple(POINTS),
) -> list[Kill]:
    """That many kills, spread evenly over all chosen combinations that exist. Raises ValueError when none does."""
    combinations = [
        Kill(database, network, point)
        for point, network, database in itertools.product(points, networks, databases)
        if point not in LACKING.get(network, ())
    ]
    if not combinations:
        raise ValueError("None of these networks has one of these points.")
    return list(itertools.islice(itertools.cycle(combinations), count))


def table(made: Collection[Kill]) -> Iterator[str]:
    """The kills that were made, a line for each network and database, a column for each point."""
    yield " | ".join([f"{'network, database':24}", *POINTS])
    for network, database in itertools.product(NETWORKS, KINDS):
        counts = [
            "-" if point in LACKING.get(network, ()) else str(list(made).count(Kill(database, network, point)))
            for point in POINTS
        ]
        row = [f"{network + ', ' + database:24}"]
        row += [f"{count:>{len(point)}}" for count, point in zip(counts, POINTS, strict=True)]
        yield " | ".join(row)
