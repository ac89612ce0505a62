"""When a network says we may come again. Pure but for the clock, since a reset is a moment and we need a duration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from itac.core import clock

LONGEST_SECONDS = 24 * 3600.0


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the network lets us call again, by its `Retry-After` or rate-limit reset; None if it doesn't say.

    Reads `Retry-After` (RFC 9110: seconds or a date), Mastodon's `X-RateLimit-Reset` (ISO 8601) and Bluesky's
    `RateLimit-Reset` (seconds since 1970). Measured by the server's own clock where it tells the time.
    """
    known = {name.lower(): value.strip() for name, value in headers.items()}
    found = [_of(known[name], _moment(known.get("date", ""))) for name in _NAMES if known.get(name)]
    waits = [wait for wait in found if wait is not None]
    return min(max(*waits, 0.0), LONGEST_SECONDS) if waits else None


_NAMES = ("retry-after", "x-ratelimit-reset", "ratelimit-reset")
_YEAR_2001 = 1_000_000_000.0  # a smaller number is a duration, a greater one a moment


def _of(value: str, server_now: datetime | None) -> float | None:
    try:
        number = float(value)
    except ValueError:
        moment = _moment(value)
    else:
        if 0 <= number < _YEAR_2001:
            return number
        moment = datetime.fromtimestamp(number, UTC) if number < 1e11 else None
    return (moment - (server_now or clock.now())).total_seconds() if moment else None


def _moment(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except (ValueError, TypeError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
