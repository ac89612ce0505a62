"""`start`: from the command to the first page, for a new data directory and for one that is there.

`first` makes the demo's data and starts it, `second` starts what is there; the clock stops when the site answers.
The floor is what Django alone takes to read our settings and load our rooms, in a process that then ends. With
`--clone` (and in the full run) also `make demo` in a fresh clone of this repository, with empty package caches and
another home: everything is downloaded, so the network counts too.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from benchmarks.report import machine

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 900


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Iterator[float]:
    """Seconds until the home page came whole. Everything that the command started ends with the block."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}/en/"
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "PORT": str(port)},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            while not _answers(address):
                if process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                    said.seek(0)
                    raise SystemExit(f"{' '.join(command)} did not start:\n{said.read()[-2000:]}")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.05)  # tells at once when it ended
            yield time.perf_counter() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=30).status_code == 200
    except requests.RequestException:
        return False


def _environment(**more: str) -> dict[str, str]:
    left_out = {"ITAC_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "HOST", "PORT", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in left_out} | more


def first_and_second() -> tuple[float, float]:
    """A new data directory, and then the same again."""
    command = [sys.executable, str(ROOT / "tools/start_demo.py")]
    with tempfile.TemporaryDirectory(prefix="itac-start-") as folder:
        environment = _environment(ITAC_DATA=str(Path(folder) / "data"))
        with _started(command, folder=ROOT, environment=environment) as first:
            pass
        with _started(command, folder=ROOT, environment=environment) as second:
            pass
    return first, second


def floor() -> float:
    """Seconds that Django takes for our settings and rooms."""
    with tempfile.TemporaryDirectory(prefix="itac-start-") as folder:
        environment = _environment(ITAC_DATA=folder, DJANGO_SETTINGS_MODULE="itac.core.settings")
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "import django; django.setup(); from django.urls import resolve; resolve('/')"],
            env=environment,
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - began


def clone() -> tuple[float, float]:
    """`make demo` in a fresh clone with empty caches, and the second start there."""
    top = Path(tempfile.mkdtemp(prefix="itac-clone-"))
    try:
        subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, top / "itac"], check=True)
        caches = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm", "XDG_CACHE_HOME": "xdg"}
        environment = _environment(HOME=_folder(top / "home"), ITAC_DATA=str(top / "data"))
        environment |= {name: _folder(top / folder) for name, folder in caches.items()}
        # The machine's own programs, without those of this virtual environment.
        here = str(Path(sys.executable).parent)
        environment["PATH"] = ":".join(part for part in environment["PATH"].split(":") if part != here)
        with _started(["make", "demo"], folder=top / "itac", environment=environment) as first:
            print(f"start: a fresh clone answers after {first:.1f} s", file=sys.stderr)
        with _started(["make", "demo"], folder=top / "itac", environment=environment) as second:
            pass
        return first, second
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _folder(path: Path) -> str:
    path.mkdir()
    return str(path)


def measure(*, rounds: int, with_clone: bool) -> dict[str, Any]:
    """All rounds, ours and the floor in turn; then the clone, once."""
    firsts, seconds, floors = [], [], []
    for number in range(rounds):
        floors.append(floor())
        first, second = first_and_second()
        firsts.append(first)
        seconds.append(second)
        print(f"start, {number + 1} of {rounds}: {first:.1f} s, second start {second:.1f} s", file=sys.stderr)
    ours: dict[str, Any] = {
        "first_start_s": round(statistics.median(firsts), 2),
        "second_start_s": round(statistics.median(seconds), 2),
    }
    bare = statistics.median(floors)
    left_out = {}
    if with_clone and (ROOT / ".git").exists():
        ours["clone_s"], ours["clone_second_start_s"] = (round(figure, 2) for figure in clone())
    else:
        left_out = {"left_out": "a fresh clone: asked for with --clone, in a checkout"}
    return {
        "name": "start",
        "ours": ours,
        "peers": {"django_alone_s": round(bare, 2)},
        "ratios": {
            "first_start_to_floor": round(ours["first_start_s"] / bare, 2),
            "second_start_to_floor": round(ours["second_start_s"] / bare, 2),
        },
        "machine": machine(),
        **left_out,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, without a clone")
    parser.add_argument("--clone", action="store_true", help="a fresh clone also in a quick run")
    options = parser.parse_args()
    print(json.dumps(measure(rounds=1 if options.quick else 3, with_clone=options.clone or not options.quick)))


if __name__ == "__main__":
    main()
