"""The keys of an installation, kept as files in its data directory (readable by its owner alone)."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def key_lines(path: Path, *, make: str) -> list[str]:
    """The keys in a file, newest first. A missing file is made with one new key (`make`: "secret" or "fernet").

    Two processes that start at once agree: the file is created exclusively, and the loser reads the winner's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Fernet.generate_key().decode() if make == "fernet" else secrets.token_urlsafe(50)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(new + "\n")
    return [line for line in path.read_text(encoding="ascii").split() if line]


def add_token_key(path: Path) -> str:
    """Put a new token key in front: from now on it encrypts, the older ones still decrypt. Returns the new key."""
    new = Fernet.generate_key().decode()
    lines = [new, *key_lines(path, make="fernet")]
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    draft.replace(path)
    return new
