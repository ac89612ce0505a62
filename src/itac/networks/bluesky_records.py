"""What a Bluesky post is made of: text with its facets, languages, pictures or a card, and its moment.

Ours are made here, and the replies of others are read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from itac.networks.answers import BLUESKY, judge
from itac.networks.bluesky_session import Refusal, Session, Unavailable, Unreadable, home, sdk, with_session
from itac.networks.hearing import link
from itac.networks.lines import NoReply, Stopwatch
from itac.networks.protocol import (
    AnswerTo,
    Author,
    Media,
    NeedsPerson,
    Preparation,
    Prepared,
    PublicReply,
    Refused,
    Sending,
    TryLater,
)
from itac.networks.richtext import Span, spans
from itac.networks.waiting import seconds_to_wait

if TYPE_CHECKING:
    from itac.networks.models import Channel

COLLECTION = "app.bsky.feed.post"
BLOB_BYTES = 2_000_000


class _Stopped(Exception):
    """The record can't be made now; `outcome` says what is known."""

    def __init__(self, outcome: TryLater | Refused | NeedsPerson) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


def prepare(channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
    """The record without its place in a thread, as `frozen["record"]`. Uploads pictures and resolves mentions.

    A mention of nobody stays plain text.
    """
    answers = sending.content.answers
    if answers and not all(answers.ref.get(name) for name in ("uri", "cid", "root_uri", "root_cid")):
        return Refused(code="not_accepted")  # of another network: as a post of its own it would say something else
    watch = Stopwatch(sending.seconds)
    part = sending.part
    try:
        values = [(span, _value(channel, span, watch)) for span in spans(part.text)]
        record = sdk().post_record(
            part.text,
            created_at=moment(now),
            language=sending.content.language,
            marks=[(span, value) for span, value in values if value],
            images=[_image(channel, one, watch) for one in part.media],
            card=part.card,
        )
    except (_Stopped, Unavailable) as stopped:
        return stopped.outcome
    except Unreadable:
        return Refused(code="not_accepted")
    return Prepared(frozen={"record": record})


def whole(sending: Sending) -> dict[str, Any]:
    """The record as it is written: the frozen one, and in a thread or an answer what it stands below."""
    record = dict(sending.frozen["record"])
    parent = sending.follows
    if parent is not None:
        record["reply"] = {"root": _root(sending), "parent": {"uri": parent["uri"], "cid": parent["cid"]}}
    return record


def _root(sending: Sending) -> dict[str, str]:
    """Where the conversation began: our own first part, or where that began which our content answers."""
    if sending.content.answers is not None:
        ref = sending.content.answers.ref
        return {"uri": ref["root_uri"], "cid": ref["root_cid"]}
    return {"uri": sending.earlier[0]["uri"], "cid": sending.earlier[0]["cid"]}


def moment(now: datetime) -> str:
    """A moment as records write it."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_moment(told: object) -> datetime | None:
    """A moment as records and servers write it; None when it is none."""
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def read_reply(
    *, uri: object, cid: object, record: object, author: Author, arrived: datetime, ours: str
) -> PublicReply | None:
    """A reply from its record, or None where it is something else. Its moment is the author's, never in the future."""
    if not isinstance(uri, str) or not isinstance(cid, str) or not isinstance(record, dict):
        return None
    reply = record.get("reply")
    root, parent = (_ref(reply.get(name) if isinstance(reply, dict) else None) for name in ("root", "parent"))
    text = record.get("text")
    if f"/{COLLECTION}/" not in uri or root is None or parent is None or not isinstance(text, str):
        return None
    languages = record.get("langs")
    embed = record.get("embed")
    return PublicReply(
        remote_id=uri,
        address=f"{author.address}/post/{uri.rpartition('/')[2]}",
        parent=parent["uri"],
        author=author,
        text=_with_links(text, record.get("facets")),
        warning=", ".join(_labels(record.get("labels"))),
        language=str(languages[0]) if isinstance(languages, list) and languages else "",
        at=min(read_moment(record.get("createdAt")) or arrived, arrived),
        version=cid,
        attachments=_attachments(embed) if isinstance(embed, dict) else 0,
        is_ours=uri.startswith(f"at://{ours}/"),
        answer_to=AnswerTo(
            remote_id=uri, ref={"uri": uri, "cid": cid, "root_uri": root["uri"], "root_cid": root["cid"]}
        ),
    )


def _ref(told: object) -> dict[str, str] | None:
    found = {name: told.get(name) for name in ("uri", "cid")} if isinstance(told, dict) else {}
    return {name: str(value) for name, value in found.items()} if all(found.values()) and found else None


def _labels(told: object) -> Iterator[str]:
    """What an author says a post holds that not everybody wants to see (`com.atproto.label.defs#selfLabels`)."""
    values = told.get("values") if isinstance(told, dict) else None
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict) and isinstance(one.get("val"), str):
            yield one["val"]


def _attachments(embed: dict[str, Any]) -> int:
    media = embed.get("media")
    inner = media if isinstance(media, dict) else embed
    images = inner.get("images") or inner.get("items")
    return len(images) if isinstance(images, list) else int("video" in inner)


def _with_links(text: str, facets: object) -> str:
    """The text with each link as its whole address, though it be shown shortened or by other words."""
    raw = text.encode()
    for start, end, address in sorted(_links(facets), reverse=True):
        if 0 <= start < end <= len(raw):
            shown = raw[start:end].decode(errors="replace")
            raw = raw[:start] + link(shown, address).encode() + raw[end:]
    return raw.decode(errors="replace")


def _links(facets: object) -> Iterator[tuple[int, int, str]]:
    for facet in facets if isinstance(facets, list) else ():
        place = facet.get("index") if isinstance(facet, dict) else None
        features = facet.get("features") if isinstance(facet, dict) else None
        for feature in features if isinstance(features, list) else ():
            address = feature.get("uri") if isinstance(feature, dict) else None
            if isinstance(place, dict) and isinstance(address, str) and address.startswith(("https://", "http://")):
                start, end = place.get("byteStart"), place.get("byteEnd")
                if isinstance(start, int) and isinstance(end, int):
                    yield start, end, address


def _value(channel: Channel, span: Span, watch: Stopwatch) -> str:
    """What a span leads to; for a mention the account behind the handle, "" when there is none."""
    if span.kind != "mention":
        return span.value
    try:
        return str(sdk().resolve_handle(home(channel), span.value, watch=watch))
    except Refusal as refusal:
        if refusal.reply.status in (400, 404):
            return ""
        code = "rate_limited" if refusal.reply.status == 429 else "lookup_failed"
        wait = seconds_to_wait(refusal.reply.headers)
        raise _Stopped(TryLater(code=code, after_seconds=wait)) from None
    except (NoReply, Unreadable):
        raise _Stopped(TryLater(code="lookup_failed")) from None


def _image(channel: Channel, one: Media, watch: Stopwatch) -> dict[str, Any]:
    if one.size_bytes > BLOB_BYTES:
        raise _Stopped(Refused(code="image_too_large"))
    try:
        data = one.read()
    except OSError:
        raise _Stopped(TryLater(code="image_unreadable")) from None

    def upload(session: Session) -> Any:
        return sdk().upload_blob(session.server, data, mime=one.mime, token=session.access, watch=watch)

    try:
        blob = with_session(channel, watch, upload)
    except Refusal as refusal:
        raise _Stopped(_not_uploaded(refusal)) from None
    except (NoReply, Unreadable):
        raise _Stopped(TryLater(code="upload_failed")) from None
    return {"alt": one.alt, "blob": blob, "width": one.width, "height": one.height}


def _not_uploaded(refusal: Refusal) -> TryLater | Refused | NeedsPerson:
    reply = refusal.reply
    if reply.status == 413 or reply.member("error") == "BlobTooLarge":
        return Refused(code="image_too_large")
    outcome = judge(BLUESKY, reply.status, reply.member("error"), after_seconds=seconds_to_wait(reply.headers))
    if isinstance(outcome, Refused):
        return Refused(code="image_refused")
    # An upload is invisible: what is unclear about it is simply done again.
    return outcome if isinstance(outcome, TryLater | NeedsPerson) else TryLater(code="upload_failed")
