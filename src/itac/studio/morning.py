"""The mail in the morning, for who wants it: what needs this person that day, in one mail; none on other days.

Looked at every minute (`core.ticking`). A person's day is looked at once: the row that keeps the day of the last look
decides between two workers, and changes in the transaction that posts the mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Campaign, Person
from itac.core import mailing
from itac.core.addresses import whole_address
from itac.publishing import codes
from itac.publishing.models import Delivery
from itac.studio.home import Today, today_for
from itac.studio.moments import shortly

FROM_HOUR = 7  # on the person's own clock
UNTIL_HOUR = 12  # a worker that was down all morning doesn't send yesterday's news in the afternoon


@dataclass(frozen=True)
class Item:
    """One line: what, when, why, and where to act."""

    what: str
    link: str
    when: str = ""
    why: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one kind under their heading, as on the Studio's home."""

    heading: str | Promise
    items: list[Item]


def send_morning_mails(now: datetime) -> None:
    """Look at the day of everybody whose morning it is and who wants the mail. May run as often as wanted."""
    for person in Person.objects.filter(is_active=True, morning_mail=True):
        local = now.astimezone(_zone(person.zone))
        if FROM_HOUR <= local.hour < UNTIL_HOUR and person.morning_looked_on != local.date():
            _look(person, local, now=now)


def _look(person: Person, local: datetime, *, now: datetime) -> None:
    unseen = Q(morning_looked_on=None) | ~Q(morning_looked_on=local.date())
    with transaction.atomic():
        if not Person.objects.filter(unseen, pk=person.pk).update(morning_looked_on=local.date()):
            return
        if not person.is_staff:
            return
        today = today_for(person, now=now)
        if not today.needs_somebody:
            return
        with mailing.reader(person.language, person.zone):
            sections = [section for section in _sections(today, person, now=now) if section.items]
        letter = mailing.render(
            "studio/mail/morning.txt",
            language=person.language,
            zone=person.zone,
            person=person,
            campaign=Campaign.current(),
            sections=sections,
            number=sum(len(section.items) for section in sections if section.heading is not SOON),
            link=whole_address(reverse("wagtailadmin_home")),
        )
        mailing.post(
            to=person.email,
            language=person.language,
            zone=person.zone,
            kind="morning",
            key=f"morning:{person.pk}:{local.date().isoformat()}",
            subject=letter.subject,
            text=letter.text,
            now=now,
            not_after=local.replace(hour=UNTIL_HOUR, minute=0, second=0, microsecond=0, fold=0),
            unsubscribe=whole_address(reverse("wagtailadmin_account")),
        )


SOON = _("Leaving in the next 24 hours")


def _sections(today: Today, person: Person, *, now: datetime) -> Iterator[Section]:
    needs = today.needs

    def when(moment: datetime) -> str:
        return shortly(moment, zone=person.zone, now=now)

    def delivery(each: Delivery) -> Item:
        what = f"{each.variant.post} ({each.channel.name}, {each.variant.language})"
        why = codes.sentence(each.code) if each.code else ""
        return Item(what, _link("studio_delivery", each.pk), when(each.due_at), why)

    yield Section(_("We can't tell whether these went out"), [delivery(each) for each in needs.uncertain])
    yield Section(
        _("To be set right"),
        [
            Item(f"{each.delivery.variant.post} ({each.delivery.channel.name})", _link("studio_righting", each.pk))
            for each in needs.rightings
        ],
    )
    yield Section(_("Waiting for your hand"), [delivery(each) for each in needs.by_hand])
    yield Section(
        _("Waiting for your answer"),
        [
            Item(
                str(each.request.post),
                _link("studio_approve", each.request.post_id),
                str(_("until %(moment)s") % {"moment": when(each.request.deadline_at)}),
            )
            for each in needs.to_approve
        ],
    )
    yield Section(_("Held until somebody decides"), [delivery(each) for each in needs.held])
    yield Section(_("Failed"), [delivery(each) for each in needs.failed])
    yield Section(
        _("Sent back to you"), [Item(str(each.post), _link("studio_post", each.post_id)) for each in needs.changes]
    )
    yield Section(
        _("Somebody has a word for you"),
        [
            Item(f"{each.comment.post}: {each.comment.author or ''}", _link("studio_post", each.comment.post_id))
            for each in needs.mentions
        ],
    )
    yield Section(
        _("Take-overs that wait for you"),
        [Item(str(each), _link("studio_takeover", each.pk), when(each.opens_at)) for each in needs.takeovers],
    )
    yield Section(_("From outside"), [Item(sentence, whole_address(url)) for sentence, url in today.waiting])
    yield Section(
        _("New time zone data"), [Item(str(each.post), _link("studio_zones"), when(each.after)) for each in today.moved]
    )
    yield Section(
        _("Channels to look after"), [Item(channel.name, _link("studio_channels")) for channel in today.troubled]
    )
    tokens = _link("studio_tokens" if person.is_coordinator else "wagtailadmin_home")
    yield Section(
        _("Programs whose token ends soon"),
        [Item(f"{each.name} ({each.organisation})", tokens, when(each.expires_at)) for each in today.tokens],
    )
    yield Section(SOON, [delivery(each) for each in today.soon])


def _link(name: str, *args: int) -> str:
    return whole_address(reverse(name, args=args))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
