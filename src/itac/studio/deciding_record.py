"""The record of approval, to keep: who approved what for which organisation, at which hash, when and how."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from itac.core.tables import cell
from itac.publishing.models import Decision, Post
from itac.studio.answering import person_of

COLUMNS = (
    "post", "address", "asked_by", "asked_at", "opens_at", "closes_at", "trigger", "seal", "person", "organisation",
    "verdict", "reason", "languages", "by_mail", "decided_at", "state_ended", "hashes",
)  # fmt: skip


@require_safe
def of_post(request: HttpRequest, post_id: int, form: str) -> HttpResponse:
    """Every answer about one post, as CSV or JSON."""
    post = get_object_or_404(Post.objects.visible_to(person_of(request)), pk=post_id)
    return _file(Decision.objects.filter(request__post=post), form, name=f"decisions-{post.slug}")


@require_safe
def of_campaign(request: HttpRequest, form: str) -> HttpResponse:
    """Every answer about every post, as CSV or JSON."""
    return _file(Decision.objects.all(), form, name="decisions")


def _file(decisions: QuerySet[Decision], form: str, *, name: str) -> HttpResponse:
    found = decisions.select_related("request__post", "request__asked_by", "request__trigger", "person", "organisation")
    rows = [_row(each) for each in found.order_by("decided_at", "pk")]
    response: HttpResponse
    if form == "json":
        response = JsonResponse({"decisions": rows}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    elif form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _row(each: Decision) -> dict[str, Any]:
    request = each.request
    ended = request.voided_at or request.refused_at or request.returned_at or request.granted_at
    return {
        "post": str(request.post),
        "address": request.post.slug,
        "asked_by": str(request.asked_by or ""),
        "asked_at": request.asked_at.isoformat(),
        "opens_at": request.opens_at.isoformat() if request.opens_at else "",
        "closes_at": request.closes_at.isoformat() if request.closes_at else "",
        "trigger": str(request.trigger or ""),
        "seal": each.seal,
        "person": str(each.person),
        "organisation": str(each.organisation or ""),
        "verdict": each.verdict,
        "reason": each.reason,
        "languages": each.languages,
        "by_mail": each.by_mail,
        "decided_at": each.decided_at.isoformat(),
        "state_ended": ended.isoformat() if ended else "",
        "hashes": {key: value["hash"] for key, value in request.sealed.items()},
    }


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}:{one}" for key, one in value.items())
    return cell(" ".join(map(str, value)) if isinstance(value, list) else value)
