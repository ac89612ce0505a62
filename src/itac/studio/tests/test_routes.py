"""Every address of an installation, read from the URL resolver, has a stated rule and keeps to it for everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, path

from itac.studio.doors import PREFIX
from itac.studio.rules import WAGTAIL_RULES, rule_for
from itac.studio.tests.eyes import Eyes
from itac.studio.tests.walking import every_route, named


def test_every_route_has_a_stated_rule() -> None:
    assert [route for route in every_route() if rule_for(named(route)) is None] == []


def test_a_route_without_a_rule_is_found_and_shut(scene: Any, settings: Any, login: Any) -> None:
    address = "forgotten/"
    forgotten = path(f"{PREFIX}{address}", lambda request: pytest.fail("It was opened."), name="forgotten")
    resolver = get_resolver()
    resolver.url_patterns.insert(0, forgotten)
    resolver._populated = False
    try:
        without = [route.name for route in every_route() if rule_for(named(route)) is None]
        response = login(scene.coordinator).get(f"/{PREFIX}{address}")
    finally:
        resolver.url_patterns.remove(forgotten)

    assert without == ["forgotten"]
    assert response.status_code == 404


def test_no_api_of_wagtail_is_open_and_images_of_any_size_are_made_for_nobody(eyes: Eyes) -> None:
    outside = [route for route in every_route() if not route.pattern.startswith(PREFIX)]

    assert [route for route in outside if re.search("wagtailapi|wagtailimages|snippets_api", route.name)] == []
    for address in ("/api/v2/images/", "/api/v2/pages/", "/api/v2/documents/", "/api/main/images/"):
        assert Client().get(address).status_code == 404, address


def test_every_rule_of_the_table_names_a_route_that_exists() -> None:
    names = {named(route) for route in every_route()}
    spaces = {name.partition(":")[0] for name in names if ":" in name}

    assert [
        name
        for name in WAGTAIL_RULES
        if name not in names and not (name.endswith(":*") and name.removesuffix(":*") in spaces)
    ] == []


@pytest.mark.parametrize(
    ("address", "script"),
    [
        ("/studio/", "script-src 'self'"),
        ("/studio/calendar/", "script-src 'self'"),
        ("/studio/organisations/new/", "script-src 'self' 'unsafe-inline'"),  # Wagtail's own forms bring scripts along
    ],
)
def test_a_page_says_what_it_may_load_and_that_nobody_keeps_it(
    address: str, script: str, scene: Any, login: Any
) -> None:
    response = login(scene.coordinator).get(address)

    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "base-uri 'none'", "form-action 'self'", script} <= set(policy)
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
