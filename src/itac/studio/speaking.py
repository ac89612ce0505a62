"""In whose name somebody writes: an organisation, one of its take-overs, or the campaign itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from itac.campaign.models import Organisation, Person
from itac.library.policies import writes_for
from itac.publishing.models import Mandate, Post
from itac.takeovers.models import TakeOver


@dataclass(frozen=True)
class Speaker:
    """Who speaks (None: the campaign), and in which take-over."""

    organisation: Organisation | None
    takeover: TakeOver | None = None

    @classmethod
    def of(cls, post: Post) -> Speaker:
        """Who speaks in a post that was begun."""
        return cls(post.organisation, _takeover_of(post))

    @property
    def key(self) -> str:
        """What a form sends for this choice."""
        if self.takeover is not None:
            return f"t{self.takeover.pk}"
        return str(self.organisation.pk) if self.organisation else ""

    @property
    def mandate(self) -> Mandate | None:
        """Under which mandate it is said."""
        return self.takeover.mandate if self.takeover else None

    @cached_property
    def lent(self) -> Mapping[int, Sequence[str]] | None:
        """The languages (none named: any) by the ids of the channels that are lent; None where nothing is."""
        if self.takeover is None:
            return None
        return {place.channel_id: place.languages for place in self.takeover.places.all()}

    def may_say(self, channel_id: int, language: str) -> bool:
        """Whether that place is among those that are lent; without a take-over grants are asked, later."""
        if self.lent is None:
            return True
        return channel_id in self.lent and (not self.lent[channel_id] or language in self.lent[channel_id])

    def __str__(self) -> str:
        name = str(self.organisation) if self.organisation else _("The campaign itself")
        if self.takeover is None:
            return name
        return _("%(organisation)s, in its take-over “%(title)s”") % {"organisation": name, "title": self.takeover}


def speakers_for(person: Person, *, now: datetime) -> list[Speaker]:
    """In whose name this person may begin a post: each organisation, followed by its take-overs that aren't over."""
    takeovers = (
        TakeOver.objects.writable_by(person)
        .to_write_for(now=now)
        .select_related("organisation", "mandate")
        .prefetch_related("places")
        .order_by("opens_at", "pk")
    )
    found = list(takeovers)
    speakers = [Speaker(None)] if person.is_coordinator else []
    for organisation in writes_for(person):
        speakers.append(Speaker(organisation))
        speakers += [Speaker(organisation, each) for each in found if each.organisation_id == organisation.pk]
    return speakers


def _takeover_of(post: Post) -> TakeOver | None:
    if post.mandate_id is None:
        return None
    found = TakeOver.objects.filter(mandate=post.mandate_id).select_related("mandate").prefetch_related("places")
    return found.first()
