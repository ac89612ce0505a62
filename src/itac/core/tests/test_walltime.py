"""A clock time means one instant, or a person is told which there are: gaps and doubles are never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itac.core.walltime import WallTime, WallTimeGap, WallTimeTwice, resolve

ZONES = ["UTC", "America/Bogota", "America/Santiago", "America/Havana", "Europe/Berlin", "Australia/Lord_Howe"]
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(second=0, microsecond=0)
)


@given(INSTANTS, st.sampled_from(ZONES))
def test_the_clock_time_of_an_instant_leads_back_to_it(instant: datetime, zone: str) -> None:
    wall = instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")

    try:
        meant = {resolve(wall, zone).instant()}
    except WallTimeTwice:
        meant = {resolve(wall, zone, which=which).instant() for which in ("first", "second")}

    assert instant in meant


@given(INSTANTS, st.sampled_from(ZONES))
def test_a_clock_time_is_refused_exactly_when_no_clock_shows_it(instant: datetime, zone: str) -> None:
    wall = instant.replace(tzinfo=None)
    shown = any(
        (wall.replace(tzinfo=UTC) - timedelta(minutes=offset)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
        for offset in range(-14 * 60, 15 * 60, 30)
    )

    try:
        resolve(wall.isoformat(timespec="minutes"), zone)
        refused = False
    except WallTimeTwice:
        refused = False
    except WallTimeGap:
        refused = True

    assert refused != shown


def test_a_time_that_the_clocks_jump_over_names_its_neighbours() -> None:
    with pytest.raises(WallTimeGap) as caught:
        resolve("2027-03-28T02:30", "Europe/Berlin")

    assert (f"{caught.value.before:%H:%M}", f"{caught.value.after:%H:%M}") == ("01:59", "03:00")


def test_a_time_that_comes_twice_names_both_instants() -> None:
    with pytest.raises(WallTimeTwice) as caught:
        resolve("2026-10-25T02:30", "Europe/Berlin")

    instants = [moment.astimezone(UTC) for moment in (caught.value.first, caught.value.second)]
    assert instants == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
    assert resolve("2026-10-25T02:30", "Europe/Berlin", which="second").instant() == instants[1]


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T10:00", "25:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        resolve(text, "UTC")


def test_what_was_chosen_is_kept_as_it_was_written() -> None:
    chosen = WallTime.parse("2026-12-18T18:00", "America/Bogota")

    assert (chosen.text(), chosen.instant()) == ("2026-12-18T18:00", datetime(2026, 12, 18, 23, tzinfo=UTC))
