"""The servers' own lists against the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

# What a person sees, and can act on, in the Studio.
SEEN = frozenset({"sent", "held", "awaiting", "failed", "uncertain", "cancelled"})


@dataclass
class Reckoning:
    """The kill test's closing figures. `stories` says which delivery was counted where, and `unsent` what stopped."""

    kills: int = 0
    sent: int = 0
    duplicates: int = 0
    lost: int = 0
    uncertain: int = 0
    unsent: int = 0
    stories: list[str] = field(default_factory=list)

    def add(self, deliveries: Sequence[Mapping[str, Any]], lists: Mapping[str, Sequence[str]]) -> None:
        """Count one campaign: its deliveries, and the texts that each network's server has."""
        for delivery in deliveries:
            copies = Counter[str]()
            marks = [f"{delivery['mark']}{'abc'[place]}" for place in range(delivery["parts"])]
            for text in lists[delivery["network"]]:
                copies.update(mark for mark in marks if mark in text)
            self._count(delivery, [copies[mark] for mark in marks])

    def _count(self, delivery: Mapping[str, Any], copies: Sequence[int]) -> None:
        state = delivery["state"]
        story = f"{delivery['network']} {delivery['mark']}: {state} {delivery['code']}, on the server {copies}"
        self.sent += state == "sent"
        self.uncertain += state == "uncertain"
        self.unsent += state != "sent"
        twice = sum(count - 1 for count in copies if count > 1)
        lost = (state == "sent" and 0 in copies) or state not in SEEN
        self.duplicates += twice
        self.lost += lost
        if twice or lost or state != "sent":
            self.stories.append(story)

    @property
    def kept(self) -> bool:
        """Whether the promise was kept and everything went out."""
        return not (self.duplicates or self.lost or self.uncertain or self.unsent)

    def closing_line(self) -> dict[str, int]:
        """The five figures of the contract."""
        figures = asdict(self)
        return {name: figures[name] for name in ("kills", "sent", "duplicates", "lost", "uncertain")}
