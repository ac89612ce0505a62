"""The benchmark's receiver answers on time, notes when, and costs little."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from mastodon import Mastodon

from tests.servers.receiver import ANSWER_SECONDS, Receiver


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_a_status_is_answered_after_its_time_and_noted_with_key_and_token(receiver: Receiver) -> None:
    receiver.clear()
    headers = {"Idempotency-Key": "a", "Authorization": "Bearer t"}
    before = time.time()
    answers = [
        httpx.post(f"{receiver.url}/api/v1/statuses", data={"status": "Words."}, headers=headers, trust_env=False)
        for _ in range(2)
    ]

    (receipt,) = receiver.receipts()
    assert {answer.json()["id"] for answer in answers} == {receipt["id"]}
    assert (receipt["key"], receipt["token"], receipt["characters"], receipt["again"]) == ("a", "t", 6, 1)
    assert before <= receipt["received_at"] <= time.time()
    assert time.time() - before >= 2 * ANSWER_SECONDS


def test_many_at_once_wait_beside_each_other(receiver: Receiver) -> None:
    receiver.clear()
    with httpx.Client(trust_env=False) as client, ThreadPoolExecutor(16) as pool:
        begin = time.monotonic()
        codes = list(
            pool.map(
                lambda number: client.post(f"{receiver.url}/api/v1/statuses", json={"status": str(number)}).status_code,
                range(64),
            )
        )
        took = time.monotonic() - begin

    assert set(codes) == {200}
    assert len(receiver.receipts()) == 64
    assert took < 64 * ANSWER_SECONDS / 2


def test_mastodon_py_connects_and_posts(receiver: Receiver) -> None:
    receiver.clear()
    client = Mastodon(access_token="t", api_base_url=receiver.url, ratelimit_method="throw", version_check_mode="none")

    assert client.account_verify_credentials()["username"] == "receiver"
    assert client.status_post("Words.", idempotency_key="k")["id"] == receiver.receipts()[0]["id"]
    assert receiver.receipts()[0]["key"] == "k"
