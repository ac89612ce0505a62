"""The rows of the ground; each family in a module of its own."""

from itac.campaign.models.audit import AuditEntry
from itac.campaign.models.calendar import Blackout, Edition, Milestone, Observance, Phase
from itac.campaign.models.campaign import Campaign
from itac.campaign.models.entering import EntryCode, EntryTry, Invitation, SignedIn
from itac.campaign.models.organisations import (
    Contributor,
    Kind,
    Mechanism,
    Membership,
    Organisation,
    Standing,
)
from itac.campaign.models.people import Deputy, Duty, Person, Role
from itac.campaign.models.tokens import ApiToken, Program, Scope

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Blackout",
    "Campaign",
    "Contributor",
    "Deputy",
    "Duty",
    "Edition",
    "EntryCode",
    "EntryTry",
    "Invitation",
    "Kind",
    "Mechanism",
    "Membership",
    "Milestone",
    "Observance",
    "Organisation",
    "Person",
    "Phase",
    "Program",
    "Role",
    "Scope",
    "SignedIn",
    "Standing",
]
