"""Two people in one post see each other: who has it open, told by short polls and forgotten within minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from itac.campaign.models import Person
from itac.publishing.errors import NotAllowed
from itac.publishing.models import Post, Writer

SEEN = timedelta(seconds=45)  # three polls: one lost on a bad connection makes nobody vanish
KEPT = timedelta(minutes=2)


def take_seat(actor: Person, post: Post, *, seat: str, now: datetime) -> None:
    """The actor writes at that page now. Raises `NotAllowed` for who may not change the post."""
    if not Post.objects.editable_by(actor).filter(pk=post.pk).exists():
        raise NotAllowed("This person doesn't write for that organisation.")
    # A seat is of one page, and so of one person: nobody takes over another's.
    known = Writer.objects.filter(post=post, seat=seat)
    if not known.filter(person=actor).update(seen_at=now) and not known.exists():
        Writer.objects.get_or_create(post=post, seat=seat, defaults={"person": actor, "seen_at": now})


def leave_seat(actor: Person, post: Post, *, seat: str) -> None:
    """The page was left."""
    Writer.objects.filter(post=post, seat=seat, person=actor).delete()


def company_of(actor: Person, post: Post, *, now: datetime) -> list[Person]:
    """The other people who have the post open, each once, whoever came first first."""
    here = Writer.objects.filter(post=post, seen_at__gt=now - SEEN).exclude(person=actor).select_related("person")
    return list(dict.fromkeys(writer.person for writer in here))


def forget_writers(now: datetime) -> None:
    """Nobody's row is kept longer than minutes (Promise 7)."""
    Writer.objects.filter(seen_at__lt=now - KEPT).delete()
