"""What a file of `itac backup` holds, put back."""

from __future__ import annotations

from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from itac.campaign.returning import reason
from itac.core import clock, copies, dumping
from itac.core.interrupting import ends_in_order
from itac.core.keeping import keep_new_place
from itac.core.returning import after_return


class Command(BaseCommand):
    """`itac restore FILE`, into an empty directory. `itac.cli` has unpacked it by now: settings are read from it."""

    help = (
        "Put a file of `itac backup` back, into the empty or missing directory that ITAC_DATA names, and, with"
        " PostgreSQL, into the empty database that DATABASE_URL names. Nothing that may have left since the copy was"
        " taken leaves again by itself: the campaign is paused, and a person looks."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where."""
        parser.add_argument("file", metavar="FILE", help="a file that `itac backup` made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Put it back whole, or not at all; what a person can put right ends with one line and exit code 1."""
        staging = Path(settings.DATA)
        if not staging.name.startswith(copies.STAGING):
            raise CommandError("Start it as `itac restore FILE`.")
        manifest = copies.kept_manifest(staging)
        try:
            with ends_in_order():
                said = self._put_back(staging, manifest)
        except (copies.Unusable, dumping.DumpFailed) as error:
            raise CommandError(f"{error} Nothing was put back.") from None
        except (DatabaseError, OSError) as error:
            raise CommandError(f"{str(error).strip().splitlines()[0]}. Nothing was put back.") from None
        self._tell(staging.parent, manifest, said)

    def _put_back(self, staging: Path, manifest: copies.Manifest) -> list[str]:
        _refuse_other(manifest)
        self._say("Filling the database …")
        dumping.load(staging / copies.DATABASES[manifest.database], then=_pausing(manifest))
        try:
            self._say("Bringing it to this version, and putting aside what may have left since …")
            call_command("migrate", verbosity=0, interactive=False)
            said = after_return(manifest.moment, clock.now())
            new = keep_new_place(staging)
            dumping.close_whole()
            copies.move_in(staging)
        except BaseException:
            dumping.empty_again()
            raise
        return [*said, *([f"settings.env says {' and '.join(new)} of this machine now."] if new else [])]

    def _tell(self, place: Path, manifest: copies.Manifest, said: list[str]) -> None:
        self.stdout.write(f"{place} is as it was on {manifest.moment:%Y-%m-%d at %H:%M:%S} UTC.")
        for sentence in said:
            self.stdout.write(f"- {sentence}")
        self.stdout.write(
            "- Roles, passwords and the API's tokens are as they were then: take back again what was taken since."
        )
        self.stdout.write(f"Start it: ITAC_DATA={place} itac run. The original must not run any more.")

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()


def _refuse_other(manifest: copies.Manifest) -> None:
    """Raise `Unusable` for a copy that this installation can't go on with."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in [*loader.disk_migrations, *loader.graph.nodes]}
    known |= {f"{app}.{name}" for each in loader.disk_migrations.values() for app, name in each.replaces}
    if set(manifest.migrations) - known:
        raise copies.Unusable(
            f"The copy was made by a newer version ({manifest.version}; this is {version('itac')})."
            " Install that version or a later one."
        )
    if manifest.database != dumping.kind():
        remedy = "Unset DATABASE_URL." if manifest.database == "sqlite" else "Name an empty one in DATABASE_URL."
        raise copies.Unusable(f"The copy is of a {_NAMES[manifest.database]} database, and this is none. {remedy}")
    if set(manifest.token_keys) - {copies.mark_of(key) for key in settings.TOKEN_KEYS}:
        raise copies.Unusable(
            "The copy's network log-ins are locked with keys that aren't in it. Name them in ITAC_TOKEN_KEYS."
        )


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _pausing(manifest: copies.Manifest) -> str:
    """The campaign is paused by the very transaction that brings it: whatever happens to us, nothing leaves."""
    why = reason(manifest.moment).replace("'", "''")
    now = clock.now().isoformat(sep=" ")
    table = connection.ops.quote_name("campaign_campaign")
    return f"UPDATE {table} SET paused_at = '{now}', pause_reason = '{why}' WHERE paused_at IS NULL;"  # noqa: S608
