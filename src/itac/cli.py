"""The `itac` command: one name for every command of the installation."""

import argparse
import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

USAGE = """usage: itac COMMAND [options]

  init DIR         make a new campaign directory (--demo: with the #ITAC demonstration)
  run              pages and worker in one process
  web | worker     the two processes apart
  channel          connect and prove channels: add, test, list, rotate-keys
  migrate          bring the database to this version
  check --deploy   refuse unsafe settings, with the remedy
  backup FILE      one file with database, keys and pictures, while everything runs
  restore FILE     put such a file back, into an empty directory

`itac COMMAND --help` says more. What may be set, such as PORT and ITAC_DATA, comes from the environment or from
settings.env in the data directory."""
# They need a campaign that is there.
ON_DATA = {"run", "web", "worker", "channel", "migrate", "check", "backup"}
VALUED = (
    "--name",
    "--short-name",
    "--languages",
    "--zone",
    "--coordinator",
    "--email",
    "--settings",
    "--pythonpath",
    "--verbosity",
    "-v",
)


def _said(words: list[str]) -> argparse.Namespace | None:
    """What `itac init` was told, None where it can't be understood: the command itself says what is wrong."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("place", nargs="?", default="")
    for name in VALUED:
        parser.add_argument(name)
    try:
        return parser.parse_known_args(words)[0]
    except (argparse.ArgumentError, SystemExit):
        return None


def _directory(words: list[str]) -> str:
    """The DIR of `itac init`, or "" where none is named."""
    said = _said(words)
    return str(said.place or "") if said else ""


def _begin(words: list[str]) -> list[str]:
    """Before Django is set up for `itac init DIR`: ask what wasn't told, choose languages, make the directory."""
    from itac import asking  # noqa: PLC0415 -- other commands don't need it
    from itac.core.options import UnusableSetting, languages_of  # noqa: PLC0415

    # The directory is where settings and keys are read from, so it is known before Django is set up.
    place = os.path.abspath(_directory(words[1:]))  # noqa: PTH100 -- no settings yet
    if asking.is_needed(words):
        try:
            words = asking.ask(words)
        except asking.GivenUp:
            print("\nNothing was made.", file=sys.stderr)
            sys.exit(1)
    said = _said(words[1:])
    if said and said.languages:
        try:
            os.environ["ITAC_LANGUAGES"] = ",".join(languages_of(said.languages))
        except UnusableSetting as error:
            print(error, file=sys.stderr)
            sys.exit(1)
    os.environ["ITAC_DATA"] = place
    _make_directory(place)
    return words


def _make_directory(place: str) -> None:
    """For its owner alone: it will hold keys, log-ins and people's addresses (Promise 8)."""
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103 -- no settings yet
    except OSError as error:
        print(f"The directory {place} can't be made: {error.strerror}.", file=sys.stderr)
        sys.exit(1)


def _place() -> Path:
    """The data directory that the environment names, before settings are read."""
    from itac.core.options import OPTIONS  # noqa: PLC0415 -- `init` chooses its own

    usual = next(option.default for option in OPTIONS if option.name == "ITAC_DATA")
    return Path(os.environ.get("ITAC_DATA") or usual).resolve()


def _refuse_nowhere() -> None:
    """A mistyped directory isn't made, with keys of its own, by asking for what it holds."""
    place = _place()
    if not place.exists() and not os.environ.get("DATABASE_URL"):
        print(
            f"There is no directory {place}. Make a campaign with `itac init DIR`, or name its directory in ITAC_DATA.",
            file=sys.stderr,
        )
        sys.exit(1)


def _unpack(words: list[str]) -> None:
    """Before Django is set up for `itac restore FILE`: unpack it where settings and keys are then read from.

    What isn't put back in the end is cleared away.
    """
    from itac.core import copies  # noqa: PLC0415 -- other commands don't need it
    from itac.core.interrupting import ends_in_order  # noqa: PLC0415

    place = _place()
    was_there = place.exists()
    file = Path(words[1])
    try:
        with ends_in_order():
            copies.refuse_no_file(file)
            staging = copies.prepare(place)
            atexit.register(_clear, staging, place if not was_there else None)
            copies.keep_manifest(copies.unpack(file, into=staging, say=print), staging)
    except copies.Unusable as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    os.environ["ITAC_DATA"] = str(staging)


def _clear(staging: Path, made: Path | None) -> None:
    shutil.rmtree(staging, ignore_errors=True)
    if made is not None:
        with contextlib.suppress(OSError):
            made.rmdir()


def main() -> None:
    """Run one command; errors that have a remedy end with one clear line and exit code 1."""
    words = sys.argv[1:]
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        sys.exit(0 if words else 2)
    asks_help = bool({"-h", "--help"} & set(words))
    if words[0] == "init" and not asks_help:
        if not _directory(words[1:]):
            print("Name the new directory: itac init DIR", file=sys.stderr)
            sys.exit(2)
        words = _begin(words)
    if words[0] in ON_DATA and words[1:] != ["outcomes"] and not asks_help:  # a page for the docs needs no data
        _refuse_nowhere()
    if words[0] == "restore" and not asks_help:
        if len(words) != 2 or words[1].startswith("-"):
            print("Name the file of the copy, and nothing else: itac restore FILE", file=sys.stderr)
            sys.exit(2)
        _unpack(words)
    if asks_help:
        # Reading a help page leaves no directory and no keys behind.
        os.environ["ITAC_DATA"] = tempfile.mkdtemp(prefix="itac-help-")
        atexit.register(shutil.rmtree, os.environ["ITAC_DATA"], ignore_errors=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itac.core.settings")
    from django.core.management import ManagementUtility  # noqa: PLC0415 -- after ITAC_DATA is known

    from itac.core.options import UnknownSetting, UnusableSetting  # noqa: PLC0415

    try:
        ManagementUtility(["itac", *words]).execute()
    except (UnknownSetting, UnusableSetting) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"{words[0]} stopped: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
