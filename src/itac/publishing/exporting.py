"""Posts as a table, in the columns that `importing` reads: what a person may see, and nothing else."""

from __future__ import annotations

from zoneinfo import ZoneInfoNotFoundError

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from itac.campaign.models import Person
from itac.core.walltime import WallTime, resolve
from itac.networks.models import Channel
from itac.publishing.checking import Problem
from itac.publishing.errors import Unfit
from itac.publishing.models import Post, Variant
from itac.publishing.plan_columns import Planned, table_of
from itac.publishing.writing import Draft

MOST_POSTS = 2_000


def export_plan(actor: Person, posts: QuerySet[Post], *, language: str) -> list[list[str]]:
    """Those of the posts that this person may read, by their time, with names of columns in that language.

    A submitted post stands there as it was submitted. One that never was is told as it is being written to those who
    may write on it, and to others of its organisation by its title alone, as on its page. Raises `Unfit` for more than
    `MOST_POSTS`. Reads only, in a fixed number of queries.
    """
    found = list(
        Post.objects.visible_to(actor)
        .filter(pk__in=posts.order_by().values("pk"))
        .select_related("organisation", "trigger", "working_copy")
        .prefetch_related("media", Prefetch("variants", Variant.objects.current()))
        .order_by(F("planned_at").asc(nulls_last=True), "pk")[: MOST_POSTS + 1]
    )
    if len(found) > MOST_POSTS:
        sentence = _("These are more than %(most)d posts. Choose a shorter stretch, or fewer channels.")
        raise Unfit([Problem("too_many_posts", sentence % {"most": MOST_POSTS}, "last")])
    writable = set(
        Post.objects.editable_by(actor).filter(pk__in=[post.pk for post in found]).values_list("pk", flat=True)
    )
    slugs = dict(Channel.objects.values_list("pk", "slug"))
    return table_of((_planned(post, post.pk in writable, slugs) for post in found), slugs=slugs, language=language)


def _planned(post: Post, may_write: bool, slugs: dict[int, str]) -> Planned:
    copy = getattr(post, "working_copy", None)
    draft = Draft.from_json(copy.content) if copy and may_write and post.submitted_at is None else Draft.of(post)
    if any(each.channel_id not in slugs for each in draft.variants):  # a draft may name a channel that is gone
        there = [each for each in draft.variants if each.channel_id in slugs]
        draft = Draft.from_json({**draft.as_json(), "variants": [vars(each) for each in there]})
    at = WallTime.parse(post.planned_wall, post.planned_zone, post.planned_fold) if post.planned_wall else _wish(draft)
    return Planned(draft, post.organisation, at, post.trigger.name if post.trigger else "")


def _wish(draft: Draft) -> WallTime | None:
    """The time that a draft wishes for, where nothing is planned yet."""
    try:
        return resolve(draft.wished_wall, draft.wished_zone, which="first") if draft.wished_wall else None
    except (ValueError, ZoneInfoNotFoundError):
        return None
