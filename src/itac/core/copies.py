"""A copy of an installation as one file: how it is written, and how it is read again.

A zip, so that the tools of any machine open it: the database, the keys, the settings, pictures and documents, and in
the end `manifest.json`, which says of each file how long it is and what its SHA-256 is. A copy that was cut has no end,
one that was changed or fell ill on its disk no longer agrees with the manifest; neither is put back.

Knows files alone and needs no settings: where a copy is unpacked is chosen before they are read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.sql"}
# Of the data directory: what can't be made again. Everything else in it is.
FILES = ("settings.env", "demo-log-ins")
FOLDERS = ("keys", "media")
STAGING = ".restoring-"
CHUNK = 1024 * 1024
SAY_EVERY_SECONDS = 5.0
_WRONG_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError)

Say = Callable[[str], object]


class Unusable(Exception):
    """It can't be written there, or can't be put back; the message says why, and that nothing was changed."""


@dataclass
class Manifest:
    """What a copy says of itself. `files`: of each its size in bytes and its SHA-256. `token_keys`: their marks."""

    version: str = ""
    copied_at: str = ""
    database: str = ""
    migrations: list[str] = field(default_factory=list)
    token_keys: list[str] = field(default_factory=list)
    files: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        """When the copy was taken: what happened later isn't in it."""
        return datetime.fromisoformat(self.copied_at)

    @property
    def size(self) -> int:
        """How many bytes it is unpacked."""
        return sum(int(size) for size, _sha in self.files.values())


def mark_of(key: str) -> str:
    """By which a key is known again, and from which nobody can guess it: it is 32 random bytes (Promise 8)."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class Progress:
    """Says every few seconds how far a long work has come."""

    def __init__(self, say: Say, what: str, total: int) -> None:
        self.say, self.what, self.total, self.done = say, what, total, 0
        self.next_at = time.monotonic() + SAY_EVERY_SECONDS

    def add(self, size: int) -> None:
        """So many bytes more are done."""
        self.done += size
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + SAY_EVERY_SECONDS
            self.say(f"  {self.what}: {megabytes(self.done)} of {megabytes(max(self.total, self.done))}")


def megabytes(size: int) -> str:
    """A size as a person reads it."""
    return f"{size / 1e6:,.1f} MB"


class Draft:
    """A copy while it is written, beside its later place. It gets its name when it is whole, or is gone.

    Used in a `with`. Raises `Unusable` where it can't be written; a file that has the name already is never touched.
    """

    def __init__(self, file: Path) -> None:
        self.file, self.manifest = file, Manifest()

    def __enter__(self) -> Self:
        if self.file.exists() or self.file.is_symlink():
            raise Unusable(f"{self.file} exists already. Name a new file: a copy never takes the place of another.")
        if not self.file.parent.is_dir():
            raise Unusable(f"There is no directory {self.file.parent}. Make it first.")
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=f".{self.file.name[:80]}-", dir=self.file.parent))
        except OSError as error:
            raise Unusable(f"{self.file.parent} can't be written to: {error.strerror}.") from error
        self.path = self.folder / "copy"
        handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        self.stream = os.fdopen(handle, "w+b")
        self.zip = zipfile.ZipFile(self.stream, "w")
        return self

    def add(self, name: str, path: Path, *, squeeze: bool = False, progress: Progress | None = None) -> None:
        """Put a file in. `squeeze` is for what gets smaller by it, which pictures don't."""
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
        with path.open("rb") as source, self.zip.open(info, "w", force_zip64=True) as target:
            self.manifest.files[name] = _pour(source, target, progress)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.zip.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(self.manifest)}, indent=1))
                self.zip.close()
                self.stream.flush()
                os.fsync(self.stream.fileno())
                self._name_it()
        finally:
            self.zip.fp = None  # nor does it write an end to what has none, once it is forgotten
            # Closing after an error could fail once more, by the same full disk.
            with contextlib.suppress(OSError, ValueError):
                self.stream.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _name_it(self) -> None:
        try:
            os.link(self.path, self.file)  # unlike a rename it fails where somebody was first
        except FileExistsError:
            raise Unusable(f"{self.file} was made by somebody else meanwhile. Name a new file.") from None
        except OSError:  # a disk without hard links
            self.path.rename(self.file)
        directory = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _pour(source: BinaryIO | Any, target: BinaryIO | Any, progress: Progress | None) -> list[Any]:
    """Copy all of it; how long it was, and its SHA-256."""
    sha, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        sha.update(chunk)
        size += len(chunk)
        if progress:
            progress.add(len(chunk))
    return [size, sha.hexdigest()]


def files_of(data: Path) -> Iterator[tuple[str, Path]]:
    """What a copy takes from a data directory beside the database: names in the copy, and where they lie now."""
    for name in FILES:
        if (data / name).is_file():
            yield name, data / name
    for folder in FOLDERS:
        for top, folders, names in os.walk(data / folder):
            folders.sort()
            for name in sorted(names):
                path = Path(top) / name
                if path.is_file() and path.suffix != ".new":
                    yield path.relative_to(data).as_posix(), path


def unpack(file: Path, *, into: Path, say: Say) -> Manifest:
    """Unpack a copy into an empty directory of ours. Raises `Unusable` for one that isn't exactly what was written.

    The database lies there under the name it has in the copy.
    """
    refuse_no_file(file)
    try:
        with zipfile.ZipFile(file) as found:
            manifest = _manifest(found)
            if shutil.disk_usage(into).free < manifest.size:
                raise Unusable(f"There is too little room for it: {megabytes(manifest.size)} are needed on {into}.")
            say(f"Unpacking {len(manifest.files)} files, {megabytes(manifest.size)} …")
            progress = Progress(say, "unpacked", manifest.size)
            for name in manifest.files:
                _unpack_one(found, name, manifest, into, progress)
    except _WRONG_ZIP as error:
        raise Unusable(
            f"{file} isn't a whole copy made by `itac backup`: it is cut, damaged or something else."
            " Nothing was put back."
        ) from error
    return manifest


def refuse_no_file(file: Path) -> None:
    """Raise `Unusable` unless there is such a file."""
    if not file.is_file():
        raise Unusable(f"There is no file {file}.")


def _manifest(found: zipfile.ZipFile) -> Manifest:
    said: Mapping[str, Any] = json.loads(found.read(MANIFEST))
    facts = dict(said)
    if facts.pop("format") != FORMAT:
        raise Unusable("The copy was made by a newer version, in a form this one can't read. Nothing was put back.")
    try:
        manifest = Manifest(**facts)
        kind = DATABASES[manifest.database]
    except TypeError as error:
        raise ValueError("strange facts") from error
    names = found.namelist()
    if sorted(names) != sorted([*manifest.files, MANIFEST]) or kind not in manifest.files:
        raise ValueError("other files than the manifest names")
    strange = [name for name in manifest.files if not _belongs(name)]
    if strange or manifest.moment.tzinfo is None:
        raise ValueError("a name that leads elsewhere")
    return manifest


def _belongs(name: str) -> bool:
    """Whether it is the name of a file that a copy may hold: it never leads out of the directory."""
    path = PurePosixPath(name)
    plain = "\\" not in name and not path.is_absolute() and ".." not in path.parts and path.as_posix() == name
    return plain and (name in {*FILES, *DATABASES.values()} or (path.parts[0] in FOLDERS and len(path.parts) > 1))


def _unpack_one(found: zipfile.ZipFile, name: str, manifest: Manifest, into: Path, progress: Progress) -> None:
    path = into / name
    secret = not name.startswith("media/")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if secret else 0o755)
    mode = 0o600 if secret else ((found.getinfo(name).external_attr >> 16) & 0o777) or 0o644
    with found.open(name) as source:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as target:
            met = _pour(source, target, progress)
            target.flush()
            os.fsync(target.fileno())
    if met != manifest.files[name]:
        raise ValueError(f"{name} isn't what was written")
    path.chmod(mode)


def keep_manifest(manifest: Manifest, staging: Path) -> None:
    """Leave it beside what was unpacked, for the command that goes on once settings are read."""
    (staging / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def kept_manifest(staging: Path) -> Manifest:
    """The one that was left there, which is gone then."""
    path = staging / MANIFEST
    manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
    path.unlink()
    return manifest


def prepare(place: Path) -> Path:
    """An empty directory inside the one that a copy is put back to, which is made or empty. Raises `Unusable`."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = [each.name for each in place.iterdir()]
    except OSError as error:
        raise Unusable(f"{place} can't be used: {error.strerror}.") from error
    if there:
        raise Unusable(
            f"{place} isn't empty. Stop every itac process that uses it and move it away, or name another directory in"
            " ITAC_DATA. Nothing was put back."
        )
    try:
        return Path(tempfile.mkdtemp(prefix=STAGING, dir=place))
    except OSError as error:
        raise Unusable(f"{place} can't be written to: {error.strerror}.") from error


def move_in(staging: Path) -> None:
    """Move everything that was prepared to its place, the database last: without it no process starts there."""
    place = staging.parent
    for path in sorted(staging.iterdir(), key=lambda path: (path.suffix == ".sqlite3", path.name)):
        path.rename(place / path.name)
    staging.rmdir()
