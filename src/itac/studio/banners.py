"""What every page of the Studio says on top: the worker is silent, the campaign or a channel is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from itac.campaign.models import Campaign, Person
from itac.core.walltime import zone_in_words
from itac.networks.models import Channel
from itac.publishing.holding import may_hold
from itac.publishing.models import OrganisationHold, WorkerBeat
from itac.studio.moments import on_the_clock


@dataclass(frozen=True)
class Banner:
    """One thing everybody here must know, and where something can be done about it ("" for nowhere)."""

    tone: str  # stop | held | quiet
    sentence: str
    url: str = ""
    link: str = ""


def banners_for(person: Person, *, now: datetime) -> list[Banner]:
    """The banners of this instant, the most urgent first. Four queries."""
    urgent = (_silent_worker(person, now), *_pauses(person), *_holds(person), _no_mail_server(person))
    return [banner for banner in urgent if banner is not None]


def _silent_worker(person: Person, now: datetime) -> Banner | None:
    last = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    if last is None:
        return Banner(
            "stop", _("No worker has run yet, so nothing is sent. The operator starts one with “itac worker”.")
        )
    if now - last <= timedelta(seconds=settings.WORKER_SILENT_SECONDS):
        return None
    place = {"since": on_the_clock(last, person.zone), "zone": zone_in_words(person.zone)}
    return Banner(
        "stop",
        _(
            "The worker has been silent since %(since)s (%(zone)s). Nothing is sent until it runs again. Tell the"
            " operator."
        )
        % place,
    )


def _no_mail_server(person: Person) -> Banner | None:
    """Said to coordinators, who would wonder why nobody answers an invitation."""
    if settings.MAIL_SERVER is not None or not person.is_coordinator:
        return None
    return Banner(
        "quiet",
        _("No mail server is set: mails become files and reach nobody."),
        reverse("studio_mails"),
        _("See the mails"),
    )


def _pauses(person: Person) -> list[Banner]:
    url, link = (reverse("studio_pause"), _("Pause and resume")) if person.is_coordinator else ("", "")
    paused = Campaign.objects.filter(pk=1, paused_at__isnull=False).first()
    found = []
    if paused:
        words = {"reason": paused.pause_reason or _("no reason given")}
        found.append(Banner("held", _("The whole campaign is paused: %(reason)s. Nothing is sent.") % words, url, link))
    for name, reason in Channel.objects.exclude(paused_at=None).values_list("name", "pause_reason"):
        words = {"channel": name, "reason": reason or _("no reason given")}
        found.append(Banner("held", _("%(channel)s is paused: %(reason)s. Nothing is sent there.") % words, url, link))
    return found


def _holds(person: Person) -> list[Banner]:
    """Said to the organisation's own people, and to coordinators."""
    found = OrganisationHold.objects.in_force().select_related("organisation")
    if not person.is_coordinator:
        found = found.filter(organisation_id__in=person.organisation_ids())
    return [_hold(person, each) for each in found]


def _hold(person: Person, hold: OrganisationHold) -> Banner:
    words = {"organisation": hold.organisation, "reason": hold.reason or _("no reason given")}
    sentence = _("Everything of %(organisation)s is on hold: %(reason)s. Nothing of it is sent.") % words
    if not may_hold(person, hold.organisation):
        return Banner("held", sentence)
    return Banner("held", sentence, reverse("studio_hold"), _("See the hold"))
