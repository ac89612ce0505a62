"""Secrets of channels: encrypted at rest, never shown (Promise 8)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from itac.core.keys import key_lines


class UnreadableSecret(Exception):
    """None of the installation's keys opens this secret; connect the channel again or bring the old key back."""


@lru_cache(maxsize=4)
def _opener(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _opener(tuple(settings.TOKEN_KEYS))


def _decrypted(value: str) -> bytes:
    """Opened with any of the keys. Raises `InvalidToken`.

    Another process may have made a new key since this one started (`rotate_keys`): it stands first in the file then,
    before the keys known here.
    """
    try:
        return _keys().decrypt(value.encode())
    except InvalidToken:
        known = list(settings.TOKEN_KEYS)
        in_file = key_lines(settings.TOKEN_KEYS_FILE, make="fernet")
        if in_file == known or in_file[-len(known) :] != known:
            raise
        settings.TOKEN_KEYS = in_file
        return _keys().decrypt(value.encode())


class Secret(Mapping[str, str]):
    """Named secret values. Printing, logging and formatting show `<secret>`; only `secret["name"]` gives a value."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("A secret is not pickled")

    def __deepcopy__(self, memo: Any) -> Secret:
        return self  # it can't be changed, and Django copies the values of a model's fields


class SecretField(models.TextField[Secret, Secret]):
    """A `Secret`, encrypted with the first of the installation's keys, readable with any of them."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Secret:
        """Opened. Raises `UnreadableSecret` when no key fits."""
        if not value:
            return Secret()
        try:
            return Secret(json.loads(_decrypted(value)))
        except InvalidToken as error:
            raise UnreadableSecret(UnreadableSecret.__doc__) from error

    def to_python(self, value: Any) -> Secret:
        """A `Secret` from a mapping."""
        return value if isinstance(value, Secret) else Secret(value or {})

    def get_prep_value(self, value: Any) -> str:
        """Encrypted; nothing at all for an empty secret."""
        values = dict(value or {})
        return _keys().encrypt(json.dumps(values).encode()).decode() if values else ""

    def value_to_string(self, obj: models.Model) -> str:
        """Serialisation writes the encrypted form."""
        return self.get_prep_value(self.value_from_object(obj))
