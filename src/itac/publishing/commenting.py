"""Talking about a post: comments, who is named in them, and who reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Deputy, Duty, Person
from itac.core import mailing
from itac.core.addresses import whole_address
from itac.publishing.checking import Problem
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.models import Comment, Mandate, Mention, Post, Variant
from itac.publishing.models.comments import LONGEST_COMMENT


def readers_of(post: Post, *, now: datetime, is_internal: bool = False) -> QuerySet[Person]:
    """Everybody who may read the post, and so a comment on it: the inverse of `Post.objects.visible_to`.

    An internal comment is read by the people of the organisation that speaks, and coordinators.
    """
    deputies = Deputy.objects.open_at(now)
    found = Q(is_coordinator=True)
    if post.organisation_id is not None:
        found |= Q(roles__organisation_id=post.organisation_id)
        found |= Q(pk__in=deputies.filter(organisation_id=post.organisation_id).values("person_id"))
    if post.mandate_id is not None and not is_internal:
        found |= Q(pk__in=Mandate.objects.filter(pk=post.mandate_id).values("guardian_id"))
    if not is_internal:
        asked = post.requests.filter(voided_at=None).values("requirements__organisations")
        found |= Q(roles__duty=Duty.APPROVER, roles__organisation_id__in=asked)
        found |= Q(pk__in=deputies.filter(organisation_id__in=asked).values("person_id"))
    return Person.objects.filter(found, is_active=True).distinct()


def may_write_internally(actor: Person, post: Post) -> bool:
    """Whether this person belongs to who speaks: coordinators do."""
    return actor.is_coordinator or post.organisation_id in actor.organisation_ids()


def comment(
    actor: Person,
    post: Post,
    text: str,
    *,
    now: datetime,
    variant: Variant | None = None,
    mentions: Iterable[Person] = (),
    is_internal: bool = False,
) -> Comment:
    """Say something about the post. Who is named, by `mentions` or as `@Name` in the text, finds it on their home.

    What the actor was named in on this post counts as read. Raises `NotAllowed` for a post the actor can't read, or an
    internal comment of somebody from elsewhere; `Unfit` without words, with too many, or naming a person who couldn't
    read it.
    """
    if not Post.objects.visible_to(actor).filter(pk=post.pk).exists():
        raise NotAllowed("This person doesn't read that post.")
    if is_internal and not may_write_internally(actor, post):
        raise NotAllowed("This person isn't of the organisation that speaks.")
    text = text.replace("\r\n", "\n").strip()
    readers = {person.pk: person for person in readers_of(post, now=now, is_internal=is_internal)}
    named = {person.pk: person for person in [*mentions, *named_in(text, readers.values())]}
    _refuse_unfit(text, post, variant, [person for person in named.values() if person.pk not in readers])
    with transaction.atomic():
        made = Comment.objects.create(
            post=post, variant=variant, author=actor, text=text, is_internal=is_internal, at=now
        )
        told = [person for person in named.values() if person.pk != actor.pk]
        Mention.objects.bulk_create(Mention(comment=made, person=person) for person in told)
        for person in told:
            if person.mention_mail:
                _mail(person, made, now=now)
        seen(actor, post, now=now)
    return made


def take_back(actor: Person, made: Comment, *, now: datetime) -> None:
    """Its words are gone; that there was a comment stays. Raises `NotAllowed` unless the actor wrote it."""
    if made.author_id != actor.pk:
        raise NotAllowed("Only its author takes a comment back.")
    with transaction.atomic():
        Comment.objects.filter(pk=made.pk, removed_at=None).update(text="", removed_at=now)
        Mention.objects.filter(comment=made).delete()


def seen(actor: Person, post: Post, *, now: datetime) -> None:
    """The person has read what they were named in on this post."""
    Mention.objects.filter(person=actor, comment__post=post, seen_at=None).update(seen_at=now)


def unseen_by(person: Person) -> QuerySet[Mention]:
    """Comments that name this person and wait to be read, on posts they still may read."""
    waiting = Mention.objects.filter(person=person, seen_at=None)
    readable = Comment.objects.visible_to(person).filter(mentions__in=waiting).order_by().values("pk")
    return (
        waiting.filter(comment__in=readable)
        .select_related("comment__post__organisation", "comment__author")
        .order_by("comment__at", "pk")
    )


def named_in(text: str, people: Iterable[Person]) -> list[Person]:
    """Those whose whole name stands in the text behind an @, however its letters are cased; longer names first, so
    that "@Ana Torres" isn't also "@Ana"."""
    rest, found = text.casefold(), []
    for person in sorted(people, key=lambda each: -len(str(each))):
        name = f"@{str(person).casefold()}"
        if name in rest:
            found.append(person)
            rest = rest.replace(name, "")
    return found


def _refuse_unfit(text: str, post: Post, variant: Variant | None, strangers: list[Person]) -> None:
    if not text:
        raise Unfit([Problem("no_words", _("Write what you want to say first."), "text")])
    if len(text) > LONGEST_COMMENT:
        message = _("A comment has at most %(most)s characters. Shorten this one, or write two.")
        raise Unfit([Problem("too_many_words", message % {"most": LONGEST_COMMENT}, "text")])
    if variant is not None and variant.post_id != post.pk:
        raise Unfit([Problem("no_such_variant", _("This channel isn't one of this post any more."), "variant")])
    if strangers:
        message = _("%(name)s can't read this comment, so nobody can point it out to them.")
        raise Unfit([Problem("not_a_reader", message % {"name": strangers[0]}, "mentions")])


def _mail(person: Person, made: Comment, *, now: datetime) -> None:
    letter = mailing.render(
        "publishing/mail/mentioned.txt",
        language=person.language,
        zone=person.zone,
        person=person,
        comment=made,
        post=made.post,
        link=whole_address(reverse("studio_post", args=[made.post_id])),
    )
    mailing.post(
        to=person.email,
        language=person.language,
        zone=person.zone,
        kind="mentioned",
        key=f"mentioned:{made.pk}:{person.pk}",
        subject=letter.subject,
        text=letter.text,
        now=now,
        unsubscribe=whole_address(reverse("wagtailadmin_account")),
    )
