"""The OpenAPI document: the framework's, with what the door adds to every operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from itac.api.problems import MEDIA_TYPE, PROBLEMS, problem_of
from itac.api.repeating import KEY
from itac.api.rules import RULES, Rule
from itac.api.shapes import ProblemOut

ABOUT = """The door for programs. Each comes with a token of an organisation, as `Authorization: Bearer itac_…`, and may
do what the token's scopes say, under the same rules as people in the Studio. Errors are problems as RFC 9457 has them.
`docs/reference/api.md` says what holds everywhere: versions, repeated requests, pages, rates."""
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key with the same content is worked on once in 24 hours, and answered alike.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^{KEY.pattern}$"},
}
HEADERS: Mapping[str, str] = {
    "ETag": "The version of the post: what `If-Match` asks for.",
    "Location": "Where it stands.",
    "RateLimit": "What is left of this minute, and when it ends.",
    "RateLimit-Policy": "How many requests a minute this token has.",
    "Retry-After": "In how many seconds to ask again.",
    "WWW-Authenticate": "What kind of token is wanted.",
}


class Api(NinjaAPI):
    """Ours: its document says of each operation what the door does."""

    document: Any = None

    def get_openapi_schema(self, **facts: Any) -> Any:
        """The framework's, finished; made once, since anybody may ask for it."""
        if self.document is None:
            self.document = self._finished(**facts)
        return self.document

    def _finished(self, **facts: Any) -> Any:
        with translation.override("en"):
            document = super().get_openapi_schema(**facts)
            document["components"]["schemas"] |= _problem_schemas()
            for methods in document["paths"].values():
                for details in methods.values():
                    _finish(details, RULES[details["operationId"]])
        return document


def build() -> Api:
    """The API without operations. No page of documentation: those that frameworks bring load scripts of others."""
    api = Api(title="ITAC", version="1", description=ABOUT, docs_url=None, urls_namespace="api")
    for kind in (Exception, HttpError, ValidationError):
        api.add_exception_handler(kind, problem_of)
    return api


def statuses(rule: Rule) -> Iterator[int]:
    """All with which an operation can answer when it doesn't do what it was asked."""
    yield from (401, 429, 500)
    if rule.scope is not None:
        yield 403
    if "{" in rule.path:
        yield 404
    if rule.changes:
        yield from (400, 409)
    if rule.body:
        yield from (413, 415)
    if rule.if_match:
        yield 412
    if rule.if_match == "required":
        yield 428
    yield 422


def _finish(details: dict[str, Any], rule: Rule) -> None:
    for parameter in details["parameters"]:
        # The framework repeats a schema's list of examples beside it, where OpenAPI wants them by name.
        parameter.pop("examples", None)
    if rule.scope is not None:
        details["description"] = f"{details.get('description', '')}\n\nScope: `{rule.scope}`.".strip()
    if rule.repeatable:
        details["parameters"].append(KEY_HEADER)
    if rule.if_match:
        details["parameters"].append(
            {
                "in": "header",
                "name": "If-Match",
                "required": rule.if_match == "required",
                "description": "The `ETag` of the post as it was read.",
                "schema": {"type": "string", "minLength": 1, "examples": ['"0123456789abcdef0123456789abcdef"', "*"]},
            }
        )
    good = details["responses"][rule.gives]
    good["headers"] = _headers(*(["ETag"] if rule.versioned else []), *(["Location"] if _is_made(rule) else []))
    if rule.versioned and not rule.changes:
        details["responses"][304] = {"description": "The version that `If-None-Match` names.", "headers": _headers()}
    for status in sorted(statuses(rule)):
        details["responses"][status] = _problem(status)


def _is_made(rule: Rule) -> bool:
    return rule.gives == 201 and not rule.path.endswith("/decisions")


def _problem(status: int) -> dict[str, Any]:
    titles = [str(title) for number, title, _detail in PROBLEMS.values() if number == status]
    extra = {401: ["WWW-Authenticate"], 429: ["Retry-After"]}.get(status, [])
    said = _headers(*extra) if status != 401 else {name: _header(name) for name in extra}
    return {
        "description": " ".join(titles),
        "headers": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: _header(name) for name in (*names, "RateLimit", "RateLimit-Policy")}


def _header(name: str) -> dict[str, Any]:
    return {"description": HEADERS[name], "schema": {"type": "string"}}


def _problem_schemas() -> dict[str, Any]:
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs", {}), "ProblemOut": schema}
