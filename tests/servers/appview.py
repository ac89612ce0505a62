"""A small AppView on loopback: what Bluesky's gives for replies, made from the records of a real server (PDS).

The PDS passes `app.bsky.*` on to it, as a hosted one passes them to Bluesky's, in the name of the account that asks.
It answers `app.bsky.notification.listNotifications`, `app.bsky.feed.getPostThread` and `app.bsky.feed.getPosts`; each
answer goes through the types that the atproto SDK made from the lexicons, so one out of shape is an error here.

**It is not Bluesky's AppView.** Known differences:

| what | Bluesky's | this one |
|---|---|---|
| indexing | from a relay's stream, within seconds | each question looks which repositories changed |
| a notification's moment | the earlier of writing and arrival | as told by `createdAt` |
| order and cursor of notifications | newest first; the cursor is the last one's moment | the same |
| reasons | one an account and post: mention, else quote, else reply | mention, else reply |
| preferences, mutes, blocks, thread gates, moderation | leave replies out | `left_out` has no notification |
| depth of a thread | up to 1,000, and long ones are cut | what `depth` asks |
| who asks | the PDS's signature is checked against its identity | believed |
| limits | `RateLimit-*` on each answer | none; the proxy makes them up |
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
from atproto import models

LOOPBACK = "127.0.0.1"
DID = "did:web:appview.test"
POST = "app.bsky.feed.post"


class NotFound(Exception):
    """There is no such post."""


class AppView:
    """A running AppView. Enter it to start, tell it its `pds` (an address), leave it to stop.

    `left_out` are posts that it lists in no notification, as preferences make it; with `twice` it lists each two times.
    """

    url: str

    def __init__(self) -> None:
        self.pds = ""
        self.left_out: set[str] = set()
        self.twice = False
        # A repository's posts by its head, so that only what changed since is read again.
        self._read: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self._client = httpx.Client(timeout=30.0, trust_env=False)
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="appview", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()

    def answer(self, method: str, wanted: dict[str, list[str]], viewer: str) -> Any:
        """The answer to a call as one of the SDK's types. Raises `NotFound`."""
        match method:
            case "app.bsky.notification.listNotifications":
                return self._notifications(wanted, viewer)
            case "app.bsky.feed.getPostThread":
                return self._thread_of(wanted)
            case "app.bsky.feed.getPosts":
                posts = self._posts()
                found = [_view(posts[uri]) for uri in wanted["uris"] if uri in posts]
                return models.AppBskyFeedGetPosts.Response(posts=found)
        raise NotFound(method)

    def _notifications(self, wanted: dict[str, list[str]], viewer: str) -> Any:
        posts = self._posts()
        reasons, limit = wanted.get("reasons", []), int(wanted.get("limit", ["50"])[0])
        before = wanted.get("cursor", ["9999"])[0]
        listed = [
            _notification(post, reason)
            for post in sorted(posts.values(), key=_at, reverse=True)
            if (reason := _reason(post, posts, viewer)) in reasons
            and post["uri"] not in self.left_out
            and _at(post) < before
        ]
        page = [one for one in listed[:limit] for _ in range(2 if self.twice else 1)]
        return models.AppBskyNotificationListNotifications.Response(
            notifications=page, cursor=page[-1].indexed_at if page else None
        )

    def _thread_of(self, wanted: dict[str, list[str]]) -> Any:
        posts, uri = self._posts(), wanted["uri"][0]
        if uri not in posts:
            raise NotFound(uri)
        thread = _thread(posts[uri], list(posts.values()), int(wanted.get("depth", ["6"])[0]))
        return models.AppBskyFeedGetPostThread.Response(thread=thread)

    def _posts(self) -> dict[str, dict[str, Any]]:
        """Every post on the server, by its address."""
        repositories = self._asked("com.atproto.sync.listRepos", {"limit": "1000"})["repos"]
        heads = [(one["did"], one["head"]) for one in repositories if one.get("active", True)]
        self._read = {head: self._read[head] if head in self._read else self._records(head[0]) for head in heads}
        return {post["uri"]: post for records in self._read.values() for post in records}

    def _records(self, did: str) -> list[dict[str, Any]]:
        author = self._author(did)
        listed = self._asked("com.atproto.repo.listRecords", {"repo": did, "collection": POST, "limit": "100"})
        return [{**record, "author": author} for record in listed["records"]]

    def _author(self, did: str) -> dict[str, Any]:
        handle = self._asked("com.atproto.repo.describeRepo", {"repo": did})["handle"]
        return {"did": did, "handle": handle, "displayName": handle.partition(".")[0].title()}

    def _asked(self, method: str, wanted: dict[str, str]) -> dict[str, Any]:
        answer = self._client.get(f"{self.pds}/xrpc/{method}", params=wanted).raise_for_status()
        value: dict[str, Any] = answer.json()
        return value


def _at(post: dict[str, Any]) -> str:
    return str(post["value"]["createdAt"])


def _reason(post: dict[str, Any], posts: dict[str, dict[str, Any]], viewer: str) -> str:
    """Why this post is news to an account; "" where it isn't. A mention hides that it is a reply too."""
    if post["author"]["did"] == viewer:
        return ""
    features = [one for facet in post["value"].get("facets", ()) for one in facet["features"]]
    if any(one.get("did") == viewer for one in features):
        return "mention"
    above: dict[str, Any] | None = post
    for _height in range(5):
        parent = above["value"].get("reply", {}).get("parent", {}).get("uri", "") if above else ""
        if parent.startswith(f"at://{viewer}/"):
            return "reply"
        above = posts.get(parent)
    return ""


def _notification(post: dict[str, Any], reason: str) -> Any:
    return models.AppBskyNotificationListNotifications.Notification(
        uri=post["uri"],
        cid=post["cid"],
        author=_profile(post, models.AppBskyActorDefs.ProfileView),
        reason=reason,
        record=post["value"],
        is_read=False,
        indexed_at=_at(post),
    )


def _profile(post: dict[str, Any], kind: Callable[..., Any]) -> Any:
    author = post["author"]
    return kind(did=author["did"], handle=author["handle"], display_name=author["displayName"])


def _view(post: dict[str, Any]) -> Any:
    return models.AppBskyFeedDefs.PostView(
        uri=post["uri"],
        cid=post["cid"],
        author=_profile(post, models.AppBskyActorDefs.ProfileViewBasic),
        record=post["value"],
        indexed_at=_at(post),
    )


def _thread(post: dict[str, Any], posts: list[dict[str, Any]], depth: int) -> Any:
    below = [one for one in posts if one["value"].get("reply", {}).get("parent", {}).get("uri") == post["uri"]]
    replies = [_thread(one, posts, depth - 1) for one in below] if depth else None
    return models.AppBskyFeedDefs.ThreadViewPost(post=_view(post), replies=replies)


def _handler(appview: AppView) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            try:
                viewer = _who(self.headers.get("Authorization", ""))
                told = appview.answer(asked.path.rpartition("/")[2], parse_qs(asked.query), viewer)
            except NotFound as error:
                self._send(400, json.dumps({"error": "NotFound", "message": f"Post not found: {error}"}))
            else:
                self._send(200, told.model_dump_json(by_alias=True, exclude_none=True))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _send(self, status: int, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _who(authorization: str) -> str:
    """The account in whose name a server asks, by the token it signs for each call."""
    payload = authorization.removeprefix("Bearer ").split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(told["iss"])
