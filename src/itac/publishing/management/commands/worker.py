"""The process that sends what is due."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itac.campaign.readiness import NotReady, refuse_unready
from itac.core.postman import PostOffice
from itac.core.terminal import to_terminal
from itac.publishing.telling import Teller
from itac.publishing.working import Crew, until_signal


class Command(BaseCommand):
    """`itac worker`: several may run, on one machine or on many; each delivery goes to one of them."""

    help = (
        "Send what is due. Prints a line for each post that goes out. SIGTERM or SIGINT ends it once the calls that"
        " have begun are finished and recorded."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many workers this process runs."""
        parser.add_argument("--workers", type=int, default=1, help="workers in this process (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal."""
        if options["workers"] < 1:
            raise CommandError("Give a number of workers from 1 on.")
        try:
            refuse_unready()
        except NotReady as error:
            raise CommandError(str(error)) from None
        crew = Crew(workers=options["workers"])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: crew.stop())
        with Teller(to_terminal), PostOffice(to_terminal):
            until_signal(crew)
