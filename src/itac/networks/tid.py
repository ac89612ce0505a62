"""Record keys of the AT Protocol that order by time (specification: https://atproto.com/specs/tid)."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime, timedelta

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
LENGTH = 13
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_lock = threading.Lock()
_last = 0


def encode(microseconds: int, clock: int) -> str:
    """The 13 characters of 53 bits of microseconds since 1970 and 10 bits that tell makers apart."""
    value = (microseconds & (1 << 53) - 1) << 10 | clock & (1 << 10) - 1
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(LENGTH)))


def new(*, now: datetime) -> str:
    """A key for `now`; in one process later than every one before, also at the same microsecond. Never repeats."""
    global _last
    with _lock:
        _last = max(_last + 1, (now - _EPOCH) // timedelta(microseconds=1))
        return encode(_last, secrets.randbits(10))
