"""A private PostgreSQL for tests and benchmarks: its own directory, a free port, loopback only, gone with its starter.

    python -m tools.postgres      starts one, prints its address, and stops it at Ctrl-C

PostgreSQL refuses to run as root, so root starts it as Debian's user `postgres`. It dies when the thread that
started it does, even by SIGKILL (`setpriv --pdeathsig`), so start it from a thread that lives as long as it is
needed.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg

READY_SECONDS = 60


class PostgresMissing(Exception):
    """This machine has no PostgreSQL programs. The message says what brings them."""


class PostgresFailed(Exception):
    """PostgreSQL is here but did not start. The message has its own last words."""


def programs() -> Path:
    """The folder with `initdb` and `postgres`, of the newest version. Raises `PostgresMissing`."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    found = folders[-1] if folders else shutil.which("initdb")
    if not found:
        raise PostgresMissing("PostgreSQL is missing: python3 -m tools.debian_packages postgresql")
    return Path(found).resolve().parent


def _as_owner() -> list[str]:
    """What stands before a command so that it doesn't run as root."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _with_parent() -> list[str]:
    """What stands before a command so that it dies with us."""
    return ["setpriv", "--pdeathsig=QUIT"] if shutil.which("setpriv") else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A running PostgreSQL. `url(name)` is a database's address; `stop()` ends it and removes its directory."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes]

    def url(self, name: str = "postgres") -> str:
        """The address of a database of this cluster, whether it exists or not."""
        return f"postgresql://itac@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """End it at once, without saving: what it held was for a test. Does nothing the second time."""
        if self.process.poll() is None:
            self.process.send_signal(3)  # SIGQUIT: PostgreSQL's immediate shutdown
            self.process.wait(timeout=READY_SECONDS)
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(*, durable: bool = False) -> Cluster:
    """A new, empty cluster, ready for connections by anybody on this machine as user `itac`.

    With `durable` it writes as a production server does (fsync, synchronous commits); without, it is faster and
    loses all in a power cut. Raises `PostgresMissing` or `PostgresFailed`.
    """
    folder = programs()
    top = Path(tempfile.mkdtemp(prefix="itac-postgres-", dir="/tmp"))
    owner = _as_owner()
    if owner:
        uid, gid = (int(part.split("=")[1]) for part in owner[1:3])
        os.chown(top, uid, gid)
    data = top / "data"
    made = subprocess.run(
        [*owner, folder / "initdb", "-D", data, "-U", "itac", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        cwd="/",
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise PostgresFailed(f"initdb failed: {made.stderr.strip()[-500:]}")
    port = _free_port()
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(top), "max_connections": "200"}
    settings |= {} if durable else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (top / "log").open("wb") as log:
        process = subprocess.Popen(
            [*owner, *_with_parent(), folder / "postgres", "-D", data, "-p", str(port), *options],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it ourselves
        )
    cluster = Cluster(top, port, process)
    try:
        wait_until_ready(cluster.url(), process)
    except PostgresFailed:
        words = (top / "log").read_text(errors="replace")[-500:]
        cluster.stop()
        raise PostgresFailed(f"PostgreSQL did not start: {words}") from None
    return cluster


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server takes connections. Raises `PostgresFailed` when it ends or takes a minute."""
    ready = programs() / "pg_isready"
    for _ in range(READY_SECONDS * 10):
        if subprocess.run([ready, "-q", "-d", url], capture_output=True).returncode == 0:
            return
        # Waiting for the process to end is our pause, and tells at once when it did.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            break
    raise PostgresFailed("PostgreSQL did not become ready")


@contextlib.contextmanager
def administration(url: str) -> Iterator[psycopg.Connection]:
    """A connection outside any transaction, for CREATE DATABASE and the like."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def main() -> None:
    """Start one, say where, wait for Ctrl-C."""
    if len(sys.argv) > 1:
        print(__doc__)
        return
    with start() as cluster:
        print(cluster.url(), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            cluster.process.wait()


if __name__ == "__main__":
    main()
