"""Handing over: what the window came to, a word to whoever comes next, and the sign-off that closes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from itac.campaign.models import Campaign, Person
from itac.core.addresses import whole_address
from itac.publishing import writing
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed
from itac.publishing.models import Delivery, MandateStop, Post, PostKind, Righting, State
from itac.takeovers import agreeing
from itac.takeovers.agreeing import languages_on, places_of
from itac.takeovers.briefing import may_write_brief
from itac.takeovers.models import Reply, Stage, TakeOver

BEFORE_THE_END = timedelta(minutes=5)  # when the word to the next is proposed to leave
NOT_SENT = (State.FAILED, State.UNCERTAIN, State.AWAITING)


@dataclass(frozen=True)
class Answered:
    """What became of the public's replies."""

    heard: int
    answered: int
    gone: int

    @property
    def left(self) -> int:
        """Those that stand and have no answer."""
        return self.heard - self.answered - self.gone


@dataclass(frozen=True)
class Report:
    """What was sent where, what wasn't, what was set right, and what the public said."""

    sent: Sequence[Delivery]
    held: Sequence[Delivery]
    failed: Sequence[Delivery]
    dropped: Sequence[Delivery]
    planned: Sequence[Delivery]
    rightings: Sequence[Righting]
    stops: Sequence[MandateStop]
    replies: Answered
    deliveries: Sequence[Delivery] = field(repr=False)


def report_of(takeover: TakeOver) -> Report:
    """The report as things stand, in a fixed number of queries."""
    found = Delivery.objects.filter(variant__post__mandate=takeover.mandate).exclude(code="replaced")
    deliveries = list(
        found.select_related("variant__post", "channel")
        .defer("payload", "channel__secret", "channel__session")
        .prefetch_related("parts")
        .order_by("due_at", "pk")
    )

    def of(*states: str) -> list[Delivery]:
        return [each for each in deliveries if each.state in states]

    rightings = Righting.objects.filter(delivery__variant__post__mandate=takeover.mandate)
    return Report(
        sent=of(State.SENT),
        held=of(State.HELD),
        failed=of(*NOT_SENT),
        dropped=of(State.CANCELLED),
        planned=of(State.PLANNED, State.SENDING),
        rightings=list(
            rightings.select_related("delivery__variant__post", "delivery__channel", "asked_by").defer(
                "before", "after", "delivery__payload", "delivery__channel__secret", "delivery__channel__session"
            )
        ),
        stops=list(takeover.mandate.stops.select_related("stopped_by", "undone_by")),
        replies=_replies_of(takeover),
        deliveries=deliveries,
    )


def may_write_word(actor: Person, takeover: TakeOver) -> bool:
    """The team, the guardian and coordinators write to whoever comes next, until the take-over is closed."""
    return takeover.stage != Stage.HANDED_OVER and may_write_brief(actor, takeover)


def write_word(actor: Person, takeover: TakeOver, text: str) -> None:
    """What whoever comes next should know. Raises `NotAllowed`, and `MovedMeanwhile` once it is signed off."""
    if not may_write_brief(actor, takeover):
        raise NotAllowed("This person doesn't report on that take-over.")
    still_open = TakeOver.objects.filter(pk=takeover.pk).exclude(stage=Stage.HANDED_OVER)
    if not still_open.update(word_to_next=text.strip()):
        raise MovedMeanwhile(takeover.pk)
    takeover.word_to_next = text.strip()


def may_hand_over(actor: Person, takeover: TakeOver, *, now: datetime) -> bool:
    """Coordinators, once the window is over."""
    return actor.is_coordinator and takeover.state(now=now) == "closed"


def hand_over(actor: Person, takeover: TakeOver, *, reason: str = "", now: datetime) -> None:
    """Sign the report off: the take-over is closed with it. Raises `NotAllowed` unless the actor coordinates;
    `ForbiddenMove` before the window is over, `MovedMeanwhile` when somebody was first."""
    if not actor.is_coordinator:
        raise NotAllowed("Only coordinators sign a report off.")
    if takeover.state(now=now) != "closed":
        raise ForbiddenMove("A take-over is handed over once its window is over.")
    with transaction.atomic():
        agreeing.step_to(takeover, Stage.HANDED_OVER, actor=actor, reason=reason, now=now)


def next_after(takeover: TakeOver) -> TakeOver | None:
    """Who has one of its channels next, as far as both sides have agreed."""
    channels = [place.channel.pk for place in places_of(takeover)]
    later = TakeOver.objects.filter(
        stage__in=[Stage.AGREED, Stage.BRIEFED], opens_at__gte=takeover.closes_at, places__channel__in=channels
    ).exclude(pk=takeover.pk)
    return later.select_related("organisation").order_by("opens_at", "pk").first()


def begin_last_post(actor: Person, takeover: TakeOver, *, now: datetime) -> Post:
    """A draft that ends the window and names who comes next, on all its channels; to be changed, approved and sent like
    any other. Raises `NotAllowed` unless the actor writes for the organisation, `ForbiddenMove` once it is over."""
    if takeover.mandate.ended_at is not None or now >= takeover.closes_at:
        raise ForbiddenMove("Nothing is said any more in a window that is over.")
    following = next_after(takeover)
    wanted = [(place.channel.pk, language) for place in places_of(takeover) for language in languages_on(place)]
    known = {code for code, _name in settings.LANGUAGES}
    texts, titles = {}, {}
    for language in dict.fromkeys(language for _channel, language in wanted):
        with translation.override(language if language in known else "en"):
            texts[language] = _last_words(takeover, following)
            titles[language] = _("Thank you, and over to the next")
    wall = max(takeover.closes_at - BEFORE_THE_END, takeover.opens_at).astimezone(ZoneInfo(takeover.zone))
    draft = writing.Draft(
        title=titles,
        text=texts,
        original=next(iter(texts), "en"),
        variants=[writing.DraftVariant(channel_id=channel, language=language) for channel, language in wanted],
        kind=takeover.mandate.kinds[0] if takeover.mandate.kinds else PostKind.STATEMENT.value,
        wished_wall=wall.strftime("%Y-%m-%dT%H:%M"),
        wished_zone=takeover.zone,
    )
    return writing.begin_post(actor, organisation=takeover.organisation, draft=draft, now=now, mandate=takeover.mandate)


def rows(takeover: TakeOver, report: Report) -> Iterator[tuple[object, ...]]:
    """The report as a table: a line for each delivery and each correction. No word of the public's is in it."""
    for delivery in report.deliveries:
        yield (
            "delivery",
            delivery.variant.post.slug,
            str(delivery.variant.post),
            delivery.channel.name,
            delivery.channel.network,
            delivery.variant.language,
            delivery.due_at.isoformat(),
            delivery.state,
            delivery.sent_at.isoformat() if delivery.sent_at else "",
            " ".join(address_of(delivery)),
            delivery.code,
        )
    for righting in report.rightings:
        delivery = righting.delivery
        yield (
            righting.kind,
            delivery.variant.post.slug,
            str(delivery.variant.post),
            delivery.channel.name,
            delivery.channel.network,
            delivery.variant.language,
            righting.asked_at.isoformat(),
            righting.state,
            righting.moved_at.isoformat() if righting.state == "done" else "",
            "",
            righting.code,
        )


COLUMNS = ("what", "post", "title", "channel", "network", "language", "due", "state", "done", "address", "code")


def address_of(delivery: Delivery) -> list[str]:
    """Where its parts stand, as whole addresses: a report is read on paper and in other programs too."""
    found = [part.address for part in delivery.parts.all() if part.address]
    return [whole_address(each) for each in found or [delivery.address] if each]


def _replies_of(takeover: TakeOver) -> Answered:
    theirs = Reply.objects.filter(takeover=takeover, is_ours=False)
    answered = theirs.filter(answer__variants__deliveries__state=State.SENT).distinct()
    return Answered(
        heard=theirs.count(),
        answered=answered.count(),
        gone=theirs.filter(gone_at__isnull=False).exclude(pk__in=answered.values("pk")).count(),
    )


def _last_words(takeover: TakeOver, following: TakeOver | None) -> str:
    words = {"who": takeover.organisation, "campaign": Campaign.current().short_name}
    thanks = _("This was %(who)s. Thank you for listening, and for your answers.") % words
    if following is None:
        return f"{thanks} {_('From here on %(campaign)s speaks again.') % words}"
    return f"{thanks} {_('Next here: %(next)s.') % {'next': following.organisation}}"
