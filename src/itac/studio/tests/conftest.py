"""A scene and log-ins for the tests of the Studio's rooms.

pytest reads this file before Django is set up, so what needs models is imported by the fixtures themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from itac.campaign.models import Person
    from itac.publishing.tests.factories import Scene
    from itac.studio.tests.eyes import Eyes


@pytest.fixture
def scene(db: None) -> Scene:
    """Two organisations with editor and approver each, a coordinator, and a website channel; it is now."""
    from itac.core import clock
    from itac.publishing.tests.factories import Scene

    return Scene(clock.now().replace(second=0, microsecond=0))


@pytest.fixture
def login() -> Callable[[Person], Client]:
    """A browser in which that person is logged in."""

    def enter(person: Person) -> Client:
        client = Client()
        client.force_login(type(person).objects.get(pk=person.pk))
        return client

    return enter


@pytest.fixture
def eyes(db: None) -> Eyes:
    """Two organisations with one of everything, and everybody who might look."""
    from itac.core import clock
    from itac.studio.tests.eyes import Eyes

    return Eyes(clock.now().replace(second=0, microsecond=0))
