"""The one door before every operation: whose token, how often, with which scope, and the same request only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from itac.api import rates, repeating
from itac.api.problems import MEDIA_TYPE, Problem, of_status, unfit
from itac.api.rules import BY_ROUTE, OPEN_ROUTE, Rule, methods_of
from itac.api.saying import SENTENCES
from itac.campaign.models import ApiToken, Program
from itac.campaign.tokens import note_use, token_of
from itac.core import clock
from itac.core.logs import get_logger

log = get_logger("itac.api")
KINDS = {"json": "application/json", "multipart": "multipart/form-data"}


class Visit:
    """What the door found out: the token, who acts with it, the moment, and what is left of the rate."""

    def __init__(self, token: ApiToken, rule: Rule, now: Any) -> None:
        self.token, self.rule, self.now = token, rule, now
        self.rate = rates.count(token, now=now)
        self.actor: Program = token.actor()


def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, behind the door. Whatever happens, a program reads an answer of the document."""

    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answer(view, request, args, kwargs)
        except Problem as problem:
            response = problem.response()
        except RequestDataTooBig:
            response = Problem("too-large").response()
        except (SuspiciousOperation, TooManyFilesSent, MultiPartParserError, UnreadablePostError):
            response = Problem("unreadable").response()
        except Exception as error:  # the last place that can answer as the document says
            log.exception("api_failed", error=type(error).__name__)
            response = Problem("unexpected").response()
        return _finished(request, response)

    # Said of what isn't there too. No cookie lets anybody in here, so no other site can abuse one.
    behind.csrf_exempt = True  # type: ignore[attr-defined]
    return behind


def missing(request: HttpRequest) -> HttpResponse:
    """Whatever no operation answers."""
    raise Problem("not-there", _("The operations stand in /api/v1/openapi.json."))


def _answer(
    view: Callable[..., HttpResponse], request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    route = request.resolver_match.route if request.resolver_match else ""
    allowed = methods_of(route)
    if not allowed:
        return missing(request)
    if request.method not in allowed:
        raise Problem("method", headers={"Allow": ", ".join(allowed)})
    method = "GET" if request.method == "HEAD" else str(request.method)
    if route == OPEN_ROUTE:
        return view(request, *args, **kwargs)
    visit = _visit(request, BY_ROUTE[method, route])
    if not visit.rule.changes:
        # The framework knows no HEAD; whoever sends the answer leaves its body away.
        asked, request.method = request.method, method
        response = view(request, *args, **kwargs)
        request.method = asked
        return get_conditional_response(request, etag=response.get("ETag"), response=response) or response
    key = repeating.key_of(request) if visit.rule.repeatable else ""
    work = lambda: view(request, *args, **kwargs)  # noqa: E731 -- one line says it
    return repeating.once(visit.token, request, key, work, now=visit.now)


def _visit(request: HttpRequest, rule: Rule) -> Visit:
    """Who comes, and whether this operation is open to them. Raises `Problem`."""
    now = clock.now()
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    token = token_of(text.strip(), now=now) if scheme.lower() == "bearer" else None
    if token is None:
        raise Problem("no-token", headers={"WWW-Authenticate": 'Bearer realm="itac"'})
    visit = Visit(token, rule, now)
    request.visit = visit  # type: ignore[attr-defined]
    rates.refuse_too_many(visit.rate)
    if rule.scope is not None and rule.scope not in token.scopes:
        headers = {"WWW-Authenticate": f'Bearer realm="itac", error="insufficient_scope", scope="{rule.scope}"'}
        raise Problem("scope-missing", _("It needs the scope %(scope)s.") % {"scope": rule.scope}, headers=headers)
    unknown = sorted(set(request.GET) - set(rule.query))
    if unknown:
        raise unfit("query_unknown", _("This address doesn't know “%(name)s”.") % {"name": unknown[0]}, unknown[0])
    if rule.body and request.content_type != KINDS[rule.body]:
        raise Problem("media-type", _("Send %(kind)s.") % {"kind": KINDS[rule.body]})
    if rule.body == "multipart":
        _refuse_unknown_fields(request, rule)
    if rule.if_match == "required" and not request.headers.get("If-Match"):
        raise Problem("if-match-missing")
    note_use(token, now=now)
    return visit


def _refuse_unknown_fields(request: HttpRequest, rule: Rule) -> None:
    """What the framework would pass over in silence. A body of JSON is asked by its shape."""
    found = {name: values for sent in (request.POST, request.FILES) for name, values in sent.lists()}
    for name in sorted(set(found) - set(rule.fields)):
        raise unfit("extra_forbidden", SENTENCES["extra_forbidden"], name)
    for name, values in found.items():
        if len(values) > 1:
            raise unfit("too_long", _("Send this once."), name)


def visit_of(request: HttpRequest) -> Visit:
    """What the door found out about this request."""
    found: Visit = request.visit  # type: ignore[attr-defined]
    return found


def etag_of(content: bytes) -> str:
    """The version of an answer."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def refuse_changed(request: HttpRequest, etag: str) -> None:
    """Raise `Problem` where the request names other versions than this one."""
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if etag not in parse_etags(wanted):
        raise Problem("changed")


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With what every answer says; an error that isn't a problem yet becomes one."""
    if response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        response = of_status(response.status_code).response()
    visit = getattr(request, "visit", None)
    if visit is not None:
        for name, value in visit.rate.headers().items():
            response.headers[name] = value
        response.headers["Cache-Control"] = "private, no-cache" if not visit.rule.changes else "no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-cache" if response.status_code < 400 else "no-store")
    patch_vary_headers(response, ["Authorization"])
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
