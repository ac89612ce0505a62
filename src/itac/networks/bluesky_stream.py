"""Reading the public's replies from a server's own stream (`com.atproto.sync.subscribeRepos`), where no AppView is.

The stream numbers every event, keeps the recent ones, and goes on after the number a listener names: so each reply is
told once however often the line breaks, with what was changed or deleted since. It tells of the accounts on that
server alone: enough for organisations that share a server of their own, and no substitute for an AppView on the open
network. Exercised against a real PDS (`@atproto/pds`); docs: https://atproto.com/specs/sync, /specs/event-stream.

Nobody has to log in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from itac.networks.bluesky_records import read_moment, read_reply
from itac.networks.bluesky_session import Refusal, home, sdk, stored
from itac.networks.hearing import Gathering, Place, unheard
from itac.networks.lines import NoReply, Stopwatch, ask
from itac.networks.protocol import Author, Hearing, Listening, PublicReply, TryLater

if TYPE_CHECKING:
    from itac.networks.models import Channel

EVENTS = 5_000  # in one call
AUTHORS = 50
SHARE = 0.6  # of the call's time for the stream; the rest for who wrote


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of a stream. `record` is None where there is none (any more); `path` is empty for an account's."""

    seq: int
    account: str = ""
    path: str = ""
    cid: str = ""
    record: Mapping[str, Any] | None = None
    at: str = ""
    is_closed: bool = False  # the account was closed, suspended or taken down
    is_gap: bool = False  # what was before isn't kept any more


class OtherStream(Exception):
    """The server's numbers don't reach ours: its stream began anew."""


def read(channel: Channel, listening: Listening, watch: Stopwatch) -> Hearing:
    """The replies below the posts since the cursor, until the stream is quiet. Changes nothing."""
    session = stored(channel)
    server = session.server if session else home(channel)
    place, gathering = Place.of(listening.cursor), Gathering(listening)
    ours = session.did if session else channel.account_id
    code, count = "", 0
    try:
        for event in sdk().events(server, after=place.seq, watch=Stopwatch(watch.left * SHARE), most=EVENTS):
            place, count = replace(place, seq=max(place.seq, event.seq)), count + 1
            code = "replies_missed" if event.is_gap else code
            _note(gathering, event, ours)
    except OtherStream:
        return gathering.told(replace(place, seq=0), more=True, code="replies_missed")
    except Refusal as refusal:
        if not count:
            return unheard(refusal.reply)
        code = "replies_unreachable"
    except NoReply:
        if not count:
            return TryLater(code="replies_unreachable")
        code = "replies_unreachable"
    named = [_named(reply, who) for reply, who in _with_authors(gathering.heard, server, watch)]
    told = gathering.told(place, more=count >= EVENTS, code=code)
    return replace(told, replies=named)


def author(did: str, handle: str, *, name: str = "", avatar: str = "") -> Author:
    """An account as pages link to it; by its permanent name where its handle isn't known to be its own."""
    shown = handle if handle and handle != "handle.invalid" else did
    web = avatar if avatar.startswith(("https://", "http://")) else ""
    return Author(
        account_id=did,
        handle=f"@{shown}" if shown != did else did,
        name=name,
        avatar=web,
        address=f"https://bsky.app/profile/{shown}",
    )


def _note(gathering: Gathering, event: Event, ours: str) -> None:
    if event.is_closed:
        for name in gathering.by_author(event.account):
            gathering.lose(name)
    if not event.path:
        return
    uri = f"at://{event.account}/{event.path}"
    if event.record is None:
        gathering.lose(uri)
        return
    arrived = read_moment(event.at) or datetime.fromtimestamp(0, UTC)
    reply = read_reply(
        uri=uri,
        cid=event.cid,
        record=event.record,
        author=author(event.account, ""),
        arrived=arrived,
        ours=ours,
    )
    if reply is not None:
        gathering.hear(reply)


def _with_authors(replies: list[PublicReply], server: str, watch: Stopwatch) -> list[tuple[PublicReply, Author]]:
    found: dict[str, Author] = {}
    for reply in replies:
        did = reply.author.account_id
        if did not in found:
            found[did] = _looked_up(did, server, watch) if len(found) < AUTHORS else reply.author
    return [(reply, found[reply.author.account_id]) for reply in replies]


def _looked_up(did: str, server: str, watch: Stopwatch) -> Author:
    """Who an account is by its own server; what can't be learned stays empty."""
    repository = _member(server, "com.atproto.repo.describeRepo", {"repo": did}, watch)
    wanted = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
    profile = _member(server, "com.atproto.repo.getRecord", wanted, watch).get("value")
    handle = repository.get("handle") if repository.get("handleIsCorrect", True) else ""
    name, picture = "", ""
    if isinstance(profile, dict):
        name = str(profile.get("displayName") or "")
        blob = profile.get("avatar")
        ref = blob.get("ref") if isinstance(blob, dict) else None
        cid = ref.get("$link") if isinstance(ref, dict) else None
        picture = f"{server}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}" if isinstance(cid, str) else ""
    return author(did, handle if isinstance(handle, str) else "", name=name, avatar=picture)


def _member(server: str, method: str, wanted: dict[str, str], watch: Stopwatch) -> dict[str, Any]:
    try:
        reply = ask("GET", f"{server}/xrpc/{method}", seconds=watch.left, params=wanted)
    except NoReply:
        return {}
    value = reply.entity()
    return value if reply.status == 200 and isinstance(value, dict) else {}


def _named(reply: PublicReply, who: Author) -> PublicReply:
    key = reply.remote_id.rpartition("/")[2]
    return replace(reply, author=who, address=f"{who.address}/post/{key}")
