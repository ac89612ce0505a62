"""Promise 8: secrets are encrypted at rest, turned to new keys without loss, and shown nowhere."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.db import connection

from itac.core.keys import add_token_key, key_lines
from itac.networks import connecting
from itac.networks.models import Channel
from itac.networks.secrets import Secret, UnreadableSecret
from itac.networks.tests import factories

TOKEN = "a-token-nobody-sees"


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A file of keys of this test's own."""
    settings.TOKEN_KEYS_FILE = tmp_path / "tokens"
    settings.TOKEN_KEYS = key_lines(settings.TOKEN_KEYS_FILE, make="fernet")
    return settings.TOKEN_KEYS_FILE


@pytest.fixture
def stored(db: None) -> Channel:
    return factories.channel("mastodon", secret={"access_token": TOKEN}, session=Secret({"access": TOKEN}))


def at_rest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, session FROM networks_channel")
        return json.dumps(cursor.fetchall())


def test_is_encrypted_at_rest_and_read_back(stored: Channel) -> None:
    assert TOKEN not in at_rest()
    assert Channel.objects.get().secret["access_token"] == TOKEN


def test_is_shown_nowhere(stored: Channel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = Channel.objects.get().secret
    logging.getLogger("itac").warning("%s %r %s", secret, secret, vars(stored))

    shown = [repr(secret), str(secret), f"{secret}", repr(vars(stored)), serializers.serialize("json", [stored])]

    assert TOKEN not in "".join([*shown, caplog.text])
    assert repr(secret) == "<secret>"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert copy.deepcopy(secret) is secret


def test_turning_keys_locks_all_anew_and_loses_nothing(stored: Channel, settings: Any, keys: Path) -> None:
    old, before = list(settings.TOKEN_KEYS), at_rest()

    number = connecting.rotate_keys()

    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]  # the newest alone opens it
    assert (number, len(key_lines(keys, make="fernet"))) == (1, len(old) + 1)
    assert at_rest() != before
    assert Channel.objects.get().secret["access_token"] == TOKEN
    assert Channel.objects.get().session["access"] == TOKEN


def test_running_process_opens_what_another_locked_with_a_newer_key(stored: Channel, settings: Any, keys: Path) -> None:
    old = list(settings.TOKEN_KEYS)
    connecting.rotate_keys()
    settings.TOKEN_KEYS = old  # what a process knows that started before

    assert Channel.objects.get().secret["access_token"] == TOKEN


def test_foreign_key_file_is_not_taken(stored: Channel, settings: Any, keys: Path) -> None:
    keys.write_text(Fernet.generate_key().decode() + "\n", encoding="ascii")
    add_token_key(keys)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(UnreadableSecret):
        Channel.objects.get()


def test_keys_set_from_outside_are_not_turned_here(stored: Channel, settings: Any) -> None:
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(connecting.KeysElsewhere):
        connecting.rotate_keys()
