"""The engine's one page: its health, for programs."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from itac.core import clock
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
