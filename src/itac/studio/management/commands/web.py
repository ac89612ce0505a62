"""The process that serves the pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itac.campaign.readiness import NotReady, refuse_unready
from itac.core.terminal import to_terminal
from itac.studio.serving import NotServing, serve


class Command(BaseCommand):
    """`itac web`: pages, Studio and API, without a worker."""

    help = "Serve the pages on HOST and PORT. Posts leave by `itac worker`. SIGTERM or SIGINT ends it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal."""
        try:
            refuse_unready()
            serve(to_terminal, on_end=lambda: None, on_answer=lambda: None)
        except (NotReady, NotServing) as error:
            raise CommandError(str(error)) from None
