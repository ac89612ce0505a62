"""What goes in and what comes out, as the OpenAPI document says it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from itac.campaign.models import Scope
from itac.publishing import righting
from itac.publishing.deciding import ACTIONS
from itac.publishing.models import PostKind, RightingKind, RightingState, State, Verdict

NO_NUL = r"^[^\x00]*$"  # no database keeps it
LARGEST = 2**53 - 1
YEARS = range(2000, 2101)  # beyond them is a slip of the pen, and arithmetic that overflows


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(_("Write an instant as text, such as 2026-12-18T18:00:00Z."))  # noqa: TRY004 -- pydantic's way
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(_("Write an instant, such as 2026-12-18T18:00:00Z.")) from error


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(_("An instant needs its offset, such as Z or -05:00."))
    if value.year not in YEARS:
        raise ValueError(_("Write a year from 2000 to 2100."))
    return value


Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$", max_length=8, examples=["en"])]
Title = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Text = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=300, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
Address = Annotated[str, Field(max_length=500, pattern=r"^([hH][tT][tT][pP][sS]?://[^\s\x00]+)?$")]
Id = Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    AfterValidator(_aware),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-18T18:00:00Z"]}),
]
Texts = dict[Language, Title]
# Made of what the rooms below can say, so that none is forgotten; what they hold is nothing that mypy could know.
ScopeName = StrEnum("ScopeName", {scope.name: scope.value for scope in Scope})  # type: ignore[misc]
Kind = StrEnum("Kind", {kind.name: kind.value for kind in PostKind})  # type: ignore[misc]
DeliveryState = StrEnum("DeliveryState", {state.name: state.value for state in State})  # type: ignore[misc]
Answer = StrEnum("Answer", {verdict.name: verdict.value for verdict in Verdict})  # type: ignore[misc]
Action = StrEnum("Action", {name.upper(): name for names in ACTIONS.values() for name in names})  # type: ignore[misc]
RightingName = StrEnum("RightingName", {kind.name: kind.value for kind in RightingKind})  # type: ignore[misc]
RightingStateName = StrEnum("RightingStateName", {state.name: state.value for state in RightingState})  # type: ignore[misc]
RightingAction = StrEnum(  # type: ignore[misc]
    "RightingAction", {name.upper(): name for names in righting.ACTIONS.values() for name in names}
)
ApprovalState = StrEnum(  # type: ignore[misc]
    "ApprovalState", {name.upper(): name for name in ("open", "granted", "refused", "returned", "expired")}
)


class Given(Schema):
    """What a program sends: a name that isn't known is a mistake, not a wish for later."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What a program reads."""

    model_config = ConfigDict(extra="forbid")


# -- posts -------------------------------------------------------------------------------------------------------------


class PictureInPost(Given):
    """A picture, with its words for those who don't see it, by language."""

    picture: Id
    alt: dict[Language, Annotated[str, Field(max_length=1500, pattern=NO_NUL)]] = {}


class VariantOfPost(Given):
    """Where and in which language it goes. An empty text: the post's own in that language."""

    channel: Id
    language: Language
    text: Text = ""


class Source(Given):
    """Where a figure comes from."""

    title: Line = ""
    publisher: Line = ""
    address: Address = ""
    figure: Line = ""


class Content(Given):
    """What a post says, in all its languages. `original` is the language that was written first."""

    kind: Kind = Kind(PostKind.STATEMENT)
    original: Language = "en"
    title: Texts = {}
    text: dict[Language, Text] = {}
    pictures: Annotated[list[PictureInPost], Field(max_length=20)] = []
    variants: Annotated[list[VariantOfPost], Field(max_length=200)] = []
    link_address: Address = ""
    link_title: Texts = {}
    link_description: dict[Language, Annotated[str, Field(max_length=500, pattern=NO_NUL)]] = {}
    sources: Annotated[list[Source], Field(max_length=60)] = []


class PictureShown(Shown):
    """A picture of a post, with its words by language."""

    picture: int
    alt: dict[str, str]


class VariantShown(Shown):
    """Where and in which language it goes."""

    channel: int
    language: str
    text: str


class SourceShown(Shown):
    """Where a figure comes from."""

    title: str = ""
    publisher: str = ""
    address: str = ""
    figure: str = ""


class ContentShown(Shown):
    """What a post says, as it stands. People may have written what a program may not: that is shown all the same."""

    kind: str
    original: str
    title: dict[str, str]
    text: dict[str, str]
    pictures: list[PictureShown]
    variants: list[VariantShown]
    link_address: str
    link_title: dict[str, str]
    link_description: dict[str, str]
    sources: list[SourceShown]


class NewPost(Content):
    """A post to begin. `takeover` is the slug of the organisation's take-over in which it is said; empty for none."""

    takeover: Annotated[str, Field(max_length=120, pattern=r"^[-a-zA-Z0-9_]*$")] = ""


class Which(StrEnum):
    """Of two equal clock times on the day when clocks are set back."""

    FIRST = "first"
    SECOND = "second"


class PlanIn(Given):
    """A time on the clock of a place, to the minute: that is what stays agreed when the place changes its clocks."""

    wall: Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\dT\d\d:\d\d$", examples=["2026-12-18T18:00"])]
    zone: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$", examples=["America/Bogota"])]
    which: Which | None = None


class PlanOut(Shown):
    """The agreed time, the instant it means today, or the event it waits for."""

    wall: str
    zone: str
    at: datetime | None
    waits_for: str


class DecisionOut(Shown):
    """One answer, for an organisation or (null) as a coordinator."""

    organisation: str | None
    verdict: Answer
    reason: str
    languages: list[str]
    decided_at: datetime


class ApprovalOut(Shown):
    """The question in force. `seal` names exactly what it is about. An empty window: that of the event it waits for."""

    state: ApprovalState
    asked_at: datetime
    deadline_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    seal: str
    decisions: list[DecisionOut]


class PostOut(Shown):
    """A post. `submitted` is what would be sent, `draft` what is being written, for who may write it. Under a take-over
    it has that one's channels, window and signature."""

    id: int
    slug: str
    organisation: str | None
    takeover: str | None
    created_at: datetime
    submitted_at: datetime | None
    submitted: ContentShown | None
    draft: ContentShown | None
    plan: PlanOut | None
    approval: ApprovalOut | None


class PostPage(Shown):
    """Some posts, and where to go on."""

    items: list[PostOut]
    next: str | None


# -- approval ----------------------------------------------------------------------------------------------------------


class AskIn(Given):
    """Until when to answer, and the window in which it may leave. Empty: as the rules say, an hour around its time."""

    deadline_at: Moment | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None


class Sealed(Shown):
    """Exactly what would be sent to one channel in one language."""

    channel: int
    language: str
    hash: str
    payload: dict[str, Any]


class QuestionOut(ApprovalOut):
    """The question in force, with all it is about."""

    sealed: list[Sealed]


class DecisionIn(Given):
    """An answer to exactly what `seal` names. A no needs a reason. `languages` are the versions that were read."""

    verdict: Answer
    seal: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Note = ""
    languages: Annotated[list[Language], Field(max_length=60)] = []


# -- pictures ----------------------------------------------------------------------------------------------------------


class PictureOut(Shown):
    """A picture with its rights. Location and device data were taken out before it was stored."""

    id: int
    title: str
    alt: dict[str, str]
    credit: str
    licence: str
    valid_until: date | None
    width: int
    height: int
    sha256: str


class PicturePage(Shown):
    """Some pictures, and where to go on."""

    items: list[PictureOut]
    next: str | None


# -- deliveries --------------------------------------------------------------------------------------------------------


class PartOut(Shown):
    """One message of a delivery: the only one, or one of a thread."""

    place: int
    state: str
    address: str
    sent_at: datetime | None


class DeliveryRow(Shown):
    """One variant on its way to one channel. `why` is the sentence of `code`, in the language that was asked for."""

    id: int
    post: int
    channel: int
    language: str
    state: DeliveryState
    since: datetime
    due_at: datetime
    sent_at: datetime | None
    address: str
    code: str
    why: str
    parts: list[PartOut]


class DeliveryOut(DeliveryRow):
    """The same, with what this token may do about it now."""

    actions: list[Action]


class DeliveryPage(Shown):
    """Some deliveries, and where to go on."""

    items: list[DeliveryRow]
    next: str | None


class ActionIn(Given):
    """What to do. `confirm` and `is_there` need the address at which the post stands, `decline` a note."""

    action: Action
    note: Note = ""
    address: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""


# -- setting right -----------------------------------------------------------------------------------------------------


class WithdrawIn(Given):
    """Why: readers of the site see it, dated."""

    note: Annotated[Note, Field(json_schema_extra={"minLength": 1})]


class CorrectIn(WithdrawIn):
    """What was wrong. `take_down_elsewhere`: where a network can't change what is out, the old one is taken down."""

    take_down_elsewhere: bool = True


class RightingRow(Shown):
    """One sent delivery that is corrected or taken back. `why` is the sentence of `code`."""

    id: int
    post: int
    delivery: int
    channel: int
    language: str
    kind: RightingName
    state: RightingStateName
    since: datetime
    asked_at: datetime
    note: str
    code: str
    why: str


class RightingOut(RightingRow):
    """The same, with what this token may do about it now."""

    actions: list[RightingAction]


class RightingList(Shown):
    """What was begun, one for each delivery that is out."""

    items: list[RightingRow]


class RightingPage(RightingList):
    """Some of them, and where to go on."""

    next: str | None


class RightingActionIn(Given):
    """What to do: say that a person did it (`done`) or couldn't, try `again`, or `leave` it as it stands there."""

    action: RightingAction


# -- channels, slots, tokens -------------------------------------------------------------------------------------------


class ChannelOut(Shown):
    """An account on which the campaign speaks. `may_speak`: the organisation has the right to, at this moment."""

    id: int
    slug: str
    name: str
    network: str
    languages: list[str]
    is_paused: bool
    may_speak: bool
    text_max: int | None
    pictures_max: int
    threads: bool


class ChannelList(Shown):
    """All channels."""

    items: list[ChannelOut]


class SlotOut(Shown):
    """All that others learn of a slot."""

    at: datetime
    channel: int
    organisation: str | None


class SlotPage(Shown):
    """Some slots, and where to go on."""

    items: list[SlotOut]
    next: str | None


class TokenOut(Shown):
    """A token, as it knows itself."""

    name: str
    organisation: str
    scopes: list[ScopeName]
    expires_at: datetime


class ProblemLine(Shown):
    """One thing that is wrong, and the field it is about ("" for none)."""

    code: str
    detail: str
    field: str


class ProblemOut(Shown):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemLine] | None = None
