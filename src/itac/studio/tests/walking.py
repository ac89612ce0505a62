"""Walking every address of an installation: its routes, the arguments to fill them with, and who may open each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver, reverse

from itac.campaign.models import Person
from itac.studio.doors import PREFIX, Route, routes
from itac.studio.rules import Own, Rule, rule_for
from itac.studio.tests.eyes import Eyes, Looker

ABSENT = 999_999
STAFF = frozenset(
    {
        "North's editor",
        "North's approver",
        "North's host",
        "South's editor",
        "South's approver, who is asked",
        "South's moderator",
        "West's approver, who isn't asked",
        "guardian of a window, West's host",
        "coordinator",
    }
)
# Who passes a rule that looks only at the person, said a second time and apart from the rules themselves.
PASSES: Mapping[str, frozenset[str]] = {
    "shut": frozenset(),
    "member": STAFF,
    "editor": frozenset({"North's editor", "South's editor", "coordinator"}),
    "approver": frozenset(each for each in STAFF if "approver" in each or each == "coordinator"),
    "editor or approver": frozenset(each for each in STAFF if not each.endswith(("host", "moderator"))),
    "coordinator": frozenset({"coordinator"}),
    "coordinator, or an editor who deletes pictures": frozenset({"coordinator"}),  # with the action below
}
# What stands in an address for an argument that names no row.
WORDS: Mapping[str, str] = {
    "action": "add_tags",
    "action_name": "approve",
    "app_label": "library",
    "app_name": "library",
    "content_type_app_name": "website",
    "content_type_model_name": "editorialpage",
    "filter_spec": "max-100x100",
    "form": "rss",
    "language": "en",
    "model_name": "picture",
    "name": "home",
    "network_name": "by_hand",
    "path": "original_images/nothing.jpg",
    "revision_id_a": "earliest",
    "revision_id_b": "live",
    "slug": "north-city",
    "token": "a-b",
    "uidb64": "MQ",
}
ARGUMENT = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Door:
    """One address to try, its rule, and the id of the row in it that the rule looks for."""

    route: Route
    rule: Rule
    address: str
    row: Any = None

    def opens_to(self, looker: Looker) -> bool:
        """Whether the stated rule lets this person in."""
        if not self.rule.needs_person:
            return True
        if looker.name not in STAFF or looker.person is None:
            return False
        if isinstance(self.rule, Own):
            person = Person.objects.get(pk=looker.person.pk)
            return self.rule.rows(person).filter(**{self.rule.lookup: self.row}).exists()
        return looker.name in PASSES[self.rule.name]


def every_route() -> list[Route]:
    """All of them, each name with its pattern once."""
    return list(dict.fromkeys(routes(get_resolver().url_patterns)))


def named(route: Route) -> str:
    """The name by which the rule is stated: an unnamed one of the Studio has its pattern, below the Studio's."""
    return route.name.removeprefix(PREFIX)


def every_door(eyes: Eyes) -> Iterator[Door]:
    """Every route with a rule, once for each row that a coordinator reaches by it and once for one that isn't there."""
    for route in every_route():
        rule = rule_for(named(route))
        if rule is None:
            continue
        for address, row in _addresses(route, rule, eyes):
            yield Door(route, rule, address, row)


def _addresses(route: Route, rule: Rule, eyes: Eyes) -> Iterator[tuple[str, Any]]:
    by_hand = {
        f"{PREFIX}^.*/$": f"/{PREFIX}nothing/here/",
        f"{PREFIX}test404/": f"/{PREFIX}test404/",
        "wagtail_serve": "/en/about/",
        "wagtaildocs_serve": f"/documents/{eyes.north_document.pk}/{eyes.north_document.filename}",
    }
    if route.name in by_hand:
        yield by_hand[route.name], None
        return
    arguments = {name: _filling(name, eyes) for pair in ARGUMENT.findall(route.pattern) for name in pair if name}
    if not isinstance(rule, Own):
        yield reverse(route.name, kwargs=arguments), None
        return
    coordinator = Person.objects.get(pk=eyes.coordinator.pk)
    rows = rule.rows(coordinator).order_by(rule.lookup).values_list(rule.lookup, flat=True).distinct()
    for row in [*rows, ABSENT]:
        yield reverse(route.name, kwargs={**arguments, rule.argument: row}), row


def _filling(name: str, eyes: Eyes) -> Any:
    if name in {"page_id", "parent_page_id", "page_to_move_id"}:
        return eyes.page.pk
    return eyes.revision.pk if name == "revision_id" else WORDS.get(name, 1)
