"""What the engine relies on when it sends to a Mastodon API, asked of the mock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.servers.mastodon import MastodonServer, token_of
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.xdist_group("mastodon")

POST = "/api/v1/statuses"


@pytest.fixture
def client(mastodon: MastodonServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {mastodon.token}"}
    with httpx.Client(base_url=mastodon.url, headers=headers, timeout=10.0, trust_env=False) as client:
        yield client


def post(client: httpx.Client, text: str, key: str) -> httpx.Response:
    return client.post(POST, data={"status": text}, headers={"Idempotency-Key": key})


def test_one_key_makes_one_status_and_another_key_another(mastodon: MastodonServer, client: httpx.Client) -> None:
    first, again, other = (post(client, "Once.", key).json()["id"] for key in ("a", "a", "b"))

    assert again == first
    assert [status["id"] for status in mastodon.statuses()] == [first, other]


def test_one_key_makes_one_status_when_requests_come_at_once(mastodon: MastodonServer, client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: post(client, "Once.", "a").json()["id"], range(8)))

    assert len(ids) == 1
    assert len(mastodon.statuses()) == 1


def test_a_key_forgotten_after_its_hour_makes_a_second_status(mastodon: MastodonServer, client: httpx.Client) -> None:
    post(client, "Once.", "a")
    mastodon.forget_keys()
    post(client, "Once.", "a")

    assert len(mastodon.statuses()) == 2


def test_a_lost_answer_is_repeated_without_harm(
    mastodon: MastodonServer, proxy_for: Callable[[MastodonServer], Proxy]
) -> None:
    """Promise 1: within the hour the key settles what the connection left open."""
    proxy = proxy_for(mastodon)
    proxy.drop_after("POST", POST)
    headers = {"Authorization": f"Bearer {mastodon.token}"}
    with httpx.Client(base_url=proxy.url, headers=headers, timeout=10.0, trust_env=False) as client:
        with pytest.raises(httpx.TransportError):
            post(client, "Once.", "a")
        stands = mastodon.statuses()
        repeated = post(client, "Once.", "a")

    assert [status["id"] for status in stands] == [repeated.json()["id"]]
    assert len(mastodon.statuses()) == 1


def test_threads_languages_alt_text_and_source_come_back_as_posted(
    mastodon: MastodonServer, client: httpx.Client
) -> None:
    media = client.post(
        "/api/v2/media", files={"file": ("a.png", b"bytes", "image/png")}, data={"description": "Two hands."}
    ).json()
    first = client.post(POST, data={"status": "Uno <1>", "language": "es", "media_ids[]": [media["id"]]}).json()
    client.post(POST, data={"status": "Dos", "in_reply_to_id": first["id"]})

    opening, reply = mastodon.statuses()
    assert (opening["language"], opening["media_attachments"][0]["description"]) == ("es", "Two hands.")
    assert reply["in_reply_to_id"] == first["id"]
    assert mastodon.text_of(first["id"]) == "Uno <1>"
    assert opening["content"] == "<p>Uno &lt;1&gt;</p>"


def test_limits_and_the_account_are_told_to_who_connects(mastodon: MastodonServer, client: httpx.Client) -> None:
    statuses = client.get("/api/v2/instance").json()["configuration"]["statuses"]
    account = client.get("/api/v1/accounts/verify_credentials").json()

    assert (statuses["max_characters"], statuses["characters_reserved_per_url"]) == (500, 23)
    assert (account["username"], account["id"]) == ("itac", mastodon.account_id())


@pytest.mark.parametrize(
    ("token", "text", "code"), [("wrong", "Words.", 401), ("itac", "", 422), ("itac", "x" * 501, 422)]
)
def test_what_cannot_be_posted_is_refused(mastodon: MastodonServer, token: str, text: str, code: int) -> None:
    headers = {"Authorization": f"Bearer {token_of(token)}"}
    answer = httpx.post(f"{mastodon.url}{POST}", data={"status": text}, headers=headers, trust_env=False)

    assert answer.status_code == code
    assert "error" in answer.json()
    assert mastodon.statuses() == []


def test_all_statuses_of_one_account_are_listed_beyond_a_page(mastodon: MastodonServer, client: httpx.Client) -> None:
    for number in range(42):
        post(client, f"Number {number}", f"key {number}")
    second = {"Authorization": f"Bearer {token_of('second')}"}
    httpx.post(f"{mastodon.url}{POST}", data={"status": "Not ours"}, headers=second, trust_env=False)

    assert [status["content"] for status in mastodon.statuses()] == [f"<p>Number {number}</p>" for number in range(42)]
    assert len(mastodon.statuses("second")) == 1
