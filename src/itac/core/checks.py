"""What `itac check --deploy` refuses: settings that are unsafe on a public machine, each with its remedy.

The docs list these ids (`docs/reference/checks.md`). They are asked with `--deploy` alone: on one's own machine every
one of them may be as it is.
"""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from redis import Redis
from redis.exceptions import RedisError

from itac.core.caching import OPTIONS
from itac.core.options import read

TAG = "itac"
NETWORK_FILESYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "glusterfs"}
)
MOUNTS = Path("/proc/mounts")


def _check(work: Callable[[], Sequence[CheckMessage]]) -> Callable[..., list[CheckMessage]]:
    """Ask it with `--deploy`."""

    def asked(app_configs: Any = None, **_facts: Any) -> list[CheckMessage]:
        return list(work())

    asked.__name__ = work.__name__
    asked.__doc__ = work.__doc__
    register(asked, TAG, deploy=True)
    return asked


@_check
def no_insides() -> Sequence[CheckMessage]:
    """E001: error pages don't show the inside."""
    if not settings.DEBUG:
        return []
    return [
        Error("ITAC_DEBUG is on: error pages show the software's inside.", hint="Remove ITAC_DEBUG.", id="itac.E001")
    ]


@_check
def public_address() -> Sequence[CheckMessage]:
    """E002: the site has a public https address."""
    if settings.HTTPS:
        return []
    return [
        Error(
            f"The site's address is {settings.ADDRESS}: log-ins would cross the network for everybody to read.",
            hint="Set ITAC_ADDRESS to the public address, such as https://example.org, behind a proxy that ends TLS.",
            id="itac.E002",
        )
    ]


@_check
def named_hosts() -> Sequence[CheckMessage]:
    """E003: the site answers to names that somebody chose, not to all."""
    chosen = read()["ITAC_HOSTS"] or read()["ITAC_ADDRESS"]
    if chosen and "*" not in settings.ALLOWED_HOSTS:
        return []
    what = "to every name" if "*" in settings.ALLOWED_HOSTS else "to this machine's own names alone"
    return [
        Error(f"The site answers {what}.", hint="Name its hosts in ITAC_HOSTS, or set ITAC_ADDRESS.", id="itac.E003")
    ]


@_check
def own_eyes_only() -> Sequence[CheckMessage]:
    """E004: keys and settings are readable by their owner alone (Promise 8)."""
    data = Path(settings.DATA)
    kept = [data / "keys/secret", data / "keys/tokens", data / "settings.env", data / "demo-log-ins"]
    return [
        Error(
            f"Others on this machine can read {path}.",
            hint=f"Run: chmod 600 {path}. If they may have read it, change what it holds.",
            id="itac.E004",
        )
        for path in kept
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]


@_check
def token_keys() -> Sequence[CheckMessage]:
    """E005: every token key is one, so that what it locks can be opened (Promise 8)."""
    for place, key in enumerate(settings.TOKEN_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            return [
                Error(
                    f"Token key number {place} isn't a key.",
                    hint="Take keys from `itac channel rotate-keys`, or 32 random bytes in URL-safe base64.",
                    id="itac.E005",
                )
            ]
    if settings.TOKEN_KEYS:
        return []
    return [Error("There is no token key.", hint="Remove ITAC_TOKEN_KEYS: a key is made then.", id="itac.E005")]


@_check
def file_locks_hold() -> Sequence[CheckMessage]:
    """E006: SQLite lies on a disk of this machine: its locks don't hold on network file systems.

    Source: sqlite.org/useovernet.html. Promise 1 rests on these locks.
    """
    if not settings.SQLITE or not MOUNTS.is_file():
        return []
    kind = filesystem_of(Path(settings.DATA), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    if kind not in NETWORK_FILESYSTEMS:
        return []
    return [
        Error(
            f"The database lies on a network file system ({kind}), where its locks don't hold.",
            hint="Put ITAC_DATA on a disk of this machine, or use PostgreSQL with DATABASE_URL.",
            id="itac.E006",
        )
    ]


@_check
def mail_goes_out() -> Sequence[CheckMessage]:
    """W007: mails are handed to a server; without one they become files that nobody reads."""
    if settings.MAIL_SERVER is not None:
        return []
    return [
        Caution(
            "No mail server is set: invitations and sign-in links become files in the data directory.",
            hint="Set EMAIL_URL, such as smtp://user:password@mail.example.org:587.",
            id="itac.W007",
        )
    ]


@_check
def cache_answers() -> Sequence[CheckMessage]:
    """E008: the cache that REDIS_URL names answers; with none every process has its own."""
    address = settings.CACHES["default"].get("LOCATION")
    if not address:
        return []
    try:
        Redis.from_url(address, **OPTIONS).ping()
    except (RedisError, OSError, ValueError) as error:
        return [
            Error(
                f"The cache that REDIS_URL names doesn't answer ({type(error).__name__}).",
                hint="Look at REDIS_URL and at Redis itself. With one web process alone, remove REDIS_URL.",
                id="itac.E008",
            )
        ]
    return []


def filesystem_of(path: Path, mounts: str) -> str:
    """The type of the file system a path lies on, read from a table like /proc/mounts; "" where it isn't known."""
    rows = [line.split()[:3] for line in mounts.splitlines() if len(line.split()) >= 3]
    found = [(len(point), kind) for _device, point, kind in rows if path == Path(point) or Path(point) in path.parents]
    return max(found)[1] if found else ""
