"""A person who posts by hand is led to the network's own composer, with the text where it takes it along."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from itac.networks.composers import COMPOSERS, LONGEST, opening
from itac.networks.models import Channel

TEXT = "Más de 304 millones & más: https://example.org/a?b=1. #ITAC"


def channel(name: str) -> Channel:
    return Channel(network="by_hand", posted_on=name, address="https://mastodon.example/")


@pytest.mark.parametrize("name", ["x", "threads", "whatsapp", "bluesky", "mastodon"])
def test_the_whole_text_is_in_the_address_where_the_network_takes_it(name: str) -> None:
    found = opening(channel(name), TEXT)

    assert found is not None
    assert found.has_text
    assert parse_qs(urlsplit(found.address).query)["text"] == [TEXT]


@pytest.mark.parametrize(
    ("name", "field", "has_text"), [("facebook", "u", False), ("linkedin", "url", False), ("telegram", "url", True)]
)
def test_a_network_that_takes_a_link_gets_the_first_of_the_text(name: str, field: str, has_text: bool) -> None:
    found = opening(channel(name), TEXT)

    assert found is not None
    assert (parse_qs(urlsplit(found.address).query)[field], found.has_text) == (["https://example.org/a?b=1"], has_text)


@pytest.mark.parametrize("name", ["instagram", "facebook", "linkedin", "telegram"])
def test_elsewhere_the_network_is_opened_and_the_text_is_pasted(name: str) -> None:
    found = opening(channel(name), "Without a link.")

    assert found is not None
    assert (found.address, found.has_text) == (COMPOSERS[name].start, False)


def test_a_text_too_long_for_an_address_is_pasted() -> None:
    found = opening(channel("whatsapp"), "ي" * LONGEST)

    assert found is not None
    assert (found.address, found.has_text) == ("https://web.whatsapp.com/", False)


def test_nothing_is_opened_where_nobody_said_where() -> None:
    assert opening(Channel(network="by_hand"), TEXT) is None
    assert opening(Channel(network="by_hand", posted_on="mastodon"), TEXT) is None


def test_every_address_that_takes_something_along_is_documented() -> None:
    undocumented = [name for name, each in COMPOSERS.items() if (each.with_text or each.with_link) and not each.source]

    assert undocumented == []
