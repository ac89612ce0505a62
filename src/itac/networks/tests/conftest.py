"""What every test of this room begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    """No session that another test's channel left in this process."""
    # Not above: this file is read before Django's settings are.
    from itac.networks import bluesky_session

    bluesky_session._held.clear()
    yield
    bluesky_session._held.clear()
