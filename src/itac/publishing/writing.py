"""Writing a post: the working copy is saved as often as wanted; only submitting it makes it the post."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import AuditEntry, Organisation, Person
from itac.core.localised import Localised
from itac.core.walltime import WallTime
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing import approving, planning, recording, repeating
from itac.publishing.checking import Problem
from itac.publishing.errors import MovedMeanwhile, NotAllowed, StaleCopy, Unfit
from itac.publishing.models import (
    Delivery,
    Mandate,
    Post,
    PostKind,
    PostMedia,
    State,
    Trigger,
    Variant,
    WorkingCopy,
)
from itac.publishing.signals import post_submitted

T = TypeVar("T")
ASKED_AT_ONCE = 400  # addresses in one query
OTHERS_FIRST = 10  # how often others may be first while a post is begun


@dataclass(frozen=True, kw_only=True)
class DraftPicture:
    """A picture of a draft, with its words per language."""

    picture_id: int
    alt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DraftVariant:
    """Where and in which language a draft goes; an empty text inherits the draft's own."""

    channel_id: int
    language: str
    text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person is writing. `original` is the language the texts were first written in."""

    title: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    original: str = "en"
    pictures: Sequence[DraftPicture] = ()
    variants: Sequence[DraftVariant] = ()
    link_address: str = ""
    link_title: Mapping[str, str] = field(default_factory=dict)
    link_description: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[Mapping[str, str]] = ()
    kind: str = PostKind.STATEMENT.value
    # When it should leave, on the clock of a zone: a wish, which only planning makes a time.
    wished_wall: str = ""
    wished_zone: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form in which a working copy keeps it."""
        return {
            "title": dict(self.title),
            "text": dict(self.text),
            "original": self.original,
            "pictures": [{"picture_id": item.picture_id, "alt": dict(item.alt)} for item in self.pictures],
            "variants": [
                {"channel_id": v.channel_id, "language": v.language, "text": v.text, "options": dict(v.options)}
                for v in self.variants
            ],
            "link_address": self.link_address,
            "link_title": dict(self.link_title),
            "link_description": dict(self.link_description),
            "sources": [dict(source) for source in self.sources],
            "kind": self.kind,
            "wished_wall": self.wished_wall,
            "wished_zone": self.wished_zone,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Draft:
        """Back from a working copy."""
        rest = {key: item for key, item in value.items() if key not in {"pictures", "variants"}}
        return cls(
            pictures=[DraftPicture(**item) for item in value.get("pictures", ())],
            variants=[DraftVariant(**item) for item in value.get("variants", ())],
            **rest,
        )

    def says(self) -> list[tuple[int, str]]:
        """Its words on each channel, by the channel's id."""
        return [(each.channel_id, each.text or self.text.get(each.language, "")) for each in self.variants]

    @classmethod
    def of(cls, post: Post) -> Draft:
        """The submitted post, as a draft to go on with."""
        return cls(
            title=post.title.texts,
            text=post.text.texts,
            original=post.text.original,
            pictures=[DraftPicture(picture_id=item.picture_id, alt=item.alt.texts) for item in post.media.all()],
            variants=[
                DraftVariant(channel_id=v.channel_id, language=v.language, text=v.text, options=v.options)
                for v in post.variants.all()  # not `current()`: they may have been read for many posts at once
                if v.taken_out_at is None
            ],
            link_address=post.link_address,
            link_title=post.link_title.texts,
            link_description=post.link_description.texts,
            sources=post.sources,
            kind=post.kind,
        )


@dataclass(frozen=True, kw_only=True)
class Seat:
    """The page that saves, and the how manieth of its saves it is; without one, a save knows itself by nothing."""

    key: str = ""
    turn: int = 0


NO_SEAT = Seat()


def begin_post(
    actor: Person,
    *,
    organisation: Organisation | None,
    draft: Draft,
    now: datetime,
    seat: Seat = NO_SEAT,
    mandate: Mandate | None = None,
) -> Post:
    """A new post of that organisation (None: the campaign) with the draft as its working copy; nothing is submitted.

    With a mandate of that organisation's it is said under it: in its window, on its channels, with its signature.
    Asked again from the same seat, it is the post begun before, with what is typed now: an answer lost on the way makes
    no second post. Raises `NotAllowed` unless the actor writes for the organisation, and `StaleCopy` when somebody else
    has saved what was begun.
    """
    _writes_for(actor, organisation)
    if mandate is not None and mandate.organisation_id != (organisation.pk if organisation else None):
        raise NotAllowed("That take-over is another organisation's.")
    who = _Speaker(actor, organisation, mandate)
    try:
        return _though_others_begin(lambda: _begun_before(who, draft, now, seat) or _begin(who, draft, now, seat))
    except IntegrityError as error:
        if not seat.key:
            raise
        raise StaleCopy(seat.key) from error


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A post to begin: who speaks, what they say, and when it is to leave: then, when that happens, or not said yet."""

    organisation: Organisation | None
    draft: Draft
    at: WallTime | None = None
    trigger: Trigger | None = None


def begin_posts(
    actor: Person, beginnings: Sequence[Beginning], *, now: datetime, origin: str, **facts: Any
) -> list[Post]:
    """Begin and plan many posts at once, or none: each as `begin_post` and `planning` would, in a few queries for all.

    Each one's history says where it comes from: a line of the kind `origin` with these facts. Raises `NotAllowed`
    unless the actor writes for all those organisations, and `Unfit` for a time in the past.
    """
    for organisation in {each.organisation for each in beginnings}:
        _writes_for(actor, organisation)

    def begin() -> list[Post]:
        posts = []
        for each, slug in zip(beginnings, _free_slugs([each.draft for each in beginnings]), strict=True):
            time = planning.columns_of(each.at, now=now) if each.at else {"trigger": each.trigger}
            posts.append(_new(_Speaker(actor, each.organisation, None), each.draft, slug, now, **time))
        _store(posts, [each.draft for each in beginnings], actor, now, NO_SEAT)
        lines = [recording.line_of(post, origin, actor=actor, now=now, **facts) for post in posts]
        AuditEntry.objects.bulk_create([*lines, *planning.lines_of_new(posts, actor=actor, now=now)])
        return posts

    return _though_others_begin(begin)


def _though_others_begin(begin: Callable[[], T]) -> T:
    """What `begin` stores, in a transaction; once more where meanwhile another call from the same seat was first, or
    another post took the same address."""
    for _try in range(OTHERS_FIRST):
        try:
            with transaction.atomic():
                return begin()
        except IntegrityError:
            continue
    with transaction.atomic():
        return begin()


@dataclass(frozen=True)
class _Speaker:
    """Who writes, in whose name, under which mandate."""

    actor: Person
    organisation: Organisation | None
    mandate: Mandate | None


def _begin(who: _Speaker, draft: Draft, now: datetime, seat: Seat) -> Post:
    post = _new(who, draft, _free_slugs([draft])[0], now)
    _store([post], [draft], who.actor, now, seat)
    return post


def _new(who: _Speaker, draft: Draft, slug: str, now: datetime, **time: Any) -> Post:
    """The row of a post that isn't stored yet."""
    facts = {"organisation": who.organisation, "mandate": who.mandate, "author": who.actor, "created_at": now}
    return Post(slug=slug, title=Localised(draft.title, draft.original), **facts, **time)


def _store(posts: Sequence[Post], drafts: Sequence[Draft], actor: Person, now: datetime, seat: Seat) -> None:
    """Posts with their working copies, their words on each channel, and the first line of their histories."""
    Post.objects.bulk_create(posts)
    facts = {"saved_by": actor, "saved_at": now, "seat": seat.key, "turn": seat.turn, "begun_in": seat.key}
    pairs = list(zip(posts, drafts, strict=True))
    WorkingCopy.objects.bulk_create(WorkingCopy(post=post, content=draft.as_json(), **facts) for post, draft in pairs)
    repeating.keep_all({post.pk: draft.says() for post, draft in pairs})
    AuditEntry.objects.bulk_create(recording.line_of(post, "post_begun", actor=actor, now=now) for post in posts)


def _begun_before(who: _Speaker, draft: Draft, now: datetime, seat: Seat) -> Post | None:
    """The post that this seat began, with what is typed now; until it is submitted, who speaks may change too."""
    if not seat.key:
        return None
    copy = WorkingCopy.objects.filter(begun_in=seat.key, post__author=who.actor).select_related("post").first()
    if copy is None:
        return None
    if copy.seat != seat.key:
        raise StaleCopy(copy.post_id)
    if seat.turn < copy.turn:
        return copy.post
    try:
        save_working_copy(who.actor, copy.post, draft, version=copy.version, now=now, seat=seat)
    except StaleCopy:
        # A later save of this same page was quicker: what it typed stands, and this is older.
        if not WorkingCopy.objects.filter(pk=copy.pk, seat=seat.key).exists():
            raise
    else:
        drafts = Post.objects.filter(pk=copy.post_id, submitted_at=None)
        drafts.update(organisation=who.organisation, mandate=who.mandate)
    return copy.post


def save_working_copy(
    actor: Person, post: Post, draft: Draft, *, version: int, now: datetime, seat: Seat = NO_SEAT
) -> int:
    """Keep what was typed; voids nothing, sends nothing. Returns the new version.

    `version` is the one the person had read: when another has saved since, `StaleCopy`, and nothing is overwritten. A
    save of the same seat with an earlier turn isn't another's: its answer was lost on the way.
    """
    _writes_for(actor, post.organisation)
    facts = {"content": draft.as_json(), "saved_by": actor, "saved_at": now, "seat": seat.key, "turn": seat.turn}
    known = Q(version=version)
    if seat.key:
        known |= Q(seat=seat.key, saved_by=actor, turn__lt=seat.turn)
    with transaction.atomic():
        if WorkingCopy.objects.filter(known, post=post).update(version=F("version") + 1, **facts):
            if post.submitted_at is None:  # from then on the submitted words count
                repeating.keep(post, draft.says())
            return WorkingCopy.objects.values_list("version", flat=True).get(post=post)
        if version != 0:
            raise StaleCopy(post.pk)
        try:
            with transaction.atomic():
                WorkingCopy.objects.create(post=post, version=1, **facts)
        except IntegrityError as error:
            raise StaleCopy(post.pk) from error
    return 1


def working_draft(post: Post) -> tuple[Draft, int]:
    """What a person goes on with: the working copy and its version, else the submitted post and 0."""
    copy = WorkingCopy.objects.filter(post=post).first()
    return (Draft.from_json(copy.content), copy.version) if copy else (Draft.of(post), 0)


def submit_working_copy(actor: Person, post: Post, *, now: datetime) -> bool:
    """Make the working copy the post, in one piece. Returns whether that ended an approval (Promise 2).

    Deliveries of variants that are no more are cancelled when they haven't begun; one that has begun keeps the content
    it froze. Raises `NotAllowed`, or `Unfit` when the draft names pictures or channels the actor can't use.
    """
    _writes_for(actor, post.organisation)
    with transaction.atomic():
        copy = WorkingCopy.objects.filter(post=post).first()
        if copy is None:
            return False
        draft = Draft.from_json(copy.content)
        pictures, channels = _resolve(actor, post, draft)
        _write_texts(post, draft, now)
        _write_pictures(post, draft, pictures)
        _write_variants(post, draft, channels, actor, now)
        repeating.keep(post, draft.says())
        copy.delete()
        voided = approving.void_if_changed(post, now=now)
        recording.record(post, "post_submitted_voiding" if voided else "post_submitted", actor=actor, now=now)
        transaction.on_commit(partial(post_submitted.send_robust, sender=Post, pk=post.pk, voided=voided))
    return voided


def discard_working_copy(actor: Person, post: Post, *, now: datetime) -> None:
    """Throw away what was typed since the last submission."""
    _writes_for(actor, post.organisation)
    with transaction.atomic():
        if WorkingCopy.objects.filter(post=post).delete()[0]:
            recording.record(post, "post_discarded", actor=actor, now=now)


def discard_draft(actor: Person, post: Post, *, now: datetime) -> None:
    """Throw away a post that was never submitted; who has it open keeps what they typed on their device.

    Raises `MovedMeanwhile` where it was submitted: from then on it has a history, which stays.
    """
    _writes_for(actor, post.organisation)
    with transaction.atomic():
        drafts = Post.objects.filter(pk=post.pk, submitted_at=None)
        if not drafts.exists():
            raise MovedMeanwhile(post.pk)
        recording.record(post, "post_draft_discarded", actor=actor, now=now)
        drafts.delete()


def _writes_for(actor: Person, organisation: Organisation | None) -> None:
    if not actor.is_coordinator and "editor" not in actor.duties(organisation):
        raise NotAllowed("This person doesn't write for that organisation.")


def _free_slugs(drafts: Sequence[Draft]) -> list[str]:
    """An address for each: the words of its title, and behind them the lowest number that makes it nobody else's.

    The database is asked about whole addresses, some at once: its index finds those, and not how one begins.
    """
    stems = [_stem(draft) for draft in drafts]
    asked: set[str] = set()
    taken: set[str] = set()

    def ask(names: Iterable[str]) -> None:
        fresh = sorted(set(names) - asked)
        asked.update(fresh)
        for start in range(0, len(fresh), ASKED_AT_ONCE):
            taken.update(
                Post.objects.filter(slug__in=fresh[start : start + ASKED_AT_ONCE]).values_list("slug", flat=True)
            )

    ask(_numbered(stem, number) for stem in stems for number in (1, 2, 3))
    found = []
    for stem in stems:
        number = 1
        while (slug := _numbered(stem, number)) in taken:
            number += 1
            if _numbered(stem, number) not in asked:
                ask(_numbered(stem, each) for each in range(number, 2 * number + len(stems)))
        taken.add(slug)
        found.append(slug)
    return found


def _stem(draft: Draft) -> str:
    words = next((text for text in (draft.title.get("en"), *draft.title.values()) if text), "")
    return slugify(words)[:80].strip("-") or "post"


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def _resolve(actor: Person, post: Post, draft: Draft) -> tuple[dict[int, Picture], dict[int, Channel]]:
    usable = (
        Picture.objects.visible_to(actor)
        | Picture.objects.filter(organisation=None)
        | Picture.objects.filter(post_media__post=post)
    )
    pictures = usable.distinct().in_bulk([item.picture_id for item in draft.pictures])
    channels = Channel.objects.in_bulk([item.channel_id for item in draft.variants])
    if any(item.picture_id not in pictures for item in draft.pictures):
        raise Unfit([Problem("picture_gone", _("A picture of this post is gone. Choose another."), "pictures")])
    if any(item.channel_id not in channels for item in draft.variants):
        raise Unfit([Problem("channel_gone", _("A channel of this post is gone. Choose another."), "variants")])
    return pictures, channels


def _write_texts(post: Post, draft: Draft, now: datetime) -> None:
    def localised(texts: Mapping[str, str]) -> Localised:
        return Localised({code: text for code, text in texts.items() if text}, draft.original)

    post.kind = draft.kind
    post.title, post.text = localised(draft.title), localised(draft.text)
    post.link_address = draft.link_address
    post.link_title, post.link_description = localised(draft.link_title), localised(draft.link_description)
    post.sources = [dict(source) for source in draft.sources]
    post.submitted_at = now
    post.save()


def _write_pictures(post: Post, draft: Draft, pictures: Mapping[int, Picture]) -> None:
    post.media.all().delete()
    PostMedia.objects.bulk_create(
        PostMedia(post=post, picture=pictures[item.picture_id], place=place, alt=Localised(item.alt, draft.original))
        for place, item in enumerate(draft.pictures)
    )


def _write_variants(post: Post, draft: Draft, channels: Mapping[int, Channel], actor: Person, now: datetime) -> None:
    kept = set()
    for item in draft.variants:
        variant = _variant_for(post, channels[item.channel_id], item.language)
        variant.text, variant.options, variant.taken_out_at = item.text, dict(item.options), None
        variant.save()
        kept.add(variant.pk)
    gone = post.variants.current().exclude(pk__in=kept)
    planning.follow_variants(post, gone=list(gone), actor=actor, now=now)
    gone.exclude(deliveries=None).update(taken_out_at=now)
    gone.delete()


def _variant_for(post: Post, channel: Channel, language: str) -> Variant:
    """The variant to write to. One taken out comes back if something of it may be on the network (Promise 1)."""
    there = post.variants.filter(channel=channel, language=language)
    alive = Delivery.objects.exclude(state=State.CANCELLED)
    found = there.current().first() or there.filter(deliveries__in=alive).first()
    return found or Variant(post=post, channel=channel, language=language)
