"""Pictures: added with their rights and their words, as by the Studio's form, which is the one that judges them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field, TypeAdapter, ValidationError
from wagtail.images.forms import get_image_form

from itac.api.doors import visit_of
from itac.api.drafts import known_languages
from itac.api.operations import operation
from itac.api.paging import A_PAGE, Cursor, Limit, page_of
from itac.api.problems import Problem, unfit
from itac.api.shapes import NO_NUL, Language, PictureOut, PicturePage
from itac.campaign.models import Person
from itac.core.localised import Localised
from itac.library.models import Picture
from itac.networks.models import Channel

Words = TypeAdapter(dict[Language, Annotated[str, Field(max_length=1500, pattern=NO_NUL)]])
# Empty for none, as forms send it; the form below says whether there is such a day.
DAY = r"^(\d{4}-\d{2}-\d{2})?$"
TOO_LARGE = frozenset({"file_too_large", "file_too_large_unknown_size", "file_too_many_pixels"})


@operation(PicturePage)
def list_pictures(request: HttpRequest, cursor: Cursor | None = None, limit: Limit = A_PAGE) -> Any:
    """The organisation's own, and the campaign's."""
    rows = usable(visit_of(request).actor)
    found, following = page_of(rows, order=("-created_at", "-pk"), cursor=cursor, limit=limit)
    return PicturePage(items=[_shown(picture) for picture in found], next=following)


@operation(PictureOut)
def add_picture(
    request: HttpRequest,
    response: HttpResponse,
    file: Annotated[UploadedFile, File(...)],
    title: Annotated[str, Form(min_length=1, max_length=255, pattern=NO_NUL)],
    credit: Annotated[str, Form(min_length=1, max_length=200, pattern=NO_NUL)],
    licence: Annotated[str, Form(min_length=1, max_length=120, pattern=NO_NUL)],
    alt: Annotated[str, Form(description='What one sees, by language: {"en": "…"}.')] = "{}",
    valid_until: Annotated[
        str, Form(pattern=DAY, description="The last day on which it may be used; empty for none.")
    ] = "",
) -> Any:
    """JPEG, PNG, WebP or GIF, 25 MB at most. Location and device data are taken out before it is stored."""
    visit = visit_of(request)
    words = _words(alt)
    facts = {"title": title, "credit": credit, "licence": licence, "valid_until": valid_until}
    form = get_image_form(Picture)(facts, {"file": file}, user=visit.actor)
    if not form.is_valid():
        raise _problem(form.errors.get_json_data())
    form.instance.uploaded_by_user = visit.actor
    form.instance.alt = Localised(words, next(iter(words), "en"))
    picture = form.save()
    response.headers["Location"] = reverse("api:read_picture", args=[picture.pk])
    return _shown(picture)


@operation(PictureOut)
def read_picture(request: HttpRequest, picture_id: int) -> Any:
    """Its facts. The file itself stands in the Studio, and on the site once a post shows it."""
    return _shown(get_object_or_404(usable(visit_of(request).actor), pk=picture_id))


def usable(actor: Person) -> QuerySet[Any]:
    """The pictures that posts of the actor's organisation can use."""
    found: QuerySet[Any] = Picture.objects.visible_to(actor) | Picture.objects.filter(organisation=None)
    return found


def _words(text: str) -> dict[str, str]:
    try:
        words = Words.validate_python(json.loads(text or "{}"))
    except (ValueError, RecursionError, ValidationError) as error:
        raise unfit("alt", _('Write the descriptions as JSON, by language: {"en": "…"}.'), "alt") from error
    if set(words) - known_languages(Channel.objects.defer("secret", "session")):
        raise unfit("language_unknown", _("Nobody writes in one of these languages here."), "alt")
    return {code: said for code, said in words.items() if said}


def _problem(errors: dict[str, list[dict[str, str]]]) -> Problem:
    lines = [
        {"code": line["code"] or "invalid", "detail": line["message"], "field": "" if field == "__all__" else field}
        for field, found in errors.items()
        for line in found
    ]
    return Problem("too-large" if any(line["code"] in TOO_LARGE for line in lines) else "unfit", errors=lines)


def _shown(picture: Picture) -> PictureOut:
    return PictureOut(
        id=picture.pk,
        title=picture.title,
        alt=dict(picture.alt.texts),
        credit=picture.credit,
        licence=picture.licence,
        valid_until=picture.valid_until,
        width=picture.width,
        height=picture.height,
        sha256=picture.sha256,
    )
