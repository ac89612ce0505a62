"""Fixtures for tests that talk to real servers: load them with `pytest_plugins = ["tests.servers.fixtures"]`.

Servers start once for each pytest process and only when a test asks; each test has accounts and proxies of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.servers.appview import DID, AppView
from tests.servers.bluesky import Account, PdsServer
from tests.servers.cable import Cable
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy
from tests.servers.receiver import Receiver


@pytest.fixture(scope="session")
def pds() -> Iterator[PdsServer]:
    """A real AT Protocol server; fails, never skips, when it is not built."""
    with PdsServer() as server:
        yield server


@pytest.fixture
def pds_account(pds: PdsServer) -> Account:
    """A fresh account on the AT Protocol server."""
    return pds.create_account()


@pytest.fixture(scope="session")
def pds_behind() -> Iterator[tuple[PdsServer, AppView]]:
    """A real AT Protocol server with a small AppView behind it; tests use `bluesky_pair`."""
    with AppView() as appview, PdsServer(appview_url=appview.url, appview_did=DID) as server:
        appview.pds = server.url
        yield server, appview


@pytest.fixture
def bluesky_pair(pds_behind: tuple[PdsServer, AppView]) -> tuple[PdsServer, AppView]:
    """An AT Protocol server and its AppView, which leaves nothing out and repeats nothing yet."""
    appview = pds_behind[1]
    appview.left_out, appview.twice = set(), False
    return pds_behind


@pytest.fixture
def cable_to() -> Iterator[Callable[[PdsServer], Cable]]:
    """Call it with a running server to get a cable to it that can be cut, also under a stream."""
    with contextlib.ExitStack() as stack:
        yield lambda server: stack.enter_context(Cable(server.url))


@pytest.fixture(scope="session")
def mastodon_server() -> Iterator[MastodonServer]:
    """The Mastodon mock, started once; tests use `mastodon`."""
    with MastodonServer(("itac", "second")) as server:
        yield server


@pytest.fixture
def mastodon(mastodon_server: MastodonServer) -> MastodonServer:
    """The Mastodon mock with no statuses, media or keys, and its two accounts `itac` and `second`."""
    mastodon_server.reset()
    return mastodon_server


@pytest.fixture
def proxy_for() -> Iterator[Callable[[PdsServer | MastodonServer | Receiver], Proxy]]:
    """Call it with a running server to get a cutting proxy in front of it, gone after the test."""
    with contextlib.ExitStack() as stack:

        def make(server: PdsServer | MastodonServer | Receiver) -> Proxy:
            announced = server.announced if isinstance(server, PdsServer) else ""
            return stack.enter_context(Proxy(server.url, announced=announced))

        yield make
