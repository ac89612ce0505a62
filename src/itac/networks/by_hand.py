"""Posting by hand: for accounts no program may post to. A named person gets text and pictures, and says how it went."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itac.networks.composers import ELSEWHERE, composer_of
from itac.networks.protocol import (
    Awaiting,
    Capabilities,
    Connection,
    Finding,
    Hearing,
    Listening,
    Network,
    NothingFound,
    Outcome,
    Preparation,
    Prepared,
    Refused,
    Sameness,
    Sending,
)

if TYPE_CHECKING:
    from itac.networks.models import Channel

STAND_IN_AFTER = timedelta(minutes=15)


class ByHand(Network):
    """Sends nothing: the delivery waits for a person from its second on, and for a stand-in 15 minutes later."""

    name = "by_hand"
    title = "By hand"
    needs_secret = ()
    needs_address = False
    needs_handle = False

    def capabilities(self, channel: Channel) -> Capabilities:
        """What the channel's own limits say, then those of the network it is on; else as much as a person can paste."""
        there = composer_of(channel) or ELSEWHERE
        return Capabilities(
            text_max=int(channel.limits.get("text_max", there.text_max)),
            text_unit=there.text_unit,
            text_bytes_max=there.text_bytes_max,
            url_counts=there.url_counts,
            mention_without_domain=there.mention_without_domain,
            images_max=int(channel.limits.get("images_max", there.images_max)),
            threads=there.threads,
            image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
            alt_max=there.alt_max,
            by_hand=True,
            sameness=Sameness.NEVER,
        )

    def new_key(self, *, now: datetime) -> str:
        """A random key, for the record."""
        return uuid.uuid4().hex

    def connect(self, channel: Channel, *, now: datetime) -> Connection:
        """Nothing to prove; the people named on the channel are its connection."""
        return Connection(handle=channel.handle, account_id=channel.handle)

    def needs_preparing(self, sending: Sending) -> bool:
        """Never."""
        return False

    def prepare(self, channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
        """Nothing to fix."""
        return Prepared(frozen={})

    def publish(self, channel: Channel, sending: Sending) -> Outcome:
        """It is a person's turn."""
        return Awaiting()

    def find(self, channel: Channel, sending: Sending) -> Finding:
        """Nothing: asked only of a call whose answer was lost, and a person is told nothing before it is recorded."""
        return NothingFound()

    def edit(self, channel: Channel, remote_id: str, sending: Sending, *, note: str) -> Outcome:
        """Only the person can."""
        return Awaiting()

    def delete(self, channel: Channel, remote_id: str, *, seconds: float, note: str = "") -> Outcome:
        """Only the person can."""
        return Awaiting()

    def replies(self, channel: Channel, listening: Listening) -> Hearing:
        """Only the person sees them."""
        return Refused(code="replies_elsewhere")
