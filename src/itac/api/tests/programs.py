"""The Studio's two organisations with one of everything, and a program for any organisation and scopes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.test import Client

from itac.campaign.models import Organisation, Person, Scope
from itac.campaign.tokens import make_token
from itac.core import clock
from itac.core.walltime import WallTime
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing import approving, deciding, planning, righting, writing
from itac.publishing.models import (
    ApprovalRequest,
    ApprovalRule,
    Delivery,
    DeliveryPart,
    Post,
    Righting,
    RightingState,
    State,
)
from itac.publishing.payload import payload_of
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft, DraftPicture, DraftVariant

ALL = tuple(Scope.values)


class Program:
    """Something that speaks to the API with one token, and keeps no cookies."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; a body goes as JSON, unless it is bytes already. Headers as `If_Match`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.text:
            named.setdefault("Authorization", f"Bearer {self.text}")
        kind = named.pop("Content-Type", "application/json")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Do."""
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any, etag: str = "*") -> Any:
        """Change a version."""
        return self.ask("PUT", path, body, If_Match=etag)

    def form(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """Send a form with files."""
        named = {"Authorization": f"Bearer {self.text}", **{key.replace("_", "-"): v for key, v in headers.items()}}
        return self.client.post(f"/api/v1{path}", fields, headers=named)


@dataclass(frozen=True)
class Side:
    """What one organisation has. The last three only after `what_is_out`."""

    draft: Post
    asked: Post
    request: ApprovalRequest
    delivery: Delivery
    picture: Picture
    out: Post = field(default_factory=Post)
    righting: Righting = field(default_factory=Righting)
    awaiting: Delivery = field(default_factory=Delivery)


class Programs(Scene):
    """The scene, with tokens. What South Youth says on a channel of its own is nobody else's matter."""

    def two_sides(self) -> None:
        """A draft, and a post that is asked about, of each organisation; words of the South's hold "jaguar"."""
        self.south_site = self.channel("south-site", network="website")
        ApprovalRule.objects.create(channel=self.south_site, needed=1).organisations.set([self.south])
        self.mine = self._side(self.north_editor, self.north, self.website, "Quetzal")
        self.theirs = self._side(self.south_editor, self.south, self.south_site, "Jaguar")

    def what_is_out(self) -> None:
        """Of each side one post that is out, with a new version that is asked about; one that couldn't be taken back;
        and one that waits for a hand."""
        self.mine = self._with_out(self.mine, self.north_editor, self.website)
        self.theirs = self._with_out(self.theirs, self.south_editor, self.south_site)

    def _with_out(self, side: Side, editor: Person, channel: Channel) -> Side:
        word = str(side.draft)
        out, gone, awaiting = (self._awaiting(editor, side, channel, f"{word} {n}") for n in range(3))
        for each in (out, gone):
            deciding.confirm(editor, each, address=f"https://example.org/{each.pk}", now=self.now)
        post = out.variant.post
        again = replace(Draft.of(post), text={"en": f"{word} says it better."})
        writing.save_working_copy(editor, post, again, version=0, now=self.now)
        writing.submit_working_copy(editor, post, now=self.now)
        post.refresh_from_db()
        approving.ask(editor, post, now=self.now)
        made = righting.withdraw(editor, gone.variant.post, note=f"{word} was wrong.", now=self.now)
        Righting.objects.filter(pk=made[0].pk).update(state=RightingState.FAILED, code="not_allowed")
        return replace(side, out=post, righting=made[0], awaiting=awaiting)

    def _awaiting(self, editor: Person, side: Side, channel: Channel, words: str) -> Delivery:
        draft = Draft(
            title={"en": words},
            text={"en": f"{words} says it."},
            variants=[DraftVariant(channel_id=channel.pk, language="en")],
        )
        post = writing.begin_post(editor, organisation=side.draft.organisation, draft=draft, now=self.now)
        writing.submit_working_copy(editor, post, now=self.now)
        at = WallTime((self.now + timedelta(hours=2)).replace(tzinfo=None), "UTC")
        planning.plan(editor, post, at=at, now=self.now)
        payload = payload_of(post.variants.get())
        Delivery.objects.filter(variant__post=post).update(state=State.AWAITING, payload=payload)
        delivery = Delivery.objects.select_related("variant__post").get(variant__post=post)
        DeliveryPart.objects.create(delivery=delivery, channel=channel, place=1, key=words)
        return delivery

    def _side(self, editor: Person, owner: Organisation, channel: Channel, word: str) -> Side:
        shown = picture(f"{word} street", owner=owner)
        draft = Draft(
            title={"en": word},
            text={"en": f"{word} says it."},
            pictures=[DraftPicture(picture_id=shown.pk, alt={"en": f"{word} street"})],
            variants=[DraftVariant(channel_id=channel.pk, language="en")],
        )
        posts = [writing.begin_post(editor, organisation=owner, draft=draft, now=self.now) for _ in range(2)]
        writing.submit_working_copy(editor, posts[1], now=self.now)
        at = WallTime((self.now + timedelta(hours=3)).replace(tzinfo=None), "UTC")
        planning.plan(editor, posts[1], at=at, now=self.now)
        posts[1].refresh_from_db()
        asked = approving.ask(editor, posts[1], now=self.now)
        # One with both: submitted, and a draft to submit or to throw away.
        writing.save_working_copy(editor, posts[1], draft, version=0, now=self.now)
        return Side(posts[0], posts[1], asked, Delivery.objects.get(variant__post=posts[1]), shown)

    def program(
        self, organisation: Organisation | None = None, *, scopes: Collection[str] = ALL, days: int = 30
    ) -> Program:
        """A program that acts for an organisation (North City if none is named)."""
        _token, text = make_token(
            self.coordinator,
            organisation=organisation or self.north,
            name="Newsroom",
            scopes=scopes,
            expires_at=self.now + timedelta(days=days),
            now=clock.now(),
        )
        return Program(text)

    def content(self, **facts: Any) -> dict[str, Any]:
        """A draft for the site, as a program sends it."""
        return {
            "title": {"en": "Half of all move nearby"},
            "text": {"en": "More than half of all migrants live in the region they come from."},
            "variants": [{"channel": self.website.pk, "language": "en"}],
            **facts,
        }

    def plan(self, hours: int = 3) -> dict[str, str]:
        """A time to leave, on the clock of UTC."""
        return {"wall": f"{self.now + timedelta(hours=hours):%Y-%m-%dT%H:%M}", "zone": "UTC"}
