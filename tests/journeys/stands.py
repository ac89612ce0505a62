"""A planned delivery with a real server behind the cutting proxy, and workers on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from itac.core import clock
from itac.core.crewing import unwatched
from itac.networks.models import Channel
from itac.publishing.models import Delivery
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from tests.servers.bluesky import PdsServer
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

# This minute by the real clock, because the servers stamp what they get by theirs.
DUE = clock.now().replace(second=0, microsecond=0)
CALL_SECONDS = 2.0


class Died(BaseException):
    """The worker's process ends here, as far as the worker can tell: nothing catches this."""


@dataclass
class Stand:
    """A channel behind a proxy, the paths of its calls, and what its server has: ids of posts, the oldest first."""

    channel: Channel
    proxy: Proxy
    publishing: str
    looking: str
    texts: Callable[[], list[str]]
    scene: Scene
    now: datetime = DUE
    delivery: Delivery = field(init=False)
    worker: Worker = field(init=False)

    def plan(self, text: str = "Together.", **post: Any) -> Delivery:
        """An approved post, due at `DUE`; and a worker."""
        made = self.scene.post(text, channels=[self.channel], at=DUE, **post)
        self.delivery = self.scene.deliveries(made)[0]
        self.worker = self.another_worker()
        return self.delivery

    def another_worker(self, *, dies_at: str = "", in_flight: int = 2) -> Worker:
        """A worker on this stand's clock, which dies at a point."""

        def watch(point: str) -> None:
            if point == dies_at:
                raise Died

        return Worker(now=lambda: self.now, in_flight=in_flight, watch=watch if dies_at else unwatched)

    def work(self, after: timedelta = timedelta(), *, worker: Worker | None = None) -> tuple[str, str]:
        """What the delivery is once the worker has worked off all there is to do so long after `DUE`."""
        self.now = DUE + after
        (worker or self.worker).work_off()
        self.delivery.refresh_from_db()
        return self.delivery.state, self.delivery.code

    def calls(self) -> int:
        """How many requests to publish came to the proxy."""
        return sum(one.method == "POST" and one.path == self.publishing for one in self.proxy.exchanges())

    def end(self) -> None:
        """Let go what is held, and the workers."""
        self.proxy.release(drop=True)
        if hasattr(self, "worker"):
            self.worker.stop()
            self.worker.run()


def on_mastodon(scene: Scene, server: MastodonServer, proxy: Proxy) -> Stand:
    """A channel on the Mastodon mock."""
    channel = scene.channel(
        "mastodon", network="mastodon", secret={"access_token": server.token}, address=proxy.url,
        handle="@itac", account_id=server.account_id(),
    )  # fmt: skip

    def texts() -> list[str]:
        return [server.text_of(status["id"]) for status in server.statuses()]

    return Stand(channel, proxy, "/api/v1/statuses", "/api/v1/accounts/*", texts, scene)


def on_bluesky(scene: Scene, server: PdsServer, proxy: Proxy) -> Stand:
    """A channel on the AT Protocol server, with an account of its own."""
    account = server.create_account()
    channel = scene.channel(
        "bluesky", network="bluesky", secret={"app_password": account.password}, address=proxy.url,
        handle=account.handle, account_id=account.did,
    )  # fmt: skip

    def texts() -> list[str]:
        return [record["value"]["text"] for record in server.records(account.did)]

    publishing, looking = (f"/xrpc/com.atproto.repo.{verb}Record" for verb in ("put", "get"))
    return Stand(channel, proxy, publishing, looking, texts, scene)
