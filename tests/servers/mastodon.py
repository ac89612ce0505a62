"""A Mastodon API on loopback: `mastodon-mock` from PyPI in a process of its own, spoken to over real HTTP.

**It is a mock, not Mastodon.** It keeps state (statuses, media, threads, idempotency keys) in SQLite and is checked
by its makers against Mastodon's OpenAPI description; it calls itself Mastodon 4.6.0. What it answers was compared
with Mastodon's documentation (docs.joinmastodon.org: methods/statuses, methods/media, methods/streaming,
api/rate-limits) and with `PostStatusService` of its source.

Works as documented, proved in `test_mastodon.py`: Idempotency-Key (same key, same status, also for requests at the
same time), `in_reply_to_id`, `language`, alt text as `description`, `GET /statuses/:id/source`,
`GET /accounts/:id/statuses`, `GET /api/v2/instance` with limits, `verify_credentials`, 401 / 404 / 422.

Known differences:

| what | Mastodon | the mock |
|---|---|---|
| idempotency window | a key is remembered for up to an hour | for ever; `forget_keys` here ends the hour |
| idempotency in a race | the key is stored after the status: two requests at once can make two | strictly one |
| idempotency when the first status was deleted | the key still points at it: 404 | 500 |
| idempotency and `scheduled_at` | covers scheduled statuses too | ignored |
| unknown `in_reply_to_id` | 404, nothing is posted | posted, with the unknown id |
| text limit | a link counts 23, a mention without its server | every code point counts |
| `content` | links shortened in spans, tags and mentions linked | `<p>`, whole links, also `**bold**` markup |
| `language` missing | the account's default | null |
| media upload | images 200; video, audio and gifv 202, then 206 until done | always 200 and ready |
| media checks | 422 for a wrong kind, size or broken file; limits of alt text | anything is taken, any length |
| media reuse | an attachment belongs to one status and its owner | moves to the latest status, any owner |
| media ids that don't exist | 422 | silently left out |
| rate limits | `X-RateLimit-*` on every answer, reset as ISO 8601, 429 beyond | no headers, no limit |
| `source`, `GET /media/:id` | need a token of the owner | open to all |
| edit event in streams | `status.update` | `status_update` |
| scopes | checked (403) | not checked |
| `GET /api/v2/instance` | also `description_limit` (alt text), many more media kinds | absent, five kinds |
| `meta` of media | sizes and focus | focus only |
| mentions | also `@name@this.server` | a local account by its name alone; any other is ignored |
| notifications of a deleted status | deleted with it | stay, with `status` null |
| `GET /notifications` | up to 80, scope `read:notifications` | up to 40, not checked |
| `context` | parents before answers, at most 4,096 descendants | breadth first, all |
| private statuses in `context`, `GET /statuses/:id` | for those they were written to | for all |
| times | `2026-12-18T18:00:00.000Z` | microseconds and `+00:00` |
| ids | snowflakes of 18 digits | a counter of 13 digits |

What it cannot do is done by the proxy: `status(202, forward=True, …)` for slow media, `status(429, headers=…)`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.servers.child import Child

LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
PAGE = 40


def token_of(account: str) -> str:
    """The token that the server knows for one of its accounts."""
    return f"token-of-{account}"


class MastodonServer:
    """A running Mastodon mock with the accounts named. Enter it to start (about two seconds), leave it to stop.

    Attributes: `url`, and `token`, the first account's. The mock's own faults and limits are not used: the proxy
    is the one place for these.
    """

    url: str

    def __init__(self, accounts: Sequence[str] = ("itac",)) -> None:
        self.accounts = tuple(accounts)
        self.token = token_of(self.accounts[0])
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self._child = Child([sys.executable, "-m", "tests.servers.mastodon", "serve", *self.accounts], cwd=ROOT)
        self.url = self._child.announced["url"]
        self._client = httpx.Client(base_url=self.url, timeout=30.0, trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._child is not None:
            self._child.stop()

    def account_id(self, account: str = "") -> str:
        """The server's id of an account (the first one by default)."""
        answer = self._client.get("/api/v1/accounts/verify_credentials", headers=self._as(account))
        return str(answer.raise_for_status().json()["id"])

    def statuses(self, account: str = "") -> list[dict[str, Any]]:
        """Every status of an account (the first one by default) as the server lists it, oldest first."""
        found: list[dict[str, Any]] = []
        wanted = {"limit": str(PAGE)}
        address = f"/api/v1/accounts/{self.account_id(account)}/statuses"
        while True:
            page = self._client.get(address, params=wanted, headers=self._as(account)).raise_for_status().json()
            if not page:
                return found[::-1]
            found.extend(page)
            wanted["max_id"] = page[-1]["id"]

    def text_of(self, status_id: str) -> str:
        """The text as it was posted, by the server's `source` address."""
        answer = self._client.get(f"/api/v1/statuses/{status_id}/source", headers=self._as(""))
        return str(answer.raise_for_status().json()["text"])

    def post(self, text: str, *, account: str, to: str = "", **more: str) -> str:
        """Post a status as an account would, in reply to another where `to` names one; its id."""
        wanted = {"status": text, **({"in_reply_to_id": to} if to else {}), **more}
        answer = self._client.post("/api/v1/statuses", data=wanted, headers=self._as(account))
        return str(answer.raise_for_status().json()["id"])

    def edit(self, status_id: str, text: str, *, account: str) -> None:
        """Edit a status as its account would."""
        address = f"/api/v1/statuses/{status_id}"
        self._client.put(address, data={"status": text}, headers=self._as(account)).raise_for_status()

    def delete(self, status_id: str, *, account: str) -> None:
        """Delete a status as its account would."""
        self._client.delete(f"/api/v1/statuses/{status_id}", headers=self._as(account)).raise_for_status()

    def forget_keys(self) -> None:
        """Forget every Idempotency-Key, as Mastodon has after an hour."""
        self._client.post("/api/v1/_mock/forget_keys").raise_for_status()

    def reset(self) -> None:
        """Back to the accounts alone: no statuses, media or keys. Account ids change, tokens stay."""
        self._client.post("/api/v1/_mock/reset").raise_for_status()

    def _as(self, account: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_of(account or self.accounts[0])}"}


def serve(accounts: Sequence[str]) -> None:
    """Run the mock in this process until SIGTERM or the end of standard input; announces itself in one line."""
    import uvicorn
    from fastapi import FastAPI
    from mastodon_mock.app import create_app
    from mastodon_mock.config import DatabaseConfig, MastodonMockConfig, SeedAccount, SeedConfig
    from mastodon_mock.db.models import Idempotency

    listening = socket.socket()
    listening.bind((LOOPBACK, 0))
    port = listening.getsockname()[1]

    with tempfile.TemporaryDirectory(prefix="itac-mastodon-") as directory:
        seeds = [SeedAccount(username=name, display_name=name, access_token=token_of(name)) for name in accounts]
        app: FastAPI = create_app(
            MastodonMockConfig(
                # An empty file here rather than the mock's own temporary one, which a kill would leave behind.
                database=DatabaseConfig(path=str(Path(directory) / "mock.sqlite")),
                seed=SeedConfig(accounts=seeds),
                media_storage_path=str(Path(directory) / "media"),
                domain=f"{LOOPBACK}:{port}",
                url_scheme="http",
            )
        )

        @app.post("/api/v1/_mock/forget_keys")
        def forget_keys() -> dict[str, bool]:
            with app.state.session_factory() as session:
                session.query(Idempotency).delete()
                session.commit()
            return {"ok": True}

        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        # uvicorn ends in good order and then sends itself the signal again, which would leave the directory behind.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_announce, args=(server, port), daemon=True).start()
        server.run(sockets=[listening])


def _announce(server: Any, port: int) -> None:
    address = f"http://{LOOPBACK}:{port}"
    while True:
        try:
            httpx.get(f"{address}/api/v2/instance", timeout=5.0, trust_env=False).raise_for_status()
            break
        except httpx.TransportError:
            if server.should_exit:
                return
    print(json.dumps({"ready": True, "url": address}), flush=True)
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: list[str] | None = None) -> None:
    """Serve the mock by hand: `python -m tests.servers.mastodon serve NAME…`."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.mastodon", description=main.__doc__)
    parser.add_argument("what", choices=["serve"])
    parser.add_argument("accounts", nargs="+", help="user names")
    serve(parser.parse_args(arguments).accounts)


if __name__ == "__main__":
    main()
