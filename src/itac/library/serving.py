"""Files of the media directory and documents, and who gets them.

Promise 3: what the public gets are sizes and crops of pictures whose rights hold that day and that something public
shows at this moment (`showing`). Originals, and the small views that the Studio makes for itself, go only to who may
see the picture; documents to who may see them. Everything else in the directory, such as half-finished uploads, goes to
nobody.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.documents.views.serve import serve as serve_document

from itac.campaign.models import Person
from itac.core.clock import now
from itac.library.models import Document, Picture, PictureRendition
from itac.library.showing import is_shown

# The sizes that the Studio's own pages use; the site must use others, for these aren't public.
STUDIO_SIZES = frozenset({"max-165x165", "max-800x600", "original"})
# A file's name is never used again, so what it is doesn't change while it exists.
REMEMBER_SECONDS = 3600
# How long caches between us and a reader may keep a picture: rights withdrawn are felt within it.
PUBLIC_SECONDS = 300


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file, or 404 for what isn't there and for what isn't this reader's alike."""
    if _is_public(path):
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    elif _is_theirs(request.user, path):
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
        response.headers["Cache-Control"] = "private, no-store"
    else:
        raise Http404
    return _guarded(response)


@require_safe
def document(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """A document, to its organisation's people and coordinators; 404 for everybody else. Kept by nobody in between."""
    person = request.user
    if not isinstance(person, Person) or not person.is_staff:
        raise Http404
    if not Document.objects.visible_to(person).filter(pk=document_id).exists():
        raise Http404
    response: HttpResponseBase = serve_document(request, int(document_id), document_filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _rendition(path: str) -> tuple[int, str] | None:
    """The picture and size behind a path, or None where it is no rendition."""
    key = f"rendition:{path}"
    known: tuple[int, str] | None = cache.get(key)
    if known is None:
        known = PictureRendition.objects.filter(file=path).values_list("image_id", "filter_spec").first()
        if known is not None:
            cache.set(key, known, REMEMBER_SECONDS)
    return known


def _is_public(path: str) -> bool:
    found = _rendition(path)
    if found is None or found[1] in STUDIO_SIZES:
        return False
    picture, moment = Picture.objects.filter(pk=found[0]).first(), now()
    return picture is not None and picture.may_be_shown(today=moment.date()) and is_shown(picture, now=moment)


def _is_theirs(user: object, path: str) -> bool:
    """Whether it is a picture's original, or a size of it, and the person may see that picture."""
    if not isinstance(user, Person) or not user.is_staff:
        return False
    found = _rendition(path)
    pictures: QuerySet[Picture] = Picture.objects.visible_to(user)
    return pictures.filter(pk=found[0]).exists() if found else pictures.filter(file=path).exists()
