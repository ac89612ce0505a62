"""Two organisations that both have one of everything, with words by which each leak is recognised.

Every private text of North City holds "quetzal" (its picture "Quetzal street", its draft, its document …), those of the
post it has asked about hold "condor", those of South Youth "jaguar", and what stands on the site "heron".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.utils.module_loading import import_string

from itac.campaign.models import Kind, Organisation, Person
from itac.library.models import Document, Picture
from itac.networks.models import WebsiteEntry
from itac.publishing import approving, writing
from itac.publishing.models import Delivery, Post, Trigger
from itac.publishing.tests.factories import Scene, organisation, person, picture
from itac.publishing.writing import Draft, DraftPicture, DraftVariant

NOBODY_READS = frozenset({"quetzal", "condor"})  # of North City, to people of other organisations


@dataclass(frozen=True)
class Looker:
    """Somebody who looks: `person` is None for a visitor. No page may tell them a word of `unread`."""

    name: str
    person: Person | None
    unread: frozenset[str]

    def browser(self) -> Client:
        """A browser in which they are logged in, if they can be."""
        client = Client(raise_request_exception=False)
        if self.person is not None:
            client.force_login(Person.objects.get(pk=self.person.pk))
        return client

    def __str__(self) -> str:
        return self.name


class Eyes(Scene):
    """The scene with a third organisation, people of every duty, and objects of North City and South Youth."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.west = organisation("West Union", kind=Kind.ACADEMIA)
        self.west_approver = person("West Approver", approver=self.west)
        self.north_host = person("North Host", host=self.north)
        self.south_moderator = person("South Moderator", moderator=self.south)
        self.nobody = person("No Duty")
        self.roles = [
            Looker("visitor", None, NOBODY_READS | {"jaguar"}),
            Looker("person without duty", self.nobody, NOBODY_READS | {"jaguar"}),
            Looker("North's editor", self.north_editor, frozenset({"jaguar"})),
            Looker("North's approver", self.north_approver, frozenset({"jaguar"})),
            Looker("North's host", self.north_host, frozenset({"jaguar"})),
            Looker("South's editor", self.south_editor, NOBODY_READS),
            Looker("South's approver, who is asked", self.south_approver, frozenset({"quetzal"})),
            Looker("South's moderator", self.south_moderator, NOBODY_READS),
            Looker("West's approver, who isn't asked", self.west_approver, NOBODY_READS | {"jaguar"}),
            Looker("coordinator", self.coordinator, frozenset()),
        ]
        self._pages()
        self.north_picture = self._picture("Quetzal street", self.north)
        self.asked_picture = self._picture("Condor street", self.north)
        self.south_picture = self._picture("Jaguar street", self.south)
        self.north_document = self._document("Quetzal minutes", self.north)
        self.south_document = self._document("Jaguar minutes", self.south)
        self.north_draft = self._draft("Quetzal draft", self.north, self.north_editor, self.north_picture)
        self.south_draft = self._draft("Jaguar draft", self.south, self.south_editor, self.south_picture)
        self.north_planned = self._post("Quetzal planned", self.north_picture)
        self.north_asked = self._post("Condor asked", self.asked_picture)
        self.request = approving.ask(self.north_editor, self.north_asked, now=self.now)
        Trigger.objects.create(name="The resolution is adopted")

    def role(self, person: Person | None) -> Looker:
        """The role of that person; None is the visitor."""
        return next(each for each in self.roles if each.person == person)

    def delivery(self, post: Post) -> Delivery:
        """The one delivery of a post."""
        return Delivery.objects.get(variant__post=post)

    def public_entry(self, title: str, shown: Picture) -> WebsiteEntry:
        """A post that stands on the site with that picture."""
        return WebsiteEntry.objects.create(
            key=title,
            channel=self.website,
            subject=title.lower().replace(" ", "-"),
            language="en",
            title=title,
            text=f"{title}.",
            published_at=self.now - timedelta(minutes=5),
            media=[{"picture": shown.pk, "alt": title}],
        )

    def _pages(self) -> None:
        # The site is another face, so it isn't imported; here both stand in one installation, as they always do.
        self.home = import_string("itac.website.building.build_site")(hostname="localhost", port=80, now=self.now)
        self.page = self.home.get_children().get(slug="about").specific
        self.page.title = "Quetzal page, not yet published"
        self.revision = self.page.save_revision(user=self.coordinator)

    def _picture(self, title: str, owner: Organisation) -> Picture:
        made = picture(title, owner=owner)
        made.tags.add(f"{title.split()[0].lower()}-tag")
        return made

    def _document(self, title: str, owner: Organisation) -> Document:
        return Document.objects.create(
            title=title, file=ContentFile(title.encode(), name=f"{title}.txt"), organisation=owner, credit="Own work"
        )

    def _draft(self, title: str, owner: Organisation, editor: Person, shown: Picture) -> Post:
        draft = Draft(
            title={"en": title},
            text={"en": f"{title}: words"},
            pictures=[DraftPicture(picture_id=shown.pk, alt={"en": f"{title}: what one sees"})],
            variants=[DraftVariant(channel_id=self.website.pk, language="en")],
            link_address=f"https://example.org/{title.split()[0].lower()}",
        )
        return writing.begin_post(editor, organisation=owner, draft=draft, now=self.now)

    def _post(self, title: str, shown: Picture) -> Post:
        return self.post(
            f"{title}: words",
            title=title,
            pictures=(shown,),
            at=self.now + timedelta(hours=3),
            approved=False,
            link_address=f"https://example.org/{title.split()[0].lower()}",
            sources=[{"title": f"{title}: a source", "publisher": "", "address": "", "figure": ""}],
        )


def body_of(response: Any) -> str:
    """The whole answer as text, also of a file, whatever bytes it has."""
    if isinstance(response, StreamingHttpResponse) or getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return str(response.content.decode("utf-8", "replace"))


def told(role: Looker, response: HttpResponse | Any) -> list[str]:
    """The words in an answer (its headers too) that this role may not read."""
    text = (body_of(response) + " ".join(f"{key}: {value}" for key, value in response.headers.items())).lower()
    text = text.replace(response.wsgi_request.path.lower(), "")  # what the looker wrote isn't told
    return sorted(word for word in role.unread if word in text)


def links_to(response: Any, room: str) -> set[int]:
    """The ids of the objects of a room (`posts`, `deliveries`, `images`) to which an answer has a link."""
    return {int(number) for number in re.findall(rf"/studio/{room}/(\d+)/", body_of(response))}


def plain(text: str) -> str:
    """A page without what differs from one answer to the next by design."""
    return re.sub(r"csrf\w*[\"'][^>]*?value=[\"'][^\"']+|nonce=[\"'][^\"']+", "", text)
