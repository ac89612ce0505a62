"""What `itac check --deploy` asks of the engine."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from itac.core import clock
from itac.core.checks import TAG
from itac.publishing.health import look

REMEDY = "Start `itac worker`, or `itac run`, and let the system start it again whenever it ends."


@register(TAG, deploy=True)
def somebody_works(app_configs: Any = None, **_facts: Any) -> list[CheckMessage]:
    """E010: the database answers. E011: a worker has been heard lately; without one no post leaves."""
    health = look(now=clock.now())
    if not health.database:
        hint = "Look at DATABASE_URL and at the database's own log; a new one needs `itac init`."
        return [Error("The database doesn't answer.", hint=hint, id="itac.E010")]
    if health.worker == "working":
        return []
    said = (
        "No worker has ever been heard: posts that are due don't leave."
        if health.worker == "none"
        else f"No worker has been heard for {health.silent_seconds:.0f} seconds: posts that are due don't leave."
    )
    return [Error(said, hint=REMEDY, id="itac.E011")]
