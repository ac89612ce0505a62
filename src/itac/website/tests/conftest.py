"""A built site for the tests of its pages. What needs models is imported by the fixtures (Django isn't set up yet)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from itac.campaign.models import Campaign


@pytest.fixture
def site(db: None) -> Campaign:
    """A demonstration's site in both languages, without posts."""
    from itac.website.tests import factories

    return factories.site()
