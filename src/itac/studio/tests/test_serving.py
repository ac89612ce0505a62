"""Starting: noted once, whatever happens meanwhile, and the site knows where it is."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wagtail.models import Site

from itac.campaign.models import Campaign
from itac.core.localised import Localised
from itac.studio.serving import NotServing, _listen, follow_address, note_first_start
from itac.studio.signals import first_started

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_first_start_whose_listener_fails_is_told_again_at_the_next() -> None:
    Campaign.objects.create(pk=1, name=Localised({"en": "Test"}), short_name="TEST")
    told = list[datetime]()

    def listen(sender: Any, *, now: datetime, **_facts: Any) -> None:
        told.append(now)
        if len(told) == 1:
            raise RuntimeError("A mistake of ours")

    first_started.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            note_first_start(now=NOON)
        second = note_first_start(now=NOON + timedelta(minutes=1))
        third = note_first_start(now=NOON + timedelta(minutes=2))
    finally:
        first_started.disconnect(listen)

    assert (second, third) == (True, False)
    assert told == [NOON, NOON + timedelta(minutes=1)]
    assert Campaign.current().first_started_at == NOON + timedelta(minutes=1)


@pytest.mark.django_db
def test_another_port_is_followed_by_the_sites_own_addresses(settings: Any) -> None:
    settings.ADDRESS = "http://0.0.0.0:8111"

    follow_address()

    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == ("127.0.0.1", 8111)


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(NotServing) as stopped:
            _listen("127.0.0.1", port)

    assert str(stopped.value) == (
        f"Nothing can listen on 127.0.0.1, port {port}: Address already in use. Choose another with PORT."
    )
