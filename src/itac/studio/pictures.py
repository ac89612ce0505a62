"""Pictures inside our rooms: shown to who may see the post they belong to, whoever owns the file."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from itac.campaign.models import Person
from itac.library.models import Picture
from itac.publishing.models import Delivery, Post

# One of the sizes that only the Studio uses (`library.serving.STUDIO_SIZES`), so that looking makes nothing public.
SIZE = "max-800x600"


def shown_pictures(person: Person) -> QuerySet[Picture]:
    """Those of one's organisations, the campaign's, and those of posts and deliveries one may read."""
    if person.is_coordinator:
        every: QuerySet[Picture] = Picture.objects.all()
        return every
    in_posts = Q(post_media__post__in=Post.objects.visible_to(person).values("pk"))
    in_deliveries = Q(
        post_media__post__variants__deliveries__in=Delivery.objects.visible_to(person).order_by().values("pk")
    )
    own = Q(organisation_id__in=person.organisation_ids()) | Q(organisation=None)
    ids = Picture.objects.filter(own | in_posts | in_deliveries).values("pk")
    found: QuerySet[Picture] = Picture.objects.filter(pk__in=ids)
    return found


def offered_pictures(person: Person, *, chosen: list[int], ticked: Sequence[int] = (), most: int = 48) -> list[Picture]:
    """What a composer offers: the chosen ones first, in their order, those ticked since, then the newest one may use.

    A chosen one that this person may not see isn't offered: what a working copy says was checked by nobody yet.
    """
    usable = Picture.objects.visible_to(person) | Picture.objects.filter(organisation=None)
    kept = shown_pictures(person).in_bulk(chosen)
    newer = usable.in_bulk([pk for pk in ticked if pk not in kept])
    kept = {**kept, **newer}
    newest = usable.exclude(pk__in=kept).order_by("-created_at")[:most]
    return [*(kept[pk] for pk in dict.fromkeys([*chosen, *ticked]) if pk in kept), *newest]


def picture(request: HttpRequest, picture_id: int) -> HttpResponseBase:
    """A small view of a picture. The door has asked `shown_pictures`."""
    found = get_object_or_404(Picture, pk=picture_id)
    try:
        rendition = found.get_rendition(SIZE)
        file = rendition.file.open("rb")
    except (OSError, SourceImageIOError, InvalidFilterSpecError) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=f"image/{rendition.file.name.rpartition('.')[2].replace('jpg', 'jpeg')}")
    response.headers["Cache-Control"] = "private, max-age=60"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
