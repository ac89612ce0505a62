"""Connect and prove channels without the browser."""

from __future__ import annotations

import getpass
import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from itac.campaign.models import Organisation
from itac.core import clock
from itac.networks import answers, connecting
from itac.networks.models import Channel
from itac.networks.protocol import ConnectionRefused, Network
from itac.networks.registry import NETWORKS, UnknownNetwork, network


class Command(BaseCommand):
    """`itac channel add | test | list | rotate-keys | outcomes`."""

    help = "Connect channels, prove that they work, list them, and turn the keys of their secrets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Secrets are never arguments: they would stand in the list of processes and in the shell's history."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help="connect a new channel", description="Connect a new channel.")
        add.add_argument("network", metavar="NETWORK", help=", ".join(NETWORKS))
        add.add_argument("--name", required=True, help="what people call it")
        add.add_argument("--slug", default="", help="its short name; by default made from the name")
        add.add_argument("--address", default="", help="the server, such as https://mastodon.example")
        add.add_argument("--handle", default="", help="the account's name on the network (Bluesky: needed)")
        add.add_argument("--language", action="append", default=[], help="a language it speaks; repeat for more")
        add.add_argument("--organisation", default="", help="whose it is, by address; by default the campaign's")
        add.add_argument(
            "--secret-stdin",
            action="store_true",
            help="read the secrets from standard input as a JSON object; otherwise they come from variables such as "
            "CHANNEL_ACCESS_TOKEN, or are asked for",
        )
        test = verbs.add_parser("test", help="prove a channel", description="Prove that a channel works.")
        test.add_argument("name", metavar="NAME", help="its short name")
        verbs.add_parser("list", help="all channels", description="List all channels.")
        rotate = verbs.add_parser(
            "rotate-keys", help="make a new key", description="Make a new key and lock every secret with it."
        )
        rotate.add_argument("--lock-only", action="store_true", help="lock with the newest key there is; make none")
        verbs.add_parser("outcomes", help="what each answer means", description="Print docs/reference/outcomes.md.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one verb; anything that a person can put right ends with one line and exit code 1."""
        verb = options["verb"].replace("-", "_")
        try:
            getattr(self, f"_{verb}")(options)
        except (UnknownNetwork, connecting.KeysElsewhere, ConnectionRefused) as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

    def _add(self, options: dict[str, Any]) -> None:
        plug = network(options["network"])
        organisation = None
        if options["organisation"]:
            organisation = Organisation.objects.filter(slug=options["organisation"]).first()
            if organisation is None:
                raise CommandError(f"There is no organisation with the address {options['organisation']}.")
        try:
            channel = self._connected(plug, organisation, options)
        except ConnectionRefused as error:
            raise CommandError(f"No channel was added. {error}") from None
        self.stdout.write(f"{channel.slug}: connected{f' as {channel.handle}' if channel.handle else ''}.")

    def _connected(self, plug: Network, organisation: Organisation | None, options: dict[str, Any]) -> Channel:
        return connecting.add_channel(
            plug.name,
            name=options["name"],
            slug=options["slug"],
            address=options["address"],
            handle=options["handle"],
            languages=options["language"],
            organisation=organisation,
            secret=_secrets(list(plug.needs_secret), from_stdin=options["secret_stdin"]),
            now=clock.now(),
        )

    def _test(self, options: dict[str, Any]) -> None:
        channel = Channel.objects.filter(slug=options["name"]).first()
        if channel is None:
            raise CommandError(f"There is no channel called {options['name']}. `itac channel list` names them.")
        connection = connecting.test_channel(channel, now=clock.now())
        self.stdout.write(f"account      {connection.handle or '(none)'}")
        self.stdout.write(f"token ends   {_day(connection.expires_at)}")
        for name, value in channel.limits.items():
            self.stdout.write(f"{name.replace('_', ' '):<20} {value}")

    def _list(self, options: dict[str, Any]) -> None:
        rows = [("NAME", "NETWORK", "ACCOUNT", "HEALTH", "TOKEN ENDS", "PAUSED")]
        rows += [
            (
                channel.slug,
                channel.network,
                channel.handle,
                f"{channel.get_health_display()}{f' ({channel.health_code})' if channel.health_code else ''}",
                _day(channel.token_expires_at),
                _day(channel.paused_at, never="no"),
            )
            for channel in Channel.objects.defer("secret", "session")
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def _rotate_keys(self, options: dict[str, Any]) -> None:
        number = connecting.lock_anew() if options["lock_only"] else connecting.rotate_keys()
        self.stdout.write(f"{number} channels are locked with the newest key. Keys: {len(settings.TOKEN_KEYS)}.")

    def _outcomes(self, options: dict[str, Any]) -> None:
        self.stdout.write(answers.as_markdown(), ending="")


def _secrets(names: list[str], *, from_stdin: bool) -> dict[str, str]:
    """The secrets a network needs, from standard input, the environment, or a person; they are shown nowhere."""
    if not names:
        return {}
    if from_stdin:
        try:
            given = json.load(sys.stdin)
        except ValueError:
            given = None
        if not isinstance(given, dict) or not all(isinstance(given.get(name), str) for name in names):
            raise CommandError(f"Standard input must hold a JSON object with {', '.join(names)}.")
        return {name: given[name] for name in names}
    found = {name: os.environ.get(f"CHANNEL_{name.upper()}", "") for name in names}
    for name in names:
        if not found[name] and sys.stdin.isatty():
            found[name] = getpass.getpass(f"{name.replace('_', ' ')}: ")
        if not found[name]:
            raise CommandError(f"Give {name} in CHANNEL_{name.upper()}, or all secrets with --secret-stdin.")
    return found


def _day(moment: Any, *, never: str = "not known to end") -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else never
