"""Connecting channels, proving that they work, and turning the keys that their secrets are locked with.

The command `itac channel` and the Studio use these verbs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from itac.campaign.models import Organisation
from itac.core.keys import add_token_key, key_lines
from itac.core.logs import get_logger
from itac.networks.codes import sentence
from itac.networks.models import Channel, Health
from itac.networks.protocol import Connection, ConnectionRefused
from itac.networks.secrets import Secret

log = get_logger(__name__)

# What a failed test says about the line and not about the account: it doesn't make a channel need somebody.
PASSING = ("server_silent", "rate_limited", "token_refresh_failed")


class KeysElsewhere(Exception):
    """The token keys stand in ITAC_TOKEN_KEYS, where the software can't write; the message says what to do."""


def add_channel(
    network: str,
    *,
    name: str,
    slug: str = "",
    address: str = "",
    handle: str = "",
    languages: Sequence[str] = (),
    organisation: Organisation | None = None,
    secret: Mapping[str, str] | None = None,
    now: datetime,
) -> Channel:
    """A new channel, proved to work before it is stored.

    Raises `UnknownNetwork`, `ValidationError` (a name taken, an address that is none) and `ConnectionRefused`;
    nothing is stored then.
    """
    channel = Channel(
        slug=slug or slugify(name)[:50],
        name=name,
        network=network,
        address=_address(address),
        handle=handle,
        languages=list(languages),
        organisation=organisation,
        secret=Secret(secret),
    )
    plug = channel.plug()
    missing = [wanted for wanted in plug.needs_secret if not channel.secret.get(wanted)]
    if missing:
        raise ConnectionRefused("secret_missing", sentence("secret_missing"))
    if plug.needs_address and not channel.address:
        raise ValidationError({"address": _("Name the server, such as https://mastodon.example.")})
    if plug.needs_handle and not channel.handle:
        raise ValidationError({"handle": _("Name the account, such as itac.example.org.")})
    channel.full_clean()
    _note(channel, plug.connect(channel, now=now), now=now)
    channel.save()
    log.info("channel_added", channel=channel.pk, network=network)
    return channel


def reconnect(channel: Channel, *, secret: Mapping[str, str], now: datetime) -> Connection:
    """Give a channel a new secret, once it is proved to belong to the same account.

    Raises `ConnectionRefused`; the old secret stays then.
    """
    trial = Channel(
        slug=channel.slug,
        name=channel.name,
        network=channel.network,
        address=channel.address,
        handle=channel.handle,
        secret=Secret(secret),
    )
    connection = _of_account(trial.plug().connect(trial, now=now), channel.account_id)
    channel.secret, channel.session = trial.secret, trial.session
    _note(channel, connection, now=now)
    channel.save()
    log.info("channel_reconnected", channel=channel.pk)
    return connection


def test_channel(channel: Channel, *, now: datetime) -> Connection:
    """Ask the network whether the channel's secret works, and store what it says: health, limits, the token's end.

    Raises `ConnectionRefused`, after storing why. A server that can't be reached says nothing about the token, so it
    leaves the health as it was.
    """
    try:
        connection = _of_account(channel.plug().connect(channel, now=now), channel.account_id)
    except ConnectionRefused as refused:
        channel.health_code, channel.health_at = refused.code, now
        if refused.code not in PASSING:
            channel.health = Health.NEEDS_PERSON
        channel.save(update_fields=["health", "health_code", "health_at"])
        log.info("channel_refused", channel=channel.pk, code=refused.code)
        raise
    _note(channel, connection, now=now)
    channel.save(
        update_fields=["handle", "account_id", "token_expires_at", "limits", "health", "health_code", "health_at"]
    )
    return connection


test_channel.__test__ = False  # type: ignore[attr-defined]  # its name is the command's; pytest must not collect it


def rotate_keys() -> int:
    """Make a new token key and lock every channel's secrets with it; returns how many channels.

    The older keys stay in the file and still open what they locked, backups too. Running processes read the new key
    when they first need it. Safe to repeat. Raises `KeysElsewhere`.
    """
    path = settings.TOKEN_KEYS_FILE
    if key_lines(path, make="fernet") != settings.TOKEN_KEYS:
        raise KeysElsewhere(
            "The keys are set by ITAC_TOKEN_KEYS. Put a new one in front there, restart, and run"
            " `itac channel rotate-keys --lock-only`."
        )
    add_token_key(path)
    settings.TOKEN_KEYS = key_lines(path, make="fernet")
    return lock_anew()


def lock_anew() -> int:
    """Lock every channel's secrets with the newest key; returns how many channels. Safe to repeat."""
    numbers = list(Channel.objects.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        # One row at a time and under its lock (SQLite: the database's), so that no session renewed meanwhile is lost.
        with transaction.atomic():
            channel = Channel.objects.select_for_update().only("secret", "session").get(pk=number)
            Channel.objects.filter(pk=number).update(secret=channel.secret, session=channel.session)
    return len(numbers)


def _address(address: str) -> str:
    address = address.strip().rstrip("/")
    return f"https://{address}" if address and "://" not in address else address


def _of_account(connection: Connection, account_id: str) -> Connection:
    """The connection, unless it is to another account than the channel's."""
    if account_id and connection.account_id != account_id:
        raise ConnectionRefused("account_changed", sentence("account_changed"))
    return connection


def _note(channel: Channel, connection: Connection, *, now: datetime) -> None:
    channel.handle = connection.handle or channel.handle
    channel.account_id = connection.account_id
    channel.token_expires_at = connection.expires_at
    # What an operator set stays where the network says nothing about it.
    channel.limits = {**(channel.limits or {}), **connection.limits}
    channel.health, channel.health_code, channel.health_at = Health.GOOD, "", now
