"""What can go wrong with a verb, sorted by what the caller can do.

PublishingError
├── NotAllowed        the actor may not do this; for the object's sake it looks like "not there"
├── ForbiddenMove     the state doesn't lead there; the message names both
├── MovedMeanwhile    somebody else was first; read again and decide anew
├── Unfit             what was given can't go out as it is; `problems` says why, each with what to do
└── StaleCopy         another person saved meanwhile; nothing was overwritten
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from itac.core import moving

if TYPE_CHECKING:
    from itac.publishing.checking import Problem


class PublishingError(Exception):
    """The root of this room's errors."""


class NotAllowed(PublishingError):
    """The actor may not do this."""


class ForbiddenMove(PublishingError, moving.ForbiddenMove):
    """A life cycle doesn't lead from here to there."""


class MovedMeanwhile(PublishingError, moving.MovedMeanwhile):
    """The row wasn't any more in the state it was read in."""


class Unfit(PublishingError):
    """What was given can't go out as it is."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(problem.message) for problem in problems))


class StaleCopy(PublishingError):
    """The working copy has a newer version than the one this person had read."""
