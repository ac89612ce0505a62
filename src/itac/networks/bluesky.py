"""Bluesky, and other services on the AT Protocol (https://atproto.com/specs/xrpc, lexicon app.bsky.feed.post).

A post is a record under a key of ours: `putRecord` with `swapRecord: null` creates it, finds the same record there
and changes nothing, or refuses. So it may be repeated for ever (Promise 1). That call is made without the SDK, which
leaves out a member that is null.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from itac.networks import bluesky_records, bluesky_replies, tid
from itac.networks.answers import BLUESKY, judge
from itac.networks.bluesky_records import COLLECTION
from itac.networks.bluesky_session import (
    Refusal,
    Session,
    Unavailable,
    bearer,
    home,
    log_in,
    sdk_is_here,
    stored,
    with_session,
)
from itac.networks.codes import sentence
from itac.networks.lines import Missing, NoReply, Reply, Stopwatch, ask
from itac.networks.protocol import (
    Accepted,
    CantTell,
    Capabilities,
    Connection,
    ConnectionRefused,
    Finding,
    Hearing,
    Listening,
    Network,
    NothingFound,
    Outcome,
    Preparation,
    Refused,
    Sameness,
    Sending,
    Unclear,
    Unit,
)
from itac.networks.richtext import spans
from itac.networks.waiting import seconds_to_wait

if TYPE_CHECKING:
    from itac.networks.models import Channel

CONNECT_SECONDS = 20.0
SAFE = ("https://", "http://localhost:", "http://127.0.0.1:", "http://[::1]:")


class Bluesky(Network):
    """Idempotent for ever: a record key of ours, and a record that is the same on each try."""

    name = "bluesky"
    title = "Bluesky"
    needs_secret = ("app_password",)
    needs_address = False
    needs_handle = True

    def capabilities(self, channel: Channel) -> Capabilities:
        """As the lexicon says; addresses count as written."""
        return Capabilities(
            text_max=300,
            text_unit=Unit.GRAPHEMES,
            text_bytes_max=3_000,
            mention_like="@name.example.org",
            images_max=4,
            image_bytes_max=2_000_000,
            image_types=("image/jpeg", "image/png", "image/webp"),
            alt_max=2_000,
            threads=True,
            languages=True,
            cards=True,
            deletes=True,
            finds=True,
            replies=True,
            sameness=Sameness.FOREVER,
        )

    def new_key(self, *, now: datetime) -> str:
        """A record key that orders by time."""
        return tid.new(now=now)

    def connect(self, channel: Channel, *, now: datetime) -> Connection:
        """Log in with the app password and keep the session. Raises `ConnectionRefused`."""
        # Promise 8: a password doesn't travel in the open, except within this machine.
        if channel.address and not channel.address.startswith(SAFE):
            raise ConnectionRefused("address_not_https", sentence("address_not_https"))
        try:
            session = log_in(channel, Stopwatch(CONNECT_SECONDS))
        except NoReply:
            raise ConnectionRefused("server_silent", sentence("server_silent")) from None
        except Unavailable as error:
            raise ConnectionRefused(error.outcome.code, sentence(error.outcome.code)) from None
        # The app password outlives every session; its end isn't told.
        return Connection(handle=f"@{session.handle}", account_id=session.did)

    def needs_preparing(self, sending: Sending) -> bool:
        """With pictures, which are uploaded, and mentions, whose accounts are looked up; and before the SDK is here."""
        needs_network = bool(sending.part.media) or any(span.kind == "mention" for span in spans(sending.part.text))
        return needs_network or not sdk_is_here()

    def prepare(self, channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
        """The whole record but for its place in a thread: pictures uploaded, mentions resolved, its time fixed."""
        return bluesky_records.prepare(channel, sending, now=now)

    def publish(self, channel: Channel, sending: Sending) -> Outcome:
        """Write the record under the part's key."""
        watch = Stopwatch(sending.seconds)
        # Promise 1: `swapRecord: null` creates or changes nothing. Without it a second call could overwrite.
        wanted = {"rkey": sending.key, "record": bluesky_records.whole(sending), "swapRecord": None}
        try:
            session, reply = self._written(channel, "com.atproto.repo.putRecord", wanted, watch)
        except Unavailable as error:
            return error.outcome
        except NoReply as none:
            return judge(BLUESKY, none.missing)
        except Refusal as refusal:
            if refusal.reply.member("error") == "InvalidSwap":
                return self._standing(channel, sending, watch)
            return _judged(refusal.reply)
        return _accepted(reply.entity(), session.handle, sending.key) or judge(BLUESKY, Missing.UNREADABLE)

    def find(self, channel: Channel, sending: Sending) -> Finding:
        """Look at the record under the part's key. Needs no log-in."""
        return self._found(channel, sending, Stopwatch(sending.seconds))

    def edit(self, channel: Channel, remote_id: str, sending: Sending, *, note: str) -> Outcome:
        """Never: a record can be overwritten, but Bluesky's app goes on showing the first one to its readers."""
        return Refused(code="cannot_edit")

    def delete(self, channel: Channel, remote_id: str, *, seconds: float, note: str = "") -> Outcome:
        """Delete the record. May be repeated: the server says yes also when it is gone."""
        wanted = {"rkey": remote_id.rpartition("/")[2]}
        try:
            self._written(channel, "com.atproto.repo.deleteRecord", wanted, Stopwatch(seconds))
        except Unavailable as error:
            return error.outcome
        except NoReply as none:
            return judge(BLUESKY, none.missing)
        except Refusal as refusal:
            return _judged(refusal.reply)
        return Accepted(remote_id=remote_id)

    def replies(self, channel: Channel, listening: Listening) -> Hearing:
        """As Bluesky's AppView lists them; on a server without one, by the server's own stream."""
        return bluesky_replies.read(channel, listening)

    def _written(
        self, channel: Channel, method: str, wanted: dict[str, Any], watch: Stopwatch
    ) -> tuple[Session, Reply]:
        """A change of the account's posts, answered with 200. Raises `NoReply`, `Refusal`, `Unavailable`."""

        def write(session: Session) -> tuple[Session, Reply]:
            reply = ask(
                "POST",
                f"{session.server}/xrpc/{method}",
                seconds=watch.left,
                headers=bearer(session.access),
                json={"repo": session.did, "collection": COLLECTION, **wanted},
            )
            if reply.status != 200:
                raise Refusal(reply)
            return session, reply

        return with_session(channel, watch, write)

    def _standing(self, channel: Channel, sending: Sending, watch: Stopwatch) -> Outcome:
        """Something stands under our key: ours, or another's."""
        found = self._found(channel, sending, watch)
        if isinstance(found, Accepted):
            return found
        is_other = isinstance(found, CantTell) and found.code == "key_taken"
        return Refused(code="key_taken") if is_other else Unclear(code="answer_lost")

    def _found(self, channel: Channel, sending: Sending, watch: Stopwatch) -> Finding:
        session = stored(channel)
        did = session.did if session else channel.account_id
        if not did:
            return CantTell(code="secret_missing")
        try:
            reply = ask(
                "GET",
                f"{session.server if session else home(channel)}/xrpc/com.atproto.repo.getRecord",
                seconds=watch.left,
                params={"repo": did, "collection": COLLECTION, "rkey": sending.key},
            )
        except NoReply:
            return CantTell(code="server_unreachable")
        if reply.status in (400, 404) and reply.member("error") == "RecordNotFound":
            return NothingFound()
        entity = reply.entity()
        if reply.status != 200 or not isinstance(entity, dict) or not isinstance(entity.get("value"), dict):
            return CantTell(code="server_error")
        if entity["value"] != bluesky_records.whole(sending):
            return CantTell(code="key_taken")
        handle = session.handle if session else channel.handle.lstrip("@")
        return _accepted(entity, handle, sending.key) or CantTell(code="answer_unreadable")


def _judged(reply: Reply) -> Outcome:
    return judge(BLUESKY, reply.status, reply.member("error"), after_seconds=seconds_to_wait(reply.headers))


def _accepted(entity: Any, handle: str, key: str) -> Accepted | None:
    uri, cid = (entity.get("uri"), entity.get("cid")) if isinstance(entity, dict) else (None, None)
    if not isinstance(uri, str) or not isinstance(cid, str) or not uri.endswith(f"/{key}"):
        return None
    return Accepted(
        remote_id=uri, address=f"https://bsky.app/profile/{handle}/post/{key}", ref={"uri": uri, "cid": cid}
    )
