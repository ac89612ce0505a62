"""Mastodon, and servers that speak its API (https://docs.joinmastodon.org/methods/statuses/).

Mastodon.py makes the requests; `lines.Line` sees to it that each goes out once, and keeps the answer we judge by.
"""

from __future__ import annotations

import contextlib
import io
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mastodon import Mastodon as Client
from mastodon.errors import MastodonError

from itac.networks import mastodon_finding, mastodon_replies
from itac.networks.answers import MASTODON, judge
from itac.networks.codes import sentence
from itac.networks.lines import Missing, NoReply, Reply, Stopwatch, line_to
from itac.networks.protocol import (
    Accepted,
    CantTell,
    Capabilities,
    Connection,
    ConnectionRefused,
    Finding,
    Hearing,
    Listening,
    Media,
    NeedsPerson,
    Network,
    Outcome,
    Preparation,
    Prepared,
    Refused,
    Sameness,
    Sending,
    TryLater,
    Unclear,
    Unit,
)
from itac.networks.waiting import seconds_to_wait

if TYPE_CHECKING:
    from itac.networks.models import Channel

VISIBILITIES = ("public", "unlisted", "private", "direct")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
CONNECT_SECONDS = 20.0
POLL_SECONDS = 0.5
CLIENTS_A_THREAD = 64
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _Clients(threading.local):
    def __init__(self) -> None:
        self.by_account: dict[tuple[str, str], Client] = {}


_clients = _Clients()


def _client(address: str, token: str) -> Client:
    clients = _clients.by_account
    client = clients.pop((address, token), None)
    if client is None:
        client = Client(
            access_token=token,
            api_base_url=address,
            ratelimit_method="throw",  # never waits and sends again by itself
            # Saying the version keeps it from asking the server for it, also when it uploads.
            mastodon_version="4.3.0",
            version_check_mode="created",
            user_agent="ITAC",
            session=line_to(address),
        )
    client.session = line_to(address)
    clients[address, token] = client
    if len(clients) > CLIENTS_A_THREAD:
        clients.pop(next(iter(clients)))
    return client


class Mastodon(Network):
    """Idempotent by `Idempotency-Key` for an hour after success; afterwards the account's own statuses tell."""

    name = "mastodon"
    title = "Mastodon"
    needs_secret = ("access_token",)
    needs_address = True
    needs_handle = False

    def capabilities(self, channel: Channel) -> Capabilities:
        """The documented limits, or this server's own as it told them at `connect`."""
        told = channel.limits or {}
        return Capabilities(
            text_max=int(told.get("text_max", 500)),
            text_unit=Unit.GRAPHEMES,
            url_counts=int(told.get("url_counts", 23)),
            mention_without_domain=True,
            mention_like="@name@example.org",
            images_max=int(told.get("images_max", 4)),
            image_bytes_max=int(told.get("image_bytes_max", 16 * 1024 * 1024)),
            image_pixels_max=int(told.get("image_pixels_max", 33_177_600)),
            image_types=tuple(told.get("image_types", IMAGE_TYPES)),
            alt_max=int(told.get("alt_max", 1_500)),
            threads=True,
            languages=True,
            edits=True,
            deletes=True,
            finds=True,
            replies=True,
            sameness=Sameness.FOR_A_WHILE,
            key_lifetime=timedelta(hours=1),
        )

    def new_key(self, *, now: datetime) -> str:
        """A random key."""
        return uuid.uuid4().hex

    def connect(self, channel: Channel, *, now: datetime) -> Connection:
        """Ask the server whose token this is, and for its limits. Raises `ConnectionRefused`."""
        watch = Stopwatch(CONNECT_SECONDS)
        account = self._asked(channel, watch, Client.account_verify_credentials).entity()
        if not isinstance(account, dict) or not isinstance(account.get("id"), str):
            raise ConnectionRefused("server_wrong", sentence("server_wrong"))
        try:
            instance = self._call(channel, watch.left, Client.instance_v2)
            limits = _limits(instance.entity() if instance.status == 200 else None)
        except NoReply:
            limits = {}
        host = urlsplit(channel.address).hostname or ""
        return Connection(handle=f"@{account.get('acct', '')}@{host}", account_id=account["id"], limits=limits)

    def needs_preparing(self, sending: Sending) -> bool:
        """With pictures: they are uploaded before."""
        return bool(sending.part.media)

    def prepare(self, channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
        """Upload the pictures with their descriptions, and wait until the server has worked on them."""
        visibility = sending.content.options.get("visibility", "public")
        if visibility not in VISIBILITIES:
            return Refused(code="visibility_unknown")
        answers = sending.content.answers
        if answers and not answers.ref.get("id"):
            return Refused(code="not_accepted")  # of another network: as a post of its own it would say something else
        if sending.index == 0 and not mastodon_replies.mentions(sending.part.text, answers):
            return Refused(code="answer_without_mention")
        watch = Stopwatch(sending.seconds)
        ids: list[str] = []
        for media in sending.part.media:
            try:
                reply = self._uploaded(channel, media, watch)
            except NoReply:
                return TryLater(code="upload_failed")
            except OSError:
                return TryLater(code="image_unreadable")
            if reply.status != 200 or not reply.member("id"):
                return _upload_outcome(reply)
            ids.append(reply.member("id"))
        return Prepared(frozen={"media_ids": ids, "visibility": visibility})

    def _uploaded(self, channel: Channel, media: Media, watch: Stopwatch) -> Reply:
        """The server's last word on a picture: 200 once it can be posted. Raises `NoReply` and what reading raises."""
        picture = io.BytesIO(media.read())
        reply = self._call(
            channel, watch.left, lambda client: client.media_post(picture, mime_type=media.mime, description=media.alt)
        )
        name = reply.member("id")
        while reply.status in (202, 206) and name and watch.left > POLL_SECONDS:
            time.sleep(POLL_SECONDS)  # asked again until done: the API has no event to wait for
            reply = self._call(channel, watch.left, lambda client: client.media(name))
        return reply

    def publish(self, channel: Channel, sending: Sending) -> Outcome:
        """Post one status under its key."""
        follows = (sending.follows or {}).get("id")

        def post(client: Client) -> None:
            client.status_post(
                sending.part.text,
                in_reply_to_id=follows,
                media_ids=list(sending.frozen.get("media_ids", ())) or None,
                visibility=sending.frozen.get("visibility", "public"),
                language=sending.content.language or None,
                idempotency_key=sending.key,  # Promise 1: the same for every try of this part
            )

        try:
            reply = self._call(channel, sending.seconds, post)
        except NoReply as none:
            return judge(MASTODON, none.missing)
        if reply.status == 200:
            return _accepted(reply.entity()) or judge(MASTODON, Missing.UNREADABLE)
        meaning = _meaning(reply, below=_below(sending))
        return judge(MASTODON, reply.status, meaning, after_seconds=seconds_to_wait(reply.headers))

    def find(self, channel: Channel, sending: Sending) -> Finding:
        """Look through the account's own statuses since the first try for this text in this place."""
        watch = Stopwatch(sending.seconds)

        def ask(work: Callable[[Client], Any]) -> Reply:
            return self._call(channel, watch.left, work)

        try:
            account = channel.account_id or ask(Client.account_verify_credentials).member("id")
            found = mastodon_finding.search(ask, account=account, sending=sending)
        except NoReply:
            return CantTell(code="server_unreachable")
        except mastodon_finding.Unanswered as refused:
            return CantTell(code=refused.code)
        return found if not isinstance(found, dict) else _accepted(found) or CantTell(code="answer_unreadable")

    def edit(self, channel: Channel, remote_id: str, sending: Sending, *, note: str) -> Outcome:
        """Edit a status (since Mastodon 3.5), which its server shows. Repeating it changes nothing more."""

        def change(client: Client) -> None:
            pictures = list(sending.frozen.get("media_ids", ())) or None
            client.status_update(remote_id, sending.part.text, media_ids=pictures)

        try:
            reply = self._call(channel, sending.seconds, change)
        except NoReply as none:
            return judge(MASTODON, none.missing)
        if reply.status == 200:
            return _accepted(reply.entity()) or judge(MASTODON, Missing.UNREADABLE)
        if reply.status in (404, 410):
            return Refused(code="part_gone")
        return judge(MASTODON, reply.status, _meaning(reply), after_seconds=seconds_to_wait(reply.headers))

    def delete(self, channel: Channel, remote_id: str, *, seconds: float, note: str = "") -> Outcome:
        """Delete a status. May be repeated: one that is gone is gone."""
        try:
            reply = self._call(channel, seconds, lambda client: client.status_delete(remote_id))
        except NoReply as none:
            return judge(MASTODON, none.missing)
        if reply.status in (200, 404, 410):
            return Accepted(remote_id=remote_id)
        return judge(MASTODON, reply.status, after_seconds=seconds_to_wait(reply.headers))

    def replies(self, channel: Channel, listening: Listening) -> Hearing:
        """By the account's mentions, and the conversations below its posts in turn."""
        return mastodon_replies.read(channel, listening)

    def _call(self, channel: Channel, seconds: float, work: Callable[[Client], Any]) -> Reply:
        """What the server answered to one request of Mastodon.py's. Raises `NoReply`."""
        address = channel.address.rstrip("/")
        line = line_to(address)
        line.begin(seconds, hollow=True)
        with contextlib.suppress(MastodonError, NoReply):  # the line knows better what happened
            work(_client(address, channel.secret.get("access_token", "")))
        return line.known()

    def _asked(self, channel: Channel, watch: Stopwatch, work: Callable[[Client], Any]) -> Reply:
        address = urlsplit(channel.address)
        # Promise 8: a token doesn't travel in the open, except within this machine.
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise ConnectionRefused("address_not_https", sentence("address_not_https"))
        if not channel.secret.get("access_token"):
            raise ConnectionRefused("secret_missing", sentence("secret_missing"))
        try:
            reply = self._call(channel, watch.left, work)
        except NoReply:
            raise ConnectionRefused("server_silent", sentence("server_silent")) from None
        if reply.status != 200:
            outcome = judge(MASTODON, reply.status)
            code = "server_silent" if isinstance(outcome, Unclear) else getattr(outcome, "code", "server_wrong")
            raise ConnectionRefused(code, sentence(code))
        return reply


def _accepted(status: Any) -> Accepted | None:
    if not isinstance(status, dict) or not isinstance(status.get("id"), str) or not status["id"]:
        return None
    address = status.get("url") or status.get("uri") or ""
    return Accepted(remote_id=status["id"], address=str(address), ref={"id": status["id"]})


def _below(sending: Sending) -> str:
    """What a status stands below, as a refusal because of it is called in the table; "" for one of its own."""
    if sending.earlier:
        return "reply"
    return "answered" if sending.content.answers else ""


def _meaning(reply: Reply, *, below: str = "") -> str:
    """The meaning of a refusal, where its English words or the request tell it."""
    said = reply.member("error").lower()
    if reply.status == 404:
        return below
    if reply.status == 422:
        if "character limit" in said or "too long" in said:
            return "text"
        if "media" in said or "attach" in said:
            return "media"
    return ""


def _upload_outcome(reply: Reply) -> Preparation:
    if reply.status in (202, 206):
        return TryLater(code="media_processing")
    if reply.status == 413:
        return Refused(code="image_too_large")
    if reply.status in (415, 422):
        return Refused(code="image_refused")
    outcome = judge(MASTODON, reply.status, after_seconds=seconds_to_wait(reply.headers))
    # An upload is invisible: what is unclear about it is simply done again.
    return outcome if isinstance(outcome, TryLater | Refused | NeedsPerson) else TryLater(code="upload_failed")


def _limits(instance: Any) -> dict[str, Any]:
    """The server's own limits as our capabilities name them; what it doesn't say is left out."""

    def told(*path: str) -> Any:
        value = instance
        for name in ("configuration", *path):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    numbers = {
        "text_max": told("statuses", "max_characters"),
        "url_counts": told("statuses", "characters_reserved_per_url"),
        "images_max": told("statuses", "max_media_attachments"),
        "image_bytes_max": told("media_attachments", "image_size_limit"),
        "image_pixels_max": told("media_attachments", "image_matrix_limit"),
        "alt_max": told("media_attachments", "description_limit"),
    }
    limits: dict[str, Any] = {name: value for name, value in numbers.items() if isinstance(value, int) and value > 0}
    types = told("media_attachments", "supported_mime_types")
    if isinstance(types, list):
        taken = [kind for kind in IMAGE_TYPES if kind in types]
        limits |= {"image_types": taken} if taken else {}
    return limits
