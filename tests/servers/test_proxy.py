"""The cutting proxy does what its rules say, and its journal tells the truth about it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from tests.servers.controls import RemoteProxy
from tests.servers.proxy import Proxy
from tests.servers.receiver import Receiver
from tests.servers.rules import NeverHappened, Rule

POST = "/api/v1/statuses"


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver(seconds=0.0) as receiver:
        yield receiver


@pytest.fixture
def receiver(running: Receiver) -> Receiver:
    running.clear()
    return running


@pytest.fixture
def proxy(receiver: Receiver, proxy_for: Callable[[Receiver], Proxy]) -> Proxy:
    return proxy_for(receiver)


@pytest.fixture
def client(proxy: Proxy) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.url, timeout=10.0, trust_env=False) as client:
        yield client


@pytest.fixture
def later() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def post(client: httpx.Client, key: str = "a") -> httpx.Response:
    return client.post(POST, data={"status": f"words of {key}"}, headers={"Idempotency-Key": key})


def test_everything_passes_unchanged_on_one_connection_without_rules(
    proxy: Proxy, client: httpx.Client, receiver: Receiver
) -> None:
    answers = [post(client, key) for key in ("a", "b")]
    missing = client.get("/nowhere?q=1")

    assert [answer.status_code for answer in [*answers, missing]] == [200, 200, 404]
    assert [receipt["key"] for receipt in receiver.receipts()] == ["a", "b"]
    assert [one.target for one in proxy.exchanges()] == [POST, POST, "/nowhere?q=1"]
    assert all(one.forwarded and one.acted and one.answered for one in proxy.exchanges())
    assert proxy.exchanges()[0].body == b"status=words+of+a"
    pool = client._transport._pool  # type: ignore[attr-defined]
    assert len(pool.connections) == 1


def test_server_hears_nothing_when_request_is_dropped_before(
    proxy: Proxy, client: httpx.Client, receiver: Receiver
) -> None:
    proxy.drop_before("POST", POST)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post(client)

    dropped = proxy.wait_for("dropped")
    assert receiver.receipts() == []
    assert not dropped.forwarded
    assert not dropped.answered
    assert post(client).status_code == 200


def test_server_acts_once_when_its_answer_is_dropped_after(
    proxy: Proxy, client: httpx.Client, receiver: Receiver
) -> None:
    proxy.drop_after("POST", POST)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post(client)

    dropped = proxy.wait_for("dropped")
    assert len(receiver.receipts()) == 1
    assert (dropped.forwarded, dropped.acted, dropped.answered) == (True, True, False)


def test_only_the_nth_request_that_fits_is_touched(proxy: Proxy, client: httpx.Client, receiver: Receiver) -> None:
    proxy.status(500, "POST", "/api/*", nth=2)

    client.get("/api/v2/instance")
    codes = [post(client, key).status_code for key in ("a", "b", "c")]

    assert codes == [200, 500, 200]
    assert [receipt["key"] for receipt in receiver.receipts()] == ["a", "c"]


def test_a_rule_can_choose_by_the_text_of_a_request(proxy: Proxy, client: httpx.Client) -> None:
    proxy.status(500, "POST", contains="words+of+b", times=None)

    assert [post(client, key).status_code for key in ("a", "b", "b", "c")] == [200, 500, 500, 200]


def test_two_rules_alike_touch_one_request_each_and_a_removed_one_none(proxy: Proxy, client: httpx.Client) -> None:
    proxy.status(500, "POST")
    proxy.status(502, "POST")
    proxy.remove(proxy.status(503, "POST"))

    assert [post(client, key).status_code for key in ("a", "b", "c")] == [500, 502, 200]


def test_a_made_up_answer_carries_code_headers_and_body(proxy: Proxy, client: httpx.Client, receiver: Receiver) -> None:
    proxy.status(429, "POST", headers={"Retry-After": "30"}, body='{"error": "slow down"}')

    answer = post(client)

    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "30", {"error": "slow down"})
    assert receiver.receipts() == []
    assert proxy.exchanges()[0].rule == "status"


def test_a_made_up_answer_can_follow_what_the_server_really_did(
    proxy: Proxy, client: httpx.Client, receiver: Receiver
) -> None:
    proxy.status(504, "POST", forward=True)

    assert post(client).status_code == 504
    assert len(receiver.receipts()) == 1
    assert proxy.exchanges()[0].upstream_status == 200


def test_garbage_is_not_http(proxy: Proxy, client: httpx.Client) -> None:
    proxy.garbage("no protocol at all\r\n\r\n")

    with pytest.raises(httpx.RemoteProtocolError):
        post(client)


def test_a_truncated_answer_ends_before_the_length_it_promised(
    proxy: Proxy, client: httpx.Client, receiver: Receiver
) -> None:
    proxy.truncate(10, "POST", POST)

    with pytest.raises(httpx.RemoteProtocolError):
        post(client)

    assert len(receiver.receipts()) == 1
    assert proxy.wait_for("answered").acted


def test_an_answer_is_late_by_the_delay(proxy: Proxy, client: httpx.Client) -> None:
    proxy.delay(0.3, "POST")

    begin = time.monotonic()
    answer = post(client)

    assert answer.status_code == 200
    assert time.monotonic() - begin >= 0.3
    happened = proxy.exchanges()[0].events
    assert happened["answered"] - happened["acted"] >= 0.29


def test_a_held_answer_waits_until_it_is_released(
    proxy: Proxy, client: httpx.Client, receiver: Receiver, later: ThreadPoolExecutor
) -> None:
    proxy.hold("POST", POST)

    answer: Future[httpx.Response] = later.submit(post, client)
    held = proxy.wait_for("held")
    assert len(receiver.receipts()) == 1
    assert not held.answered
    assert proxy.release() == 1

    assert answer.result(10).status_code == 200
    assert proxy.release() == 0


def test_a_held_answer_can_be_dropped_instead(proxy: Proxy, client: httpx.Client, later: ThreadPoolExecutor) -> None:
    proxy.hold("POST", POST)

    answer = later.submit(post, client)
    proxy.release(proxy.wait_for("held").number, drop=True)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        answer.result(10)


def test_a_request_held_before_reaches_the_server_after_its_sender_died(proxy: Proxy, receiver: Receiver) -> None:
    proxy.hold_before("POST", POST)
    sender = subprocess.Popen([sys.executable, "-c", f"import httpx; httpx.post('{proxy.url}{POST}', timeout=60)"])

    held = proxy.wait_for("held_before", timeout=30)
    assert receiver.receipts() == []
    sender.kill()
    sender.wait()
    proxy.wait_for("client_gone")
    proxy.release(held.number)

    late = proxy.wait_for("acted")
    assert len(receiver.receipts()) == 1
    assert not late.answered


def test_another_process_sets_rules_and_waits_by_the_control_port(
    proxy: Proxy, client: httpx.Client, receiver: Receiver, later: ThreadPoolExecutor
) -> None:
    with RemoteProxy(proxy.control_url) as remote:
        remote.hold("POST", POST)
        answer = later.submit(post, client)
        held = remote.wait_for("held", path=POST)
        assert held.body == b"status=words+of+a"
        assert remote.release(held.number) == 1
        assert answer.result(10).status_code == 200
        assert remote.wait_for("answered").number == held.number
        assert [one.as_json() for one in remote.exchanges()] == [one.as_json() for one in proxy.exchanges()]
        with pytest.raises(NeverHappened, match="No dropped"):
            remote.wait_for("dropped", timeout=0.05)
        with pytest.raises(httpx.HTTPStatusError):
            remote._ask("add", rule={"action": "explode"})


def test_leaving_the_proxy_drops_what_is_held_and_frees_who_waits(
    receiver: Receiver, later: ThreadPoolExecutor
) -> None:
    with Proxy(receiver.url) as proxy:
        proxy.hold("POST", POST)
        answer = later.submit(httpx.post, f"{proxy.url}{POST}", timeout=30)
        proxy.wait_for("held")
        waiter = later.submit(proxy.wait_for, "answered", 30.0)
        begin = time.monotonic()

    assert time.monotonic() - begin < 5
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        answer.result(10)
    with pytest.raises(NeverHappened):
        waiter.result(10)
    assert threading.active_count() < 40


def test_chunked_requests_and_pieces_of_a_head_are_read_whole(proxy: Proxy, receiver: Receiver) -> None:
    host, port = proxy.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        for piece in (
            b"POST /api/v1/sta",
            b"tuses HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n7\r\nstatus=\r\n",
            b"5\r\nwords\r\n0\r\n\r\n",
        ):
            raw.sendall(piece)
        assert raw.recv(17) == b"HTTP/1.1 200 -\r\nC"

    assert proxy.exchanges()[0].body == b"status=words"
    assert receiver.receipts()[0]["characters"] == 5


def test_an_unknown_action_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="drop_before"):
        Rule("explode")  # type: ignore[arg-type]


def test_nothing_behind_the_proxy_is_a_bad_gateway() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with Proxy(f"http://127.0.0.1:{unused.getsockname()[1]}") as proxy:
            assert httpx.get(proxy.url, trust_env=False).status_code == 502
            assert not proxy.exchanges()[0].forwarded
