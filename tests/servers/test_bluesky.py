"""What the engine relies on when it sends to an AT Protocol server, asked of a real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from atproto import Client

from tests.servers.bluesky import Account, PdsServer
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.real_pds, pytest.mark.xdist_group("pds")]

RKEY = "3lbzq5lrj2c2a"
OTHER_RKEY = "3lbzq5lrj2k2a"
PUT = "/xrpc/com.atproto.repo.putRecord"


def words(text: str) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-12-18T18:00:00.000Z", "langs": ["en"]}


def put(url: str, account: Account, record: dict[str, Any], *, rkey: str = RKEY) -> httpx.Response:
    """Create-only: `swapRecord` null says that no record may stand there yet."""
    return httpx.post(
        f"{url}{PUT}",
        headers={"Authorization": f"Bearer {account.access_jwt}"},
        json={
            "repo": account.did,
            "collection": "app.bsky.feed.post",
            "rkey": rkey,
            "record": record,
            "swapRecord": None,
        },
        timeout=30.0,
        trust_env=False,
    )


def test_the_same_record_put_twice_under_one_key_stands_once(pds: PdsServer, pds_account: Account) -> None:
    """Promise 1: repeating after a lost answer changes nothing."""
    first = put(pds.url, pds_account, words("Once."))
    again = put(pds.url, pds_account, words("Once."))

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json()["uri"], again.json()["cid"]) == (first.json()["uri"], first.json()["cid"])
    assert "commit" in first.json()
    assert "commit" not in again.json()
    assert [record["uri"] for record in pds.records(pds_account.did)] == [first.json()["uri"]]


def test_another_record_under_a_taken_key_is_refused(pds: PdsServer, pds_account: Account) -> None:
    put(pds.url, pds_account, words("Once."))
    other = put(pds.url, pds_account, words("Something else."))

    assert (other.status_code, other.json()["error"]) == (400, "InvalidSwap")
    assert [record["value"]["text"] for record in pds.records(pds_account.did)] == ["Once."]


def test_a_lost_answer_is_found_by_its_key_and_repeated_without_harm(
    pds: PdsServer, pds_account: Account, proxy_for: Callable[[PdsServer], Proxy]
) -> None:
    proxy = proxy_for(pds)
    proxy.drop_after("POST", PUT)

    with pytest.raises(httpx.TransportError):
        put(proxy.url, pds_account, words("Once."))
    found = pds.get_record(pds_account.did, RKEY)
    assert found is not None
    repeated = put(proxy.url, pds_account, words("Once."))

    assert repeated.json()["cid"] == found["cid"]
    assert len(pds.records(pds_account.did)) == 1


def test_a_request_that_never_arrived_leaves_nothing(
    pds: PdsServer, pds_account: Account, proxy_for: Callable[[PdsServer], Proxy]
) -> None:
    proxy = proxy_for(pds)
    proxy.drop_before("POST", PUT)

    with pytest.raises(httpx.TransportError):
        put(proxy.url, pds_account, words("Once."))

    assert pds.get_record(pds_account.did, RKEY) is None
    assert pds.records(pds_account.did) == []


def test_records_come_in_the_order_of_their_keys_across_pages(
    pds: PdsServer, pds_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.bluesky.PAGE", 1)
    put(pds.url, pds_account, words("Second."), rkey=OTHER_RKEY)
    put(pds.url, pds_account, words("First."))

    assert [record["value"]["text"] for record in pds.records(pds_account.did)] == ["First.", "Second."]


def test_the_sdk_stays_behind_the_proxy_after_log_in(
    pds: PdsServer, pds_account: Account, proxy_for: Callable[[PdsServer], Proxy]
) -> None:
    proxy = proxy_for(pds)
    client = Client(base_url=f"{proxy.url}/xrpc")

    client._get_and_set_session(pds_account.handle, pds_account.password)
    client.com.atproto.server.get_session()

    assert [one.path.rpartition(".")[2] for one in proxy.exchanges()] == ["createSession", "getSession"]
