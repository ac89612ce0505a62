"""Everything in one process: pages and worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itac.campaign.readiness import NotReady, refuse_unready
from itac.publishing.telling import Teller
from itac.publishing.working import Crew
from itac.studio.serving import NotServing, serve, to_terminal


class Command(BaseCommand):
    """`itac run`: the embedded all-in-one."""

    help = (
        "Serve the pages on HOST and PORT and send what is due. Prints the Studio's address once the site answers, then"
        " a line for each post that goes out. SIGTERM or SIGINT ends it once what has begun is finished and recorded."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve and work until a signal."""
        crew = Crew()
        try:
            refuse_unready()
            with Teller(to_terminal):
                try:
                    # The crew starts after the welcome: no post's address is printed before it can be opened.
                    serve(to_terminal, on_end=crew.stop, on_answer=crew.start)
                finally:
                    crew.stop()
                    crew.join()
        except (NotReady, NotServing) as error:
            raise CommandError(str(error)) from None
