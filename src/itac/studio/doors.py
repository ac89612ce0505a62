"""Whose eyes: every route has a stated rule, and one of the Studio without is shut.

The rules stand in `rules.py`. Here they are found for an address and asked before its view runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone, translation
from django.views.defaults import page_not_found
from wagtail.admin.auth import reject_request
from wagtail.users.models import UserProfile

from itac.campaign.models import Person
from itac.studio.rules import ROOM_RULES, SHUT, rule_for

PREFIX = "studio/"
# Nothing from elsewhere, no script or style in the page itself, in nobody else's frame. Pictures also from the device:
# what was just taken with a camera is shown before it is sent.
_MAY = (
    "default-src 'none'",
    "script-src 'self'{inline}",
    "style-src 'self'{inline}",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)
POLICY = "; ".join(_MAY).format(inline="")
# Wagtail's own forms and lists write small scripts into their pages (its choosers of dates, pages and pictures).
POLICY_OF_WAGTAIL = "; ".join(_MAY).format(inline=" 'unsafe-inline'")

OURS_IN_WAGTAILS_PLACE = frozenset({"wagtailadmin_home", "wagtailadmin_account"})


@dataclass(frozen=True)
class Route:
    """One address: its pattern, and the name by which its rule is found."""

    name: str
    pattern: str


def routes(patterns: list[Any], *, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every route below these patterns, in their order. An unnamed one is called by its pattern."""
    for entry in patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes(entry.url_patterns, prefix=here, namespaces=inner)
        elif isinstance(entry, URLPattern):
            yield Route(":".join((*namespaces, entry.name)) if entry.name else here, here)


def no_such_page(request: HttpRequest) -> HttpResponse:
    """The Studio's answer for what isn't there, and word for word the same for what isn't yours."""
    return page_not_found(request, Http404(), template_name="wagtailadmin/404.html")


class DoorMiddleware:
    """Asks the rule of a Studio route before its view runs, and gives the Studio its person's language and zone.

    Each answer says what its page may load, and that nobody keeps it: the next who opens this browser reads nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; language and zone of the person hold for this request alone."""
        if not request.path_info.startswith(f"/{PREFIX}"):
            return self.get_response(request)
        person = request.user if isinstance(request.user, Person) else None
        if person is None:
            return _guarded(request, self.get_response(request))
        _profile_follows(person)
        with translation.override(person.language), timezone.override(person.zone):
            response = self.get_response(request)
        response.headers["Content-Language"] = person.language
        return _guarded(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None where the rule lets the person in; else the log-in, or the page that says there is no such page.

        Outside the Studio views ask for themselves, and what is shut raises 404.
        """
        match = request.resolver_match
        if match is None:
            return None
        rule = rule_for(match.view_name if match.url_name else match.route.removeprefix(PREFIX))
        if not match.route.startswith(PREFIX):
            if rule is SHUT:
                raise Http404
            return None
        if rule is not None and not rule.needs_person:
            return None
        if not request.user.is_authenticated or not request.user.is_staff:
            return reject_request(request)
        if rule is not None and rule.lets_in(request, kwargs):
            return None
        return no_such_page(request)


def _guarded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    match = request.resolver_match
    is_ours = match is None or match.view_name in ROOM_RULES or match.view_name in OURS_IN_WAGTAILS_PLACE
    response.headers.setdefault("Content-Security-Policy", POLICY if is_ours else POLICY_OF_WAGTAIL)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _profile_follows(person: Person) -> None:
    """Wagtail reads language and zone from a profile beside the person; here it repeats what the person's row says.

    In memory only: the person's row is the one truth, and a glance at a page writes nothing.
    """
    if not hasattr(person, "wagtail_userprofile"):
        person.wagtail_userprofile = UserProfile(user=person)  # type: ignore[attr-defined]
    person.wagtail_userprofile.preferred_language = person.language  # type: ignore[attr-defined]
    person.wagtail_userprofile.current_time_zone = person.zone  # type: ignore[attr-defined]
