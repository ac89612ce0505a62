"""What a Bluesky post is made of: text with its facets, languages, pictures or a card, and its moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from itac.networks.answers import BLUESKY, judge
from itac.networks.bluesky_session import Refusal, Session, Unavailable, Unreadable, home, sdk, with_session
from itac.networks.lines import NoReply, Stopwatch
from itac.networks.protocol import Media, NeedsPerson, Preparation, Prepared, Refused, Sending, TryLater
from itac.networks.richtext import Span, spans
from itac.networks.waiting import seconds_to_wait

if TYPE_CHECKING:
    from itac.networks.models import Channel

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
    """The record as it is written: the frozen one, and in a thread what it answers to."""
    record = dict(sending.frozen["record"])
    if sending.earlier:
        root, parent = sending.earlier[0], sending.earlier[-1]
        record["reply"] = {
            name: {"uri": ref["uri"], "cid": ref["cid"]} for name, ref in (("root", root), ("parent", parent))
        }
    return record


def moment(now: datetime) -> str:
    """A moment as records write it."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
