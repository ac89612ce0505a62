"""A post once more: in another week at the same clock time, or in another language, with all that belongs to it.

What comes along: words, pictures with their descriptions, link, sources, the texts of single channels, and the mandate
while its window isn't over. What doesn't: approval, history, deliveries. The copy is a draft like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.walltime import WallTime
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing import planning, recording
from itac.publishing.checking import Problem
from itac.publishing.errors import Unfit
from itac.publishing.models import Mandate, Post
from itac.publishing.writing import Draft, DraftVariant, begin_post, working_draft

WEEKS = 3  # that are offered


@dataclass(frozen=True)
class Copy:
    """The new post, and the pictures that its writer may not use and that stayed behind."""

    post: Post
    left_out: Sequence[str] = ()


def duplicate(actor: Person, post: Post, *, now: datetime, at: WallTime | None = None, language: str = "") -> Copy:
    """A new draft with what the post says: submitted, or as it is being written when it never was.

    It is planned for `at`, if given. With a language it goes out in that one alone, on the post's channels that take
    it; words that are missing in it are left to be translated from the original, which comes along and isn't sent. It
    keeps the post's time then, if that is still to come. Raises `NotAllowed`; `Unfit` when no channel takes the
    language or the time is over.
    """
    draft = Draft.of(post) if post.submitted_at else working_draft(post)[0]
    if language:
        draft = _in_language(draft, language)
        at = at or _time_to_come(post, now)
    usable = (Picture.objects.visible_to(actor) | Picture.objects.filter(organisation=None)).distinct()
    there = usable.in_bulk([item.picture_id for item in draft.pictures])
    gone = [item.picture_id for item in draft.pictures if item.picture_id not in there]
    kept = [item for item in draft.pictures if item.picture_id in there]
    draft = replace(draft, pictures=kept, wished_wall="", wished_zone="")
    with transaction.atomic():
        made = begin_post(
            actor, organisation=post.organisation, draft=draft, now=now, mandate=_mandate_to_come(post, now)
        )
        made.edition, made.grace_seconds = post.edition, post.grace_seconds
        made.save(update_fields=["edition", "grace_seconds"])
        recording.record(made, "post_copied", actor=actor, now=now, of=str(post)[:120])
        if at is not None:
            planning.plan(actor, made, at=at, now=now)
        elif language and post.trigger is not None and post.trigger.fired_at is None:
            planning.plan_for_trigger(actor, made, post.trigger, now=now)
    return Copy(made, list(Picture.objects.filter(pk__in=gone).values_list("title", flat=True)))


def _mandate_to_come(post: Post, now: datetime) -> Mandate | None:
    mandate = post.mandate
    return mandate if mandate is not None and mandate.ended_at is None and now < mandate.closes_at else None


def languages_to_come(post: Post, codes: Sequence[str]) -> list[str]:
    """Those of the languages in which the post doesn't go out yet."""
    draft = Draft.of(post) if post.submitted_at else working_draft(post)[0]
    there = {variant.language for variant in draft.variants}
    return [code for code in codes if code not in there]


def weeks_to_come(post: Post, *, now: datetime) -> list[date]:
    """The next days on which the post's weekday and clock time come again; none for a post without a time."""
    if not post.planned_wall:
        return []
    agreed = WallTime.parse(post.planned_wall, post.planned_zone, post.planned_fold)
    found: list[date] = []
    day = agreed.wall + timedelta(days=7)
    if agreed.instant() < now:  # one long past begins with the coming week, not with those in between
        day += timedelta(days=7 * max(0, (now - agreed.instant()).days // 7 - 1))
    while len(found) < WEEKS:
        if replace(agreed, wall=day).instant() > now:
            found.append(day.date())
        day += timedelta(days=7)
    return found


def _time_to_come(post: Post, now: datetime) -> WallTime | None:
    if not post.planned_wall or post.planned_at is None or post.planned_at <= now:
        return None
    return WallTime.parse(post.planned_wall, post.planned_zone, post.planned_fold)


def _in_language(draft: Draft, language: str) -> Draft:
    """The same draft, going out in that language alone."""
    channels = Channel.objects.defer("secret", "session").in_bulk([item.channel_id for item in draft.variants])
    own = {(item.channel_id, item.language): item for item in draft.variants}
    variants = []
    for channel_id in dict.fromkeys(item.channel_id for item in draft.variants):
        takes = channels[channel_id].languages if channel_id in channels else ["nothing"]
        if takes and language not in takes:
            continue
        like = own.get((channel_id, language)) or next(each for each in draft.variants if each.channel_id == channel_id)
        text = like.text if like.language == language else ""
        variants.append(DraftVariant(channel_id=channel_id, language=language, text=text, options=like.options))
    if draft.variants and not variants:
        raise Unfit([Problem("no_channel_takes_it", _("No channel of this post takes this language."), "language")])
    return replace(draft, variants=variants)
