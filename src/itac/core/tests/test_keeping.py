"""Settings are kept with the data, for their owner alone."""

from __future__ import annotations

from pathlib import Path

from itac.core import options
from itac.core.keeping import keep_settings


def test_a_directory_alone_says_which_database_it_belongs_to(tmp_path: Path) -> None:
    keep_settings(tmp_path, {"DATABASE_URL": "postgresql://itac:word@db/itac", "PORT": "8111"})

    values = options.read({"ITAC_DATA": str(tmp_path)})

    assert values["DATABASE_URL"] == "postgresql://itac:word@db/itac"
    assert values["PORT"] == "8000"


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("# ours\nREDIS_URL=redis://one\n", encoding="utf-8")

    new = keep_settings(tmp_path, {"REDIS_URL": "redis://two", "ITAC_ADDRESS": "https://example.org"})

    assert new == ["ITAC_ADDRESS"]
    assert (tmp_path / "settings.env").read_text(encoding="utf-8") == (
        "# ours\nREDIS_URL=redis://one\nITAC_ADDRESS=https://example.org\n"
    )


def test_kept_settings_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Promise 8: the addresses of databases hold passwords."""
    keep_settings(tmp_path, {"DATABASE_URL": "postgresql://itac:word@db/itac"})

    assert (tmp_path / "settings.env").stat().st_mode & 0o777 == 0o600
