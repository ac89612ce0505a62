"""Fixtures of journeys through the engine. Models are imported late: pytest reads this before settings are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from itac.publishing.tests.factories import Scene
    from tests.journeys.stands import Stand
    from tests.servers.bluesky import PdsServer
    from tests.servers.mastodon import MastodonServer
    from tests.servers.proxy import Proxy


@pytest.fixture
def scene(settings: Any) -> Iterator[Scene]:
    """A campaign two hours before its posts are due. Calls are short, so that answers can be too late."""
    from itac.networks import bluesky_session
    from itac.publishing.tests.factories import Scene
    from tests.journeys.stands import CALL_SECONDS, DUE

    settings.REQUEST_SECONDS = CALL_SECONDS
    bluesky_session._held.clear()
    yield Scene(DUE - timedelta(hours=2))
    bluesky_session._held.clear()


@pytest.fixture
def mastodon_stand(scene: Scene, mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Iterator[Stand]:
    """A channel on the Mastodon mock, behind a proxy."""
    from tests.journeys.stands import on_mastodon

    stand = on_mastodon(scene, mastodon, proxy_for(mastodon))
    yield stand
    stand.end()


@pytest.fixture
def bluesky_stand(scene: Scene, pds: PdsServer, proxy_for: Callable[..., Proxy]) -> Iterator[Stand]:
    """A channel on the AT Protocol server, behind a proxy."""
    from tests.journeys.stands import on_bluesky

    stand = on_bluesky(scene, pds, proxy_for(pds))
    yield stand
    stand.end()


@pytest.fixture(params=["mastodon", "bluesky"])
def each_stand(request: pytest.FixtureRequest) -> Stand:
    """The test runs on both networks."""
    stand: Stand = request.getfixturevalue(f"{request.param}_stand")
    return stand
