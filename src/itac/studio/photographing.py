"""A picture from where the post is written: taken or chosen, with its words and rights, into the library and the post.

Promise 3: no picture is kept without credit and licence; the library's own form asks for them and takes out location
and device data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.images.forms import get_image_form

from itac.campaign.models import Organisation, Person
from itac.library.models import Picture
from itac.publishing.models import Post
from itac.publishing.writing import Draft, working_draft
from itac.studio.answering import Mistake, moment_of, person_of, row_number
from itac.studio.composing import ComposerForm, Words, language_name
from itac.studio.speaking import speakers_for

TITLE_LENGTH = 80
SAME_WITHIN = timedelta(days=1)
FIELDS = {"file": "id_photo", "title": "id_photo", "credit": "id_photo_credit", "licence": "id_photo_licence"}


class PhotoForm(forms.Form):
    """What is asked about a new picture. Its fields stand in the composer's form, under names of their own."""

    photo = forms.FileField(
        label=gettext_lazy("Take a photo or choose a file"),
        required=False,
        widget=forms.FileInput({"accept": "image/*"}),
    )
    photo_credit = forms.CharField(
        label=gettext_lazy("Who made it"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("This name stands beside the picture."),
    )
    photo_licence = forms.CharField(
        label=gettext_lazy("Under what it may be used"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Such as own work, or CC BY 4.0."),
    )

    def __init__(self, data: Any = None, *, person: Person, original: str) -> None:
        super().__init__(data, label_suffix="")
        self.fields["photo_alt"] = Words(
            original,
            rows=2,
            max_length=1500,
            label=_("What it shows, %(language)s") % {"language": language_name(original)},
            help_text=_("A sentence for people who don't see it."),
        )
        last = Picture.objects.filter(uploaded_by_user=person).exclude(credit="").order_by("-created_at").first()
        if last is not None:
            self.initial = {"photo_credit": last.credit, "photo_licence": last.licence}


def sent_photo(request: HttpRequest) -> UploadedFile[Any] | None:
    """The picture that came with the form, if one was chosen."""
    found = request.FILES.get("photo")
    return found if isinstance(found, UploadedFile) else None


def add_photo(
    actor: Person, organisation: Organisation | None, upload: UploadedFile[Any], data: QueryDict, *, now: datetime
) -> tuple[Picture | None, list[Mistake]]:
    """The picture, kept in that organisation's library, or what is wrong with it, in sentences tied to the fields.

    The same file sent again within a day, because an answer was lost on the way, is the picture made before.
    """
    original, alt = data.get("original", ""), data.get("photo_alt", "").strip()
    facts = {
        "title": (alt or str(upload.name).rpartition(".")[0] or _("A photo"))[:TITLE_LENGTH],
        "credit": data.get("photo_credit", ""),
        "licence": data.get("photo_licence", ""),
        "owner": organisation.pk if organisation else "",
        f"alt_{original}": alt,
    }
    form = get_image_form(Picture)(facts, {"file": upload}, user=actor)
    if not form.is_valid():
        lines = [(FIELDS.get(name, ""), text) for name, texts in form.errors.items() for text in texts]
        return None, [Mistake(field, str(text)) for field, text in lines]
    before = _sent_before(actor, organisation, form.cleaned_data["file"].freed, now)
    if before is not None:
        return before, []
    form.instance.uploaded_by_user = actor
    picture: Picture = form.save()
    return picture, []


def with_photo(data: QueryDict, picture: Picture) -> QueryDict:
    """The sent form as if the picture had been chosen in it, with its words; its own fields are empty again."""
    typed = data.copy()
    original, alt = typed.get("original", ""), typed.get("photo_alt", "")
    typed[f"picture_{picture.pk}"] = "on"
    typed[f"alt_{picture.pk}_{original}"] = alt
    typed["photo_alt"] = ""
    return typed


@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """A picture sent while somebody writes: its place in the form as a piece of HTML, or 422 with what is wrong."""
    person, now, number = person_of(request), moment_of(request), request.POST.get("post", "")
    post = get_object_or_404(Post.objects.editable_by(person), pk=row_number(number)) if number else None
    organisation = post.organisation if post else _speaker(person, request.POST.get("organisation", ""), now=now)
    upload = sent_photo(request)
    if upload is None:
        return _wrong([Mistake("id_photo", _("Take a photo or choose a file first."))])
    picture, mistakes = add_photo(person, organisation, upload, request.POST, now=now)
    if picture is None:
        return _wrong(mistakes)
    draft = working_draft(post)[0] if post else Draft(original=person.language)
    form = ComposerForm(with_photo(request.POST, picture), person=person, draft=draft)
    row = next(each for each in form.picture_rows() if each["picture"].pk == picture.pk)
    return render(request, "studio/parts/composer_picture.html", {"row": row})


def _wrong(mistakes: list[Mistake]) -> JsonResponse:
    lines = [{"field": each.field, "message": each.message} for each in mistakes]
    return JsonResponse({"mistakes": lines}, status=422)


def _speaker(person: Person, key: str, *, now: datetime) -> Organisation | None:
    """Whose picture it becomes in a post that isn't begun yet. Raises 404 for who may not speak so."""
    speakers = speakers_for(person, now=now)
    chosen = next((each for each in speakers if each.key == key), None)
    if chosen is not None:
        return chosen.organisation
    if person.is_coordinator:
        return None
    mine = {each.organisation for each in speakers}
    if key or len(mine) != 1:
        raise Http404
    return mine.pop()


def _sent_before(actor: Person, organisation: Organisation | None, data: bytes, now: datetime) -> Picture | None:
    digest = hashlib.sha256(data).hexdigest()
    same = Picture.objects.filter(sha256=digest, uploaded_by_user=actor, organisation=organisation)
    found: Picture | None = same.filter(created_at__gt=now - SAME_WITHIN).first()
    return found
