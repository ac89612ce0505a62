"""The campaign's own feed as a network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from itac.networks.models import Channel, WebsiteEntry
from itac.networks.protocol import Accepted, Card, NothingFound, Refused
from itac.networks.tests import factories
from itac.networks.website import Website

pytestmark = pytest.mark.django_db
PLUG = Website()


@pytest.fixture
def site() -> Channel:
    return factories.channel("website")


def ready(site: Channel, text: str = "Together", *, title: str = "Together", **more: Any) -> Any:
    one = factories.sending(text, key=PLUG.new_key(now=factories.NOON), **more)
    one = replace(one, content=replace(one.content, title=title))
    return factories.prepared(PLUG, site, one)


def test_once_under_one_key(site: Channel) -> None:
    """Promise 1."""
    one = ready(site)
    before = PLUG.find(site, one)

    outcomes = [PLUG.publish(site, one), PLUG.publish(site, one), PLUG.find(site, one)]

    assert before == NothingFound()
    assert WebsiteEntry.objects.count() == 1
    assert outcomes == [Accepted(remote_id=str(WebsiteEntry.objects.get().pk), address="/en/updates/together/")] * 3


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Said", "Text", "Said"),
        ("", "\n First line \nsecond", "First line"),
        ("", "", "A card"),
        ("word " * 100, "", f"{('word ' * 59).strip()}…"),
    ],
)
def test_title_always_exists_and_fits(site: Channel, title: str, text: str, expected: str) -> None:
    card = Card(address="https://example.org", title="A card")

    PLUG.publish(site, ready(site, text, title=title, card=card))

    assert WebsiteEntry.objects.get().title == expected


def test_card_without_title_shows_its_address(site: Channel) -> None:
    PLUG.publish(site, ready(site, card=Card(address="https://example.org", title="")))

    assert WebsiteEntry.objects.get().card["title"] == "https://example.org"


def test_deleting_withdraws_and_is_repeatable(site: Channel) -> None:
    sent = PLUG.publish(site, ready(site))
    assert isinstance(sent, Accepted)

    for _ in range(2):
        assert PLUG.delete(site, sent.remote_id, seconds=5) == Accepted(remote_id=sent.remote_id)

    assert WebsiteEntry.objects.get().withdrawn_at is not None
    assert PLUG.delete(site, "no-number", seconds=5) == Refused(code="not_accepted")
