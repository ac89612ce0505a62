"""Looking for a status among an account's own, when the answer to posting it was lost and its key is forgotten.

Mastodon keeps a status's text as it was sent (`GET /api/v1/statuses/:id/source`); a server without that address
gives the text only as HTML, which is turned back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import regex
from mastodon import Mastodon as Client

from itac.networks.lines import Reply
from itac.networks.protocol import CantTell, NothingFound, Sending

PAGE = 40
PAGES = 5
SOURCES = 30  # Mastodon answers 300 requests in 5 minutes
CLOCKS_DIFFER = timedelta(minutes=5)
_MENTION = regex.compile(r"@(\w+(?:[\w.-]*\w)?)@[\w.-]+\w")

Ask = Callable[[Callable[[Client], Any]], Reply]


class Unanswered(Exception):
    """The server didn't answer what was asked; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def search(ask: Ask, *, account: str, sending: Sending) -> dict[str, Any] | NothingFound | CantTell:
    """The status of this part as the server gives it, if it is there and belongs to no other part.

    Same text, same place in a thread, same number of pictures, not before the first try. Changes nothing.
    Raises `NoReply` and `Unanswered`.
    """
    if sending.began_at is None:
        return NothingFound()
    since = sending.began_at - CLOCKS_DIFFER
    follows = (sending.follows or {}).get("id")
    asked = 0
    older_than = None
    for _page in range(PAGES):
        page = _statuses(ask, account, older_than)
        for status in page:
            if _created(status) < since:
                return NothingFound()
            if not _may_be(status, sending, follows):
                continue
            asked += 1
            if asked > SOURCES:
                return CantTell(code="too_many_to_look_through")
            if _text(ask, status) in _forms(sending.part.text):
                return status
        if len(page) == 0:
            return NothingFound()
        older_than = page[-1]["id"]
    return CantTell(code="too_many_to_look_through")


def _statuses(ask: Ask, account: str, older_than: str | None) -> list[dict[str, Any]]:
    reply = ask(lambda client: client.account_statuses(account, exclude_reblogs=True, limit=PAGE, max_id=older_than))
    entity = reply.entity()
    if reply.status in (401, 403):
        raise Unanswered("token_refused")
    if reply.status != 200 or not isinstance(entity, list):
        raise Unanswered("server_error")
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in entity):
        raise Unanswered("answer_unreadable")
    return entity


def _created(status: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(status.get("created_at")))
    except ValueError:
        raise Unanswered("answer_unreadable") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _may_be(status: dict[str, Any], sending: Sending, follows: str | None) -> bool:
    return (
        status["id"] not in sending.taken
        and status.get("in_reply_to_id") == follows
        and len(status.get("media_attachments") or ()) == len(sending.part.media)
    )


def _text(ask: Ask, status: dict[str, Any]) -> str:
    reply = ask(lambda client: client.status_source(status["id"]))
    entity = reply.entity()
    if reply.status == 200 and isinstance(entity, dict) and isinstance(entity.get("text"), str):
        return _plain(entity["text"])
    return _plain(text_of_html(str(status.get("content", ""))))


def _forms(text: str) -> set[str]:
    """As it was sent, and as HTML shows it: mentions there stand without their server."""
    return {_plain(text), _plain(_MENTION.sub(r"@\1", text))}


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


class HtmlText(HTMLParser):
    """Gathers the text of a status's HTML in pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text.append("\n")
        elif tag == "p" and self.text:
            self.text.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def text_of_html(html: str, reader: HtmlText | None = None) -> str:
    """The text that a status's HTML was made from: paragraphs, line breaks, whole addresses."""
    reader = reader or HtmlText()
    reader.feed(html)
    reader.close()
    return "".join(reader.text)
