"""Rehearsing a window: what would fail, said before it does, and the whole of it told to its team in a few minutes.

The real gate judges each delivery at its planned instant, the real checks look at its words and pictures, its files are
read, and each network's own preparation is asked where that calls nobody. Nothing is written; only `try_accounts` keeps
what the networks said about their tokens, as `itac channel test` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.models import Campaign, Person
from itac.networks import connecting
from itac.networks.models import Channel, Health
from itac.networks.protocol import ConnectionRefused, Media, NeedsPerson, Refused, Sending
from itac.networks.richtext import misnamed
from itac.publishing import codes, gate, mandating
from itac.publishing.approving import request_in_force
from itac.publishing.checking import problems_of
from itac.publishing.claiming import with_content
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Delivery, Post, State
from itac.publishing.payload import ChangedMedia, content_of, payload_of
from itac.takeovers.agreeing import places_of
from itac.takeovers.briefing import lacking, may_write_brief
from itac.takeovers.models import Rehearsal, RehearsedDelivery, Stage, TakeOver
from itac.takeovers.models.rehearsals import KEPT_FOR

LENGTHS = (120, 300, 600)  # seconds a rehearsal may take
TO_COME = (State.PLANNED, State.HELD)
REAL_COUNT = 8  # parts of a thread that are prepared


class Mender(TextChoices):
    """Who can set a fault right, in a sentence."""

    TEAM = "team", gettext_lazy("The organisation's team mends it.")
    APPROVERS = "approvers", gettext_lazy("Whoever is asked for approval answers.")
    GUARDIAN = "guardian", gettext_lazy("The guardian or a coordinator mends it.")
    COORDINATORS = "coordinators", gettext_lazy("A coordinator mends it.")


class Where(TextChoices):
    """The page on which it is set right."""

    EDIT = "edit"
    PLAN = "plan"
    ASK = "ask"
    APPROVE = "approve"
    DELIVERY = "delivery"
    BRIEF = "brief"
    TAKEOVER = "takeover"
    ROOM = "room"
    CHANNELS = "channels"
    PAUSE = "pause"


@dataclass(frozen=True)
class Fault:
    """One thing that would fail: what, for which post on which channel at which moment, who mends it, and where."""

    code: str
    message: str
    mender: Mender
    where: Where
    post: Post | None = None
    delivery: Delivery | None = None
    channel: Channel | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Outlook:
    """What a rehearsal found: the faults, and the deliveries that would leave as they are."""

    faults: Sequence[Fault]
    good: Sequence[Delivery]


# What the gate would say, before anything happened: its own sentences tell of what was held.
BEFOREHAND: Mapping[str, tuple[str | Promise, Mender, Where]] = {
    "not_approved": (gettext_lazy("It isn't approved."), Mender.TEAM, Where.ASK),
    "outside_window": (
        gettext_lazy("Its approval is for another time. Move it, or ask again."),
        Mender.TEAM,
        Where.PLAN,
    ),
    "approval_changed": (
        gettext_lazy("It was changed after it was approved. Ask for approval again."),
        Mender.TEAM,
        Where.ASK,
    ),
    "trigger_pending": (gettext_lazy("It waits for an event without a time."), Mender.TEAM, Where.PLAN),
    "no_grant": (
        gettext_lazy("The take-over doesn't allow this language on this channel."),
        Mender.TEAM,
        Where.EDIT,
    ),
    "kind_not_lent": (gettext_lazy("The take-over doesn't allow posts of this kind."), Mender.TEAM, Where.EDIT),
    "answers_not_lent": (gettext_lazy("The take-over doesn't allow answers."), Mender.GUARDIAN, Where.TAKEOVER),
    "daily_limit": (
        gettext_lazy("More posts are planned for that day than the take-over allows."),
        Mender.TEAM,
        Where.PLAN,
    ),
    "channel_paused": (gettext_lazy("The channel is paused."), Mender.COORDINATORS, Where.PAUSE),
    "campaign_paused": (gettext_lazy("The whole campaign is paused."), Mender.COORDINATORS, Where.PAUSE),
    "organisation_held": (
        gettext_lazy("Everything of the organisation is on hold, or was when this was due."),
        Mender.COORDINATORS,
        Where.DELIVERY,
    ),
    "takeover_stopped": (gettext_lazy("The take-over is stopped."), Mender.GUARDIAN, Where.ROOM),
    "window_taken": (
        gettext_lazy("Another organisation has the floor on this channel then."),
        Mender.COORDINATORS,
        Where.TAKEOVER,
    ),
    "late": (gettext_lazy("Its time is over. Choose another, or send it now."), Mender.TEAM, Where.DELIVERY),
    "rights_missing": (
        gettext_lazy("A picture has no credit, no licence, or may not be used any more by then."),
        Mender.TEAM,
        Where.EDIT,
    ),
    "channel_needs_person": (
        gettext_lazy("The channel's token has ended by then. Connect it again."),
        Mender.COORDINATORS,
        Where.CHANNELS,
    ),
}


def rehearse(takeover: TakeOver, *, now: datetime) -> Outlook:
    """Everything of the window that would fail as things stand, in the order of time. Writes nothing."""
    deliveries = _to_come(takeover)
    faults = [*_of_all(takeover), *_of_channels(takeover), *_of_drafts(takeover)]
    verdicts = judge_all(takeover, deliveries, now=now)
    unreadable = _with_unreadable_files(deliveries)
    good = []
    for delivery in deliveries:
        found = [
            *_of_delivery(takeover, delivery, verdicts[delivery.pk], now=now),
            *_of_its_pictures_and_names(delivery, unreadable),
        ]
        faults += found
        good += [] if found else [delivery]
    return Outlook(faults, good)


def judge_all(takeover: TakeOver, deliveries: Sequence[Delivery], *, now: datetime) -> dict[int, str]:
    """What the real gate says about each at its planned instant: "" when it would leave. Writes nothing.

    Before everybody is briefed nothing is lent, so the channels are lent for the length of the question, in a
    transaction that is taken back. A day's number of posts is counted over the plan: the gate can't see ahead.
    """
    said: dict[int, str] = {}
    with transaction.atomic():
        if takeover.stage in {Stage.REQUESTED, Stage.OFFERED, Stage.AGREED}:
            mandating.give(takeover.mandate, places_of(takeover), reason="")
        for delivery in deliveries:
            answer = gate.check(delivery, now=max(delivery.due_at, now))
            said[delivery.pk] = answer.code if isinstance(answer, gate.Stopped) else ""
        transaction.set_rollback(True)
    for pk in _beyond_the_day(takeover, [each for each in deliveries if not said[each.pk]]):
        said[pk] = "daily_limit"
    return said


def try_accounts(actor: Person, takeover: TakeOver, *, now: datetime) -> int:
    """Ask each lent channel's network whether its token works, and keep what it says; returns how many said no.

    Raises `NotAllowed` unless the actor is of the team, its guardian or a coordinator.
    """
    _ask_side(actor, takeover)
    refused = 0
    for channel in Channel.objects.filter(pk__in=[place.channel.pk for place in places_of(takeover)]):
        try:
            connecting.test_channel(channel, now=now)
        except ConnectionRefused:
            refused += 1
    return refused


def begin_run(actor: Person, takeover: TakeOver, *, seconds: int, now: datetime) -> Rehearsal:
    """Say the whole window to its team alone, compressed into so many seconds: each delivery exactly as it is now.

    Nothing reaches a network. Raises `NotAllowed`, and `ValueError` for a length that isn't offered.
    """
    _ask_side(actor, takeover)
    if seconds not in LENGTHS:
        raise ValueError(seconds)
    deliveries = _to_come(takeover)
    verdicts = judge_all(takeover, deliveries, now=now)
    length = takeover.closes_at - takeover.opens_at
    with transaction.atomic():
        run = Rehearsal.objects.create(takeover=takeover, begun_at=now, begun_by=actor, seconds=seconds)
        RehearsedDelivery.objects.bulk_create(
            RehearsedDelivery(
                rehearsal=run,
                post_id=delivery.variant.post_id,
                channel_id=delivery.channel_id,
                due_at=delivery.due_at,
                said_at=now + (run.ends_at - now) * min(max((delivery.due_at - takeover.opens_at) / length, 0.0), 1.0),
                payload=_payload(delivery),
                code=verdicts[delivery.pk],
            )
            for delivery in deliveries
        )
    return run


def forget_rehearsals(now: datetime) -> None:
    """Rehearsals are of use for a week."""
    Rehearsal.objects.filter(begun_at__lt=now - KEPT_FOR).delete()


def _to_come(takeover: TakeOver) -> list[Delivery]:
    """What is planned or held under it, as the gate wants it, in the order of time."""
    theirs = Delivery.objects.filter(variant__post__mandate=takeover.mandate, state__in=TO_COME)
    return list(with_content(theirs).order_by("due_at", "pk"))


def _of_all(takeover: TakeOver) -> Iterator[Fault]:
    lack = lacking(takeover)
    if lack is not None:
        yield Fault(lack.code, str(lack.message), Mender.TEAM, Where.BRIEF)
    if takeover.stage in {Stage.REQUESTED, Stage.OFFERED}:
        message = _("Both sides haven't agreed yet, so nothing is lent.")
        yield Fault("not_agreed", message, Mender.COORDINATORS, Where.TAKEOVER)
    if takeover.stage == Stage.AGREED:
        message = _("Nobody has said yet that everybody is briefed, so nothing is lent.")
        yield Fault("not_briefed", message, Mender.GUARDIAN, Where.TAKEOVER)
    if mandating.stop_of(takeover.mandate) is not None:
        stopped, mender, where = BEFOREHAND["takeover_stopped"]
        yield Fault("takeover_stopped", str(stopped), mender, where)


def _of_channels(takeover: TakeOver) -> Iterator[Fault]:
    for place in places_of(takeover):
        channel = place.channel
        if channel.health == Health.NEEDS_PERSON:
            message = codes.sentence(channel.health_code) if channel.health_code else _("The account needs somebody.")
            yield Fault("token", message, Mender.COORDINATORS, Where.CHANNELS, channel=channel)
        if channel.network == "by_hand" and channel.person_id is None:
            message = _("Nobody is named who posts there by hand.")
            yield Fault("nobody_by_hand", message, Mender.COORDINATORS, Where.CHANNELS, channel=channel)


def _of_drafts(takeover: TakeOver) -> Iterator[Fault]:
    """Posts that nobody submitted, or that have no time."""
    planned = Delivery.objects.exclude(state=State.CANCELLED).values("variant__post")
    drafts = Post.objects.filter(mandate=takeover.mandate, answers_reply__isnull=True).exclude(pk__in=planned)
    for post in drafts.order_by("created_at"):
        if post.submitted_at is None:
            yield Fault("draft", _("It is still a draft."), Mender.TEAM, Where.EDIT, post=post)
        elif post.planned_at is None and post.trigger_id is None:
            yield Fault("no_time", _("It has no time yet."), Mender.TEAM, Where.PLAN, post=post)


def _of_delivery(takeover: TakeOver, delivery: Delivery, code: str, *, now: datetime) -> Iterator[Fault]:
    told = set()
    if delivery.state == State.HELD:
        message = _("It is held, and leaves only when somebody decides so.")
        told.add(delivery.code)
        held = f"{message} {codes.sentence(delivery.code)}".strip()
        yield _fault(delivery, "held", held, Mender.TEAM, Where.DELIVERY)
    if code and code not in told and code != "takeover_stopped":
        yield _fault(delivery, *_beforehand(takeover, delivery, code, now=now))
        told.add(code)
    for problem in problems_of(delivery.variant, today=delivery.due_at.date()):
        if problem.code not in told:
            yield _fault(delivery, problem.code, problem.message, Mender.TEAM, Where.EDIT)
    for refused in _refusals(delivery, now=now):
        yield _fault(delivery, refused, codes.sentence(refused), Mender.TEAM, Where.EDIT)


def _of_its_pictures_and_names(delivery: Delivery, unreadable: Mapping[int, str]) -> Iterator[Fault]:
    """What a network is called for, as far as it shows here: the files it would get, and whom the text names."""
    if delivery.pk in unreadable:
        message = _("The file of “%(picture)s” can't be read, or isn't the approved one any more. Choose it anew.")
        words = {"picture": unreadable[delivery.pk]}
        yield _fault(delivery, "picture_changed", message % words, Mender.TEAM, Where.EDIT)
    can = delivery.channel.plug().capabilities(delivery.channel)
    texts = [part.text for part in content_of(_payload(delivery)).parts] if can.mention_like else []
    for name in dict.fromkeys(n for text in texts for n in misnamed(text, with_servers=can.mention_without_domain)):
        message = _("“%(name)s” links to nobody on %(channel)s: an account is named there like %(example)s.")
        words = {"name": name, "channel": delivery.channel.name, "example": can.mention_like}
        yield _fault(delivery, "names_nobody", message % words, Mender.TEAM, Where.EDIT)


def _with_unreadable_files(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """The deliveries with a picture whose file isn't there as it was approved, and what that picture is called."""
    said: dict[tuple[int | None, str], bool] = {}
    found = {}
    for delivery in deliveries:
        titles = {item.picture_id: item.picture.title for item in delivery.variant.post.media.all()}
        for media in (each for part in content_of(_payload(delivery)).parts for each in part.media):
            key = (media.picture_id, media.sha256)
            if key not in said:
                said[key] = _is_readable(media)
            if not said[key]:
                found[delivery.pk] = titles.get(media.picture_id or 0, "")
    return found


def _is_readable(media: Media) -> bool:
    try:
        media.read()
    except ChangedMedia:
        return False
    return True


def _fault(delivery: Delivery, code: str, message: str | Promise, mender: Mender, where: Where) -> Fault:
    post = delivery.variant.post
    return Fault(code, str(message), mender, where, post, delivery, delivery.channel, delivery.due_at)


def _beforehand(
    takeover: TakeOver, delivery: Delivery, code: str, *, now: datetime
) -> tuple[str, str | Promise, Mender, Where]:
    message, mender, where = BEFOREHAND.get(code, (codes.sentence(code), Mender.TEAM, Where.DELIVERY))
    if code == "not_approved":
        request = request_in_force(delivery.variant.post)
        if request is not None and request.is_open(now=now):
            return code, _("It is asked about, and not approved yet."), Mender.APPROVERS, Where.APPROVE
    if code == "no_grant" and not takeover.opens_at <= delivery.due_at < takeover.closes_at:
        return "outside_takeover", _("It is planned for a time outside the window."), Mender.TEAM, Where.PLAN
    if code == "no_grant" and delivery.channel_id not in {place.channel.pk for place in places_of(takeover)}:
        return "not_lent", _("This channel isn't lent."), Mender.TEAM, Where.EDIT
    return code, message, mender, where


def _refusals(delivery: Delivery, *, now: datetime) -> Iterable[str]:
    """Codes with which the network itself would refuse it, where it can say so without being called.

    Its pictures, which would be uploaded, stay out of that; their files are looked at here.
    """
    plug, channel = delivery.channel.plug(), delivery.channel
    whole = content_of(_payload(delivery))
    content = replace(whole, parts=[replace(part, media=()) for part in whole.parts])
    found = []
    for index in range(min(len(content.parts), REAL_COUNT)):
        sending = Sending(content=content, index=index, key=plug.new_key(now=now))
        if plug.needs_preparing(sending):
            continue
        prepared = plug.prepare(channel, sending, now=now)
        if isinstance(prepared, (Refused, NeedsPerson)):
            found.append(prepared.code)
    return dict.fromkeys(found)


def _payload(delivery: Delivery) -> Mapping[str, Any]:
    """What would be sent: what it froze when sending began, else the post as submitted."""
    return delivery.payload or payload_of(delivery.variant)


def _beyond_the_day(takeover: TakeOver, deliveries: Sequence[Delivery]) -> set[int]:
    """Those of the deliveries, in the order of time, for whose post its day has no room any more."""
    limit = takeover.mandate.per_day
    if limit is None:
        return set()
    campaign = Campaign.current()
    said: dict[object, set[int]] = defaultdict(set)
    of_the_window = Delivery.objects.filter(variant__post__mandate=takeover.mandate, parts__began_at__isnull=False)
    out = of_the_window.exclude(variant__options__has_key="answers")
    for began_at, post_id in out.values_list("parts__began_at", "variant__post_id"):
        if began_at is not None:
            said[campaign.local(began_at).date()].add(post_id)
    beyond = set()
    for delivery in deliveries:
        if "answers" in delivery.variant.options:
            continue
        day = said[campaign.local(delivery.due_at).date()]
        if delivery.variant.post_id not in day and len(day) >= limit:
            beyond.add(delivery.pk)
        else:
            day.add(delivery.variant.post_id)
    return beyond


def _ask_side(actor: Person, takeover: TakeOver) -> None:
    if not may_write_brief(actor, takeover):
        raise NotAllowed("This person doesn't rehearse that take-over.")
