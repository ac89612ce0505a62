"""Promise 3 on every way in: location and device data never reach the disk; what can't be kept is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from itac.library.models import Document, Picture
from itac.library.tests.test_stripping import SECRET, exif, jpeg, noise, saved
from itac.studio.tests.eyes import Eyes, body_of

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
CHOOSER = "/studio/images/chooser/create/"
FACTS = {"title": "New one", "credit": "Me", "licence": "CC BY 4.0", "alt_en": "What one sees"}


def photo(name: str = "photo.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    """A phone's photo, as a browser sends it."""
    return SimpleUploadedFile(name, data or jpeg(), content_type="image/jpeg")


def by_form(browser: Client, file: Any, **facts: Any) -> Any:
    """The form for one picture."""
    return browser.post("/studio/images/add/", {**FACTS, "file": file, **facts})


def by_chooser(browser: Client, file: Any, **facts: Any) -> Any:
    """The form in the chooser."""
    fields = {f"image-chooser-upload-{name}": value for name, value in {**FACTS, "file": file, **facts}.items()}
    return browser.post(CHOOSER, fields)


def several(browser: Client, file: Any, **facts: Any) -> Any:
    """The room for several pictures: first the file, then its facts."""
    answer = browser.post("/studio/images/multiple/add/", {"files[]": file}, headers=SCRIPT).json()
    number = answer.get("uploaded_file_id")
    if number is None:
        return answer
    assert [path for path in stored() if SECRET in path.read_bytes()] == []
    fields = {f"uploaded-image-{number}-{name}": value for name, value in {**FACTS, **facts}.items()}
    return browser.post(f"/studio/images/multiple/create_from_uploaded_image/{number}/", fields, headers=SCRIPT)


def in_place_of_another(browser: Client, file: Any, **facts: Any) -> Any:
    """A new file for a picture that is there."""
    there = Picture.objects.get(title="Quetzal street")
    return browser.post(f"/studio/images/{there.pk}/", {**FACTS, "file": file, **facts})


WAYS = {"form": by_form, "chooser": by_chooser, "several": several, "in place of another": in_place_of_another}


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """A directory of files with nothing in it but what the test uploads."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def stored() -> list[Path]:
    """Every file on the disk."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_lets_private_data_onto_the_disk(way: str, media: Path, eyes: Eyes) -> None:
    browser = eyes.role(eyes.north_editor).browser()

    answer = WAYS[way](browser, photo())

    assert answer.status_code in {200, 302}, answer
    picture = Picture.objects.get(title="New one")
    assert picture.organisation == eyes.north
    with picture.file.open("rb") as file:
        data = file.read()
    assert (picture.file_size, SECRET in data) == (len(data), False)
    assert [path for path in stored() if SECRET in path.read_bytes()] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_lying_photo_is_upright_with_its_true_measures_on_every_way_in(way: str, media: Path, eyes: Eyes) -> None:
    lying = saved(noise((64, 48)), "JPEG", exif=exif(6))

    WAYS[way](eyes.role(eyes.north_editor).browser(), photo(data=lying))

    picture = Picture.objects.get(title="New one")
    assert (picture.width, picture.height) == (48, 64)
    assert Image.open(picture.file.open("rb")).size == (48, 64)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif"])
def test_every_kind_that_the_form_promises_is_taken(name: str, media: Path, eyes: Eyes) -> None:
    kind = {"jpg": "JPEG"}.get(name[2:], name[2:].upper())
    data = saved(noise(), kind, exif=exif()) if kind != "GIF" else saved(noise().convert("P"), kind, comment=SECRET)

    answer = by_form(eyes.role(eyes.north_editor).browser(), photo(name, data))

    assert answer.status_code == 302
    assert SECRET not in Picture.objects.get(title="New one").file.open("rb").read()


def test_a_picture_handed_in_as_a_document_is_freed_too(media: Path, eyes: Eyes) -> None:
    browser = eyes.role(eyes.coordinator).browser()

    by_one = browser.post("/studio/documents/add/", {"title": "Scan", "file": photo("scan.jpg")})
    by_many = browser.post("/studio/documents/multiple/add/", {"files[]": photo("more.jpg")}, headers=SCRIPT)

    assert (by_one.status_code, by_many.json()["success"]) == (302, True)
    assert Document.objects.filter(file__endswith=".jpg").count() == 2
    assert [path for path in stored() if SECRET in path.read_bytes()] == []


def test_a_photo_that_cant_be_freed_is_refused_as_a_document_and_lies_nowhere(media: Path, eyes: Eyes) -> None:
    browser, scan = eyes.role(eyes.coordinator).browser(), saved(noise(), "TIFF", exif=exif())
    before = Document.objects.count()

    by_one = browser.post("/studio/documents/add/", {"title": "Typed title", "file": photo("scan.jpg", scan)})
    by_many = browser.post(
        "/studio/documents/multiple/add/", {"files[]": photo("scan.jpg", scan)}, headers=SCRIPT
    ).json()

    page = by_one.content.decode()
    assert "Save it as JPEG or PNG and try once more." in page
    assert "Typed title" in page
    assert (by_many["success"], Document.objects.count()) == (False, before)
    assert "Save it as JPEG or PNG" in by_many["error_message"]
    assert [path for path in stored() if SECRET in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (photo("broken.jpg", jpeg()[:900]), "be read as a picture"),
        (photo("words.jpg", b"No picture at all"), "be read as a picture"),
        (photo("scan.tiff", saved(noise(), "TIFF")), "Supported formats"),
        (photo("really.png", jpeg()), "it is a picture of another kind"),
        (photo("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "upported"),
    ],
)
def test_a_file_that_cant_be_kept_is_refused_in_words_and_nothing_typed_is_lost(
    file: SimpleUploadedFile, words: str, eyes: Eyes
) -> None:
    for way in (by_form, by_chooser):
        file.seek(0)
        answer = way(eyes.role(eyes.north_editor).browser(), file, title="Typed title", credit="Typed credit")

        text = body_of(answer).replace("\\u0027", "'").replace("&#x27;", "'")
        assert answer.status_code == 200
        assert words in text, text
        assert "Typed title" in text
        assert "Typed credit" in text
    assert not Picture.objects.filter(title="Typed title").exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit_and_nothing_typed_is_lost(
    settings: Any, eyes: Eyes
) -> None:
    big = saved(noise(), "PNG") + bytes(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)

    answer = by_form(eyes.role(eyes.north_editor).browser(), photo("big.png", big), title="Typed title")

    text = body_of(answer)
    assert "This file is too big" in text
    assert "25.0" in text
    assert "Typed title" in text


def test_a_picture_without_credit_or_licence_isnt_taken_by_a_form(eyes: Eyes) -> None:
    for missing in ("credit", "licence"):
        answer = by_form(eyes.role(eyes.north_editor).browser(), photo(), **{missing: ""})
        assert answer.status_code == 200
        assert "Typed" not in body_of(answer)
    assert not Picture.objects.filter(title="New one").exists()
