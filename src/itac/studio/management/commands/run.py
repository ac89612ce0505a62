"""Everything in one process: pages and worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itac.campaign.readiness import NotReady, refuse_unready
from itac.core.postman import PostOffice
from itac.core.terminal import to_terminal
from itac.publishing.telling import Teller
from itac.publishing.working import Crew
from itac.studio.serving import NotServing, serve


class Command(BaseCommand):
    """`itac run`: the embedded all-in-one."""

    help = (
        "Serve the pages on HOST and PORT and send what is due. Prints the Studio's address once the site answers, then"
        " a line for each post that goes out. SIGTERM or SIGINT ends it once what has begun is finished and recorded."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve and work until a signal."""
        crew, office = Crew(), PostOffice(to_terminal)

        def begin() -> None:
            crew.start()
            office.start()

        def end() -> None:
            crew.stop()
            office.stop()

        try:
            refuse_unready()
            with Teller(to_terminal):
                try:
                    # They start after the welcome: no post's address is printed before it can be opened.
                    serve(to_terminal, on_end=end, on_answer=begin)
                finally:
                    end()
                    crew.join()
                    office.join()
        except (NotReady, NotServing) as error:
            raise CommandError(str(error)) from None
