"""The first rows of a campaign: what must be there before anybody can log in and publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from itac.campaign.models import Campaign, Person
from itac.campaign.models.campaign import known_zone
from itac.core.localised import Localised
from itac.networks import connecting
from itac.networks.models import Channel
from itac.publishing import granting
from itac.publishing.models import ApprovalRule, Grant

STANDING_RIGHT = "The coordinators' standing right"


class AlreadyFounded(Exception):
    """This database holds a campaign."""


@dataclass(frozen=True)
class Founded:
    """What there is now."""

    campaign: Campaign
    website: Channel


def found_campaign(*, name: Localised, short_name: str, zone: str, now: datetime, **facts: Any) -> Founded:
    """The campaign's row, its website as a channel, the coordinators' standing right, and the rule for approval.

    By the rule any one coordinator approves until somebody states another. `facts` are further columns of the
    campaign. All or nothing. Raises `AlreadyFounded`, or `ValidationError` for a zone that is none.
    """
    known_zone(zone)
    with transaction.atomic():
        if Campaign.objects.filter(pk=1).exists():
            raise AlreadyFounded(str(Campaign.current()))
        campaign = Campaign.objects.create(pk=1, name=name, short_name=short_name, zone=zone, **facts)
        website = connecting.add_channel("website", name="Website", slug="website", now=now)
        give_standing_right(website, since=now)
        ApprovalRule.objects.get_or_create(channel=None)
    return Founded(campaign, website)


def give_standing_right(channel: Channel, *, since: datetime) -> Grant:
    """The coordinators may speak for the campaign on that channel, until somebody takes it back."""
    # A moment earlier, so that nothing planned in the same second falls before it.
    return granting.grant(
        None, channel=channel, organisation=None, opens_at=since - timedelta(seconds=1), reason=STANDING_RIGHT
    )


def first_coordinator(*, email: str, password: str, name: str, zone: str, language: str = "en") -> Person:
    """Somebody who may do everything. Raises `ValidationError` for an address that is none."""
    validate_email(email)
    if Person.objects.filter(email=email.lower()).exists():
        raise ValidationError(f"{email} can log in already.")
    return Person.objects.create_user(email, password, name=name, zone=zone, language=language, is_coordinator=True)
