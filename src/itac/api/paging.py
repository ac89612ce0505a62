"""Long lists, a page at a time: a cursor names the last row that was read, so that new rows shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from itac.api.problems import unfit

Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=300)]
A_PAGE = 25


def page_of(
    rows: QuerySet[Any], *, order: Sequence[str], cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """The rows after the cursor, and the next cursor, None at the end. `order` must make each place unique.

    Raises `Problem` for a cursor that isn't one of ours.
    """
    if cursor:
        rows = rows.filter(_beyond(order, _read(cursor, len(order))))
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return found, None
    return found[:limit], _write([_value(found[limit - 1], name.lstrip("-")) for name in order])


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    found, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        found |= same & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{field: value})
    return found


def _write(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    """The moment first, then numbers, as `_write` made them."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment, *numbers = json.loads(text)
        at = datetime.fromisoformat(moment)
    except (ValueError, TypeError, RecursionError) as error:
        raise _wrong() from error
    whole = all(isinstance(each, int) and not isinstance(each, bool) and 0 <= each < 2**62 for each in numbers)
    if at.tzinfo is None or at.year not in range(1990, 2200) or not whole or len(numbers) != length - 1:
        raise _wrong()
    return [at, *numbers]


def _wrong() -> Exception:
    return unfit("cursor", _("This isn't a cursor. Take the one of the page before."), "cursor")
