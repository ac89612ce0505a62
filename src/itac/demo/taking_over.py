"""The demonstration's take-overs: one past with its report, one open now, one to come; all through the real verbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from itac.campaign.models import Campaign, Duty, Organisation, Person, Role
from itac.core.walltime import WallTime
from itac.demo import posting
from itac.demo.reading import facts, words
from itac.networks.models import Channel
from itac.publishing import approving, planning
from itac.publishing.mandating import Place
from itac.publishing.models import Post, Verdict
from itac.takeovers import agreeing, handing_over
from itac.takeovers.agreeing import Terms
from itac.takeovers.models import TakeOver

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def guardian() -> Person:
    """The demonstration's guardian."""
    return Person.objects.get(email="guardian@example.org")


def moment(row: dict[str, Any], *, now: datetime) -> datetime:
    """When something of the data happens: in hours from now, or on a day at a clock time of the campaign's zone."""
    if "in_hours" in row:
        return (now + row["in_hours"] * HOUR).replace(minute=0, second=0, microsecond=0)
    campaign = Campaign.current()
    day = campaign.local(now).date() + timedelta(days=row.get("in_days", -row.get("days_ago", 0)))
    clock = datetime.strptime(row["at"], "%H:%M").time()  # noqa: DTZ007
    return WallTime(datetime.combine(day, clock), campaign.zone).instant()


def begin_takeovers(*, now: datetime) -> None:
    """What the first start makes: the take-over that is open now, whose post leaves within the first minute, and one to
    come and one that is offered. Through the verbs, in the caller's transaction; what is there already stays."""
    for row in [*facts("takeovers")["open"], *facts("takeovers")["coming"]]:
        if _is_there(row):
            continue
        takeover = _briefed(row, now=now)
        for said in row["posts"]:
            due = now + timedelta(seconds=said["in_seconds"]) if "in_seconds" in said else moment(said, now=now)
            local = Campaign.current().local(due)
            wall = WallTime(local.replace(tzinfo=None, microsecond=0), Campaign.current().zone)
            _say(said, takeover, at=wall, now=now)
    for row in facts("takeovers")["offered"]:
        if not _is_there(row):
            organisation = Organisation.objects.get(slug=row["slug_of"])
            reason = row["reason"][_editor(organisation).language]
            agreeing.offer(posting.coordinator(), organisation, _terms(row, now=now), reason=reason, now=now)


@dataclass(frozen=True)
class Past:
    """A take-over of the past weeks: its posts, one after the other as they fall due, then its report."""

    takeover: TakeOver
    row: dict[str, Any]
    today: datetime

    def posts(self) -> Iterator[datetime]:
        """Write, plan and approve each; gives when it is due, so that a worker of that moment sends it."""
        for said in self.row["posts"]:
            due = moment(said, now=self.today)
            if not posting.already_there(said):
                wall = WallTime(Campaign.current().local(due).replace(tzinfo=None), Campaign.current().zone)
                with transaction.atomic():
                    _say(said, self.takeover, at=wall, now=due - DAY)
            yield due

    def hand_over(self) -> None:
        """A word to the next, and the coordinator's sign-off, the day after it closed."""
        after = self.takeover.closes_at + DAY
        if self.takeover.state(now=after) != "closed":
            return
        with transaction.atomic():
            handing_over.write_word(_editor(self.takeover.organisation), self.takeover, self.row["word"]["en"])
            handing_over.hand_over(posting.coordinator(), self.takeover, now=after)


def past_takeovers(*, today: datetime) -> Iterator[Past]:
    """Those of the data, agreed on and briefed as of their days."""
    for row in facts("takeovers")["past"]:
        found = _there(row)
        if found is None:
            with transaction.atomic():
                found = _briefed(row, now=today)
        yield Past(found, row, today)


def _is_there(row: dict[str, Any]) -> bool:
    return _there(row) is not None


def _there(row: dict[str, Any]) -> TakeOver | None:
    return TakeOver.objects.filter(slug=slugify(row["title"]["en"])).first()


def _terms(row: dict[str, Any], *, now: datetime) -> Terms:
    return Terms(
        title=words(row["title"]),
        why=words(row["why"]),
        signature=words(row["signature"]),
        opens_at=moment(row["opens"], now=now),
        closes_at=moment(row["closes"], now=now),
        zone=Campaign.current().zone,
        places=[Place(Channel.objects.get(slug=slug), tuple(languages)) for slug, languages in row["channels"].items()],
        guardian=guardian(),
        oversight=row["oversight"],
    )


def _briefed(row: dict[str, Any], *, now: datetime) -> TakeOver:
    """Asked for by the organisation, agreed to by the coordinator a day later, briefed another day later."""
    organisation = Organisation.objects.get(slug=row["slug_of"])
    asked = now - row["requested_days_ago"] * DAY
    terms = _terms(row, now=now)
    takeover = agreeing.request(
        _editor(organisation), organisation, terms, reason=_("We would like to take part."), now=asked
    )
    agreeing.agree(posting.coordinator(), takeover, now=asked + DAY)
    brief = takeover.brief
    brief.their_contact, brief.our_contact = _editor(organisation).email, guardian().email
    brief.guardian_hours = _("The whole window")
    brief.save()
    for task in brief.tasks.all():
        task.done_at, task.done_by = asked + DAY, _editor(organisation)
        task.save()
    agreeing.brief(posting.coordinator(), takeover, now=asked + 2 * DAY)
    return takeover


def _say(row: dict[str, Any], takeover: TakeOver, *, at: WallTime, now: datetime) -> Post:
    """A post of the take-over: with the yes of its own organisation, and of its guardian where that is asked; one that
    waits has neither yet."""
    said = {**row, "speaker": takeover.organisation.slug}
    post = posting.write(said, now=now, mandate=takeover.mandate)
    actor = _editor(takeover.organisation)
    planning.plan(actor, post, at=at, now=now)
    post.refresh_from_db()
    request = approving.ask(actor, post, now=now)
    if row.get("waits"):
        return post
    for approver in (_approver(takeover.organisation), guardian()):
        for organisation in approving.answering_as(approver, request, now=now):
            approving.decide(
                approver, request, organisation=organisation, verdict=Verdict.APPROVE, seal=request.seal, now=now
            )
    return post


def _editor(organisation: Organisation) -> Person:
    return Role.objects.get(organisation=organisation, duty=Duty.EDITOR).person


def _approver(organisation: Organisation) -> Person:
    return Role.objects.get(organisation=organisation, duty=Duty.APPROVER).person
