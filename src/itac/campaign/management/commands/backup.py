"""One file with everything."""

from __future__ import annotations

import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from itac.campaign.readiness import NotReady, refuse_unready
from itac.core import clock, copies, dumping
from itac.core.interrupting import ends_in_order


class Command(BaseCommand):
    """`itac backup FILE`, while everything runs."""

    help = (
        "Write one file with the database, the keys, the settings, pictures and documents, consistent while everything"
        " runs. It opens the campaign's accounts: keep it as carefully as the data directory. `itac restore` puts it"
        " back."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", metavar="FILE", help="the new file, such as /backup/itac-2026-12-18.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; what a person can put right ends with one line, exit code 1, and no file."""
        file = Path(options["file"]).absolute()
        try:
            refuse_unready()
            with ends_in_order():
                self._write(file)
        except (copies.Unusable, dumping.DumpFailed, NotReady) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.strerror or error}. No copy was made.") from None
        self.stdout.write(f"{file}: {copies.megabytes(file.stat().st_size)}, with the keys in it.")
        if not _keys_are_inside():
            self.stdout.write("The token keys come from ITAC_TOKEN_KEYS and aren't in it: keep them beside it.")

    def _write(self, file: Path) -> None:
        data = Path(settings.DATA)
        if file.is_relative_to(data):
            raise CommandError(f"{file} lies in the data directory itself. Name a place outside, on another disk.")
        with copies.Draft(file) as draft:
            total = dumping.size() + sum(path.stat().st_size for _name, path in copies.files_of(data))
            needed = total + dumping.size()  # the database once more, before it is packed
            if shutil.disk_usage(file.parent).free < needed:
                raise copies.Unusable(
                    f"There is too little room in {file.parent}: about {copies.megabytes(needed)} are needed."
                )
            self._say(f"Copying {copies.megabytes(total)} …")
            progress = copies.Progress(self._say, "copied", total)
            # Files before the database: one that is deleted meanwhile is missing in neither or in both.
            for name, path in copies.files_of(data):
                _add(draft, name, path, progress)
            self._add_database(draft, progress)
            for name, path in copies.files_of(data):
                if name not in draft.manifest.files:
                    _add(draft, name, path, progress)
            draft.manifest.version = version("itac")
            draft.manifest.token_keys = [copies.mark_of(key) for key in settings.TOKEN_KEYS]

    def _add_database(self, draft: copies.Draft, progress: copies.Progress) -> None:
        manifest, name = draft.manifest, copies.DATABASES[dumping.kind()]
        manifest.migrations = list(_applied())
        manifest.copied_at, manifest.database = clock.now().isoformat(), dumping.kind()
        with tempfile.TemporaryDirectory(dir=draft.folder) as folder:
            dumped = Path(folder) / name
            dumping.dump(dumped)
            draft.add(name, dumped, squeeze=True, progress=progress)

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()


def _add(draft: copies.Draft, name: str, path: Path, progress: copies.Progress) -> None:
    try:
        draft.add(name, path, progress=progress)
    except FileNotFoundError:  # deleted since it was listed, and so was its row
        return


def _applied() -> Iterator[str]:
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        yield f"{app}.{name}"


def _keys_are_inside() -> bool:
    """Whether the token keys in use lie in the data directory, and so in the copy."""
    files = (Path(settings.TOKEN_KEYS_FILE), Path(settings.DATA) / "settings.env")
    kept = "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())
    return all(key in kept for key in settings.TOKEN_KEYS)
