"""Life cycles: which states a row can have, which moves lead where, and the one way along them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

State = TypeVar("State", bound=str)


class ForbiddenMove(Exception):
    """A life cycle doesn't lead from here to there; the message names both."""


class MovedMeanwhile(Exception):
    """The row wasn't any more as it was read: somebody else, or a worker, was first. Read it again."""


@dataclass(frozen=True, kw_only=True)
class LifeCycle(Generic[State]):
    """The moves of one kind of row: `of` names it in messages, `column` holds its state.

    `as_read` are further columns that have to be as they were read, such as in whose hand it is. `forbidden` and
    `overtaken` are what is raised, where a room has errors of its own.
    """

    of: str
    moves: Mapping[State, Collection[State]]
    column: str = "state"
    as_read: Collection[str] = ()
    forbidden: type[ForbiddenMove] = ForbiddenMove
    overtaken: type[MovedMeanwhile] = MovedMeanwhile

    def move(self, row: models.Model, to: State, **facts: Any) -> State:
        """Move the row on, with these further columns, in the caller's transaction. Returns the state before.

        The conditional update's row count decides between two who try, on both databases. Raises `forbidden` when the
        state doesn't lead there, `overtaken` when another was first; the row in memory is as before then.
        """
        before: State = getattr(row, self.column)
        if to not in self.moves[before]:
            raise self.forbidden(f"{self.of} cannot go from {before} to {to}")
        unmoved = {name: getattr(row, name) for name in (self.column, *self.as_read)}
        columns = {self.column: to, **facts}
        if not row._meta.base_manager.filter(pk=row.pk, **unmoved).update(**columns):
            raise self.overtaken(row.pk)
        for name, value in columns.items():
            setattr(row, name, value)
        return before
