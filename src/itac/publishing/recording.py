"""The history of a post that no other row tells: its lines in the audit log, and how they read.

Deliveries' moves, questions, answers, corrections are rows of their own; `studio.history` reads all of them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from itac.campaign import auditing
from itac.campaign.models import AuditEntry, Person
from itac.publishing.models import Post


def record(post: Post, kind: str, *, actor: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened to the post, in the caller's transaction. Facts are JSON; clock times as `clock_of` gives."""
    line_of(post, kind, actor=actor, now=now, **facts).save()


def line_of(post: Post, kind: str, *, actor: Person | None, now: datetime, **facts: Any) -> AuditEntry:
    """The line that `record` writes, not written yet."""
    return auditing.entry_of(kind, actor=actor, organisation=post.organisation, now=now, about=post, **facts)


def clock_of(post: Post) -> dict[str, str]:
    """The post's agreed time as a fact: the clock and its zone as chosen; empty without one."""
    return {"wall": post.planned_wall, "zone": post.planned_zone} if post.planned_wall else {}


def _planned(words: Mapping[str, Any]) -> str:
    """`Ana moved it from 10:00 to 11:30, Quito`: the clock that was agreed on, said as short as is clear."""
    before, after = words.get("before") or {}, words["after"]
    names = {**words, "zone": after["zone"].rpartition("/")[2].replace("_", " ")}
    if not before:
        return _("%(who)s planned it for %(after)s, %(zone)s.") % {**names, "after": _clock(after["wall"])}
    if before["zone"] != after["zone"]:
        there = before["zone"].rpartition("/")[2].replace("_", " ")
        both = {"before": _clock(before["wall"]), "there": there, "after": _clock(after["wall"])}
        return _("%(who)s moved it from %(before)s, %(there)s, to %(after)s, %(zone)s.") % {**names, **both}
    same_day = before["wall"][:10] == after["wall"][:10]
    short = {
        side: clock["wall"][11:16] if same_day else _clock(clock["wall"])
        for side, clock in (("before", before), ("after", after))
    }
    return _("%(who)s moved it from %(before)s to %(after)s, %(zone)s.") % {**names, **short}


def _clock(wall: str) -> str:
    """`18 December 2026, 18:00`, of a clock time that is nobody's instant."""
    moment = timezone.make_aware(datetime.fromisoformat(wall), timezone.get_current_timezone())
    day = date_format(moment, pgettext("day, month, year", "j F Y"), use_l10n=False)
    return _("%(day)s, %(time)s") % {"day": day, "time": wall[11:16]}


auditing.sentences(
    {
        "post_begun": gettext_lazy("%(who)s began it."),
        "post_imported": gettext_lazy("It came with a spreadsheet of %(who)s: %(file)s."),
        "post_copied": gettext_lazy("%(who)s made it from another post: %(of)s."),
        "post_submitted": gettext_lazy("%(who)s submitted it."),
        "post_submitted_voiding": gettext_lazy("%(who)s submitted a change, which ended its approval."),
        "post_discarded": gettext_lazy("%(who)s threw away changes that weren't submitted."),
        "post_draft_discarded": gettext_lazy("%(who)s threw away a draft: %(name)s."),
        "post_planned": _planned,
        "post_waits": gettext_lazy("%(who)s lets it wait for this to happen: %(event)s."),
        "post_urgent": gettext_lazy("%(who)s said that it is urgent: it leaves also while others have the floor."),
        "post_not_urgent": gettext_lazy("%(who)s said that it isn't urgent."),
        "happened": gettext_lazy("%(who)s said that this happened: %(name)s."),
    }
)
