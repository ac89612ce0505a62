"""What the engine tells programs: its health, and figures."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from itac.core import clock
from itac.publishing import metrics as figures
from itac.publishing.health import look


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """`/healthz`: 200 while pages can be served, 503 when the database doesn't answer.

    A silent worker doesn't make the site unready, since its pages go on working; who wants to hear of it asks for
    `/healthz?worker`, which answers 503 then too.
    """
    health = look(now=clock.now())
    well = health.database and ("worker" not in request.GET or health.worker == "working")
    return JsonResponse(health.as_json(), status=200 if well else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """`/metrics`: for the programs on `ITAC_MONITORS` alone. For everybody else there is no such page."""
    if not _may_watch(str(request.META.get("REMOTE_ADDR", ""))):
        raise Http404
    return HttpResponse(figures.text(now=clock.now()), content_type=figures.TYPE)


def _may_watch(address: str) -> bool:
    try:
        visitor = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(visitor in ipaddress.ip_network(each, strict=False) for each in settings.MONITORS)
