"""What has to be looked at every minute: rooms put their look here, and each worker process does all of them.

A look may be made by several processes at once and as often as wanted: what it posts or writes has a key of its own, so
that the same is never done twice. One that fails is logged and made again a minute later; the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections, connections

from itac.core import clock
from itac.core.logs import get_logger

log = get_logger("itac.ticking")
EVERY_SECONDS = 60.0
Look = Callable[[datetime], None]
_looks: dict[str, Look] = {}


def every_minute(name: str, look: Look) -> None:
    """Have it looked at; called from `AppConfig.ready`. The same name is kept once."""
    _looks[name] = look


def look_at_all(now: datetime) -> None:
    """Make every look once."""
    for name, look in _looks.items():
        try:
            look(now)
        except Exception as error:
            log.exception("look_failed", look=name, error=type(error).__name__)


class Ticker:
    """Makes all looks, every minute, until it is stopped."""

    name = "ticker"

    def __init__(self) -> None:
        self.stopping = threading.Event()

    def run(self) -> None:
        """Look until `stop`."""
        try:
            while not self.stopping.is_set():
                close_old_connections()
                look_at_all(clock.now())
                self.stopping.wait(EVERY_SECONDS)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Let `run` return."""
        self.stopping.set()
