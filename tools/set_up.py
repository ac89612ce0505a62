"""Set this folder up: virtual environment, locked packages, assets made by others, message catalogues.

    python3 tools/set_up.py run      what the product and its benchmarks need
    python3 tools/set_up.py lint     and what checks need
    python3 tools/set_up.py dev      and what tests need

Needs Python 3.11 and nothing else. Each step leaves a stamp made of what it depends on, so a second call does
nothing in well under a second. What the programs print goes to `.venv/set-up.log`; a failure ends with one line.
Runs before any package is there, so it imports the standard library alone.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOG = VENV / "set-up.log"
STAMPS = VENV / "stamps"
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)


class Stopped(Exception):
    """Set-up can't go on. The message is the one line a person reads."""


def digest(paths: Iterable[Path], *facts: str) -> str:
    """A fingerprint of files' contents (a missing file counts as empty) and of other facts."""
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(str(path.relative_to(ROOT)).encode())
        sha.update(path.read_bytes() if path.is_file() else b"")
    for fact in facts:
        sha.update(fact.encode() + b"\0")
    return sha.hexdigest()


def environment() -> dict[str, str]:
    """What the programs we start see: our own commands first, and nothing of a machine's own npm settings."""
    return os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_HTTP_TIMEOUT": "120",
        "npm_config_omit_lockfile_registry_resolved": "true",
        "npm_config_update_notifier": "false",
    }


def call(what: str, command: list[str | Path], *, cwd: Path = ROOT) -> None:
    """Run a program with its output in the log. Raises `Stopped`, after showing its last lines, when it fails."""
    LOG.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    text = done.stdout.decode(errors="replace")
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{text}\n")
    if done.returncode:
        for line in text.splitlines()[-15:]:
            print("    " + line, file=sys.stderr)
        raise Stopped(f"Set-up stopped: {what} failed. The whole story is in {LOG.relative_to(ROOT)}.")


def step(name: str, sentence: str, fingerprint: str, work: Callable[[], None]) -> None:
    """Do the work unless its stamp shows this fingerprint already; leave the stamp afterwards."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    print(f"{sentence} …", flush=True)
    begun = time.monotonic()
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, encoding="ascii")
    print(f"{sentence}: done in {time.monotonic() - begun:.1f} s", flush=True)


def works(python: Path) -> bool:
    """Whether this interpreter starts (a system upgrade leaves environments whose interpreter is gone)."""
    try:
        return subprocess.run([python, "-c", "import sys"], capture_output=True).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """The virtual environment with uv in it. A broken one is made anew."""
    if not works(PYTHON):
        print("Making the virtual environment .venv …", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
        if made.returncode:
            _with_debian_venv(made.stdout + made.stderr)
    if not (BIN / "uv").exists():
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-q", "--require-hashes"]
        call("installing uv", [*pip, "-r", REQUIREMENTS / "uv.txt"])


def _with_debian_venv(said: str) -> None:
    """Debian ships `venv` as a package of its own: install it where we may, and try once more."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    sys.path.insert(0, str(ROOT))
    from tools import debian_packages

    try:
        debian_packages.install([package])
    except debian_packages.NotAllowed as error:
        raise Stopped(f"Set-up stopped: {error}") from error
    except debian_packages.InstallFailed as error:
        print(said, file=sys.stderr)
        raise Stopped(f"Set-up stopped: this Python can't make a virtual environment, and {error}") from error
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV]).returncode:
        raise Stopped("Set-up stopped: this Python can't make a virtual environment.")


def packages(kind: str) -> None:
    """The locked packages of Python, and this project itself as an editable install."""
    lock = REQUIREMENTS / ("run.txt" if kind == "run" else "dev.txt")
    uv: list[str | Path] = [BIN / "uv", "pip", "install", "-q", "--python", PYTHON]
    dev_lock = REQUIREMENTS / "dev.txt"
    version = sys.version.split()[0]
    # Everything in run.txt stands in dev.txt too, so the larger install answers for the smaller.
    dev_stamp = STAMPS / "packages-dev"
    if kind == "run" and dev_stamp.is_file() and dev_stamp.read_text(encoding="ascii") == digest([dev_lock], version):
        pass
    else:
        step(
            f"packages-{lock.stem}",
            "Installing the locked packages",
            digest([lock], version),
            lambda: call("installing the locked packages", [*uv, "--require-hashes", "-r", lock]),
        )
    # uv builds this project itself, so nothing beside the lock is downloaded.
    step(
        "project",
        "Installing this project",
        digest([ROOT / "pyproject.toml"], version),
        lambda: call("installing this project", [*uv, "--no-deps", "-e", ROOT]),
    )


def assets(kind: str) -> None:
    """Fonts and the calendar widget from npm, made fit and put into their place."""
    lock = ROOT / "package-lock.json"
    npm: list[str | Path] = [BIN / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    # `npm ci` empties the folder first: a smaller wish never throws away what tests brought.
    wanted = ["@fontsource-variable", "fullcalendar", *(() if kind == "run" else ("axe-core",))]
    here = all((ROOT / "node_modules" / name).is_dir() for name in wanted)
    omit = [] if kind != "run" or (ROOT / "node_modules/axe-core").is_dir() else ["--omit=dev"]
    if not here:
        (STAMPS / "npm").unlink(missing_ok=True)
    step(
        "npm",
        "Bringing assets from npm",
        digest([lock, ROOT / "package.json"]),
        lambda: call("bringing assets from npm", [*npm, *omit]),
    )
    made = ("website/static/website/fonts", "website/assets/fonts", "studio/static/studio/fullcalendar")
    if not all((ROOT / "src/itac" / folder / ".stamp").is_file() for folder in made):
        (STAMPS / "fonts").unlink(missing_ok=True)
    recipe = ROOT / "tools/build_assets.py"
    step(
        "fonts",
        "Making fonts and calendar",
        digest([lock, recipe]),
        lambda: call("making fonts and calendar", [PYTHON, recipe]),
    )


def catalogues(_: str) -> None:
    """Message catalogues, compiled where they are newer than their result."""
    sources = sorted((ROOT / "src/itac").rglob("LC_MESSAGES/*.po"))
    if not all(source.with_suffix(".mo").exists() for source in sources):
        (STAMPS / "catalogues").unlink(missing_ok=True)
    compile_all: list[str | Path] = [PYTHON, ROOT / "tools/compile_catalogues.py"]
    step(
        "catalogues",
        "Compiling the message catalogues",
        digest(sources),
        lambda: call("compiling the message catalogues", compile_all),
    )


def bluesky_server(_: str) -> None:
    """The AT Protocol server that tests talk to: it compiles a database for about 100 seconds, once."""
    folder = ROOT / "tests/servers/pds"
    if not (folder / "node_modules").is_dir():
        (STAMPS / "pds").unlink(missing_ok=True)
    if folder.is_dir():
        step(
            "pds",
            "Building the AT Protocol server for tests (about 100 s, once)",
            digest([folder / "package.json", folder / "package-lock.json"]),
            lambda: call("building the AT Protocol server", [PYTHON, "-m", "tests.servers.bluesky", "build"]),
        )


def set_up(kind: str) -> None:
    """Everything, in parallel where one doesn't need the other. Raises `Stopped`."""
    begun = time.monotonic()
    make_environment()
    packages(kind)
    works_on = [assets, catalogues]
    if kind == "dev":
        works_on += [bluesky_server]
    with ThreadPoolExecutor() as pool:
        for result in [pool.submit(work, kind) for work in works_on]:
            result.result()
    if time.monotonic() - begun > 5:
        print(f"Set-up took {time.monotonic() - begun:.0f} s", flush=True)


def main(arguments: list[str]) -> int:
    """Set up for `run`, `lint` or `dev`; 0 when all is there, 1 after a line that says what is missing."""
    if len(arguments) != 1 or arguments[0] not in {"run", "lint", "dev"}:
        print(__doc__)
        return 0 if arguments in (["--help"], ["-h"]) else 2
    if sys.version_info < OLDEST:
        print(f"Set-up stopped: Python 3.11 or newer is needed, this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    with (ROOT / ".set-up-lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up(arguments[0])
        except Stopped as stopped:
            print(stopped, file=sys.stderr)
            return 1
        except OSError as error:
            print(f"Set-up stopped: {error}.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
