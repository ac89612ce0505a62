"""Reading the public's replies on Bluesky as its AppView lists them.

The account's own server (PDS) passes `app.bsky.*` on to the AppView it is set up with, in the account's name
(https://docs.bsky.app/docs/advanced-guides/api-directory). Lexicons, read 2026-11-25 with the AppView's own code:

* The news: `app.bsky.notification.listNotifications`, newest first, pages leading back; so they are read from the top
  down to the newest known. A reply that also mentions or quotes us is listed by that reason alone, and one whose author
  dates it back stands further down than its arrival.
* In turn: `app.bsky.feed.getPostThread` below a few posts a call, which finds what the news left out, six levels deep,
  and `app.bsky.feed.getPosts`, which tells what is gone.

A server alone has no AppView behind it; then its stream is listened to (`bluesky_stream`). Tested against a real PDS
that passes these calls on to a small AppView of the tests, whose answers the SDK's types check. Gone through once by
hand against Bluesky's own PDS and AppView (`@atproto/dev-env`, 2026-11-25): new, mentioning, dated back, nested, our
own, deleted, closed account; each told once. Never against bsky.social.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from itac.networks import bluesky_stream
from itac.networks.bluesky_records import moment, read_moment, read_reply
from itac.networks.bluesky_session import Refusal, Session, Unavailable, bearer, with_session
from itac.networks.hearing import Gathering, NotHeard, Place, rest_seconds, turn, unheard
from itac.networks.lines import NoReply, Stopwatch, ask
from itac.networks.protocol import Author, Hearing, Listening, PublicReply, Replies, TryLater

if TYPE_CHECKING:
    from itac.networks.models import Channel

PAGE = 100
PAGES = 5
DEPTH = 6
URIS = 25
OVERLAP = timedelta(minutes=10)  # arrivals are dated by their authors, who may be a little slow
REASONS = ("reply", "mention", "quote")


def read(channel: Channel, listening: Listening) -> Hearing:
    """The replies below the posts since the cursor. Changes nothing; raises nothing for what the servers did."""
    watch = Stopwatch(listening.seconds)
    try:
        return with_session(channel, watch, lambda session: _Reader(session, listening, watch).read())
    except Refusal as refusal:
        if _is_server_alone(refusal):
            return bluesky_stream.read(channel, listening, watch)
        return unheard(refusal.reply)
    except Unavailable as none:
        return none.outcome
    except NotHeard as why:
        return why.outcome
    except NoReply:
        return TryLater(code="replies_unreachable")


class _Reader:
    """One call's reading of one account, through its own server."""

    def __init__(self, session: Session, listening: Listening, watch: Stopwatch) -> None:
        self._session = session
        self._watch = watch
        self._posts = listening.posts
        self._place = Place.of(listening.cursor)
        self._gathering = Gathering(listening)
        self._more = False
        self._wait: float | None = None

    def read(self) -> Replies:
        """All of it. Raises `NoReply`, `NotHeard` and `Refusal` when not even the news could be read."""
        self._read_news()
        code = "" if self._wait is None else "replies_limited"
        try:
            self._look_below()
        except NoReply:
            code = "replies_unreachable"
        except NotHeard as why:
            code = why.outcome.code
        except Refusal as refusal:
            if refusal.is_about_token:
                raise
            outcome = unheard(refusal.reply)
            code, self._wait = outcome.code, getattr(outcome, "after_seconds", None)
        return self._gathering.told(self._place, more=self._more, code=code, after_seconds=self._wait)

    def _read_news(self) -> None:
        known = read_moment(self._place.news)
        newest, older_than = known, ""
        found: list[PublicReply] = []
        for number in range(PAGES):
            wanted = [*(("reasons", reason) for reason in REASONS), ("limit", str(PAGE))]
            wanted += [("cursor", older_than)] if older_than else []
            page = self._asked("app.bsky.notification.listNotifications", wanted)
            listed = _objects(page.get("notifications"))
            arrived = [at for at in (read_moment(one.get("indexedAt")) for one in listed) if at]
            newest = max(arrived + ([newest] if newest else []), default=None)
            found += [reply for reply in (self._reply(one) for one in listed) if reply]
            cursor = page.get("cursor")
            older_than = cursor if isinstance(cursor, str) else ""
            # The first time the newest page will do: the conversations below the posts tell the rest.
            if known is None or not listed or not older_than or min(arrived, default=known) < known - OVERLAP:
                break
            self._more = number == PAGES - 1
        self._hear(found)
        if newest is not None:
            self._place = replace(self._place, news=moment(newest))

    def _look_below(self) -> None:
        posts, is_round = turn(self._posts, self._place.looked)
        for post in posts:
            if self._wait is not None:
                break
            try:
                wanted = [("uri", post), ("depth", str(DEPTH)), ("parentHeight", "0")]
                thread = self._asked("app.bsky.feed.getPostThread", wanted).get("thread")
            except Refusal as refusal:
                if refusal.reply.member("error") != "NotFound":
                    raise
            else:
                self._hear([reply for reply in map(self._reply, _views(thread)) if reply], below=post)
                self._confirm_gone(post)
            self._place = replace(self._place, looked=post)
        else:
            self._place = replace(self._place, rounded=self._place.rounded or is_round)
        self._more = self._more or (self._wait is None and not self._place.rounded)

    def _confirm_gone(self, post: str) -> None:
        unseen = self._gathering.unseen(post)[:URIS]
        if unseen:
            found = self._asked("app.bsky.feed.getPosts", [("uris", name) for name in unseen])
            there = {one.get("uri") for one in _objects(found.get("posts"))}
            for name in set(unseen) - there:
                self._gathering.lose(name)

    def _hear(self, replies: Sequence[PublicReply], *, below: str = "") -> None:
        for reply in sorted(replies, key=lambda one: one.at):
            self._gathering.hear(reply, below=below)

    def _reply(self, view: dict[str, Any]) -> PublicReply | None:
        """A notification or a post as the AppView shows it: the two name what matters alike."""
        arrived = read_moment(view.get("indexedAt"))
        author = view.get("author")
        if arrived is None or not isinstance(author, dict):
            return None
        return read_reply(
            uri=view.get("uri"),
            cid=view.get("cid"),
            record=view.get("record"),
            author=_author(author),
            arrived=arrived,
            ours=self._session.did,
        )

    def _asked(self, method: str, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The answer's object. Raises `NoReply`, `Refusal` and `NotHeard`."""
        reply = ask(
            "GET",
            f"{self._session.server}/xrpc/{method}",
            seconds=self._watch.left,
            headers=bearer(self._session.access),
            params=list(params),
        )
        if reply.status != 200:
            raise Refusal(reply)
        self._wait = rest_seconds(reply.headers)
        value = reply.entity()
        if not isinstance(value, dict):
            raise NotHeard(TryLater(code="replies_unreadable"))
        return value


def _is_server_alone(refusal: Refusal) -> bool:
    """Whether the server says that it passes such calls on to nobody."""
    told = refusal.reply
    return told.member("error") == "MethodNotImplemented" or told.member("message").startswith("No service configured")


def _views(thread: Any) -> Iterator[dict[str, Any]]:
    """The posts of a conversation, each before what answers it; those gone or blocked have none."""
    waiting = [thread]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, dict) and isinstance(node.get("post"), dict):
            yield node["post"]
            waiting += node.get("replies") or []


def _author(view: dict[str, Any]) -> Author:
    did, handle, name, avatar = (
        value if isinstance(value := view.get(member), str) else ""
        for member in ("did", "handle", "displayName", "avatar")
    )
    return bluesky_stream.author(did, handle, name=name, avatar=avatar)


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise NotHeard(TryLater(code="replies_unreadable"))
    return value
