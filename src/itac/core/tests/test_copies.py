"""A copy is put back whole, or not at all; and it never takes the place of something."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from itac.core import copies
from tests.journeys.terminal import ITAC, environment

DAY = "2026-12-18T12:00:00+00:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy with a database that isn't one, of a version to come."""
    data, made = tmp_path / "data", tmp_path / "copy.zip"
    (data / "media").mkdir(parents=True)
    (data / "media/street.jpg").write_bytes(b"A picture. " * 400)
    (data / "settings.env").write_text("ITAC_LANGUAGES=en\n")
    (data / "database.sqlite3").write_bytes(b"No database. " * 40)
    with copies.Draft(made) as draft:
        for name, path in [*copies.files_of(data), ("database.sqlite3", data / "database.sqlite3")]:
            draft.add(name, path)
        draft.manifest.copied_at, draft.manifest.database = DAY, "sqlite"
        draft.manifest.migrations, draft.manifest.version = ["publishing.9999_to_come"], "99.0"
    return made


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def garble(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[data.index(b"A picture") + 1000] ^= 1
    file.write_bytes(data)


def something_else(file: Path) -> None:
    file.write_text("Dear all,")


def exchange(file: Path) -> None:
    """Another picture under the name, as whole as the first: the zip itself has no complaint."""
    with zipfile.ZipFile(file) as found:
        held = {name: found.read(name) for name in found.namelist()}
    held["media/street.jpg"] = b"Another picture."
    _write(file, held)


def lead_out(file: Path) -> None:
    with zipfile.ZipFile(file) as found:
        held = {name: found.read(name) for name in found.namelist()}
    manifest = json.loads(held[copies.MANIFEST])
    manifest["files"]["media/../../escaped"] = manifest["files"].pop("media/street.jpg")
    held["media/../../escaped"] = held.pop("media/street.jpg")
    _write(file, {**held, copies.MANIFEST: json.dumps(manifest).encode()})


def _write(file: Path, held: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as made:
        for name, data in held.items():
            made.writestr(name, data)


def remove(file: Path) -> None:
    file.unlink()


def nothing(file: Path) -> None:
    """As it was made."""


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut, "isn't a whole copy"),
        (garble, "isn't a whole copy"),
        (exchange, "isn't a whole copy"),
        (lead_out, "isn't a whole copy"),
        (something_else, "isn't a whole copy"),
        (remove, "There is no file"),
        (nothing, "newer version (99.0"),
    ],
)
def test_what_is_not_a_whole_copy_of_ours_leaves_nothing_behind(
    file: Path, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    place = tmp_path / "place"
    harm(file)

    done = subprocess.run(
        [*ITAC, "restore", str(file)], env=environment(place), text=True, capture_output=True, check=False
    )

    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert said in done.stderr
    assert not place.exists()
    assert not (tmp_path / "escaped").exists()


def test_a_directory_that_holds_something_is_left_as_it_is(file: Path, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place/itac.sqlite3").write_text("Somebody's campaign")

    done = subprocess.run(
        [*ITAC, "restore", str(file)], env=environment(tmp_path / "place"), text=True, capture_output=True, check=False
    )

    assert done.returncode == 1
    assert "isn't empty" in done.stderr
    assert [path.read_text() for path in (tmp_path / "place").iterdir()] == ["Somebody's campaign"]


def test_a_copy_that_fails_halfway_is_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with copies.Draft(tmp_path / "copy.zip") as draft:
            draft.add("settings.env", tmp_path / "missing")

    with pytest.raises(FileNotFoundError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_a_copy_never_takes_the_place_of_another(file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(copies.Unusable, match="exists already"), copies.Draft(file):
        pass

    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600
