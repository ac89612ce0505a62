"""What runs beside the workers, for as long as they do: rooms put their runner here, and each worker process has one.

Several processes may run the same at once; what it does must be safe for that. One that ends by an error is begun anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol


class Runner(Protocol):
    """Works until it is stopped."""

    name: str

    def run(self) -> None:
        """Work until `stop`; closes its database connections when it returns."""

    def stop(self) -> None:
        """Let `run` return soon. Safe from any thread."""


_runners: dict[str, Callable[[], Runner]] = {}


def run_beside(name: str, make: Callable[[], Runner]) -> None:
    """Have it run; called from `AppConfig.ready`. The same name is kept once."""
    _runners[name] = make


def runners() -> Mapping[str, Callable[[], Runner]]:
    """How each is made, by its name."""
    return dict(_runners)
