"""Whether this installation can do its work: asked by whoever watches over it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from itac.publishing.models import WorkerBeat


@dataclass(frozen=True)
class Health:
    """What was found. `worker` is one of working, silent (for longer than allowed), none (never seen), unknown."""

    database: bool
    worker: str
    last_beat_at: datetime | None = None
    silent_seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For a program that watches."""
        facts = asdict(self)
        if self.last_beat_at is not None:
            facts["last_beat_at"] = self.last_beat_at.isoformat()
        return {"live": True, "ready": self.database, **facts}


def look(*, now: datetime) -> Health:
    """Ask the database, and when a worker was last heard. Raises nothing for what it finds; writes nothing."""
    try:
        beat = WorkerBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    except DatabaseError:
        return Health(database=False, worker="unknown")
    if beat is None:
        return Health(database=True, worker="none")
    silent = max(0.0, (now - beat).total_seconds())
    word = "silent" if silent > settings.WORKER_SILENT_SECONDS else "working"
    return Health(database=True, worker=word, last_beat_at=beat, silent_seconds=round(silent, 1))
