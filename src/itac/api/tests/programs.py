"""The Studio's two organisations with one of everything, and a program for any organisation and scopes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from itac.campaign.models import Organisation, Person, Scope
from itac.campaign.tokens import make_token
from itac.core import clock
from itac.core.walltime import WallTime
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing import approving, planning, writing
from itac.publishing.models import ApprovalRequest, ApprovalRule, Delivery, Post
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
    """What one organisation has."""

    draft: Post
    asked: Post
    request: ApprovalRequest
    delivery: Delivery
    picture: Picture


class Programs(Scene):
    """The scene, with tokens. What South Youth says on a channel of its own is nobody else's matter."""

    def two_sides(self) -> None:
        """A draft, and a post that is asked about, of each organisation; words of the South's hold "jaguar"."""
        self.south_site = self.channel("south-site", network="website")
        ApprovalRule.objects.create(channel=self.south_site, needed=1).organisations.set([self.south])
        self.mine = self._side(self.north_editor, self.north, self.website, "Quetzal")
        self.theirs = self._side(self.south_editor, self.south, self.south_site, "Jaguar")

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
