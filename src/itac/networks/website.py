"""The campaign's own feed as a network: it needs no account, so a new campaign publishes for real at once."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, DataError, IntegrityError, transaction

from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.networks.protocol import (
    Accepted,
    CantTell,
    Capabilities,
    Card,
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
    TryLater,
    Unclear,
    Unit,
)

if TYPE_CHECKING:
    from itac.networks.models import Channel

TITLE_MAX = 300


class Website(Network):
    """Writes entries that the site and its feeds read. Idempotent for ever by the unique key of an entry."""

    name = "website"
    title = "Website"
    needs_secret = ()
    needs_address = False
    needs_handle = False

    def capabilities(self, channel: Channel) -> Capabilities:
        """Long texts, four pictures, cards; an entry is one part."""
        return Capabilities(
            text_max=20_000,
            text_unit=Unit.GRAPHEMES,
            images_max=4,
            image_bytes_max=25 * 1024 * 1024,
            image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
            alt_max=1_500,
            languages=True,
            cards=True,
            edits=True,
            deletes=True,
            finds=True,
            sameness=Sameness.FOREVER,
        )

    def new_key(self, *, now: datetime) -> str:
        """A random key."""
        return uuid.uuid4().hex

    def connect(self, channel: Channel, *, now: datetime) -> Connection:
        """Always there: it is this installation."""
        return Connection(handle="", account_id="website")

    def needs_preparing(self, sending: Sending) -> bool:
        """Never."""
        return False

    def prepare(self, channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
        """The moment of publication, the same on each try."""
        return Prepared(frozen={"published_at": now.isoformat()})

    def publish(self, channel: Channel, sending: Sending) -> Outcome:
        """Write the entry, durably, unless it is there."""
        try:
            with transaction.atomic(durable=True):
                entry = WebsiteEntry.objects.create(key=sending.key, channel_id=channel.pk, **self._columns(sending))
        except IntegrityError:
            found = self.find(channel, sending)
            return found if isinstance(found, Accepted) else Unclear(code="database_error")
        except DataError:
            return Refused(code="not_accepted")  # longer than its column: it would be again
        except DatabaseError:
            found = self.find(channel, sending)
            if isinstance(found, Accepted):
                return found
            return TryLater(code="database_busy") if isinstance(found, NothingFound) else Unclear(code="database_error")
        return self._accepted(entry)

    def find(self, channel: Channel, sending: Sending) -> Finding:
        """By key."""
        try:
            entry = WebsiteEntry.objects.filter(key=sending.key).first()
        except DatabaseError:
            return CantTell(code="database_busy")
        return self._accepted(entry) if entry else NothingFound()

    def edit(self, channel: Channel, remote_id: str, sending: Sending, *, note: str) -> Outcome:
        """Change the entry in place. Its moment of publication stays; the note says what was corrected, and when."""
        columns = {name: value for name, value in self._columns(sending).items() if name != "published_at"}
        try:
            entry = WebsiteEntry.objects.filter(pk=int(remote_id), withdrawn_at=None).first()
            if entry is None:
                return Refused(code="part_gone")
            unchanged = all(getattr(entry, name) == value for name, value in columns.items())
            if not unchanged:
                facts = {**columns, "corrected_at": clock.now(), "correction": note}
                WebsiteEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(**facts)
        except (DataError, ValueError):
            return Refused(code="not_accepted")
        except DatabaseError:
            return TryLater(code="database_busy")
        return self._accepted(entry)

    def delete(self, channel: Channel, remote_id: str, *, seconds: float, note: str = "") -> Outcome:
        """Withdraw the entry from pages and feeds; its row stays for the record."""
        try:
            facts = {"withdrawn_at": clock.now(), **({"correction": note} if note else {})}
            WebsiteEntry.objects.filter(pk=int(remote_id), withdrawn_at=None).update(**facts)
        except DatabaseError:
            return TryLater(code="database_busy")
        except ValueError:
            return Refused(code="not_accepted")
        return Accepted(remote_id=remote_id)

    def replies(self, channel: Channel, listening: Listening) -> Hearing:
        """None: an entry has no place for them."""
        return Refused(code="replies_elsewhere")

    def _columns(self, sending: Sending) -> dict[str, Any]:
        content, part = sending.content, sending.part
        return {
            "subject": content.subject,
            "language": content.language,
            "title": _title(sending),
            "text": part.text,
            "media": [{"picture": item.picture_id, "alt": item.alt} for item in part.media],
            "card": _card(part.card),
            "sources": [dict(source) for source in content.sources],
            "options": dict(content.options),
            "published_at": datetime.fromisoformat(sending.frozen["published_at"]),
        }

    @staticmethod
    def _accepted(entry: WebsiteEntry) -> Accepted:
        return Accepted(remote_id=str(entry.pk), address=f"/{entry.language}/updates/{entry.subject}/")


def _title(sending: Sending) -> str:
    """A title there always is, since every feed wants one: the post's own, or the beginning of its text."""
    content, part = sending.content, sending.part
    lines = (line.strip() for line in part.text.splitlines())
    first = next((line for line in lines if line), part.card.title if part.card else "")
    title = " ".join((content.title or first or content.subject).split())
    if len(title) <= TITLE_MAX:
        return title
    return f"{title[: TITLE_MAX - 1].rpartition(' ')[0] or title[: TITLE_MAX - 1]}…"


def _card(card: Card | None) -> dict[str, str]:
    if card is None:
        return {}
    return {"address": card.address, "title": card.title or card.address, "description": card.description}
