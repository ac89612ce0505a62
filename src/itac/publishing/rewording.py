"""Setting the words of what is out right in one go: written, submitted, asked about, and planned as a correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from itac.campaign.models import Person
from itac.publishing import approving, righting, writing
from itac.publishing.models import Post, Righting
from itac.publishing.writing import Draft

TO_ANSWER = timedelta(days=2)  # how long the approval of a correction holds at least


@dataclass(frozen=True)
class Reworded:
    """What is being set right, and whether it waits for its approvers' yes."""

    rightings: list[Righting]
    is_asked: bool


def reword(
    actor: Person,
    post: Post,
    draft: Draft,
    *,
    note: str,
    now: datetime,
    is_urgent: bool = False,
    take_down_elsewhere: bool = True,
) -> Reworded:
    """The draft becomes the post, and takes the place of what stands on the networks: once its approvers, who are asked
    by this, have said yes; at once where a coordinator says that it is urgent.

    All of it or nothing. Raises what `writing`, `approving.ask` and `righting.correct` raise; `StaleCopy` when somebody
    has typed changes that aren't submitted.
    """
    with transaction.atomic():
        writing.save_working_copy(actor, post, draft, version=0, now=now)
        writing.submit_working_copy(actor, post, now=now)
        post.refresh_from_db()
        if not is_urgent:
            until = max(now + TO_ANSWER, post.planned_at + approving.AROUND if post.planned_at else now)
            approving.ask(actor, post, now=now, window=(now, until))
        made = righting.correct(
            actor, post, note=note, now=now, is_urgent=is_urgent, take_down_elsewhere=take_down_elsewhere
        )
    return Reworded(made, is_asked=not is_urgent)
