"""What a social network is to the engine: one protocol, implemented by one module per network.

The engine asks for three things in this order, and never mixes them:

* `prepare` — repeatable, invisible: upload pictures, resolve mentions, fix the time; its result is stored
  before the first try and is the same for every later one;
* `publish` — the one visible call, made under a key that the part keeps for life;
* `find` — read-only: what became of a call whose answer was lost.

Beside these stands `replies`, which reads what the public said back. An answer to it is a content like any other, that
names what it answers.

An outcome says what is *known*. What isn't known is `Unclear` and is never rounded to failed (Promise 1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from itac.networks.models import Channel


class Unit(Enum):
    """How a network counts the length of a text."""

    GRAPHEMES = "graphemes"
    CHARACTERS = "characters"
    WEIGHTED = "weighted"  # as X does: some characters and every emoji count 2
    EMOJI_BYTES = "emoji_bytes"  # as Threads does: characters, but an emoji counts its UTF-8 bytes


class Sameness(Enum):
    """What sending the same part again under its key can do."""

    FOREVER = "forever"  # the network knows the key for ever: a second call changes nothing
    FOR_A_WHILE = "for_a_while"  # it knows the key for `Capabilities.key_lifetime`, then only `find` tells
    NEVER = "never"  # a second call is a second post


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a network takes, with lengths in its own unit. `None` means no limit of its own.

    `url_counts` is what any web address counts (None: as written); `mention_without_domain` counts `@a@b.org` as `@a`.
    `mention_like` shows how an account is named in a text, "" where a text links to no account.
    """

    text_max: int | None
    text_unit: Unit = Unit.GRAPHEMES
    text_bytes_max: int | None = None
    url_counts: int | None = None
    mention_without_domain: bool = False
    mention_like: str = ""
    images_max: int = 0
    image_bytes_max: int | None = None
    image_pixels_max: int | None = None
    image_types: Collection[str] = ()
    image_ratio_min: float | None = None  # width divided by height
    image_ratio_max: float | None = None
    alt_max: int | None = None
    threads: bool = False
    languages: bool = False
    cards: bool = False
    edits: bool = False
    deletes: bool = False
    finds: bool = False
    replies: bool = False
    by_hand: bool = False
    sameness: Sameness = Sameness.NEVER
    key_lifetime: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Media:
    """One picture as it will be sent: its bytes are read only when asked for."""

    sha256: str
    mime: str
    alt: str
    width: int
    height: int
    size_bytes: int
    picture_id: int | None = None
    read: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A link shown as a card below the text."""

    address: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One message: the whole of a short post, or one of a thread."""

    text: str
    media: Sequence[Media] = ()
    card: Card | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerTo:
    """Somebody else's post that a content answers, as `PublicReply.answer_to` gives it; all of it JSON values.

    `mention` is what the text must say for its author to hear of it, "" where the network tells them by itself.
    """

    remote_id: str
    mention: str = ""
    ref: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object) -> AnswerTo | None:
        """What a stored JSON value names; None where it names nothing, in whatever way."""
        if not isinstance(value, Mapping) or not isinstance(value.get("ref"), Mapping):
            return None
        words = [value.get("remote_id"), value.get("mention", ""), *value["ref"].values()]
        if not words[0] or not all(isinstance(word, str) for word in words):
            return None
        return cls(remote_id=value["remote_id"], mention=value.get("mention", ""), ref=dict(value["ref"]))


@dataclass(frozen=True, kw_only=True)
class Content:
    """What goes to one channel in one language, exactly as approved. `subject` names the post it comes from.

    With `answers` its first part stands below somebody else's post.
    """

    language: str
    parts: Sequence[Part]
    subject: str = ""
    title: str = ""
    sources: Sequence[Mapping[str, str]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    answers: AnswerTo | None = None


# -- what is known after a call ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The network has it. `ref` is what later parts of a thread need to point at it."""

    remote_id: str
    address: str = ""
    ref: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """A person has to do it; nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class TryLater:
    """Known not to have been accepted, and worth another try; `after_seconds` where the network said when."""

    code: str
    after_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Known not to have been accepted, and the same call would be refused again."""

    code: str


@dataclass(frozen=True, kw_only=True)
class NeedsPerson:
    """Known not to have been accepted, because the channel itself needs somebody (its token, its account)."""

    code: str


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """The call may or may not have been accepted."""

    code: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Everything that must be the same on each try, as JSON values."""

    frozen: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NothingFound:
    """The network answered, and has no such post (yet: a call still under way may arrive)."""


@dataclass(frozen=True, kw_only=True)
class CantTell:
    """The look-up itself failed or the network can't be asked."""

    code: str


Outcome = Accepted | Awaiting | TryLater | Refused | NeedsPerson | Unclear
Preparation = Prepared | TryLater | Refused | NeedsPerson
Finding = Accepted | NothingFound | CantTell


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One part on its way: what a network gets to prepare, publish and find it.

    `key` never changes for this part. `earlier` holds `Accepted.ref` of the thread's earlier parts, oldest first.
    `began_at` is when its first try began. `taken` are remote ids that belong to other parts of this channel.
    `seconds` bounds the call, from its start to its last byte.
    """

    content: Content
    index: int
    key: str
    frozen: Mapping[str, Any] = field(default_factory=dict)
    earlier: Sequence[Mapping[str, str]] = ()
    began_at: datetime | None = None
    taken: Collection[str] = ()
    seconds: float = 30.0

    @property
    def part(self) -> Part:
        """The part itself."""
        return self.content.parts[self.index]

    @property
    def follows(self) -> Mapping[str, str] | None:
        """The ref of what this part stands below: the thread's earlier part, else what the content answers."""
        if self.earlier:
            return self.earlier[-1]
        return self.content.answers.ref if self.content.answers else None


# -- what the public says back -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who wrote a reply, as the network shows them. `avatar` is an address that nobody has loaded (Promise 7)."""

    account_id: str
    handle: str
    name: str = ""
    avatar: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicReply:
    """One public reply below a post of ours, at any depth.

    `parent` is the remote id of what it answers, `under` that of our post it stands below. `text` is plain, each link
    in it a whole address; where `warning` isn't empty its author wants that shown first. `version` changes when the
    reply is edited. `attachments` counts pictures and the like, which aren't read. `is_ours`: the channel wrote it.
    """

    remote_id: str
    address: str
    parent: str
    under: str = ""
    author: Author
    text: str
    warning: str = ""
    language: str = ""
    at: datetime
    version: str = ""
    attachments: int = 0
    is_ours: bool = False
    answer_to: AnswerTo


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a listener keeps of a reply it was told: its `version`, and `under` which post it stands."""

    version: str
    under: str


@dataclass(frozen=True, kw_only=True)
class Listening:
    """What to listen for: replies below these posts (remote ids of sent parts), since the cursor given last.

    `known` are the replies told before and not gone since. Whoever stores the replies and the cursor in one
    transaction, and names here what is stored, is told each reply once: over reconnects, restarts, and whatever the
    network repeats. `seconds` bounds the whole call.
    """

    posts: Collection[str]
    cursor: str = ""
    known: Mapping[str, Known] = field(default_factory=dict)
    seconds: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Replies:
    """What was heard: replies that are new or were edited, oldest first, and remote ids of known ones now gone.

    `cursor` goes into the next `Listening`. With `more` it is worth asking again at once. `code` says why a part of it
    has still to be heard, "" when none has; `after_seconds` is how long the network wants to be left alone.
    """

    cursor: str
    replies: Sequence[PublicReply] = ()
    gone: Sequence[str] = ()
    more: bool = False
    code: str = ""
    after_seconds: float | None = None


Hearing = Replies | TryLater | Refused | NeedsPerson


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What `connect` found out about an account: who it is, and when its token ends (None: not known to end)."""

    handle: str
    account_id: str
    expires_at: datetime | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)


class Network(Protocol):
    """One social network. None of its methods may let an HTTP library re-send a call that changes something."""

    name: str
    title: str
    needs_secret: Collection[str]  # names of the secrets `itac channel add` asks for
    needs_address: bool  # whether a channel names a server
    needs_handle: bool  # whether it names the account, which logging in doesn't tell

    def capabilities(self, channel: Channel) -> Capabilities:
        """What this account takes; limits the server told at `connect` come before the documented ones."""

    def new_key(self, *, now: datetime) -> str:
        """A key for a new part, unique on any account, growing with time where the network orders by key."""

    def connect(self, channel: Channel, *, now: datetime) -> Connection:
        """Prove that the channel's secret works. Changes nothing public. Raises `ConnectionRefused`."""

    def needs_preparing(self, sending: Sending) -> bool:
        """Whether `prepare` calls the network for this part; otherwise it is a pure computation."""

    def prepare(self, channel: Channel, sending: Sending, *, now: datetime) -> Preparation:
        """Do all that is repeatable and invisible, and fix what must be the same on each try."""

    def publish(self, channel: Channel, sending: Sending) -> Outcome:
        """Make the one visible call. Returns what is known; never raises for what the network or the line did."""

    def find(self, channel: Channel, sending: Sending) -> Finding:
        """Look whether the part is there. Changes nothing."""

    def edit(self, channel: Channel, remote_id: str, sending: Sending, *, note: str) -> Outcome:
        """Make a sent part say `sending.part` instead, where `Capabilities.edits`; may be repeated.

        `note` is the public sentence about what was corrected, for a network that shows one.
        """

    def delete(self, channel: Channel, remote_id: str, *, seconds: float, note: str = "") -> Outcome:
        """Take a sent part back where the network can; `Accepted` also when it was gone already.

        `note` is the public sentence about why, for a network that shows one.
        """

    def replies(self, channel: Channel, listening: Listening) -> Hearing:
        """What the public said below our posts since the cursor. Changes nothing, here or there.

        Public replies only: what somebody wrote for few to read is no reply of the public. Never raises for what the
        network or the line did; what wasn't heard is heard by a later call with the same cursor.
        """


class ConnectionRefused(Exception):
    """The account can't be used as given. `code` is one of `networks/codes.py`; the message is for the person."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
