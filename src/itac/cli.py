"""The `itac` command: one name for every command of the installation."""

import argparse
import atexit
import os
import shutil
import sys
import tempfile

USAGE = """usage: itac COMMAND [options]

  init DIR         make a new campaign directory (--demo: with the #ITAC demonstration)
  run              pages and worker in one process
  web | worker     the two processes apart
  channel          connect and prove channels: add, test, list, rotate-keys
  migrate          bring the database to this version
  check --deploy   refuse unsafe settings, with the remedy

`itac COMMAND --help` says more. What may be set, such as PORT and ITAC_DATA, comes from the environment or from
settings.env in the data directory."""
VALUED = ("--name", "--short-name", "--zone", "--email", "--settings", "--pythonpath", "--verbosity", "-v")


def _directory(words: list[str]) -> str:
    """The DIR of `itac init`, or "" where none is named."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("place", nargs="?", default="")
    for name in VALUED:
        parser.add_argument(name)
    try:
        known, _rest = parser.parse_known_args(words)
    except (argparse.ArgumentError, SystemExit):
        return ""  # the command itself says what is wrong
    return str(known.place or "")


def _make_directory(place: str) -> None:
    """For its owner alone: it will hold keys, log-ins and people's addresses (Promise 8)."""
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103 -- no settings yet
    except OSError as error:
        print(f"The directory {place} can't be made: {error.strerror}.", file=sys.stderr)
        sys.exit(1)


def main() -> None:
    """Run one command; errors that have a remedy end with one clear line and exit code 1."""
    words = sys.argv[1:]
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        sys.exit(0 if words else 2)
    place = _directory(words[1:]) if words[0] == "init" else ""
    if place:
        # The directory is where settings and keys are read from, so it is known before Django is set up.
        os.environ["ITAC_DATA"] = os.path.abspath(place)  # noqa: PTH100 -- no settings yet
        _make_directory(os.environ["ITAC_DATA"])
    elif words[0] == "init" and not {"-h", "--help"} & set(words):
        print("Name the new directory: itac init DIR", file=sys.stderr)
        sys.exit(2)
    if {"-h", "--help"} & set(words):
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
