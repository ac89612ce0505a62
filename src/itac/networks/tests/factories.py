"""Channels and sendings for tests: what matters to a test is named by it, all else is plain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from itac.networks.models import Channel
from itac.networks.protocol import (
    AnswerTo,
    Card,
    Content,
    Hearing,
    Known,
    Listening,
    Media,
    Part,
    Prepared,
    PublicReply,
    Replies,
    Sending,
)
from itac.networks.secrets import Secret
from tests.servers.bluesky import Account
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

NOON = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)


def picture(colour: str = "teal", *, width: int = 40, height: int = 30) -> bytes:
    """A small JPEG."""
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG")
    return file.getvalue()


def media(alt: str = "A woven strand", **more: Any) -> Media:
    """A small JPEG as it is sent."""
    data = picture(**more)
    return Media(
        sha256="0" * 64,
        mime="image/jpeg",
        alt=alt,
        width=more.get("width", 40),
        height=more.get("height", 30),
        size_bytes=len(data),
        read=lambda: data,
    )


def channel(network: str, *, secret: Mapping[str, str] | None = None, save: bool = True, **columns: Any) -> Channel:
    """A channel, stored unless a test has no database."""
    made = Channel(network=network, secret=Secret(secret), **{"slug": network, "name": network.title(), **columns})
    if save:
        made.save()
    return made


def on_mastodon(server: MastodonServer, address: str) -> Channel:
    """A channel on the Mastodon mock, without a row, at an address that leads there."""
    return channel(
        "mastodon",
        secret={"access_token": server.token},
        address=address,
        account_id=server.account_id(),
        save=False,
    )


def on_bluesky(account: Account, address: str) -> Channel:
    """A channel whose session is the one the account was made with, as after `connect`, at an address of its server."""
    session = {
        "handle": account.handle,
        "did": account.did,
        "access": account.access_jwt,
        "refresh": account.refresh_jwt,
        "server": address,
    }
    return channel(
        "bluesky",
        secret={"app_password": account.password},
        address=address,
        handle=f"@{account.handle}",
        account_id=account.did,
        session=Secret(session),
    )


BREAKS = ("drop_before", "drop_after", "truncate", "garbage", "hold")


def break_line(proxy: Proxy, how: str, path: str) -> float:
    """Make the next answer from there go missing in one of `BREAKS`; how many seconds to wait for it."""
    told: list[Any] = {"truncate": [20], "garbage": ["HELLO\r\n\r\n"]}.get(how, [])
    getattr(proxy, how)(*told, "GET", path)
    return 2.0 if how == "hold" else 20.0


def sending(
    text: str = "Together",
    *,
    key: str,
    pictures: Sequence[Media] = (),
    card: Card | None = None,
    language: str = "en",
    options: Mapping[str, Any] | None = None,
    answers: AnswerTo | None = None,
    **more: Any,
) -> Sending:
    """One part of one message on its way."""
    part = Part(text=text, media=pictures, card=card)
    content = Content(
        language=language,
        parts=[part],
        subject="together",
        title="Together",
        options=options or {},
        answers=answers,
    )
    return Sending(content=content, index=0, key=key, **more)


def prepared(plug: Any, where: Channel, one: Sending, *, now: datetime = NOON, **changes: Any) -> Sending:
    """The sending with its frozen part, as the engine makes it before the first try."""
    result = plug.prepare(where, one, now=now)
    assert isinstance(result, Prepared), result
    fields = {name: getattr(one, name) for name in ("content", "index", "key", "earlier", "taken", "seconds")}
    return Sending(**{**fields, "frozen": result.frozen, "began_at": now, **changes})


class Listener:
    """Who listens for replies, and keeps what it is told with the cursor, as a room above does.

    `told` is all it was told, in order; `stands` what is there now. `reborn` is another process on the same data.
    """

    def __init__(self, plug: Any, where: Channel, posts: Collection[str]) -> None:
        self.plug, self.channel, self.posts = plug, where, tuple(posts)
        self.cursor = ""
        self.told: list[PublicReply] = []
        self.stands: dict[str, PublicReply] = {}

    def reborn(self) -> Listener:
        """The same on a fresh start."""
        other = Listener(self.plug, self.channel, self.posts)
        other.cursor, other.told, other.stands = self.cursor, list(self.told), dict(self.stands)
        return other

    def listen(self, *, seconds: float = 20.0) -> Hearing:
        """Ask once, and keep what is told."""
        known = {name: Known(version=one.version, under=one.under) for name, one in self.stands.items()}
        hearing: Hearing = self.plug.replies(
            self.channel, Listening(posts=self.posts, cursor=self.cursor, known=known, seconds=seconds)
        )
        if isinstance(hearing, Replies):
            self.cursor = hearing.cursor
            self.told += hearing.replies
            self.stands |= {reply.remote_id: reply for reply in hearing.replies}
            for name in hearing.gone:
                del self.stands[name]
        return hearing

    def listen_through(self) -> Replies:
        """Ask until there is no more for now; the last answer. Fails on anything but replies."""
        while True:
            hearing = self.listen()
            assert isinstance(hearing, Replies), hearing
            if not hearing.more:
                return hearing

    @property
    def texts(self) -> list[str]:
        """What it was told, in order."""
        return [reply.text for reply in self.told]
