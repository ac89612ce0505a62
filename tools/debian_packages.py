"""Install the Debian packages that tests and benchmarks need, where that is allowed.

    python -m tools.debian_packages [NAME …]

Without names: all of `NEEDED`. What is there already is left alone. As root, or with a sudo that asks for no
password, missing ones are installed; else they are named in one line and the command fails.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# A package, and how we know that it is there: programs, or a pattern of paths, any of which is enough.
NEEDED: dict[str, tuple[str, ...]] = {
    "postgresql": ("/usr/lib/postgresql/*/bin/initdb", "initdb"),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "gettext": ("msgfmt",),
    # The examples of the API's page are run as they stand.
    "curl": ("curl",),
    # The AT Protocol server of the tests compiles its database.
    "g++": ("g++",),
    "make": ("make",),
}


class NotAllowed(Exception):
    """Packages are missing and we may not install them. The message names them and the command that would."""


class InstallFailed(Exception):
    """The package manager refused. The message has its last words."""


def is_there(package: str) -> bool:
    """Whether what we use of a package stands on this machine, whoever installed it."""
    signs = NEEDED.get(package, ())
    return any(
        any(Path("/").glob(sign[1:])) if sign.startswith("/") else shutil.which(sign) is not None for sign in signs
    )


def missing(packages: Iterable[str] = tuple(NEEDED)) -> list[str]:
    """Those of the packages that aren't there."""
    return [package for package in packages if not is_there(package)]


def _privilege(names: str) -> list[str]:
    if not shutil.which("apt-get"):
        raise NotAllowed(f"these programs are missing; install what Debian calls: {names}.")
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    raise NotAllowed(f"Debian packages are missing; install them with: sudo apt-get install {names}")


def install(packages: Iterable[str]) -> None:
    """Install packages, quietly and without recommendations. Raises `NotAllowed` or `InstallFailed`."""
    wanted = list(packages)
    before = _privilege(" ".join(wanted))
    quiet = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*quiet, "update"], capture_output=True)
    done = subprocess.run([*quiet, "install", "-y", "--no-install-recommends", *wanted], capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise InstallFailed(f"installing {' '.join(wanted)} failed: {' '.join(last)}")


def main(names: list[str]) -> int:
    """Install what is missing; 0 when everything is there."""
    if names in (["--help"], ["-h"]):
        print(__doc__)
        return 0
    wanted = missing(names or NEEDED)
    if not wanted:
        return 0
    print(f"Installing from Debian: {' '.join(wanted)} …", flush=True)
    try:
        install(wanted)
    except (NotAllowed, InstallFailed) as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
