"""What the composer's page tells the browser is the server's own, and no more than the form shows anyway."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from itac.campaign.models import Person
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft
from itac.studio.composing import ComposerForm
from itac.studio.live_counting import live_facts

Login = Callable[[Person], Client]


@pytest.fixture
def scene_of_two(scene: Scene) -> Scene:
    """With a second channel, whose secret nobody is told, and a picture without rights."""
    scene.channel("m", network="mastodon", secret={"access_token": "hush"}, limits={"text_max": 70, "url_counts": 9})
    street = picture("A street", owner=scene.north)
    street.credit = ""
    street.save()
    return scene


def facts_in(page: str) -> dict[str, Any]:
    """The data in the composer's page."""
    found = re.search(r'<live-looks>\s*<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_the_page_tells_each_channels_own_limits_and_no_secret(scene_of_two: Scene, login: Login) -> None:
    page = login(scene_of_two.north_editor).get("/studio/posts/new/").content.decode()

    facts = facts_in(page)
    rules = {channel["network"]: channel["rules"] for channel in facts["channels"]}
    assert (rules["mastodon"]["text_max"], rules["mastodon"]["url_counts"]) == (70, 9)
    assert (rules["website"]["text_max"], rules["website"]["url_counts"]) == (20_000, None)
    assert "hush" not in page


def test_a_picture_brings_what_each_channel_has_against_it(scene_of_two: Scene, login: Login) -> None:
    page = login(scene_of_two.north_editor).get("/studio/posts/new/").content.decode()

    (street,) = facts_in(page)["pictures"]
    assert {code for said in street["problems"].values() for code, _sentence in said} == {"rights_missing"}
    assert len(street["problems"]) == 2


def test_the_facts_ask_the_database_nothing_beyond_the_form(
    scene_of_two: Scene, django_assert_num_queries: Callable[..., Any]
) -> None:
    form = ComposerForm(None, person=scene_of_two.north_editor, draft=Draft())

    with django_assert_num_queries(0):
        live_facts(form, today=scene_of_two.now.date())


def test_a_sentence_that_counts_comes_in_all_its_forms(scene_of_two: Scene) -> None:
    with translation.override("en"):
        form = ComposerForm(None, person=scene_of_two.north_editor, draft=Draft())
        length = live_facts(form, today=scene_of_two.now.date())["sentences"]["length"]

    assert sorted(length["forms"]) == ["%(length)s character", "%(length)s characters"]
    assert [length["forms"][length["of"][number]] for number in (0, 1, 2, 101)] == [
        "%(length)s characters",
        "%(length)s character",
        "%(length)s characters",
        "%(length)s characters",
    ]
