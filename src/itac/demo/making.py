"""Making the #ITAC demonstration: the campaign as it is known, and posts that have gone out in the past days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from itac.campaign.models import Campaign, Organisation, Person
from itac.demo import posting, taking_over
from itac.demo.ground import lay_ground, let_people_in
from itac.demo.reading import facts, words
from itac.demo.site import build_pages, own_words
from itac.networks import connecting
from itac.networks.models import Channel
from itac.publishing import granting
from itac.publishing.founding import AlreadyFounded, found_campaign, give_standing_right
from itac.publishing.models import ApprovalRule, WorkerBeat
from itac.publishing.outbox import Worker
from itac.studio.serving import log_ins_file

BEGAN_BEFORE = timedelta(days=30)
SPEAKERS = ("gfmd-mayors-mechanism", "migration-youth-children-platform")


def make_demo(*, now: datetime, say: Callable[[str], None]) -> None:
    """The demonstration, ready for its first start; what must be due soon is planned then (`posting.plan_what_comes`).

    Raises `AlreadyFounded` over another campaign, or a demonstration that has started. One that was begun and never
    started is completed.
    """
    there = Campaign.objects.filter(pk=1).first()
    if there is not None and not (there.is_demonstration and there.first_started_at is None):
        raise AlreadyFounded(str(there))
    say("Making the #ITAC demonstration")
    with transaction.atomic():
        if there is None:
            _found(began=now - BEGAN_BEFORE)
        lay_ground()
        let_people_in(log_ins_file())
        _open_channels(began=now - BEGAN_BEFORE)
    say("Making the site's pages")
    build_pages(now=now, own=own_words())
    say("Sending the posts of the past days")
    _send_past(now=now)


def _found(*, began: datetime) -> None:
    row = facts("campaign")["campaign"]
    found_campaign(
        name=words(row["name"]),
        short_name=row["short_name"],
        zone=row["zone"],
        now=began,
        full_title=words(row["full_title"]),
        hashtag=row["hashtag"],
        contact_email=row["contact_email"],
        is_demonstration=True,
    )


def _open_channels(*, began: datetime) -> None:
    """A channel by hand, who may speak where, and that both governments approve."""
    hand = Channel.objects.filter(slug=posting.BY_HAND).first()
    if hand is None:
        hand = connecting.add_channel("by_hand", name="City networks, by hand", slug=posting.BY_HAND, now=began)
        give_standing_right(hand, since=began)
    hand.person = Person.objects.get(email="editor.mayors@example.org")
    hand.stand_in = posting.coordinator()
    hand.posted_on = "linkedin"
    hand.save(update_fields=["person", "stand_in", "posted_on"])
    website = Channel.objects.get(slug=posting.WEBSITE)
    for slug in SPEAKERS:
        speaker = Organisation.objects.get(slug=slug)
        for channel in (website, hand):
            if not channel.grants.filter(organisation=speaker).exists():
                reason = "Speaks in the demonstration"
                granting.grant(None, channel=channel, organisation=speaker, opens_at=began, reason=reason)
    approvers = [organisation for _person, organisation in posting.co_chairs()]
    rule, _made = ApprovalRule.objects.update_or_create(channel=None, defaults={"needed": len(approvers)})
    rule.organisations.set(approvers)


class _Clock:
    """A clock that stands where it is set: the worker of the past reads it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def _send_past(*, now: datetime) -> None:
    clock = _Clock(now)
    worker = Worker(now=clock)
    try:
        for past in taking_over.past_takeovers(today=now):
            for due in past.posts():
                clock.at = due
                worker.work_off()
            past.hand_over()
        for row in sorted(facts("posts")["sent"], key=lambda row: row["days_ago"], reverse=True):
            with transaction.atomic():
                clock.at = posting.send_past(row, today=now)
            worker.work_off()
    finally:
        worker.stop()
        worker.run()
        # It never worked at these hours: its beats would tell the Studio of a worker that isn't there.
        WorkerBeat.objects.filter(worker=worker.name).delete()
