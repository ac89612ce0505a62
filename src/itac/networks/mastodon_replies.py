"""Reading the public's replies on Mastodon, and servers that speak its API.

* The news: `GET /api/v1/notifications?types[]=mention&min_id=…` (https://docs.joinmastodon.org/methods/notifications/),
  one request for all posts. It needs the scope `read:notifications`, which `read` contains. A reply that doesn't
  mention the account, or that the account's own filters keep back, isn't in it.
* In turn: `GET /api/v1/statuses/:id/context` below a few posts a call, which finds these, and what was edited or
  deleted. It needs `read:statuses`. Where the news may not be read it alone tells, later.

Only public and unlisted statuses are replies of the public; what was written to followers or to the account alone is
left where it is. Read on 2026-11-25: methods/notifications, methods/statuses, entities/Status, api/rate-limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import regex

from itac.networks.hearing import Gathering, NotHeard, Place, link, rest_seconds, turn, unheard
from itac.networks.lines import NoReply, Reply, Stopwatch, ask
from itac.networks.mastodon_finding import HtmlText, text_of_html
from itac.networks.protocol import AnswerTo, Author, Hearing, Listening, PublicReply, TryLater

if TYPE_CHECKING:
    from itac.networks.models import Channel

PAGE = 40  # the most that every version gives
PAGES = 5
WHOLE = 4_096  # descendants that a server gives at most: beyond, one that is missing may stand there all the same
LOOKS = 10
PUBLIC = ("public", "unlisted")
GONE = (404, 410)


def read(channel: Channel, listening: Listening) -> Hearing:
    """The replies below the posts since the cursor. Changes nothing; raises nothing for what the server did."""
    reader = _Reader(channel, listening)
    try:
        reader.read_news()
    except NotHeard as why:
        return why.outcome
    try:
        reader.look_below()
    except NotHeard as why:
        reader.code, reader.wait = why.outcome.code, getattr(why.outcome, "after_seconds", None)
    code = reader.code or ("" if reader.wait is None else "replies_limited")
    return reader.gathering.told(reader.place, more=reader.more, code=code, after_seconds=reader.wait)


def mentions(text: str, answers: AnswerTo | None) -> bool:
    """Whether a text names whom it answers: Mastodon tells nobody of a reply that doesn't mention them."""
    if answers is None or not answers.mention:
        return True
    wanted = regex.escape(answers.mention)
    return regex.search(rf"(?<![\w/@.]){wanted}(?![\w@])(?!\.\w)", text, regex.IGNORECASE) is not None


class _Reader:
    """One call's reading of one account. `place` moves as it goes; `code` says what couldn't be asked."""

    def __init__(self, channel: Channel, listening: Listening) -> None:
        self.gathering = Gathering(listening)
        self.place = Place.of(listening.cursor)
        self.more = False
        self.code = ""
        self.wait: float | None = None
        self._posts = listening.posts
        self._address = channel.address.rstrip("/")
        self._token = channel.secret.get("access_token", "")
        self._account = channel.account_id
        self._watch = Stopwatch(listening.seconds)

    def read_news(self) -> None:
        """Mentions since the place, oldest page first; the first time only the latest page. Raises `NotHeard`."""
        for number in range(PAGES):
            since = [("min_id", self.place.news)] if self.place.news else []
            is_first = not since
            reply = self._asked("/api/v1/notifications", [("types[]", "mention"), ("limit", str(PAGE)), *since])
            if reply.status == 403:
                self.code = "replies_not_allowed"
                return
            page = _objects(reply.entity())
            names = [name for name in (_text(one, "id") for one in page) if name]
            self.place = replace(self.place, news=max([*names, self.place.news or "0"], key=_age))
            self._hear([one.get("status") for one in page])
            if is_first or len(page) < PAGE:
                return
            self.more = number == PAGES - 1

    def look_below(self) -> None:
        """The whole conversations below the posts whose turn it is. Raises `NotHeard`."""
        posts, is_round = turn(self._posts, self.place.looked)
        for post in posts:
            if self.wait is not None:
                break
            reply = self._asked(f"/api/v1/statuses/{quote(post, safe='')}/context")
            if reply.status not in GONE:
                whole = reply.entity()
                found = _objects(whole.get("descendants") if isinstance(whole, dict) else None)
                self._hear(found, below=post)
                if len(found) < WHOLE:
                    self._confirm_gone(post)
            self.place = replace(self.place, looked=post)
        else:
            self.place = replace(self.place, rounded=self.place.rounded or is_round)
        self.more = self.more or (self.wait is None and not self.place.rounded)

    def _confirm_gone(self, post: str) -> None:
        """What isn't listed any more is asked for by name: only the server's no means that it is gone."""
        for name in self.gathering.unseen(post)[:LOOKS]:
            reply = self._asked(f"/api/v1/statuses/{quote(name, safe='')}")
            if reply.status in GONE or (reply.status == 200 and not _is_public(reply.entity())):
                self.gathering.lose(name)

    def _hear(self, statuses: Sequence[Any], *, below: str = "") -> None:
        # Parents come before what answers them, as ids grow with time.
        for status in sorted((one for one in statuses if _is_public(one)), key=lambda one: _age(_text(one, "id"))):
            reply = self._reply(status)
            if reply is not None:
                self.gathering.hear(reply, below=below)

    def _reply(self, status: dict[str, Any]) -> PublicReply | None:
        name, parent, at = _text(status, "id"), _text(status, "in_reply_to_id"), _moment(status)
        account = status.get("account")
        if not name or not parent or at is None or not isinstance(account, dict):
            return None
        acct = _text(account, "acct")
        host = urlsplit(self._address).hostname or ""
        return PublicReply(
            remote_id=name,
            address=_web(status, "url") or _web(status, "uri"),
            parent=parent,
            author=Author(
                account_id=_text(account, "id"),
                handle=f"@{acct}" if "@" in acct else f"@{acct}@{host}",
                name=_text(account, "display_name"),
                avatar=_web(account, "avatar_static") or _web(account, "avatar"),
                address=_web(account, "url"),
            ),
            text=text_of_html(_text(status, "content"), _Words()),
            warning=_text(status, "spoiler_text"),
            language=_text(status, "language"),
            at=at,
            version=_text(status, "edited_at"),
            attachments=len(status.get("media_attachments") or ()),
            is_ours=_text(account, "id") == self._account,
            answer_to=AnswerTo(remote_id=name, mention=f"@{acct}", ref={"id": name}),
        )

    def _asked(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Reply:
        """An answer of 200, 403 or that there is no such thing. Raises `NotHeard`."""
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            reply = ask("GET", f"{self._address}{path}", seconds=self._watch.left, headers=headers, params=list(params))
        except NoReply:
            raise NotHeard(TryLater(code="replies_unreachable")) from None
        self.wait = rest_seconds(reply.headers)
        is_news = path.endswith("/notifications")
        if reply.status == 200 or (reply.status == 403 and is_news) or (reply.status in GONE and not is_news):
            return reply
        raise NotHeard(unheard(reply))


class _Words(HtmlText):
    """A status's text in which every link is a whole address; mentions and tags stay as they are shown."""

    def __init__(self) -> None:
        super().__init__()
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        told = dict(attrs)
        address, kinds = told.get("href") or "", (told.get("class") or "").split()
        if tag == "a" and address.startswith(("https://", "http://")) and not {"mention", "hashtag"} & set(kinds):
            self._link = (address, len(self.text))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            (address, start), self._link = self._link, None
            self.text[start:] = [link("".join(self.text[start:]), address)]


def _age(name: str) -> tuple[int, str]:
    """Orders ids by time: numbers grow, and so do the sortable names of other servers, which are all as long."""
    return len(name), name


def _is_public(status: Any) -> bool:
    return isinstance(status, dict) and status.get("visibility") in PUBLIC


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise NotHeard(TryLater(code="replies_unreadable"))
    return value


def _text(entity: dict[str, Any], name: str) -> str:
    value = entity.get(name)
    return value if isinstance(value, str) else ""


def _web(entity: dict[str, Any], name: str) -> str:
    """An address that a page may link to, "" for any other: it comes from somebody we don't know."""
    value = _text(entity, name)
    return value if value.startswith(("https://", "http://")) else ""


def _moment(status: dict[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(status, "created_at"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
