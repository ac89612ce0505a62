"""Mastodon's module against a Mastodon API on loopback, through the cutting proxy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itac.core import clock
from itac.networks import lines, mastodon_finding
from itac.networks.mastodon import Mastodon
from itac.networks.models import Channel
from itac.networks.protocol import (
    Accepted,
    ConnectionRefused,
    NeedsPerson,
    NothingFound,
    Refused,
    TryLater,
    Unclear,
)
from itac.networks.tests import factories
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

POST = "/api/v1/statuses"
PLUG = Mastodon()


@pytest.fixture
def proxy(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(mastodon)


@pytest.fixture
def account(mastodon: MastodonServer, proxy: Proxy) -> Channel:
    return factories.on_mastodon(mastodon, proxy.url)


def ready(account: Channel, text: str = "Together", **more: Any) -> Any:
    one = factories.sending(text, key=PLUG.new_key(now=factories.NOON), **more)
    return factories.prepared(PLUG, account, one, now=clock.now())


def test_post_arrives_with_language_alt_text_and_visibility(mastodon: MastodonServer, account: Channel) -> None:
    one = ready(
        account,
        "Juntas y juntos",
        pictures=[factories.media("Cuatro hebras")],
        language="es",
        options={"visibility": "unlisted"},
    )

    outcome = PLUG.publish(account, one)

    [status] = mastodon.statuses()
    assert isinstance(outcome, Accepted)
    assert outcome.remote_id == status["id"]
    assert outcome.address == status["url"]
    assert (status["language"], status["visibility"]) == ("es", "unlisted")
    assert [picture["description"] for picture in status["media_attachments"]] == ["Cuatro hebras"]


def test_thread_hangs_together(mastodon: MastodonServer, account: Channel) -> None:
    first = PLUG.publish(account, ready(account, "One"))
    assert isinstance(first, Accepted)

    second = PLUG.publish(account, ready(account, "Two", earlier=[first.ref]))

    assert isinstance(second, Accepted)
    assert {status["id"]: status["in_reply_to_id"] for status in mastodon.statuses()} == {
        first.remote_id: None,
        second.remote_id: first.remote_id,
    }


def test_once_when_the_answer_is_lost_and_the_same_key_goes_again(
    mastodon: MastodonServer, account: Channel, proxy: Proxy
) -> None:
    """Promise 1."""
    one = ready(account)
    proxy.drop_after("POST", POST)

    lost, again = PLUG.publish(account, one), PLUG.publish(account, one)

    assert lost == Unclear(code="answer_lost")
    assert [status["id"] for status in mastodon.statuses()] == [again.remote_id]  # type: ignore[union-attr]


def test_nothing_is_sent_twice_by_the_libraries_themselves(account: Channel, proxy: Proxy) -> None:
    """Promise 1: Mastodon.py, requests and urllib3 each could; a cut, a 429, a 503 and a redirect tempt them."""
    proxy.drop_before("POST", POST)
    proxy.status(429, "POST", POST, headers={"X-RateLimit-Reset": "2020-01-01T00:00:00Z"})
    proxy.status(503, "POST", POST, headers={"Retry-After": "0"})
    proxy.status(307, "POST", POST, headers={"Location": f"{proxy.url}{POST}"})

    for _ in range(4):
        PLUG.publish(account, ready(account))

    assert len([one for one in proxy.exchanges() if one.path == POST]) == 4


def test_connection_is_used_again(account: Channel, proxy: Proxy) -> None:
    for text in ("One", "Two", "Three"):
        PLUG.publish(account, ready(account, text))

    pools = lines.line_to(account.address).get_adapter(account.address).poolmanager.pools
    [key] = pools.keys()
    pool = pools[key]
    assert (pool.num_connections, pool.num_requests) == (1, 3)


@pytest.mark.parametrize("header", ["Retry-After", "X-RateLimit-Reset"])
def test_waits_as_long_as_the_server_asks(account: Channel, proxy: Proxy, header: str) -> None:
    then = (datetime.now(UTC) + timedelta(seconds=120)).isoformat()
    proxy.status(429, "POST", POST, headers={header: "120" if header == "Retry-After" else then})

    outcome = PLUG.publish(account, ready(account))

    assert isinstance(outcome, TryLater)
    assert outcome.code == "rate_limited"
    assert outcome.after_seconds == pytest.approx(120, abs=3)


def test_call_ends_in_time_even_when_the_answer_never_ends(account: Channel, proxy: Proxy) -> None:
    proxy.hold("POST", POST)
    one = factories.prepared(PLUG, account, factories.sending(key="k"), seconds=0.4)

    outcome = PLUG.publish(account, one)

    assert outcome == Unclear(code="answer_late")


def test_found_by_its_text_when_the_key_is_forgotten(mastodon: MastodonServer, account: Channel, proxy: Proxy) -> None:
    one = ready(account, "Hello https://example.org/a  \nand more ‍👩‍👩‍👧 مرحبا")
    proxy.drop_after("POST", POST)
    PLUG.publish(account, one)
    mastodon.forget_keys()

    found = PLUG.find(account, one)

    assert isinstance(found, Accepted)
    assert found.remote_id == mastodon.statuses()[0]["id"]


def test_not_found_when_it_never_arrived_or_belongs_to_another_part(mastodon: MastodonServer, account: Channel) -> None:
    earlier = PLUG.publish(account, ready(account, "Same"))
    assert isinstance(earlier, Accepted)
    PLUG.publish(account, ready(account, "Other"))
    PLUG.publish(account, ready(account, "Same", earlier=[earlier.ref]))

    one = factories.prepared(
        PLUG, account, factories.sending("Same", key="k"), now=clock.now(), taken=[earlier.remote_id]
    )

    assert PLUG.find(account, one) == NothingFound()


def test_html_reads_as_the_text_it_was_made_from() -> None:
    html = (
        '<p>One<br>two &amp; three</p><p><a href="https://a.b/c"><span class="invisible">https://</span>a.b/c</a></p>'
    )

    assert mastodon_finding.text_of_html(html) == "One\ntwo & three\n\nhttps://a.b/c"


def test_slow_picture_is_waited_for(mastodon: MastodonServer, account: Channel, proxy: Proxy) -> None:
    proxy.status(202, "POST", "/api/v2/media", body='{"id": "77", "url": null}')
    proxy.status(206, "GET", "/api/v1/media/77", body='{"id": "77", "url": null}')
    proxy.status(200, "GET", "/api/v1/media/77", body='{"id": "77", "url": "https://files.example/77"}')

    one = ready(account, pictures=[factories.media()])

    assert one.frozen["media_ids"] == ["77"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (413, Refused(code="image_too_large")),
        (422, Refused(code="image_refused")),
        (401, NeedsPerson(code="token_refused")),
        (500, TryLater(code="upload_failed")),
    ],
)
def test_refused_picture_says_what_to_do(account: Channel, proxy: Proxy, status: int, expected: object) -> None:
    proxy.status(status, "POST", "/api/v2/media", body="{}")

    assert PLUG.prepare(account, factories.sending(key="k", pictures=[factories.media()]), now=clock.now()) == expected


def test_unknown_visibility_is_never_made_public(account: Channel) -> None:
    one = factories.sending(key="k", options={"visibility": "everybody"})

    assert PLUG.prepare(account, one, now=clock.now()) == Refused(code="visibility_unknown")


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (422, "Validation failed: Text character limit of 500 exceeded", "text_too_long"),
        (422, "Validation failed: Media attachments not found", "image_gone"),
        (422, "Validación fallida", "not_accepted"),
    ],
)
def test_refusal_is_read(account: Channel, proxy: Proxy, status: int, error: str, code: str) -> None:
    proxy.status(status, "POST", POST, body=f'{{"error": "{error}"}}')

    assert PLUG.publish(account, ready(account)) == Refused(code=code)


def test_deleting_is_repeatable(mastodon: MastodonServer, account: Channel) -> None:
    sent = PLUG.publish(account, ready(account))
    assert isinstance(sent, Accepted)

    twice = [PLUG.delete(account, sent.remote_id, seconds=5) for _ in range(2)]

    assert twice == [Accepted(remote_id=sent.remote_id)] * 2
    assert mastodon.statuses() == []


def test_connecting_tells_the_account_and_its_limits(mastodon: MastodonServer, account: Channel, proxy: Proxy) -> None:
    connection = PLUG.connect(account, now=clock.now())

    account.limits = dict(connection.limits)
    assert connection.account_id == mastodon.account_id()
    assert connection.handle == "@itac@127.0.0.1"
    assert connection.limits["text_max"] == 500
    assert PLUG.capabilities(account).url_counts == connection.limits["url_counts"] == 23


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "token_refused"), (403, "not_allowed"), (500, "server_silent"), (302, "server_moved")],
)
def test_connecting_says_why_not(account: Channel, proxy: Proxy, status: int, code: str) -> None:
    proxy.status(status, "GET", "/api/v1/accounts/verify_credentials", body="{}")

    with pytest.raises(ConnectionRefused) as refused:
        PLUG.connect(account, now=clock.now())

    assert refused.value.code == code


def test_token_does_not_travel_in_the_open(account: Channel) -> None:
    account.address = "http://mastodon.example"

    with pytest.raises(ConnectionRefused) as refused:
        PLUG.connect(account, now=clock.now())

    assert refused.value.code == "address_not_https"
