"""A campaign whose data were put back from a copy: paused until a coordinator has looked, everybody signed out."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from itac.campaign import auditing
from itac.campaign.models import Campaign, SignedIn

LONGEST = 300  # characters of a reason


def pause_and_sign_out(copied_at: datetime, now: datetime) -> str:
    """Promises 1 and 2: what is planned for later stays planned, but nothing leaves before a person has looked whether
    it left earlier than planned, and whether what was stopped since is to be stopped again. Who was shut out since is
    at least not still signed in."""
    campaign = Campaign.current()
    campaign.paused_at, campaign.pause_reason = campaign.paused_at or now, reason(copied_at)
    campaign.save(update_fields=["paused_at", "pause_reason"])
    Session.objects.all().delete()
    SignedIn.objects.all().delete()
    facts = {"copied_at": _clock(copied_at)}
    auditing.record("restored", actor=None, organisation=None, now=now, about=campaign, **facts)
    return "The campaign is paused until a coordinator has looked and resumes it, and everybody is signed out."


def reason(copied_at: datetime) -> str:
    """What everybody in the Studio reads on top of each page, in the campaign's language."""
    with override(settings.LANGUAGE_CODE):
        words = {"copied_at": _clock(copied_at)}
        said = _(
            "Put back from a copy of %(copied_at)s. Before resuming, look at the accounts: drop what is planned for"
            " later and is out already, and stop again what was stopped since"
        )
        return (said % words)[:LONGEST]


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


auditing.sentences({"restored": gettext_lazy("%(name)s was put back from a copy of %(copied_at)s.")})
