"""`itac init` makes a campaign that somebody can log in to and publish with at once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from itac.campaign.models import Campaign, Person
from itac.cli import _directory
from itac.networks.models import Channel
from itac.publishing.models import ApprovalRule, Grant

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"name": "Semillas del Sur", "zone": "America/Bogota", "email": "Ana@example.org"}


@pytest.fixture
def place(settings: object, tmp_path: Path) -> str:
    """The new directory, which the settings were read from."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    return str(tmp_path)


def init(place: str, **words: object) -> str:
    said = io.StringIO()
    call_command("init", place, stdout=said, **words)
    return said.getvalue()


def test_the_printed_log_in_opens_a_campaign_with_a_site(place: str, client: Client) -> None:
    said = init(place, **WORDS)

    role, email, password = next(line for line in said.splitlines() if line.startswith("coordinator ")).split()
    person = authenticate(None, username=email, password=password)
    assert isinstance(person, Person)
    assert (role, email, person.is_coordinator) == ("coordinator", "ana@example.org", True)
    assert (str(Campaign.current()), Campaign.current().short_name) == ("Semillas del Sur", "SDS")
    assert not Campaign.current().is_demonstration
    assert [grant.channel.slug for grant in Grant.objects.filter(organisation=None)] == ["website"]
    assert Channel.objects.get().plug().name == "website"
    assert ApprovalRule.objects.get(channel=None).organisations.count() == 0
    assert [client.get(f"/{code}/").status_code for code in ("en", "es")] == [200, 200]


def test_a_database_that_holds_a_campaign_is_left_alone(place: str) -> None:
    init(place, **WORDS)

    with pytest.raises(CommandError, match="holds a campaign already"):
        init(place, **{**WORDS, "name": "Another", "email": "bea@example.org"})

    assert str(Campaign.current()) == "Semillas del Sur"
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({**WORDS, "zone": "Mars"}, "not a time zone"),
        ({**WORDS, "email": "ana"}, "valid email"),
        ({"name": "Semillas"}, "first coordinator"),
        ({}, "--name"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anything_is_made(place: str, words: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        init(place, **words)

    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("words", "directory"),
    [
        (["--demo", "here"], "here"),
        (["--name", "A name", "here", "--email", "a@example.org"], "here"),
        (["here", "--zone=America/Bogota"], "here"),
        (["--name", "A name"], ""),
        (["--name"], ""),
    ],
)
def test_the_directory_is_found_among_the_other_words(words: list[str], directory: str) -> None:
    assert _directory(words) == directory
