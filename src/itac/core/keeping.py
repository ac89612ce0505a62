"""Keeping an operator's settings with the data, so that the data directory alone serves the same again."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

# What belongs to the campaign and not to one process: another process on the same data needs it too.
KEPT = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "ITAC_MAIL_FROM",
    "ITAC_LANGUAGES",
    "ITAC_ADDRESS",
    "ITAC_HOSTS",
    "ITAC_PROXIES",
    "ITAC_SECRET_KEY",
    "ITAC_TOKEN_KEYS",
)
PLACES = ("DATABASE_URL", "REDIS_URL")


def keep_settings(data: Path, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Write those settings of the environment into `settings.env` that it doesn't hold yet; returns their names.

    The file is for its owner alone, since addresses of databases and mail servers hold passwords (Promise 8). What
    stands in it already stays: a person wrote it.
    """
    path = data / "settings.env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    there = {line.partition("=")[0].strip() for line in lines}
    new = [name for name in KEPT if environ.get(name) and name not in there]
    if not new and path.exists():
        return []
    head = [] if lines else ["# One setting a line. The environment of a process goes before what stands here."]
    _write(path, [*lines, *head, *(f"{name}={environ[name]}" for name in new)])
    return new


def keep_new_place(data: Path, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Where a copy is put back, the environment says where database and cache are now: let `settings.env` say the same,
    or the next process would use those of the original. Returns the names of what is different now."""
    path = data / "settings.env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    said = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    new = {name: environ[name] for name in PLACES if environ.get(name) and environ[name] != said.get(name)}
    if new:
        others = [line for line in lines if line.partition("=")[0].strip() not in new]
        _write(path, [*others, *(f"{name}={value}" for name, value in new.items())])
    return list(new)


def _write(path: Path, lines: Sequence[str]) -> None:
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    draft.replace(path)
