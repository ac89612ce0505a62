"""Personal data know what they are: each field says why it is kept, and until when (Promise 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Field

FieldT = TypeVar("FieldT", bound="Field[Any, Any]")
_MARK = "personal_because"


@dataclass(frozen=True)
class Purpose:
    """Why a personal field is kept, and when it ends, in words for a page on privacy."""

    purpose: str
    ends: str


def personal(field: FieldT, *, purpose: str, ends: str) -> FieldT:
    """The same field, marked as holding personal data. The database knows nothing of the mark."""
    setattr(field, _MARK, Purpose(purpose, ends))
    return field


def declared() -> dict[str, Purpose]:
    """Every marked field of this installation by its name, `app.Model.field`."""
    return {
        f"{model._meta.label}.{field.name}": getattr(field, _MARK)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if hasattr(field, _MARK)
    }
