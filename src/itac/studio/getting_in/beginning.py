"""The way from an empty campaign to its first post out: what is there, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Invitation, Organisation, Person
from itac.networks.models import Channel
from itac.publishing.models import ApprovalRule, Delivery, Post, State


@dataclass(frozen=True)
class Step:
    """One step: what it is, whether it is done, why it matters, and where it is taken."""

    title: str | Promise
    is_done: bool
    why: str | Promise
    url: str


def first_steps(person: Person) -> list[Step]:
    """The steps for a coordinator until the first post is out; none for anybody else, and none from then on."""
    if not person.is_coordinator or Delivery.objects.filter(state=State.SENT).exists():
        return []
    others = Person.objects.exclude(pk=person.pk).exists() or Invitation.objects.filter(revoked_at=None).exists()
    rules = ApprovalRule.objects
    asks_somebody = rules.filter(organisations__isnull=False).exists() or rules.exclude(channel=None).exists()
    return [
        Step(
            _("Enter the organisations that take part"),
            Organisation.objects.exists(),
            _("People belong to organisations, and posts are theirs."),
            reverse("organisations:index"),
        ),
        Step(
            _("Connect the channels"),
            Channel.objects.exclude(network="website").exists(),
            _("The campaign's own site is connected already. Others join when their log-ins are at hand."),
            reverse("studio_channels"),
        ),
        Step(
            _("Invite people"),
            others,
            _("Each gets a mail in their language, for what they will do."),
            reverse("studio_invitations"),
        ),
        Step(
            _("Say who approves"),
            asks_somebody,
            _("Until you do, any one coordinator decides about every post."),
            reverse("approval_rules:index"),
        ),
        Step(
            _("Write the first post"),
            Post.objects.exists(),
            _("Write it, ask for approval, and give it a time. This list goes when it is out."),
            reverse("studio_post_new") if not Post.objects.exists() else reverse("studio_posts"),
        ),
    ]
