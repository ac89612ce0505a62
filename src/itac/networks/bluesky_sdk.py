"""The one module that knows the atproto SDK: its calls for sessions, handles and blobs, its types for records, and
how it reads the frames of a server's stream.

Importing the SDK takes a second, so others reach this module through `bluesky_session.sdk()`, when they need it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
from atproto_client import Client, models
from atproto_client.client.session import get_session_pds_endpoint
from atproto_client.models.utils import get_model_as_dict
from atproto_client.request import Request
from atproto_core.car import CAR
from atproto_core.cid import CID
from atproto_core.exceptions import AtProtocolError
from atproto_subscription.frames import ErrorFrame, Frame
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from itac.networks.bluesky_records import COLLECTION
from itac.networks.bluesky_session import Refusal, Session, Unreadable, bearer
from itac.networks.bluesky_stream import Event, OtherStream
from itac.networks.lines import Missing, NoReply, Reply, Stopwatch, ask
from itac.networks.protocol import Card
from itac.networks.richtext import Span, byte_offsets

FRAME_BYTES = 5 * 1024 * 1024
QUIET_SECONDS = 1.0  # a stream that says nothing for so long has told all it has


class _Watch(threading.local):
    stopwatch = Stopwatch(0.0)


_watch = _Watch()


class _Request(Request):
    """The SDK's requests over our line: once, in time, redirects not followed. Raises `NoReply` and `Refusal`."""

    def _send_request(self, method: str, url: str, **options: Any) -> httpx.Response:
        headers = self.get_headers(options.pop("headers", None))
        data = options.pop("content", None) or options.pop("data", None)
        params = options.pop("params", None)
        reply = ask(method, url, seconds=_watch.stopwatch.left, headers=headers, data=data, params=params)
        if not 200 <= reply.status < 300:
            raise Refusal(reply)
        kind = reply.headers.get("Content-Type", "application/json")
        return httpx.Response(reply.status, headers={"content-type": kind}, content=reply.body)


def _client(server: str, watch: Stopwatch) -> Client:
    """The SDK's client of a server, without a session of its own: each call brings its token."""
    _watch.stopwatch = watch
    return Client(server, request=_Request())


def create_session(server: str, *, identifier: str, password: str, watch: Stopwatch) -> Session:
    """Log in. Raises `NoReply`, `Refusal`, `Unreadable`."""
    wanted = models.ComAtprotoServerCreateSession.Data(identifier=identifier, password=password)
    try:
        answer = _client(server, watch).com.atproto.server.create_session(wanted)
    except (AtProtocolError, ValueError) as error:
        raise Unreadable from error
    return _session(answer, server)


def refresh_session(server: str, *, token: str, watch: Stopwatch) -> Session:
    """A new session for a refresh token. Raises `NoReply`, `Refusal`, `Unreadable`."""
    try:
        answer = _client(server, watch).com.atproto.server.refresh_session(headers=bearer(token))
    except (AtProtocolError, ValueError) as error:
        raise Unreadable from error
    return _session(answer, server)


def resolve_handle(server: str, handle: str, *, watch: Stopwatch) -> str:
    """The account (DID) behind a handle. Raises `NoReply`, `Refusal`, `Unreadable`."""
    wanted = models.ComAtprotoIdentityResolveHandle.Params(handle=handle)
    try:
        return str(_client(server, watch).com.atproto.identity.resolve_handle(wanted).did)
    except (AtProtocolError, ValueError) as error:
        raise Unreadable from error


def upload_blob(server: str, data: bytes, *, mime: str, token: str, watch: Stopwatch) -> dict[str, Any]:
    """Hand over a picture; what a record then points at. Raises `NoReply`, `Refusal`, `Unreadable`."""
    headers = {**bearer(token), "Content-Type": mime}
    try:
        answer = _client(server, watch).com.atproto.repo.upload_blob(data, headers=headers)
    except (AtProtocolError, ValueError) as error:
        raise Unreadable from error
    blob: dict[str, Any] = get_model_as_dict(answer.blob)
    return blob


def post_record(
    text: str,
    *,
    created_at: str,
    language: str,
    marks: Sequence[tuple[Span, str]],
    images: Sequence[Mapping[str, Any]],
    card: Card | None,
) -> dict[str, Any]:
    """A post as plain JSON, checked by the SDK's types. `marks` pairs a span with what it leads to.

    `images` are mappings of alt, blob, width and height. Raises `Unreadable` when the types refuse it.
    """
    try:
        record = models.AppBskyFeedPost.Record(
            text=text,
            created_at=created_at,
            langs=[language] if language else None,
            facets=[_facet(text, span, value) for span, value in marks] or None,
            embed=_images(images) if images else _card(card),
        )
        plain: dict[str, Any] = get_model_as_dict(record)
    except (AtProtocolError, ValueError) as error:
        raise Unreadable from error
    return plain


def events(server: str, *, after: int, watch: Stopwatch, most: int) -> Iterator[Event]:
    """What happened on a server after an event's number, until its stream is quiet, or the time or `most` is reached.

    Each event that tells nothing of posts comes too, for its number. Raises `NoReply` when the line breaks,
    `Refusal` when the server won't, and `OtherStream` when its numbers begin anew.
    """
    address = f"{server.replace('http', 'ws', 1)}/xrpc/com.atproto.sync.subscribeRepos?cursor={after}"
    options: dict[str, Any] = {"open_timeout": watch.left, "close_timeout": 0.1, "max_size": FRAME_BYTES}
    count = 0
    try:
        with connect(address, user_agent_header="ITAC", **options) as line:
            while watch.left > 0 and count < most:
                for event in _events(line.recv(timeout=min(QUIET_SECONDS, watch.left))):
                    count += 1
                    yield event
    except InvalidStatus as error:
        told = error.response
        raise Refusal(Reply(told.status_code, dict(told.headers.raw_items()), bytes(told.body or b""))) from None
    except TimeoutError:
        if count or watch.left > 0:
            return
        raise NoReply(Missing.LATE) from None
    except (ConnectionClosed, WebSocketException, OSError) as error:
        raise NoReply(Missing.CUT) from error


def _events(data: str | bytes) -> Iterator[Event]:
    """The events of one frame. One that can't be read is passed over as a gap: asked for again it would be the same."""
    body: Mapping[str, Any] = {}
    try:
        frame = Frame.from_bytes(data.encode() if isinstance(data, str) else data)
        if isinstance(frame, ErrorFrame):
            if frame.body.error == "FutureCursor":
                raise OtherStream
            raise NoReply(Missing.CUT)
        kind, body = frame.type, frame.body
        if kind == "#commit":
            ours = [one for one in body["ops"] if one["path"].startswith(f"{COLLECTION}/")]
            blocks = CAR.from_bytes(body["blocks"]).blocks if ours else {}
            yield from [_written(body, one, blocks) for one in ours]
        yield Event(
            seq=body.get("seq", 0),
            account=body.get("did", ""),
            is_closed=kind == "#account" and not body.get("active", True),
            is_gap=kind == "#info" and body.get("name") == "OutdatedCursor",
        )
    except (AtProtocolError, KeyError, TypeError, ValueError, AttributeError):
        yield Event(seq=body.get("seq", 0), is_gap=True)


def _written(body: Mapping[str, Any], one: Mapping[str, Any], blocks: Mapping[Any, Any]) -> Event:
    """One post of a commit: its record, or None where it was deleted."""
    told = {"seq": body["seq"], "account": body["repo"], "path": one["path"], "at": body.get("time", "")}
    if one.get("cid") is None:
        return Event(**told)
    cid = CID.decode(one["cid"])
    return Event(**told, cid=str(cid), record=blocks.get(cid))


def _session(answer: Any, server: str) -> Session:
    return Session(
        handle=answer.handle,
        did=answer.did,
        access=answer.access_jwt,
        refresh=answer.refresh_jwt,
        server=(get_session_pds_endpoint(answer) or server).rstrip("/"),
    )


def _facet(text: str, span: Span, value: str) -> Any:
    facet = models.AppBskyRichtextFacet
    start, end = byte_offsets(text, span)
    features = {"link": facet.Link, "tag": facet.Tag, "mention": facet.Mention}
    members = {"link": "uri", "tag": "tag", "mention": "did"}
    feature = features[span.kind](**{members[span.kind]: value})
    return facet.Main(index=facet.ByteSlice(byte_start=start, byte_end=end), features=[feature])


def _images(images: Sequence[Mapping[str, Any]]) -> Any:
    image = models.AppBskyEmbedImages.Image
    shown = [image(alt=one["alt"], image=one["blob"], aspect_ratio=_ratio(one)) for one in images]
    return models.AppBskyEmbedImages.Main(images=shown)


def _ratio(image: Mapping[str, Any]) -> Any:
    if not image["width"] or not image["height"]:
        return None
    return models.AppBskyEmbedDefs.AspectRatio(width=image["width"], height=image["height"])


def _card(card: Card | None) -> Any:
    if card is None:
        return None
    # The lexicon asks for a title and a description; the address is better than nothing.
    external = models.AppBskyEmbedExternal.External(
        uri=card.address, title=card.title or card.address, description=card.description
    )
    return models.AppBskyEmbedExternal.Main(external=external)
