"""Bluesky's module against a real AT Protocol server on loopback, through the cutting proxy."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from itac.core import clock
from itac.networks import bluesky_session
from itac.networks.bluesky import Bluesky
from itac.networks.models import Channel
from itac.networks.protocol import (
    Accepted,
    CantTell,
    Card,
    ConnectionRefused,
    NeedsPerson,
    NothingFound,
    Refused,
    TryLater,
    Unclear,
)
from itac.networks.secrets import Secret
from itac.networks.tests import factories
from tests.servers.bluesky import Account, PdsServer
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.real_pds, pytest.mark.django_db]
PUT = "/xrpc/com.atproto.repo.putRecord"
LOG_IN = "/xrpc/com.atproto.server.createSession"
RENEW = "/xrpc/com.atproto.server.refreshSession"
PLUG = Bluesky()


@pytest.fixture
def proxy(pds: PdsServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(pds)


@pytest.fixture
def account(pds_account: Account, proxy: Proxy) -> Channel:
    """A channel whose session is the one the account was made with, as after `connect`."""
    return factories.on_bluesky(pds_account, proxy.url)


def ready(account: Channel, text: str = "Together", **more: Any) -> Any:
    one = factories.sending(text, key=PLUG.new_key(now=clock.now()), **more)
    return factories.prepared(PLUG, account, one)


def calls(proxy: Proxy, path: str) -> int:
    return len([one for one in proxy.exchanges() if one.path == path])


def end_token(account: Channel) -> None:
    """The stored access token is over, as its own text says."""
    values = dict(account.session)
    account.session = Secret({**values, "access": "e30.eyJleHAiOjF9.e30"})
    account.save()


def test_thread_with_picture_alt_text_and_facets_reads_back_as_it_was_meant(
    pds: PdsServer, pds_account: Account, account: Channel
) -> None:
    text = f"مرحبا 👩‍👩‍👧 #ITAC @{pds_account.handle} https://example.org/añb."
    one = ready(account, text, language="ar", pictures=[factories.media("أربعة خيوط")])

    first = PLUG.publish(account, one)
    assert isinstance(first, Accepted)
    second = PLUG.publish(account, ready(account, "Two", earlier=[first.ref]))
    assert isinstance(second, Accepted)
    third = PLUG.publish(account, ready(account, "Three", earlier=[first.ref, second.ref]))

    records = {record["uri"]: record["value"] for record in pds.records(pds_account.did)}
    value = records[first.remote_id]
    raw = value["text"].encode()
    pointed = [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"][0])
        for facet in value["facets"]
    ]
    assert [(words, feature.get("tag") or feature.get("did") or feature.get("uri")) for words, feature in pointed] == [
        ("#ITAC", "ITAC"),
        (f"@{pds_account.handle}", pds_account.did),
        ("https://example.org/añb", "https://example.org/añb"),
    ]
    [image] = value["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]["width"], image["aspectRatio"]["height"]) == ("أربعة خيوط", 40, 30)
    assert pds.blob(pds_account.did, image["image"]["ref"]["$link"]) == factories.picture()
    assert (value["langs"], value["createdAt"]) == (["ar"], "2026-12-18T12:00:00.000Z")
    assert isinstance(third, Accepted)
    reply = records[third.remote_id]["reply"]
    assert (reply["root"], reply["parent"]) == (dict(first.ref), dict(second.ref))


def test_card_and_unknown_mention(pds: PdsServer, pds_account: Account, account: Channel) -> None:
    one = ready(account, "By @nobody.test", card=Card(address="https://example.org/", title=""))

    PLUG.publish(account, one)

    [record] = pds.records(pds_account.did)
    assert "facets" not in record["value"]
    assert record["value"]["embed"]["external"]["uri"] == "https://example.org/"
    assert record["value"]["embed"]["external"]["title"] == "https://example.org/"


def test_once_however_often_the_same_key_goes(
    pds: PdsServer, pds_account: Account, account: Channel, proxy: Proxy
) -> None:
    """Promise 1."""
    one = ready(account)
    proxy.drop_after("POST", PUT)

    lost, again = PLUG.publish(account, one), PLUG.publish(account, one)

    [record] = pds.records(pds_account.did)
    assert lost == Unclear(code="answer_lost")
    assert isinstance(again, Accepted)
    assert again.ref == {"uri": record["uri"], "cid": record["cid"]}
    assert PLUG.find(account, one) == again


def test_another_record_under_the_key_is_not_overwritten(
    pds: PdsServer, pds_account: Account, account: Channel
) -> None:
    """Promise 1: `swapRecord: null` is really in the call."""
    first = ready(account, "First")
    PLUG.publish(account, first)
    other = factories.prepared(PLUG, account, factories.sending("Other", key=first.key))

    outcome = PLUG.publish(account, other)

    assert outcome == Refused(code="key_taken")
    assert PLUG.find(account, other) == CantTell(code="key_taken")
    assert [record["value"]["text"] for record in pds.records(pds_account.did)] == ["First"]


def test_same_record_behind_a_refused_swap_was_sent(account: Channel, proxy: Proxy) -> None:
    one = ready(account)
    sent = PLUG.publish(account, one)
    proxy.status(400, "POST", PUT, body='{"error": "InvalidSwap", "message": "Record was at x"}')

    assert PLUG.publish(account, one) == sent


def test_nothing_found_where_nothing_arrived(account: Channel, proxy: Proxy) -> None:
    one = ready(account)
    proxy.drop_before("POST", PUT)

    assert PLUG.publish(account, one) == Unclear(code="answer_lost")
    assert PLUG.find(account, one) == NothingFound()


@pytest.mark.django_db(transaction=True)
def test_token_is_renewed_ahead_of_its_end_by_one_thread_for_all(account: Channel, proxy: Proxy) -> None:
    end_token(account)
    watch = bluesky_session.Stopwatch(20)
    start = threading.Barrier(4)
    found: list[str] = []

    def ask() -> None:
        start.wait()
        found.append(bluesky_session.session_for(account, watch).access)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found))) == (4, 1)
    assert (calls(proxy, RENEW), calls(proxy, LOG_IN)) == (1, 0)
    assert Channel.objects.get(pk=account.pk).session["access"] == found[0]


def test_passing_failure_to_renew_keeps_the_stored_session(account: Channel, proxy: Proxy) -> None:
    one = ready(account)
    end_token(account)
    before = dict(account.session)
    proxy.status(503, "POST", RENEW, body="{}")

    later = PLUG.publish(account, one)

    assert later == TryLater(code="token_refresh_failed")
    assert dict(Channel.objects.get(pk=account.pk).session) == before
    assert isinstance(PLUG.publish(account, one), Accepted)
    assert calls(proxy, LOG_IN) == 0


def test_old_token_is_used_while_it_lasts_when_renewing_fails(
    account: Channel, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky_session, "AHEAD", bluesky_session.timedelta(days=1))
    proxy.drop_before("POST", RENEW)

    assert isinstance(PLUG.publish(account, ready(account)), Accepted)


def test_dead_session_logs_in_anew_and_sends(account: Channel, proxy: Proxy) -> None:
    one = ready(account)
    end_token(account)
    proxy.status(400, "POST", RENEW, body='{"error": "ExpiredToken"}')

    assert isinstance(PLUG.publish(account, one), Accepted)
    assert calls(proxy, LOG_IN) == 1


def test_token_refused_by_the_server_is_renewed_and_the_same_call_made_once_more(
    pds: PdsServer, pds_account: Account, account: Channel, proxy: Proxy
) -> None:
    one = ready(account)
    proxy.status(400, "POST", PUT, body='{"error": "ExpiredToken"}')

    outcome = PLUG.publish(account, one)

    assert isinstance(outcome, Accepted)
    assert (calls(proxy, PUT), len(pds.records(pds_account.did))) == (2, 1)


def test_app_password_taken_back_needs_a_person(account: Channel) -> None:
    one = ready(account)
    account.secret = Secret({"app_password": "wrong"})
    account.session = Secret()
    account.save()

    assert PLUG.publish(account, one) == NeedsPerson(code="password_refused")


def test_one_session_for_many_posts(account: Channel, proxy: Proxy) -> None:
    for text in ("One", "Two", "Three"):
        PLUG.publish(account, ready(account, text))

    assert (calls(proxy, LOG_IN), calls(proxy, RENEW), calls(proxy, PUT)) == (0, 0, 3)


def test_call_ends_in_time(account: Channel, proxy: Proxy) -> None:
    one = replace(ready(account), seconds=0.4)
    proxy.hold("POST", PUT)

    assert PLUG.publish(account, one) == Unclear(code="answer_late")


def test_picture_over_the_limit_is_refused_before_it_is_sent(account: Channel, proxy: Proxy) -> None:
    large = replace(factories.media(), size_bytes=2_000_001)

    outcome = PLUG.prepare(account, factories.sending(key="k", pictures=[large]), now=factories.NOON)

    assert outcome == Refused(code="image_too_large")
    assert calls(proxy, "/xrpc/com.atproto.repo.uploadBlob") == 0


def test_only_pictures_and_mentions_need_the_network_beforehand() -> None:
    bluesky_session.sdk()

    needed = [
        PLUG.needs_preparing(factories.sending(text, key="k", pictures=pictures))
        for text, pictures in [("#ITAC https://a.b", []), ("@name.example.org", []), ("x", [factories.media()])]
    ]

    assert needed == [False, True, True]


def test_no_transaction_waits_for_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its import takes seconds; what needs preparing is prepared outside, on a thread of its own."""
    monkeypatch.delitem(sys.modules, "itac.networks.bluesky_sdk", raising=False)

    assert PLUG.needs_preparing(factories.sending("#ITAC https://a.b", key="k"))


def test_deleting_is_repeatable(pds: PdsServer, pds_account: Account, account: Channel) -> None:
    sent = PLUG.publish(account, ready(account))
    assert isinstance(sent, Accepted)

    twice = [PLUG.delete(account, sent.remote_id, seconds=10) for _ in range(2)]

    assert twice == [Accepted(remote_id=sent.remote_id)] * 2
    assert pds.records(pds_account.did) == []


def test_connecting_keeps_a_session_and_tells_the_account(pds_account: Account, account: Channel) -> None:
    account.session = Secret()

    told = PLUG.connect(account, now=clock.now())

    assert (told.handle, told.account_id) == (f"@{pds_account.handle}", pds_account.did)
    assert account.session["did"] == pds_account.did


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (401, "AuthenticationRequired", "password_refused"),
        (401, "AuthFactorTokenRequired", "second_factor"),
        (401, "AccountTakedown", "account_closed"),
        (404, "", "server_wrong"),
        (429, "RateLimitExceeded", "rate_limited"),
        (301, "", "server_moved"),
    ],
)
def test_connecting_says_why_not(account: Channel, proxy: Proxy, status: int, error: str, code: str) -> None:
    proxy.status(status, "POST", LOG_IN, body=f'{{"error": "{error}"}}')

    with pytest.raises(ConnectionRefused) as refused:
        PLUG.connect(account, now=clock.now())

    assert refused.value.code == code
