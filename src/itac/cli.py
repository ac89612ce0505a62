"""The `itac` command: one name for every command of the installation."""

import os
import sys

USAGE = """usage: itac COMMAND [options]

  init DIR         make a new campaign directory (--demo: with the #ITAC demonstration)
  run              pages and worker in one process
  web | worker     the two processes apart
  channel          connect and prove channels: add, test, list, rotate-keys
  check --deploy   refuse unsafe settings, with the remedy

`itac COMMAND --help` says more."""
OURS = {"init", "run", "web", "worker", "channel"}


def main() -> None:
    """Run one command; errors that have a remedy end with one clear line and exit code 1."""
    words = sys.argv[1:]
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        sys.exit(0 if words else 2)
    if words[0] == "init":
        # The directory is where settings and keys are read from, so it is known before Django is set up.
        place = next((word for word in words[1:] if not word.startswith("-")), "")
        if place:
            os.environ["ITAC_DATA"] = os.path.abspath(place)  # noqa: PTH100 -- no settings yet
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itac.core.settings")
    from django.core.management import ManagementUtility  # noqa: PLC0415 -- after ITAC_DATA is known

    from itac.core.options import UnknownSetting, UnusableSetting  # noqa: PLC0415

    try:
        ManagementUtility(["itac", *words]).execute()
    except (UnknownSetting, UnusableSetting) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
