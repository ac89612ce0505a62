"""A scene with programs, for the tests of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from itac.api.tests.programs import Programs


@pytest.fixture
def programs(db: None) -> Programs:
    """Two organisations with their posts, and programs that act for them."""
    from itac.api.tests.programs import Programs
    from itac.core import clock

    return Programs(clock.now().replace(second=0, microsecond=0))
