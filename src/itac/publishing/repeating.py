"""Whether a channel has said the same before, or is about to: a warning, never a wall.

Texts are compared without case, signs and spaces. Each post keeps the digest of what it says on each channel, so the
same words are found by an index among any number of posts, and no text is read for it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import regex
from django.db.models import Q, QuerySet

from itac.campaign.models import Person
from itac.networks.models import Channel
from itac.publishing.models import Delivery, Post, State, Wording

DAYS = 90  # what went out longer ago may be said again
LEAVING = (State.PLANNED, State.HELD, State.SENDING, State.AWAITING, State.UNCERTAIN)
MOST = 2_000  # of the newest posts with such words that are looked at
ASKED_AT_ONCE = 400
_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")

Says = tuple[int, str]  # a channel's id, and the text on it


@dataclass(frozen=True)
class Repeat:
    """A post that says the same on that channel: when it left or leaves (None: when its event happens)."""

    channel: Channel
    digest: str
    post: Post
    at: datetime | None
    is_out: bool
    may_read: bool  # else only its public `address` may be told
    address: str = ""


def digest_of(text: str) -> str:
    """Short name of a text's words. "" for a text without any; one of signs alone is compared by its signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = _BETWEEN_WORDS.sub(" ", plain).strip() or " ".join(plain.split())
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""


def keep(post: Post, says: Iterable[Says]) -> None:
    """From now on these are the post's words on its channels; in the caller's transaction, nothing if they were."""
    keep_all({post.pk: says})


def keep_all(says: Mapping[int, Iterable[Says]]) -> None:
    """The same for many posts, by their ids, with as many queries as for one."""
    wanted = {
        (post_id, channel_id, digest)
        for post_id, pairs in says.items()
        for channel_id, text in pairs
        if (digest := digest_of(text))
    }
    rows = Wording.objects.filter(post__in=list(says))
    there = {(row.post_id, row.channel_id, row.digest): row.pk for row in rows}
    if gone := [pk for words, pk in there.items() if words not in wanted]:
        Wording.objects.filter(pk__in=gone).delete()
    if new := wanted - there.keys():
        # A draft may name channels that are gone meanwhile; submitting says so.
        known = set(Channel.objects.filter(pk__in={words[1] for words in new}).values_list("pk", flat=True))
        fresh = [Wording(post_id=post, channel_id=on, digest=words) for post, on, words in sorted(new) if on in known]
        Wording.objects.bulk_create(fresh, ignore_conflicts=True)


def repeats(actor: Person, says: Iterable[Says], *, today: date, besides: Post | None = None) -> list[Repeat]:
    """Posts with the same words on the same channel: planned, or out since `DAYS` days. Those out come first.

    What is out is public, so it is told of every organisation. What is planned is told only of posts this person may
    read: otherwise guessing a text would tell whether others have it. Reads only, in a fixed number of queries.
    """
    wanted = {(channel_id, digest) for channel_id, text in says if (digest := digest_of(text))}
    found = [pair for pair in _with_these_words(wanted, besides) if (pair.channel_id, pair.digest) in wanted]
    if not found:
        return []
    ids = {each.post_id for each in found}
    posts = Post.objects.filter(pk__in=ids).select_related("organisation").in_bulk()
    channels = Channel.objects.defer("secret", "session").in_bulk({each.channel_id for each in found})
    readable = set(Post.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    writable = set(Post.objects.editable_by(actor).filter(pk__in=ids).values_list("pk", flat=True))
    deliveries = _deliveries(ids, today)
    told: list[Repeat] = []
    for each in found:
        post, channel = posts[each.post_id], channels[each.channel_id]
        delivery = deliveries.get((post.pk, channel.pk))
        known = partial(Repeat, channel, each.digest, post)
        if delivery is not None and delivery.state == State.SENT:
            told.append(known(delivery.sent_at, True, post.pk in readable, delivery.address))
        elif delivery is not None and post.pk in readable:
            told.append(known(delivery.due_at, False, True))
        elif post.submitted_at is None and post.pk in writable and _is_planned(post, today):
            told.append(known(post.planned_at, False, True))
    return sorted(told, key=lambda each: (not each.is_out, each.at or datetime.max.replace(tzinfo=UTC), each.post.pk))


def by_words(found: Iterable[Repeat]) -> Mapping[tuple[int, str], list[Repeat]]:
    """The same by channel and digest, for many texts that were asked about at once."""
    sorted_out: dict[tuple[int, str], list[Repeat]] = {}
    for each in found:
        sorted_out.setdefault((each.channel.pk, each.digest), []).append(each)
    return sorted_out


def _with_these_words(wanted: set[Says], besides: Post | None) -> list[Wording]:
    channels = {channel_id for channel_id, _digest in wanted}
    digests = sorted({digest for _channel_id, digest in wanted})
    found: list[Wording] = []
    for start in range(0, len(digests), ASKED_AT_ONCE):
        rows = Wording.objects.filter(digest__in=digests[start : start + ASKED_AT_ONCE], channel_id__in=channels)
        if besides is not None:
            rows = rows.exclude(post=besides)
        found += rows.order_by("-pk")[:MOST]
    return found


def _deliveries(post_ids: set[int], today: date) -> dict[tuple[int, int], Delivery]:
    """By post and channel the delivery that counts: one that is out, else the first that leaves."""
    since = datetime.combine(today, time.min, tzinfo=UTC) - timedelta(days=DAYS)
    rows: QuerySet[Delivery] = (
        Delivery.objects.filter(variant__post_id__in=post_ids)
        .filter(Q(state__in=LEAVING) | Q(state=State.SENT, sent_at__gte=since))
        .select_related("variant")
        .defer("payload", "variant__text")
        .order_by("-due_at", "-pk")
    )
    found: dict[tuple[int, int], Delivery] = {}
    for row in rows:
        key = (row.variant.post_id, row.channel_id)
        if row.state == State.SENT or key not in found or found[key].state != State.SENT:
            found[key] = row
    return found


def _is_planned(post: Post, today: date) -> bool:
    return post.trigger_id is not None or (post.planned_at is not None and post.planned_at.date() >= today)
