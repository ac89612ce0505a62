"""A new campaign directory."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.utils.translation import override

from itac.campaign.models.campaign import known_zone
from itac.core import clock
from itac.core.addresses import whole_address
from itac.core.keeping import keep_settings
from itac.core.localised import Localised
from itac.demo.making import make_demo
from itac.demo.site import build_pages
from itac.publishing.founding import AlreadyFounded, first_coordinator, found_campaign
from itac.studio.serving import quiet

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """`itac init DIR`: keys, database, campaign, site."""

    help = (
        "Make a new campaign directory: keys, database, the campaign with its website as first channel, the site's"
        " pages, and a coordinator whose generated password is printed once. At a terminal it asks for what it isn't"
        " told."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and what the campaign is called."""
        parser.add_argument("place", metavar="DIR", help="the new directory; database, media and keys will lie in it")
        parser.add_argument("--demo", action="store_true", help="with the #ITAC demonstration, log-ins included")
        parser.add_argument("--name", default="", help="what the campaign is called")
        parser.add_argument("--short-name", default="", help="in a word; by default the name's first letters")
        parser.add_argument(
            "--languages", default="", help="codes with commas between, the campaign's own first (en,es)"
        )
        parser.add_argument("--zone", default="UTC", help="the campaign's time zone, such as America/Guayaquil (UTC)")
        parser.add_argument("--coordinator", default="Coordinator", help="the first coordinator's name or office")
        parser.add_argument("--email", default="", help="the first coordinator's address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; what a person can put right ends with one line and exit code 1."""
        if Path(options["place"]).resolve() != Path(settings.DATA):
            raise CommandError(f"{options['place']} isn't the directory that was named first: give one DIR alone.")
        if not options["demo"] and not (options["name"] and options["email"]):
            raise CommandError("Name the campaign with --name and its first coordinator with --email, or take --demo.")
        try:
            known_zone(options["zone"])
            if options["email"]:
                validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        quiet()
        keep_settings(Path(settings.DATA))
        try:
            self._say("Making the database")
            call_command("migrate", verbosity=0, interactive=False)
            with override(settings.LANGUAGE_CODE):
                self._demo() if options["demo"] else self._campaign(options)
        except AlreadyFounded as error:
            raise CommandError(
                f"This database holds a campaign already, “{error}”. Start it with `itac run`, or name an empty"
                " directory and an empty database."
            ) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except DatabaseError as error:
            raise CommandError(f"The database could not be used: {str(error).strip().splitlines()[0]}") from None

    def _demo(self) -> None:
        make_demo(now=clock.now(), say=self._say)

    def _campaign(self, options: dict[str, Any]) -> None:
        now, password = clock.now(), secrets.token_urlsafe(PASSWORD_BYTES)
        name = options["name"]
        short = options["short_name"] or "".join(word[0] for word in name.split()).upper()
        self._say("Making the campaign")
        with transaction.atomic():
            found_campaign(
                name=Localised({settings.LANGUAGE_CODE: name}, settings.LANGUAGE_CODE),
                short_name=short[:40],
                zone=options["zone"],
                now=now,
                contact_email=options["email"],
            )
            first_coordinator(
                email=options["email"],
                password=password,
                name=options["coordinator"],
                zone=options["zone"],
                language=settings.LANGUAGE_CODE,
            )
            build_pages(now=now)
        self.stdout.write("The first coordinator's log-in; the password is kept nowhere else:")
        self.stdout.write(f"coordinator {options['email'].lower()} {password}")
        self.stdout.write(f"Start it: ITAC_DATA={settings.DATA} itac run, then open {whole_address('/studio/')}")

    def _say(self, what: str) -> None:
        self.stdout.write(f"{what} …")
        self.stdout.flush()
