"""A scene for the tests of take-overs.

pytest reads this file before Django is set up, so what needs models is imported by the fixtures themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from itac.takeovers.tests.factories import Stage


@pytest.fixture
def stage(db: None) -> Stage:
    """A campaign in which North City plans take-overs; it is an hour before noon of 18 December."""
    from itac.takeovers.tests.factories import NOON, Stage

    return Stage(NOON)
