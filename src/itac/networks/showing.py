"""Which pictures the campaign's own site shows, said to the library, which hands out the files."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from itac.library.models import Picture
from itac.networks.models import WebsiteEntry


def stands_in_an_entry(picture: Picture, now: datetime) -> bool:
    """Whether an entry that is published and not withdrawn has it.

    SQLite can't look into JSON lists by containment, so the stored text is searched; quotes inside texts are escaped
    there, so nothing a person typed can look like a picture's number.
    """
    public = WebsiteEntry.objects.filter(withdrawn_at=None, published_at__lte=now)
    number = f'"picture": {picture.pk}'
    words = Q(stored__contains=f"{number},") | Q(stored__contains=f"{number}}}")
    return public.annotate(stored=Cast("media", TextField())).filter(words).exists()
