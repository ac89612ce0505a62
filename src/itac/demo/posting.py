"""The demonstration's posts, taken through the engine's own verbs: written, planned, approved, sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils.text import slugify

from itac.campaign.models import Campaign, Duty, Edition, Organisation, Person, Role
from itac.core.walltime import WallTime
from itac.demo import drawing
from itac.demo.reading import facts, words
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing import approving, commenting, deciding, planning, writing
from itac.publishing.models import Delivery, Mandate, Post, State, Verdict
from itac.publishing.writing import Draft, DraftPicture, DraftVariant
from itac.website.weaving import portrait_of

WEBSITE, BY_HAND = "website", "by-hand"
CREDIT, LICENCE = "ITAC", "CC BY 4.0"
LANGUAGES = ("en", "es")
CO_CHAIRS = ("government-of-canada", "government-of-ecuador")  # who approves what is no take-over's


def already_there(row: dict[str, Any]) -> bool:
    """Whether this post of the data was written before."""
    return Post.objects.filter(slug=slugify(row["title"]["en"])[:80].strip("-")).exists()


def send_past(row: dict[str, Any], *, today: datetime) -> datetime:
    """One of the posts of the past days: written, planned, and approved by both co-chairs. Returns when it is due."""
    day = Campaign.current().local(today).date() - timedelta(days=row["days_ago"])
    at = WallTime(datetime.combine(day, datetime.strptime(row["at"], "%H:%M").time()), Campaign.current().zone)  # noqa: DTZ007
    due = at.instant()
    if not already_there(row):
        post = write(row, now=due - timedelta(days=2))
        plan_and_ask(post, at=at, now=due - timedelta(days=2))
        for approver, asked in co_chairs():
            decide(approver, asked, post, Verdict.APPROVE, now=due - timedelta(days=1))
    return due


def plan_what_comes(*, now: datetime) -> None:
    """What the first start makes: one post that waits, one held, one sent back (`taking_over` makes the take-overs).

    Through the engine's verbs, in the caller's transaction. Whatever is there already stays as it is.
    """
    rows = facts("posts")
    for kind in ("waiting", "held", "returned"):
        for row in rows[kind]:
            day = Campaign.current().local(now).date() + timedelta(days=row["in_days"])
            clock_time = datetime.combine(day, datetime.strptime(row["at"], "%H:%M").time())  # noqa: DTZ007
            _coming(row, at=WallTime(clock_time, Campaign.current().zone), now=now)


def _coming(row: dict[str, Any], *, at: WallTime, now: datetime) -> None:
    if already_there(row):
        return
    post = write(row, now=now)
    plan_and_ask(post, at=at, now=now)
    for approver, asked in co_chairs():
        if asked.slug in row.get("approved_by", ()):
            decide(approver, asked, post, Verdict.APPROVE, now=now)
        if asked.slug == row.get("returned_by"):
            decide(approver, asked, post, Verdict.CHANGES, now=now, reason=row["reason"])
    for approver, asked in co_chairs():
        if asked.slug == row.get("asked_by"):
            question = row["question"][approver.language].format(writer=post.author)
            commenting.comment(approver, post, question, now=now)
    if "note" in row:
        for delivery in Delivery.objects.filter(variant__post=post, state=State.PLANNED):
            deciding.hold(coordinator(), delivery, now=now, note=row["note"])


@dataclass(frozen=True)
class Speaker:
    """For whom a post is written, and by whom."""

    organisation: Organisation | None
    writer: Person


def speaker_of(row: dict[str, Any]) -> Speaker:
    """The organisation's editor; for the campaign itself its coordinator."""
    organisation = Organisation.objects.get(slug=row["speaker"]) if "speaker" in row else None
    if organisation is None:
        return Speaker(None, coordinator())
    return Speaker(organisation, Role.objects.get(organisation=organisation, duty=Duty.EDITOR).person)


def coordinator() -> Person:
    """The demonstration's coordinator."""
    return Person.objects.filter(is_coordinator=True).order_by("pk")[0]


def co_chairs() -> list[tuple[Person, Organisation]]:
    """Who approves, and for whom."""
    roles = Role.objects.filter(duty=Duty.APPROVER, organisation__slug__in=CO_CHAIRS)
    roles = roles.select_related("person", "organisation").order_by("pk")
    return [(role.person, role.organisation) for role in roles]


def write(row: dict[str, Any], *, now: datetime, mandate: Mandate | None = None) -> Post:
    """The post, submitted; with a mandate it is a take-over's."""
    speaker = speaker_of(row)
    website = Channel.objects.get(slug=WEBSITE)
    variants = [DraftVariant(channel_id=website.pk, language=language) for language in LANGUAGES]
    if "by_hand" in row:
        hand = Channel.objects.get(slug=BY_HAND)
        variants += [
            DraftVariant(channel_id=hand.pk, language=language, text=text) for language, text in row["by_hand"].items()
        ]
    pictures = []
    if "picture" in row:
        pictures = [DraftPicture(picture_id=picture_for(row["picture"]).pk, alt=row["picture"]["alt"])]
    draft = Draft(title=row["title"], text=row["text"], pictures=pictures, variants=variants, sources=row["sources"])
    post = writing.begin_post(speaker.writer, organisation=speaker.organisation, draft=draft, now=now, mandate=mandate)
    writing.submit_working_copy(speaker.writer, post, now=now)
    if "edition" in row:
        Post.objects.filter(pk=post.pk).update(edition=Edition.objects.get(slug=row["edition"]))
    post.refresh_from_db()
    return post


def plan_and_ask(post: Post, *, at: WallTime, now: datetime) -> None:
    """Planned for that clock time, and its approvers asked."""
    actor = post.author
    assert actor is not None
    planning.plan(actor, post, at=at, now=now)
    post.refresh_from_db()
    approving.ask(actor, post, now=now)


def decide(
    approver: Person, organisation: Organisation, post: Post, verdict: Verdict, *, now: datetime, reason: str = ""
) -> None:
    """One answer for one organisation."""
    request = approving.request_in_force(post)
    assert request is not None
    approving.decide(
        approver, request, organisation=organisation, verdict=verdict, seal=request.seal, reason=reason, now=now
    )


def picture_for(row: dict[str, Any]) -> Picture:
    """The illustration, drawn once; a file that is gone is drawn again."""
    picture = Picture.objects.filter(title=row["title"], organisation=None).first()
    if picture is not None and picture.file.storage.exists(picture.file.name):
        return picture
    svg = drawing.strands(**row["strands"]) if "strands" in row else drawing.side_by_side(_cloths(row["portraits"]))
    picture = picture or Picture(title=row["title"], credit=CREDIT, licence=LICENCE, alt=words(row["alt"]))
    picture.file = ContentFile(drawing.png(svg), name=f"{slugify(row['title'])}.png")
    picture.save()
    return picture


def _cloths(slugs: list[str]) -> list[str]:
    found = {each.slug: each for each in Organisation.objects.filter(slug__in=slugs)}
    return [portrait_of(found[slug]) for slug in slugs]
