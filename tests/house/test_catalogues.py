"""How a language joins: a folder is enough for its catalogue to be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_catalogues


def test_a_language_with_an_empty_folder_gets_a_catalogue_with_its_own_plural_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "itac"
    folder = package / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    (package / "words.py").write_text("from django.utils.translation import gettext as _\n_('A word.')\n")
    monkeypatch.setattr(check_catalogues, "PACKAGE", package)

    error = check_catalogues.collect(package)

    assert error == ""
    catalogue = check_catalogues.read(folder / "django.po")
    assert [message.id for message in catalogue if message.id] == ["A word."]
    assert "charset=UTF-8" in (folder / "django.po").read_text(encoding="utf-8")
    assert catalogue.plural_expr == "(n > 1)"
    assert list(check_catalogues.faults_of_catalogue(folder / "django.po")) == ["fr: no translation of 'A word.'"]
