"""The frame of pages before the Studio's door: our identity, a language switch, no script needed, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from itac.campaign.models import Campaign
from itac.core.addresses import whole_address
from itac.studio.answering import Mistake, moment_of

View = Callable[..., HttpResponseBase]
# A link that lets somebody in stands in these pages' addresses: nothing on them is loaded from or leads elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def at_the_door(view: View) -> View:
    """A page that is never cached, hides what is typed from error reports, and answers in the language asked for.

    `?language=es` is remembered in the cookie that the site's language uses, so the next page is in it too.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("language", "")
        known = asked in dict(settings.LANGUAGES)
        # Whatever language the page is read in, the thread's own comes back afterwards.
        with translation.override(asked if known else translation.get_language()):
            if known:
                request.LANGUAGE_CODE = asked
            response = view(request, *args, **kwargs)
        if known:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, samesite="Lax", secure=settings.HTTPS)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(sensitive_post_parameters()(inside))


def door(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str | Promise,
    mistakes: Sequence[Mistake] = (),
    status: int = 200,
) -> HttpResponse:
    """A page before the door; with mistakes the status is 422 unless another is given."""
    here = translation.get_language() or settings.LANGUAGE_CODE
    everything = {
        **context,
        "page_title": title,
        "mistakes": mistakes,
        "campaign": Campaign.objects.filter(pk=1).first(),
        "languages": [(code, name) for code, name in settings.LANGUAGES if code != here],
        "here": here,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "now": moment_of(request),
    }
    response = render(request, template, everything, status=422 if mistakes and status == 200 else status)
    response.headers["Content-Language"] = here
    return response


def link_to(name: str) -> Callable[[str], str]:
    """Makes the whole address of a token's page, for a mail."""
    return lambda token: whole_address(reverse(name, args=[token]))


def onward(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that was asked for before signing in, if it is one of ours; else to the Studio's home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if ours else reverse("wagtailadmin_home"))


def network_address(request: HttpRequest) -> str:
    """From where a request comes; behind one of `ITAC_PROXIES` the server has put the visitor's own address here."""
    return str(request.META.get("REMOTE_ADDR", ""))
