"""Whether the public is shown a picture now. Each room that shows pictures says it of its own, by joining `SHOWS`.

Promise 3 asks for rights; this asks for use. A picture that nobody has shown yet, or that was taken down, is private,
whatever rights it has.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wagtail.models import Page, ReferenceIndex

from itac.library.models import Picture

SHOWS: list[Callable[[Picture, datetime], bool]] = []


def is_shown(picture: Picture, *, now: datetime) -> bool:
    """Whether anything public shows it at this moment. Reads only."""
    return picture.logo_of_id is not None or _stands_on_a_page(picture) or any(shows(picture, now) for shows in SHOWS)


def _stands_on_a_page(picture: Picture) -> bool:
    """Whether a live page shows it. Drafts of pages aren't in the index."""
    places = ReferenceIndex.get_references_to(picture).values_list("object_id", flat=True)
    return Page.objects.live().filter(pk__in=[int(place) for place in places if place.isdecimal()]).exists()
