"""How an operation joins the API: by its line in `rules.RULES`, and by no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.security import HttpBearer

from itac.api.doors import visit_of
from itac.api.rules import RULES

router = Router()


class Token(HttpBearer):
    """Told to the document; the door has asked already, because it guards what comes before an operation too."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token that the door found."""
        return visit_of(request).token


def operation(answer: Any = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the function the operation of its name. Raises `KeyError` for one without a rule."""

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        name = view.__name__
        rule = RULES[name]
        joined: Callable[..., Any] = router.api_operation(
            [rule.method],
            rule.path,
            response={rule.gives: answer},
            operation_id=name,
            url_name=name,
            summary=rule.summary,
            tags=[rule.path.split("/")[1]],
            auth=Token(),
        )(view)
        return joined

    return register
