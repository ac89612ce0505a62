"""What every benchmark says in the same way: percentiles and the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least that percentage of an ordered list doesn't exceed."""
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


def machine() -> dict[str, Any]:
    """Cores, memory, versions and the date."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
        "date": datetime.now(UTC).date().isoformat(),
    }
