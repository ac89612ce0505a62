"""A small model of take-overs: what may leave when, from the few facts people have set, kept beside the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from itac.campaign.models import Organisation, Person
from itac.core.walltime import WallTime
from itac.publishing.models import Delivery, DeliveryPart, Oversight, Post, State
from itac.takeovers.models import TakeOver

ZONE = "America/Havana"  # where clocks go back over midnight: one day has it twice
GRACE = timedelta(minutes=15)
GUARDED = 3  # so many of the first posts


def wall(at: datetime) -> WallTime:
    """The clock time in the campaign's zone that means this instant."""
    local = at.astimezone(ZoneInfo(ZONE))
    return WallTime(local.replace(tzinfo=None, fold=0), ZONE, local.fold)


@dataclass
class Window:
    """One take-over: how far people have come, its terms, and whether it is stopped."""

    takeover: TakeOver
    opens_at: datetime
    closes_at: datetime
    languages: tuple[str, ...]
    oversight: str
    signature: str = ""
    per_day: int | None = None
    stage: str = "requested"
    stopped_by: Person | None = None
    lifted_at: datetime | None = None
    vouched: set[int] = field(default_factory=set)  # posts to which the guardian was asked for a yes, and gave it

    def has_the_floor(self, language: str, *, now: datetime) -> bool:
        """Whether it is lent the channel in that language now."""
        covers = not self.languages or language in self.languages
        return self.stage == "briefed" and self.opens_at <= now < self.closes_at and covers

    def asks_guardian(self, post: Post) -> bool:
        """Whether a post needs the guardian's yes too."""
        is_early = self.oversight == Oversight.FIRST and len(self.vouched - {post.pk}) < GUARDED
        return is_early or self.oversight == Oversight.EACH

    def has_room_for(self, delivery: Delivery, *, now: datetime) -> bool:
        """Whether the day's number of posts isn't reached; what has begun is counted already."""
        if self.per_day is None or delivery.payload is not None:
            return True
        parts = DeliveryPart.objects.filter(delivery__variant__post__mandate=self.takeover.mandate, place=0)
        begun = parts.exclude(delivery__state__in=[State.CANCELLED, State.FAILED])
        today, zone = now.astimezone(ZoneInfo(ZONE)).date(), ZoneInfo(ZONE)
        posts = {
            post_id
            for post_id, began_at in begun.values_list("delivery__variant__post", "began_at")
            if began_at and began_at.astimezone(zone).date() >= today
        }
        return len(posts - {delivery.variant.post_id}) < self.per_day


@dataclass
class Voice:
    """One who speaks, in one language, with one post at a time; without a window by its standing grant."""

    name: str
    organisation: Organisation | None  # None: the campaign
    editor: Person
    approver: Person
    language: str
    window: Window | None = None
    post: Post = field(init=False)
    text: str = ""
    approved: tuple[str, datetime, datetime] | None = None  # exactly what, from when, until when
    since: datetime = field(init=False)  # when it was due, or a person said "now"
    waits: bool = False  # for a person's decision
    urgent: bool = False

    @property
    def signed(self) -> str:
        """What it would say now."""
        return f"{self.text}\n\n{self.window.signature}" if self.window and self.window.signature else self.text

    def delivery(self) -> Delivery:
        """Its newest delivery, read afresh."""
        return Delivery.objects.filter(variant__post=self.post).select_related("variant").latest("pk")

    def says(self, delivery: Delivery) -> str:
        """What the delivery would say: what it froze when it began, else what is submitted now."""
        return str(delivery.payload["parts"][0]["text"]) if delivery.payload else self.signed

    def may_leave(self, delivery: Delivery, others: list[Window], *, now: datetime) -> bool:
        """Whether a call for it may begin now; `others` are the windows that aren't its own."""
        if self.waits or delivery.state not in {State.PLANNED, State.SENDING} or self.approved is None:
            return False
        text, opens, closes = self.approved
        if text != self.says(delivery) or not opens <= now < closes or now - self.since > GRACE:
            return False
        if not self.urgent and any(each.has_the_floor(self.language, now=now) for each in others):
            return False
        own = self.window
        if own is None:
            return True
        is_stopped = own.stopped_by is not None or (own.lifted_at is not None and self.since < own.lifted_at)
        has_the_floor = own.has_the_floor(self.language, now=now)
        return has_the_floor and not is_stopped and own.has_room_for(delivery, now=now)
