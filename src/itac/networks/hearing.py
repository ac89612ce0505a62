"""What the readers of replies share: how far they have come, which replies are for us, and why nothing was heard.

A network's list of news is quick but not whole: it leaves out who didn't mention us, comes out of order, and says
nothing of what was edited or deleted. So each call reads the news, then looks below a few of our posts in turn.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from itac.networks.bluesky_session import CLOSED
from itac.networks.lines import Reply
from itac.networks.protocol import Listening, NeedsPerson, PublicReply, Replies, TryLater
from itac.networks.waiting import seconds_to_wait

POSTS_A_CALL = 5  # looked below in one call, so that a minute's listening costs a network few requests
REST_SECONDS = 60.0
_LIMITS = (("x-ratelimit-remaining", "x-ratelimit-limit"), ("ratelimit-remaining", "ratelimit-limit"))


class NotHeard(Exception):
    """What was asked wasn't answered; `outcome` says what that means."""

    def __init__(self, outcome: TryLater | NeedsPerson) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a reader has come; its listener keeps it as a cursor.

    `news` is the latest of the network's own list, `looked` the post last looked below, `rounded` whether each of
    them was once. `seq` is the latest event of a server's stream.
    """

    news: str = ""
    looked: str = ""
    rounded: bool = False
    seq: int = 0

    @classmethod
    def of(cls, cursor: str) -> Place:
        """The place a cursor names; the beginning where it names none."""
        try:
            told = json.loads(cursor)
        except ValueError:
            return cls()
        blank = asdict(cls())
        if not isinstance(told, dict):
            return cls()
        return cls(**{name: told[name] for name, value in blank.items() if type(told.get(name)) is type(value)})

    @property
    def cursor(self) -> str:
        """The place as a cursor."""
        return json.dumps(asdict(self))


def turn(posts: Collection[str], looked: str) -> tuple[Sequence[str], bool]:
    """Whose turn it is to be looked below, and whether that ends a round."""
    ordered = sorted(posts)
    start = bisect_right(ordered, looked)
    if start >= len(ordered):
        start = 0
    return ordered[start : start + POSTS_A_CALL], start + POSTS_A_CALL >= len(ordered)


class Gathering:
    """What one call hears: each reply once, though the network repeats it, and only what the listener doesn't know."""

    def __init__(self, listening: Listening) -> None:
        self._posts = frozenset(listening.posts)
        self._known = listening.known
        self._heard: dict[str, PublicReply] = {}
        self._seen: set[str] = set()
        self._gone: set[str] = set()

    def hear(self, reply: PublicReply, *, below: str = "") -> None:
        """Keep a reply that stands below one of our posts, unless it is known as it is.

        `below` is the post it was found under, for a reply whose own parent isn't known.
        """
        self._seen.add(reply.remote_id)
        under = self._under(reply.parent) or below
        if reply.remote_id in self._posts or not under:
            return
        known = self._known.get(reply.remote_id)
        if known is None or known.version != reply.version:
            self._heard[reply.remote_id] = replace(reply, under=under)

    def lose(self, remote_id: str) -> None:
        """A reply was deleted."""
        self._heard.pop(remote_id, None)
        if remote_id in self._known:
            self._gone.add(remote_id)

    def unseen(self, post: str) -> list[str]:
        """Known replies below a post that weren't among what was found."""
        return [
            name for name, known in self._known.items() if known.under == post and name not in self._seen | self._gone
        ]

    def by_author(self, account: str) -> list[str]:
        """Remote ids of replies that a repository holds, known or heard just now (AT Protocol: its name leads)."""
        return [name for name in {*self._known, *self._heard} if name.startswith(f"at://{account}/")]

    @property
    def heard(self) -> list[PublicReply]:
        """What is new or changed, oldest first."""
        return sorted(self._heard.values(), key=lambda reply: (reply.at, reply.remote_id))

    def told(self, place: Place, *, more: bool = False, code: str = "", after_seconds: float | None = None) -> Replies:
        """All of it, as the listener gets it."""
        return Replies(
            cursor=place.cursor,
            replies=self.heard,
            gone=sorted(self._gone),
            more=more,
            code=code,
            after_seconds=after_seconds,
        )

    def _under(self, parent: str) -> str:
        if parent in self._posts:
            return parent
        if parent in self._heard:
            return self._heard[parent].under
        return self._known[parent].under if parent in self._known else ""


def unheard(reply: Reply) -> TryLater | NeedsPerson:
    """What another answer than 200 to a question for replies means."""
    if reply.status == 429 or reply.member("error") == "RateLimitExceeded":
        return TryLater(code="replies_limited", after_seconds=seconds_to_wait(reply.headers))
    if reply.member("error") in CLOSED:
        return NeedsPerson(code="account_closed")
    if 300 <= reply.status < 400:
        return NeedsPerson(code="server_moved")
    if reply.status == 401:
        return NeedsPerson(code="token_refused")
    if reply.status == 403:
        return NeedsPerson(code="replies_not_allowed")
    if reply.status in (404, 405, 501):
        return NeedsPerson(code="server_wrong")
    return TryLater(code="replies_unreachable", after_seconds=seconds_to_wait(reply.headers))


def rest_seconds(headers: Mapping[str, str]) -> float | None:
    """How long to read nothing more, so that posting finds room; None while there is room, or no limit is told.

    Reading takes two thirds of a limit at most: it can wait, and what is due can't.
    """
    told = {name.lower(): value for name, value in headers.items()}
    for left, most in _LIMITS:
        if told.get(left, "").isdigit() and told.get(most, "").isdigit() and int(told[left]) * 3 < int(told[most]):
            return seconds_to_wait(headers) or REST_SECONDS
    return None


def link(shown: str, address: str) -> str:
    """A link as plain text: its whole address, and the words it was shown by where they aren't a piece of that."""
    words = shown.strip().removesuffix("…").removesuffix("...")
    return address if words in address else f"{words} ({address})"
