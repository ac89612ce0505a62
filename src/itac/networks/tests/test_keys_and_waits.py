"""Record keys and waiting times: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itac.networks import tid
from itac.networks.tests.factories import NOON
from itac.networks.waiting import seconds_to_wait


def test_keys_of_one_moment_differ_and_grow() -> None:
    keys = [tid.new(now=NOON) for _ in range(2_000)]

    assert keys == sorted(set(keys))
    assert {len(key) for key in keys} == {tid.LENGTH}


@given(st.integers(0, (1 << 53) - 1), st.integers(0, 1023))
def test_keys_order_by_time_and_begin_as_the_specification_says(microseconds: int, clock: int) -> None:
    key = tid.encode(microseconds, clock)

    assert key[0] in "234567abcdefghij"
    assert tid.encode(microseconds + 1, 0) > key or microseconds == (1 << 53) - 1


def test_specification_example() -> None:
    assert tid.encode(0, 0) == "2222222222222"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Fri, 18 Dec 2026 12:01:00 GMT", "Date": "Fri, 18 Dec 2026 12:00:00 GMT"}, 60),
        ({"X-RateLimit-Reset": "2026-12-18T12:05:00.000Z", "Date": "Fri, 18 Dec 2026 12:00:00 GMT"}, 300),
        ({"ratelimit-reset": str(int(NOON.timestamp()) + 30), "Date": "Fri, 18 Dec 2026 12:00:00 GMT"}, 30),
        ({"X-RateLimit-Reset": "2020-01-01T00:00:00Z", "Date": "Fri, 18 Dec 2026 12:00:00 GMT"}, 0),
        ({"Retry-After": "99999999"}, 24 * 3600),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "5", "ratelimit-reset": "9"}, 9),
    ],
)
def test_waits_as_told(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_to_wait(headers) == seconds


def test_without_the_servers_clock_ours_is_used() -> None:
    later = datetime.now(UTC) + timedelta(seconds=100)

    assert seconds_to_wait({"X-RateLimit-Reset": later.isoformat()}) == pytest.approx(100, abs=2)
