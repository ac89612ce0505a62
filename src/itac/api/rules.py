"""Every operation of the API: its address, the scope it needs, and what else the door asks of it.

Default deny: an operation is made from its line here (`operations.operation`), and an address without a line is one
that isn't there. `tests/test_sweep.py` walks over all of them with every scope.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from itac.campaign.models import Scope

PREFIX = "api/v1/"


@dataclass(frozen=True)
class Rule:
    """One operation. Without a scope any token will do.

    `body` is what it takes: "json", "multipart", or "" for nothing. `if_match` is "required" where a version must be
    named, "taken" where it may be. `gives` is the status of its good answer.
    """

    method: str
    path: str
    scope: Scope | None
    summary: str
    body: str = ""
    if_match: str = ""
    gives: int = 200
    versioned: bool = False  # its answer has an ETag
    query: tuple[str, ...] = ()  # what may stand after the question mark; any other name is a mistake
    fields: tuple[str, ...] = ()  # what a form may have; any other name is a mistake, and so is one that comes twice

    @property
    def changes(self) -> bool:
        """Whether it writes."""
        return self.method != "GET"

    @property
    def repeatable(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return self.method == "POST"

    @property
    def route(self) -> str:
        """The address as Django's resolver names it."""
        return PREFIX + re.sub(r"{(?:(\w+):)?(\w+)}", r"<\1:\2>", self.path.lstrip("/"))


PAGES = ("cursor", "limit")
READ, WRITE, APPROVE = Scope.POSTS_READ, Scope.POSTS_WRITE, Scope.POSTS_APPROVE
SEE, ACT = Scope.DELIVERIES_READ, Scope.DELIVERIES_WRITE

RULES: Mapping[str, Rule] = {
    "read_token": Rule("GET", "/token", None, "Who this token is, and what it may"),
    "list_posts": Rule(
        "GET", "/posts", READ, "Posts, the newest first", query=(*PAGES, "planned_from", "planned_until")
    ),
    "begin_post": Rule("POST", "/posts", WRITE, "Begin a post", "json", gives=201, versioned=True),
    "read_post": Rule("GET", "/posts/{int:post_id}", READ, "One post", versioned=True),
    "save_draft": Rule(
        "PUT", "/posts/{int:post_id}/draft", WRITE, "Save the draft of a post", "json", "required", versioned=True
    ),
    "discard_draft": Rule(
        "DELETE", "/posts/{int:post_id}/draft", WRITE, "Throw the draft away", "", "required", gives=204
    ),
    "submit_draft": Rule(
        "POST", "/posts/{int:post_id}/submission", WRITE, "Make the draft the post", "", "taken", versioned=True
    ),
    "plan_post": Rule(
        "PUT", "/posts/{int:post_id}/plan", WRITE, "Say when it leaves, or move it", "json", "required", versioned=True
    ),
    "read_approval": Rule("GET", "/posts/{int:post_id}/approval", READ, "The question in force, and what it is about"),
    "ask_approval": Rule(
        "POST", "/posts/{int:post_id}/approval", WRITE, "Ask for approval", "json", "taken", gives=201
    ),
    "withdraw_approval": Rule(
        "DELETE", "/posts/{int:post_id}/approval", WRITE, "Take the question or the approval back", "", "taken", 204
    ),
    "decide": Rule("POST", "/posts/{int:post_id}/decisions", APPROVE, "Answer for the organisation", "json", gives=201),
    "list_pictures": Rule("GET", "/pictures", READ, "Pictures that posts can use, the newest first", query=PAGES),
    "add_picture": Rule(
        "POST",
        "/pictures",
        WRITE,
        "Add a picture",
        "multipart",
        gives=201,
        fields=("file", "title", "credit", "licence", "alt", "valid_until"),
    ),
    "read_picture": Rule("GET", "/pictures/{int:picture_id}", READ, "One picture"),
    "list_deliveries": Rule(
        "GET",
        "/deliveries",
        SEE,
        "Deliveries, the latest due first",
        query=(*PAGES, "state", "post", "channel", "due_from", "due_until"),
    ),
    "read_delivery": Rule("GET", "/deliveries/{int:delivery_id}", SEE, "One delivery, and what can be done about it"),
    "act_on_delivery": Rule(
        "POST", "/deliveries/{int:delivery_id}/actions", ACT, "Hold, send, drop or settle a delivery", "json"
    ),
    "prove_delivery": Rule(
        "POST",
        "/deliveries/{int:delivery_id}/proof",
        ACT,
        "Show by a screenshot that it was posted by hand",
        "multipart",
        fields=("screenshot", "address", "note"),
    ),
    "correct_post": Rule(
        "POST",
        "/posts/{int:post_id}/correction",
        ACT,
        "Put the post as submitted in place of what is out",
        "json",
        "taken",
    ),
    "withdraw_post": Rule("POST", "/posts/{int:post_id}/withdrawal", ACT, "Take back what is out", "json", "taken"),
    "list_rightings": Rule(
        "GET", "/rightings", SEE, "Corrections and withdrawals, the newest first", query=(*PAGES, "state", "post")
    ),
    "read_righting": Rule("GET", "/rightings/{int:righting_id}", SEE, "One correction or withdrawal"),
    "act_on_righting": Rule(
        "POST",
        "/rightings/{int:righting_id}/actions",
        ACT,
        "Settle a correction or withdrawal, or try it again",
        "json",
    ),
    "list_channels": Rule("GET", "/channels", SEE, "Channels, and whether the organisation may speak there now"),
    "list_slots": Rule("GET", "/slots", SEE, "Which slots are taken, by whom", query=(*PAGES, "start", "end")),
}
# Open to anybody: the document itself says nothing of anybody.
OPEN_ROUTE = PREFIX + "openapi.json"
BY_ROUTE = {(rule.method, rule.route): rule for rule in RULES.values()}


def methods_of(route: str) -> list[str]:
    """The methods that an address takes; none for one that isn't there."""
    if route == OPEN_ROUTE:
        return ["GET", "HEAD"]
    found = sorted(method for method, known in BY_ROUTE if known == route)
    return [*found, "HEAD"] if "GET" in found else found
