"""A stage and log-ins for the tests of the rooms of take-overs.

pytest reads this file before Django is set up, so what needs models is imported by the fixtures themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from itac.campaign.models import Person
    from itac.takeovers.tests.factories import Stage


@pytest.fixture
def stage(db: None) -> Stage:
    """North City has had the floor for a quarter of an hour, for six; everything was planned an hour before."""
    from datetime import timedelta

    from itac.core import clock
    from itac.takeovers.tests.factories import Stage

    return Stage(clock.now().replace(microsecond=0) - timedelta(minutes=15))


@pytest.fixture
def login() -> Callable[[Person], Client]:
    """A browser in which that person is logged in."""

    def enter(person: Person) -> Client:
        client = Client()
        client.force_login(type(person).objects.get(pk=person.pk))
        return client

    return enter
