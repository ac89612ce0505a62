"""`itac check --deploy` refuses what is unsafe, and each refusal says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.checks import Error, run_checks
from django.core.checks import Warning as Caution

from itac.core import checks
from itac.core.caching import SharedCache
from itac.core.mail_servers import MailServer

SAFE = {
    "DEBUG": False,
    "HTTPS": True,
    "ADDRESS": "https://example.org",
    "ALLOWED_HOSTS": ["example.org"],
    "TOKEN_KEYS": [Fernet.generate_key().decode()],
}
REDIS = "itac.core.caching.SharedCache"
LOCAL_DISK = "/dev/vda1 / ext4 rw 0 0\n"


@pytest.fixture
def safe(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings that no check refuses; the data directory."""
    for name, value in {**SAFE, "DATA": tmp_path, "SQLITE": True}.items():
        setattr(settings, name, value)
    monkeypatch.setenv("ITAC_ADDRESS", "https://example.org")
    mounts = tmp_path / "mounts"
    mounts.write_text(LOCAL_DISK, encoding="utf-8")
    monkeypatch.setattr(checks, "MOUNTS", mounts)
    return tmp_path


def refusals() -> list[Error]:
    ours = [found for found in run_checks(include_deployment_checks=True) if str(found.id).startswith("itac.")]
    return [found for found in ours if isinstance(found, Error) and found.id not in {"itac.E010", "itac.E011"}]


@pytest.mark.django_db
def test_nothing_is_refused_where_everything_is_safe(safe: Path) -> None:
    assert refusals() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "itac.E001"),
        ("HTTPS", False, "itac.E002"),
        ("ALLOWED_HOSTS", ["*"], "itac.E003"),
        ("TOKEN_KEYS", ["short"], "itac.E005"),
        ("TOKEN_KEYS", [], "itac.E005"),
        ("CACHES", {"default": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1"}}, "itac.E008"),
    ],
)
def test_each_unsafe_setting_is_refused_with_a_remedy(
    safe: Path, settings: object, name: str, value: object, code: str
) -> None:
    setattr(settings, name, value)

    found = refusals()

    assert [error.id for error in found] == [code]
    assert found[0].hint


@pytest.mark.django_db
def test_a_key_that_others_can_read_is_refused(safe: Path) -> None:
    """Promise 8."""
    key = safe / "keys/secret"
    key.parent.mkdir()
    key.write_text("secret", encoding="ascii")
    key.chmod(0o644)
    before = [error.id for error in refusals()]

    key.chmod(0o600)

    assert before == ["itac.E004"]
    assert refusals() == []


@pytest.mark.django_db
def test_sqlite_on_a_network_file_system_is_refused(safe: Path) -> None:
    checks.MOUNTS.write_text(f"{LOCAL_DISK}server:/share {safe} nfs4 rw 0 0\n", encoding="utf-8")

    assert [error.id for error in refusals()] == ["itac.E006"]


@pytest.mark.django_db
def test_a_campaign_without_a_worker_is_refused(safe: Path) -> None:
    found = [error for error in run_checks(include_deployment_checks=True) if error.id == "itac.E011"]

    assert [error.msg for error in found] == ["No worker has ever been heard: posts that are due don't leave."]


def test_every_check_has_its_line_in_the_docs() -> None:
    page = Path(django_settings.PACKAGE).parents[1] / "docs/reference/checks.md"
    source = Path(django_settings.PACKAGE)
    named = {
        word.strip('"')
        for room in ("core", "publishing")
        for word in (source / room / "checks.py")
        .read_text(encoding="utf-8")
        .replace(",", " ")
        .replace(")", " ")
        .split("id=")
        if word.startswith('"itac.E')
        for word in [word.split()[0]]
    }

    assert named
    assert {name for name in named if name not in page.read_text(encoding="utf-8")} == set()


@pytest.mark.django_db
def test_a_missing_mail_server_is_said_but_not_refused(safe: Path, settings: object) -> None:
    found = [each for each in run_checks(include_deployment_checks=True) if each.id == "itac.W007"]
    settings.MAIL_SERVER = MailServer("mail.example.org", 25)  # type: ignore[attr-defined]

    assert [(type(each), bool(each.hint)) for each in found] == [(Caution, True)]
    assert not [each for each in run_checks(include_deployment_checks=True) if each.id == "itac.W007"]


def test_a_cache_that_is_gone_is_as_good_as_an_empty_one() -> None:
    """Pages are slower without it, and there all the same."""
    cache = SharedCache("redis://127.0.0.1:1", {})

    cache.set("key", 1)
    cache.delete("key")

    assert (cache.get("key", "none"), cache.get_many(["key"]), cache.add("key", 1)) == ("none", {}, True)
    with pytest.raises(ValueError, match="key"):
        cache.incr("key")
