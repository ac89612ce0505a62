"""What take-overs do on news of the engine. All of it is looked for again by the listener: news can be lost."""

from __future__ import annotations

from typing import Any

from itac.core import clock
from itac.takeovers import replying


def approval_was_decided(*, state: str, **_facts: Any) -> None:
    """An answer to the public that is approved now leaves."""
    if state == "granted":
        replying.send_approved(now=clock.now())
