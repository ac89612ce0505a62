"""A receiver for the `burst` benchmark: just enough of Mastodon's API, in a process of its own, cheap in CPU.

`POST /api/v1/statuses` answers 200 with a status entity 50 ms after the request was whole, and notes the time of
receipt (`time.time()`), the Idempotency-Key, the token and the text's length. A key that was seen with the same token
gives the same status again, counted. Media, `verify_credentials` and the instance are answered at once, so that a
client can connect; any other address is 404. No limits, no checks of tokens, nothing is kept.

    with Receiver() as receiver:
        ...
        receipts = receiver.receipts()
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs

import httptools
import httpx
import uvloop

from tests.servers.child import Child

LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 0.05
FIRST_ID = 110_000_000_000_000_000

ACCOUNT: dict[str, Any] = {
    "id": "1",
    "username": "receiver",
    "acct": "receiver",
    "display_name": "Receiver",
    "locked": False,
    "bot": True,
    "discoverable": False,
    "group": False,
    "created_at": "2026-01-01T00:00:00.000Z",
    "note": "",
    "url": "http://127.0.0.1/@receiver",
    "avatar": "",
    "avatar_static": "",
    "header": "",
    "header_static": "",
    "followers_count": 0,
    "following_count": 0,
    "statuses_count": 0,
    "last_status_at": None,
    "emojis": [],
    "fields": [],
}
CONFIGURATION: dict[str, Any] = {
    "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
    "media_attachments": {
        "supported_mime_types": ["image/jpeg", "image/png", "image/webp", "image/gif"],
        "image_size_limit": 16777216,
        "image_matrix_limit": 33177600,
        "description_limit": 1500,
    },
}
INSTANCE: dict[str, Any] = {
    "domain": LOOPBACK,
    "uri": LOOPBACK,
    "title": "Receiver",
    "version": "4.6.0",
    "description": "",
    "languages": ["en"],
    "configuration": CONFIGURATION,
    "rules": [],
    "api_versions": {"mastodon": 7},
}
MEDIA: dict[str, Any] = {
    "id": "1",
    "type": "image",
    "url": "http://127.0.0.1/1.png",
    "preview_url": "http://127.0.0.1/1.png",
    "remote_url": None,
    "meta": {},
    "description": None,
    "blurhash": None,
}
FIXED: dict[tuple[bytes, bytes], bytes] = {
    (b"GET", b"/api/v1/accounts/verify_credentials"): json.dumps(ACCOUNT).encode(),
    (b"GET", b"/api/v1/instance"): json.dumps(INSTANCE).encode(),
    (b"GET", b"/api/v1/instance/"): json.dumps(INSTANCE).encode(),
    (b"GET", b"/api/v2/instance"): json.dumps(INSTANCE).encode(),
    (b"GET", b"/api/v2/instance/"): json.dumps(INSTANCE).encode(),
    (b"POST", b"/api/v1/media"): json.dumps(MEDIA).encode(),
    (b"POST", b"/api/v2/media"): json.dumps(MEDIA).encode(),
}


class Book:
    """What was received, in order; `again` counts requests whose key and token were seen before."""

    def __init__(self) -> None:
        self.receipts: list[dict[str, Any]] = []
        self._known: dict[tuple[str, str], dict[str, Any]] = {}

    def note(self, at: float, *, key: str, token: str, text: str) -> dict[str, Any]:
        """Write one receipt down, or count it on the one that its key already has; return it."""
        known = self._known.get((token, key)) if key else None
        if known is not None:
            known["again"] += 1
            return known
        receipt = {
            "id": str(FIRST_ID + len(self.receipts)),
            "received_at": at,
            "key": key,
            "token": token,
            "characters": len(text),
            "again": 0,
        }
        self.receipts.append(receipt)
        if key:
            self._known[(token, key)] = receipt
        return receipt

    def clear(self) -> None:
        """Forget everything."""
        self.receipts.clear()
        self._known.clear()


def _status(receipt: dict[str, Any]) -> bytes:
    when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(receipt["received_at"]))
    address = f"http://{LOOPBACK}/@receiver/{receipt['id']}"
    return json.dumps(
        {
            "id": receipt["id"],
            "uri": address,
            "url": address,
            "created_at": when,
            "edited_at": None,
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": None,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "favourited": False,
            "reblogged": False,
            "muted": False,
            "bookmarked": False,
            "content": "<p></p>",
            "reblog": None,
            "application": None,
            "account": ACCOUNT,
            "media_attachments": [],
            "mentions": [],
            "tags": [],
            "emojis": [],
            "card": None,
            "poll": None,
        }
    ).encode()


class Connection(asyncio.Protocol):
    """One client's connection; the parser calls the `on_…` methods, one request after the other."""

    def __init__(self, book: Book, seconds: float) -> None:
        self._book = book
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by duck typing only

    def connection_lost(self, exc: Exception | None) -> None:
        """Answers still on their way have nowhere to go."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is not HTTP ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.abort()

    def on_message_begin(self) -> None:
        """A new request."""
        self._url = b""
        self._key = ""
        self._token = ""
        self._kind = b""
        self._pieces: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        """The request's target, perhaps in pieces."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the three that matter."""
        lowered = name.lower()
        if lowered == b"idempotency-key":
            self._key = value.decode("latin-1")
        elif lowered == b"authorization":
            self._token = value.decode("latin-1").removeprefix("Bearer ")
        elif lowered == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        """The request is whole: this is the moment of receipt."""
        at = time.time()
        method, path = self._parser.get_method(), self._url.partition(b"?")[0]
        if (method, path) == (b"POST", b"/api/v1/statuses"):
            receipt = self._book.note(at, key=self._key, token=self._token, text=self._text())
            self._loop.call_later(self._seconds, self._answer, 200, _status(receipt))
        elif (method, path) in FIXED:
            self._answer(200, FIXED[(method, path)])
        elif (method, path) == (b"GET", b"/receipts"):
            self._answer(200, json.dumps(self._book.receipts).encode())
        elif (method, path) == (b"DELETE", b"/receipts"):
            self._book.clear()
            self._answer(200, b"{}")
        else:
            self._answer(404, b'{"error": "Record not found"}')

    def _text(self) -> str:
        body = b"".join(self._pieces)
        if self._kind.startswith(b"application/json"):
            return str(json.loads(body or b"{}").get("status", ""))
        if self._kind.startswith(b"application/x-www-form-urlencoded"):
            return parse_qs(body.decode()).get("status", [""])[0]
        return ""

    def _answer(self, code: int, body: bytes) -> None:
        if self._transport is not None:
            head = f"HTTP/1.1 {code} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


class Receiver:
    """A running receiver. Enter it to start, leave it to stop. `url` is its address as a Mastodon instance."""

    url: str

    def __init__(self, *, seconds: float = ANSWER_SECONDS) -> None:
        """`seconds` pass between a whole request to post and its answer."""
        self._seconds = seconds
        self._child: Child | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.servers.receiver", "--seconds", str(self._seconds)]
        self._child = Child(command, cwd=ROOT)
        self.url = self._child.announced["url"]
        self._client = httpx.Client(base_url=self.url, timeout=30.0, trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._child is not None:
            self._child.stop()

    def receipts(self) -> list[dict[str, Any]]:
        """Every status received, in order: `id`, `received_at` (time.time()), `key`, `token`, `characters`, `again`."""
        receipts: list[dict[str, Any]] = self._client.get("/receipts").raise_for_status().json()
        return receipts

    def clear(self) -> None:
        """Forget all receipts and keys."""
        self._client.delete("/receipts").raise_for_status()


async def _serve(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    book = Book()
    server = await loop.create_server(lambda: Connection(book, seconds), LOOPBACK, 0, backlog=1024)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"ready": True, "url": f"http://{LOOPBACK}:{port}"}), flush=True)
    await over.wait()
    server.close()


def _end_with_standard_input() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: list[str] | None = None) -> None:
    """Run the receiver until SIGTERM or the end of standard input."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.receiver", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=ANSWER_SECONDS, help="between a post and its answer")
    uvloop.run(_serve(parser.parse_args(arguments).seconds))


if __name__ == "__main__":
    main()
