"""Channels and sendings for tests: what matters to a test is named by it, all else is plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from itac.networks.models import Channel
from itac.networks.protocol import Card, Content, Media, Part, Prepared, Sending
from itac.networks.secrets import Secret

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


def sending(
    text: str = "Together",
    *,
    key: str,
    pictures: Sequence[Media] = (),
    card: Card | None = None,
    language: str = "en",
    options: Mapping[str, Any] | None = None,
    **more: Any,
) -> Sending:
    """One part of one message on its way."""
    part = Part(text=text, media=pictures, card=card)
    content = Content(language=language, parts=[part], subject="together", title="Together", options=options or {})
    return Sending(content=content, index=0, key=key, **more)


def prepared(plug: Any, where: Channel, one: Sending, *, now: datetime = NOON, **changes: Any) -> Sending:
    """The sending with its frozen part, as the engine makes it before the first try."""
    result = plug.prepare(where, one, now=now)
    assert isinstance(result, Prepared), result
    fields = {name: getattr(one, name) for name in ("content", "index", "key", "earlier", "taken", "seconds")}
    return Sending(**{**fields, "frozen": result.frozen, "began_at": now, **changes})
