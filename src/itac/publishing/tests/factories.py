"""A small campaign to try the engine on, and posts that are ready to leave. Everything goes through the real verbs."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image

from itac.campaign.models import Campaign, Kind, Organisation, Person, Role
from itac.core.localised import Localised
from itac.core.walltime import WallTime
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.networks.secrets import Secret
from itac.publishing import approving, granting, planning, writing
from itac.publishing.models import ApprovalRule, Delivery, Mandate, Post, Verdict
from itac.publishing.writing import Draft, DraftPicture, DraftVariant

_number = itertools.count(1)


def organisation(name: str, *, kind: Kind = Kind.CITY, country: str = "") -> Organisation:
    """An organisation of that name."""
    slug = name.lower().replace(" ", "-")
    return Organisation.objects.create(slug=slug, name=Localised({"en": name}), kind=kind, country=country)


def person(name: str, *, coordinator: bool = False, **duties: Organisation) -> Person:
    """A person with duties given as `editor=organisation`; the password is "correct horse battery"."""
    made = Person.objects.create_user(
        f"{name.lower().replace(' ', '.')}@example.org", "correct horse battery", name=name, is_coordinator=coordinator
    )
    for duty, for_whom in duties.items():
        Role.objects.create(person=made, organisation=for_whom, duty=duty)
    return made


def picture(
    title: str = "A street", *, owner: Organisation | None = None, size: tuple[int, int] = (640, 480)
) -> Picture:
    """A picture with rights, of a colour of its own."""
    colour = (37 * next(_number) % 256, 90, 140)
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, format="JPEG")
    return Picture.objects.create(
        title=title,
        file=ContentFile(data.getvalue(), name=f"{title}.jpg"),
        organisation=owner,
        credit="Own work",
        licence="CC BY 4.0",
        alt=Localised({"en": f"{title}, in one colour"}),
    )


@dataclass
class Scene:
    """A campaign with a coordinator, two organisations with an editor and an approver each, and a website channel."""

    now: datetime
    coordinator: Person = field(init=False)
    north: Organisation = field(init=False)
    south: Organisation = field(init=False)
    website: Channel = field(init=False)

    def __post_init__(self) -> None:
        Campaign.objects.update_or_create(
            pk=1, defaults={"name": Localised({"en": "Test campaign"}), "short_name": "TEST", "zone": "UTC"}
        )
        self.coordinator = person("Coordinator", coordinator=True)
        self.north, self.south = organisation("North City"), organisation("South Youth", kind=Kind.YOUTH)
        self.north_editor = person("North Editor", editor=self.north)
        self.south_editor = person("South Editor", editor=self.south)
        self.north_approver = person("North Approver", approver=self.north)
        self.south_approver = person("South Approver", approver=self.south)
        self.website = self.channel("website", network="website")
        self.rule = ApprovalRule.objects.create(channel=None, needed=2)
        self.rule.organisations.set([self.north, self.south])

    def channel(self, slug: str, *, network: str, secret: dict[str, str] | None = None, **facts: object) -> Channel:
        """A channel on which the campaign and both organisations may speak since a day ago."""
        made = Channel.objects.create(
            slug=slug, name=slug.title(), network=network, secret=Secret(secret or {}), **facts
        )
        for speaker in (None, self.north, self.south):
            granting.grant(None, channel=made, organisation=speaker, opens_at=self.now - timedelta(days=1))
        return made

    def post(
        self,
        text: str = "More than half of all migrants live in the region they come from.",
        *,
        channels: list[Channel] | None = None,
        languages: tuple[str, ...] = ("en",),
        pictures: tuple[Picture, ...] = (),
        title: str = "",
        at: datetime | None = None,
        approved: bool = True,
        mandate: Mandate | None = None,
        **draft: object,
    ) -> Post:
        """A submitted post of North City, planned (a minute from now by default) and approved by both organisations;
        under a mandate by whoever of them is asked."""
        words = title or f"Post {next(_number)}"
        content = Draft(
            title=dict.fromkeys(languages, words),
            text=dict.fromkeys(languages, text),
            pictures=[
                DraftPicture(picture_id=item.pk, alt=dict.fromkeys(languages, str(item.alt))) for item in pictures
            ],
            variants=[
                DraftVariant(channel_id=channel.pk, language=language)
                for channel in channels or [self.website]
                for language in languages
            ],
            **draft,  # type: ignore[arg-type]
        )
        made = writing.begin_post(
            self.north_editor, organisation=self.north, draft=content, now=self.now, mandate=mandate
        )
        writing.submit_working_copy(self.north_editor, made, now=self.now)
        made.refresh_from_db()
        self.plan(made, at or self.now + timedelta(minutes=1))
        if approved:
            self.approve(made)
        return made

    def plan(self, post: Post, at: datetime) -> None:
        """Plan it for that instant, to the minute on the clock and to the second for the deliveries."""
        planning.plan(
            self.north_editor,
            post,
            at=WallTime(at.replace(tzinfo=None), "UTC"),
            now=min(self.now, at - timedelta(seconds=1)),
        )

    def approve(self, post: Post) -> None:
        """Ask for approval and get the yes of both organisations, or of which one is asked."""
        post.refresh_from_db()
        request = approving.ask(self.north_editor, post, now=self.now)
        for approver in (self.north_approver, self.south_approver):
            for asked in approving.answering_as(approver, request, now=self.now):
                approving.decide(
                    approver, request, organisation=asked, verdict=Verdict.APPROVE, seal=request.seal, now=self.now
                )

    def deliveries(self, post: Post) -> list[Delivery]:
        """The post's deliveries, read afresh."""
        return list(Delivery.objects.filter(variant__post=post).select_related("channel").order_by("pk"))
