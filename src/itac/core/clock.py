"""The one place that reads the clock.

Everything in the domain takes `now` as an argument, so a test can ask what holds at any instant
and no authority depends on a job having run (Promise 6).
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
