"""What goes wrong, as RFC 9457 has it: each problem with a name, a title, a sentence and, where it helps, a list.

| name | status | when |
|---|---|---|
The table of all names is `PROBLEMS`; `docs/reference/api.md` has a line for each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.errors import HttpError, ValidationError

from itac.api.saying import sentence_of
from itac.publishing.errors import (
    ForbiddenMove,
    MovedMeanwhile,
    NotAllowed,
    PublishingError,
    StaleCopy,
    Unfit,
)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:itac:problem:"

# Name: status, title, and what to do where nobody says more.
PROBLEMS: Mapping[str, tuple[int, str | Promise, str | Promise]] = {
    "unreadable": (
        400,
        _("The request can't be read."),
        _("Send it whole, and in the form that its Content-Type says."),
    ),
    "no-token": (
        401,
        _("A token is missing, or it isn't good any more."),
        _("Send one as “Authorization: Bearer itac_…”. Coordinators make them in the Studio."),
    ),
    "scope-missing": (403, _("The token may not do this."), _("A coordinator can make one that may.")),
    "not-there": (
        404,
        _("There is nothing at this address."),
        _("It isn't there, it is gone, or it belongs to others."),
    ),
    "method": (405, _("This address doesn't take that method."), _("The header Allow names those that it takes.")),
    "state": (409, _("It isn't in the state for this any more."), _("Read it again, then decide.")),
    "under-way": (409, _("The same request is being worked on."), _("Ask again in a moment.")),
    "changed": (412, _("It was changed since you read it."), _("Read it again, then decide. Nothing was changed.")),
    "too-large": (413, _("What was sent is too large."), _("Send less at once. Nothing was kept.")),
    "media-type": (
        415,
        _("What was sent is of another kind than this address takes."),
        _("The document of the API says which kind it takes."),
    ),
    "unfit": (422, _("What was sent can't be used as it is."), _("Each line of “errors” says what to change.")),
    "key-reused": (
        422,
        _("This Idempotency-Key belongs to another request."),
        _("Take a new key for each request; repeat a request with the very same content."),
    ),
    "if-match-missing": (428, _("Say which version you change."), _("Read the post, and send its ETag as If-Match.")),
    "rate": (
        429,
        _("Too many requests in this minute."),
        _("The header Retry-After says after how many seconds to go on. Nothing was done."),
    ),
    "unexpected": (
        500,
        _("The software met something it doesn't know."),
        _("Nothing was changed. If it happens again, tell whoever runs this installation."),
    ),
}
BY_STATUS = {
    400: "unreadable",
    401: "no-token",
    403: "scope-missing",
    404: "not-there",
    405: "method",
    409: "state",
    412: "changed",
    413: "too-large",
    415: "media-type",
    422: "unfit",
    429: "rate",
}


class Problem(Exception):
    """An answer that isn't what was asked for. `errors` are lines of code, detail and the field they are about."""

    def __init__(
        self,
        name: str,
        detail: str | Promise = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.detail, self.errors, self.headers = name, detail, errors, headers or {}
        super().__init__(name)

    def response(self) -> HttpResponse:
        """As an answer, in the language that was asked for."""
        status, title, usual = PROBLEMS[self.name]
        detail = str(self.detail or usual)
        body: dict[str, Any] = {"type": TYPE + self.name, "title": str(title), "status": status, "detail": detail}
        if self.errors:
            body["errors"] = [dict(line) for line in self.errors]
        content = json.dumps(body, ensure_ascii=False)
        return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=dict(self.headers))


def unfit(code: str, detail: str | Promise, field: str = "") -> Problem:
    """A problem of one line."""
    return Problem("unfit", errors=[{"code": code, "detail": str(detail), "field": field}])


def of_verb(error: PublishingError) -> Problem:
    """What a program reads when a verb said no. "Not yours" looks like "not there"."""
    if isinstance(error, NotAllowed):
        return Problem("not-there")
    if isinstance(error, Unfit):
        lines = [{"code": each.code, "detail": str(each.message), "field": each.field} for each in error.problems]
        return Problem("unfit", errors=lines)
    if isinstance(error, StaleCopy):
        return Problem("changed", _("Somebody saved it meanwhile. Read it again; nothing was overwritten."))
    if isinstance(error, (MovedMeanwhile, ForbiddenMove)):
        return Problem("state", _("Somebody else was first, or it never was in that state. Read it again."))
    raise error


def of_shape(error: ValidationError) -> Problem:
    """What a program reads when what it sent hasn't the shape that the document says."""
    lines = [
        {
            "code": str(line["type"]),
            "detail": sentence_of(line),
            "field": _field(*line["loc"]),
        }
        for line in error.errors
    ]
    return Problem("unfit", errors=lines)


def _field(source: object, *steps: object) -> str:
    """`variants/0/channel`: what the framework calls the whole body isn't told."""
    return "/".join(str(step) for step in (steps[1:] if source == "body" else steps))


def of_status(status: int) -> Problem:
    """The problem of a status that Django or the framework gave by itself."""
    return Problem(BY_STATUS.get(status, "unreadable" if status < 500 else "unexpected"))


def problem_of(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The framework's errors and the verbs', as problems; for `NinjaAPI.add_exception_handler`."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, PublishingError):
        return of_verb(error).response()
    if isinstance(error, ValidationError):
        return of_shape(error).response()
    if isinstance(error, Http404):
        return Problem("not-there").response()
    if isinstance(error, HttpError):
        return of_status(error.status_code).response()
    raise error
