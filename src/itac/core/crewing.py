"""What runs beside the workers, for as long as they do: rooms put their runner here, and each worker process has one.

Several processes may run the same at once; what it does must be safe for that. One that ends by an error is begun anew.
"""

from __future__ import annotations

import secrets
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Protocol

from django.db import DatabaseError, close_old_connections, connection, connections

from itac.core.logs import get_logger
from itac.core.moving import MovedMeanwhile

log = get_logger("itac.crewing")


class Runner(Protocol):
    """Works until it is stopped."""

    name: str

    def run(self) -> None:
        """Work until `stop`; closes its database connections when it returns."""

    def stop(self) -> None:
        """Let `run` return soon. Safe from any thread."""


def own_name() -> str:
    """A name that no other runner has, on whatever machine."""
    return f"{socket.gethostname()[:30]}-{secrets.token_hex(6)}"


def unwatched(point: str) -> None:
    """The watcher of a runner that nobody watches. Tests give another, which stops it at one of its points."""


class InTurns(ABC):
    """A runner that does one thing at a time, in turns; between two of them it can be stopped."""

    idle_seconds = 1.0  # how long it waits when there was nothing to do

    def __init__(self) -> None:
        self.name = own_name()
        self.stopping = threading.Event()

    @abstractmethod
    def turn(self) -> bool:
        """Do one thing, if one is due. Whether there was one."""

    def leave(self) -> None:  # noqa: B027 -- most hold nothing
        """Let go of what it holds, when it ends."""

    def run(self) -> None:
        """Work until `stop`; what has begun is finished and recorded before it returns."""
        try:
            while not self.stopping.is_set():
                try:
                    close_old_connections()
                    if not self.turn():
                        self.stopping.wait(self.idle_seconds)
                except (DatabaseError, MovedMeanwhile) as error:
                    log.warning("turn_failed", runner=self.name, what=type(self).__name__, error=type(error).__name__)
                    connection.close()
                    self.stopping.wait(self.idle_seconds)
        finally:
            self.leave()
            connections.close_all()

    def stop(self) -> None:
        """Begin nothing new, and let `run` return. Safe from any thread and from a signal handler."""
        self.stopping.set()

    def work_off(self) -> None:
        """Turn until nothing is due now. For commands and tests, not for a service."""
        while self.turn():
            pass


_runners: dict[str, Callable[[], Runner]] = {}


def run_beside(name: str, make: Callable[[], Runner]) -> None:
    """Have it run; called from `AppConfig.ready`. The same name is kept once."""
    _runners[name] = make


def runners() -> Mapping[str, Callable[[], Runner]]:
    """How each is made, by its name."""
    return dict(_runners)
