"""Clock times people choose, and the instants they mean.

A time zone's rules change, and twice a year a clock time doesn't exist or exists twice. Nothing is guessed here: a
time that can't be meant, or can mean two instants, is an error that names the choices (PEP 495 names them "gap" and
"fold").
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class WallTimeError(ValueError):
    """A clock time that doesn't name exactly one instant."""


class WallTimeGap(WallTimeError):
    """The clocks jump over this time. `before` and `after` are the nearest instants, local to the zone."""

    def __init__(self, before: datetime, after: datetime) -> None:
        self.before, self.after = before, after
        super().__init__(f"{before:%H:%M} is followed by {after:%H:%M}")


class WallTimeTwice(WallTimeError):
    """The clocks show this time twice. `first` and `second` are the two instants, local to the zone."""

    def __init__(self, first: datetime, second: datetime) -> None:
        self.first, self.second = first, second
        super().__init__(f"{first.isoformat()} and {second.isoformat()}")


@dataclass(frozen=True)
class WallTime:
    """A clock time without zone (minutes are enough), and which of two equal ones is meant (0 first, 1 second)."""

    wall: datetime
    zone: str
    fold: int = 0

    @classmethod
    def parse(cls, text: str, zone: str, fold: int = 0) -> "WallTime":
        """From a form's ``2026-12-18T18:00``. Raises ValueError when it isn't one."""
        return cls(datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0), zone, fold)

    def text(self) -> str:
        """``2026-12-18T18:00``."""
        return self.wall.isoformat(timespec="minutes")

    def instant(self) -> datetime:
        """The instant in UTC that this means under the zone data of today; for a gap, the instant after it.

        Use `resolve` for what a person types; this is for what was agreed before and may have moved since.
        """
        local = self.wall.replace(tzinfo=ZoneInfo(self.zone), fold=self.fold)
        return local.astimezone(UTC)


def resolve(text: str, zone: str, *, which: str = "") -> WallTime:
    """The time a person typed, if it names exactly one instant.

    `which` is "first" or "second" when the person chose between two. Raises `WallTimeGap`, `WallTimeTwice`, or
    ValueError for a text that is no time.
    """
    chosen = WallTime.parse(text, zone)
    info = ZoneInfo(zone)
    first, second = (chosen.wall.replace(tzinfo=info, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return chosen
    back = first.astimezone(UTC).astimezone(info)
    if back.replace(tzinfo=None) != chosen.wall:
        raise WallTimeGap(*_around(first, info))
    if which in {"first", "second"}:
        return WallTime(chosen.wall, zone, int(which == "second"))
    raise WallTimeTwice(first, second)


def _around(missing: datetime, info: ZoneInfo) -> tuple[datetime, datetime]:
    """The last minute before and the first after a jump that swallows a clock time."""
    # fold=0 reads the time with the offset before the jump, fold=1 with the one after it (PEP 495).
    before, after = missing.replace(fold=1).astimezone(UTC), missing.replace(fold=0).astimezone(UTC)
    low, high = before - timedelta(minutes=1), after + timedelta(minutes=1)
    offset = low.astimezone(info).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(info).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return low.astimezone(info), high.astimezone(info)


def zone_in_words(name: str) -> str:
    """`America/Costa_Rica` is said as “Costa Rica”."""
    return name.rpartition("/")[2].replace("_", " ")
