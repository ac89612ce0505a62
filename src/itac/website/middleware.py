"""The language of a page follows its address, the Studio's follows the person; and what is said about each answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers, set_response_etag

from itac.campaign.models import Person
from itac.website.reading import campaign_of

# What is one file for readers of every language.
SAME_FOR_ALL = frozenset(
    {"cloth", "documents", "favicon.ico", "icon.svg", "media", "robots.txt", "share", "sitemap.xml", "static"}
)
# Where somebody's own words or answers are taken, and pages may hold a form's token.
OF_PEOPLE = frozenset({"api", "approve", "studio"})
# First parts of addresses that have no language before them. A miss below one of them is a miss: without this list
# Django would send /studio/nothing/ on to /en/studio/nothing/, because the site's catch-all could answer there.
WITHOUT_LANGUAGE = SAME_FOR_ALL | OF_PEOPLE | {"healthz", "metrics"}
PASSWORDS = "/_util/"  # Wagtail's form before a page that somebody shut with a password
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PACKED = ("text/", "image/svg+xml", "application/atom+xml", "application/rss+xml", "application/feed+json")

# Only we ourselves, no inline script or style: Promise 7, no third party sees a visitor before that visitor asks.
_MAY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)
POLICY = "; ".join(_MAY)


def first_part(path: str) -> str:
    """What stands between the first two strokes of a path."""
    return path.lstrip("/").partition("/")[0]


class PublicLocaleMiddleware(LocaleMiddleware):
    """Django's, but misses outside the site stay misses, and the Studio speaks the person's language."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """In the Studio: the language the person chose. Asked here, because only now is it known who it is.

        On the site: 405 for whoever sends something to a page that takes nothing, before anybody asks for a token.
        """
        part = first_part(request.path_info)
        takes = part in OF_PEOPLE or PASSWORDS in request.path_info or getattr(view, "csrf_exempt", False)
        if request.method not in SAFE and not takes:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if part == "studio":
            person = request.user
            if isinstance(person, Person) and person.language in dict(settings.LANGUAGES):
                translation.activate(person.language)
                request.LANGUAGE_CODE = translation.get_language()
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Adds the language before the address of a public page that lacks it, and nowhere else."""
        part = first_part(request.path_info)
        if response.status_code == 404 and part in WITHOUT_LANGUAGE:
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            patch_vary_headers(response, ["Accept-Language"])
            return response
        if part in SAME_FOR_ALL:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer


class PublicPackingMiddleware(GZipMiddleware):
    """Packs the site's texts for readers who can unpack them: a page is a quarter of itself on a telephone's line.

    Pages that may hold a form's token aren't packed: from the size of an answer a token could be guessed (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Django's, for what gains by it."""
        is_text = response.headers.get("Content-Type", "").startswith(PACKED)
        if response.streaming or not is_text or first_part(request.path_info) in OF_PEOPLE:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer


class PublicHeadersMiddleware:
    """Says of every answer of the site how long it may be kept, what it may load, and whether robots may list it.

    Pages are kept by anybody but asked about each time (an ETag answers with 304), so that what is withdrawn is gone at
    the next look. What the Studio answers isn't touched, except that robots stay away from it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, then speak."""
        response = self.get_response(request)
        part = first_part(request.path_info)
        if part == "studio":
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response
        if part in {"api", "healthz", "metrics", "static"}:
            return response
        campaign = campaign_of(request)
        if campaign is None or campaign.is_demonstration or response.status_code >= 400:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if part in {"media", "documents"}:
            return response
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return self._with_age(request, response)

    @staticmethod
    def _with_age(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.has_header("Cache-Control"):
            return response
        if response.cookies or response.status_code >= 500:
            # Whatever names a visitor is nobody else's.
            patch_cache_control(response, private=True, no_store=True)
            return response
        patch_cache_control(response, public=True, no_cache=True)
        if request.method not in {"GET", "HEAD"} or response.streaming or response.status_code != 200:
            return response
        if not response.has_header("ETag"):
            set_response_etag(response)
        answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
        return answer or response
