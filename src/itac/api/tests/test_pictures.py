"""Pictures of programs are kept as those of people: with rights and words, and without where they were taken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from itac.api.tests.programs import Program, Programs
from itac.api.tests.test_sweep import jpeg
from itac.library.models import Picture

GPS = 0x8825


def with_place() -> io.BytesIO:
    """A photo that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Phone of Ana"
    exif.get_ifd(GPS)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", (80, 60), (20, 90, 140)).save(file, format="JPEG", exif=exif)
    file.seek(0)
    file.name = "street.jpg"
    return file


def add(program: Program, **facts: Any) -> Any:
    """A picture with all that it needs, unless said otherwise."""
    form = {"file": jpeg(), "title": "A street", "credit": "Ana", "licence": "CC BY 4.0", **facts}
    return program.form("/pictures", {name: value for name, value in form.items() if value is not None})


def test_a_picture_is_stored_without_place_and_device(programs: Programs) -> None:
    """Promise 3."""
    file = with_place()
    assert b"Phone of Ana" in file.getvalue()

    response = add(programs.program(), file=file, alt='{"en": "A street", "es": "Una calle"}', valid_until="2030-01-31")

    kept = Picture.objects.get()
    with kept.file.open("rb") as stored:
        data = stored.read()
    assert b"Phone of Ana" not in data
    assert not Image.open(io.BytesIO(data)).getexif()
    assert response.status_code == 201
    assert response.json() == {
        "id": kept.pk,
        "title": "A street",
        "alt": {"en": "A street", "es": "Una calle"},
        "credit": "Ana",
        "licence": "CC BY 4.0",
        "valid_until": "2030-01-31",
        "width": 80,
        "height": 60,
        "sha256": kept.sha256,
    }
    assert (kept.organisation, kept.uploaded_by_user.name) == (programs.north, "Newsroom")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"credit": None}, "credit"),
        ({"licence": ""}, "licence"),
        ({"title": ""}, "title"),
        ({"file": None}, "file"),
        ({"file": io.BytesIO(b"no picture")}, "file"),
        ({"alt": '{"xx": "?"}'}, "alt"),
        ({"alt": "A street"}, "alt"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"owner": "1"}, "owner"),
        ({"title": ["A street", "A square"]}, "title"),
    ],
)
def test_a_picture_without_its_facts_is_not_kept(facts: dict[str, Any], field: str, programs: Programs) -> None:
    if facts.get("file") is not None:
        facts["file"].name = "street.jpg"

    response = add(programs.program(), **facts)

    assert response.status_code == 422, response.content
    assert {line["field"] for line in response.json()["errors"]} == {field}
    assert not Picture.objects.exists()


def test_a_picture_of_more_bytes_than_we_take_is_too_large(programs: Programs, settings: Any) -> None:
    file = jpeg()
    file.seek(0, io.SEEK_END)
    file.write(b"\0" * (settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE + 1))
    file.seek(0)

    response = add(programs.program(), file=file)

    assert response.status_code == 413
    assert not Picture.objects.exists()


def test_pictures_that_posts_can_use_are_ones_own_and_the_campaigns(programs: Programs) -> None:
    from itac.publishing.tests.factories import picture

    own, campaigns = picture("Ours", owner=programs.north), picture("The campaign's")
    others = picture("Theirs", owner=programs.south)
    program = programs.program()

    listed = program.get("/pictures").json()["items"]
    used = program.post("/posts", programs.content(pictures=[{"picture": others.pk}]))

    assert {each["id"] for each in listed} == {own.pk, campaigns.pk}
    assert used.json()["errors"][0]["code"] == "picture_gone"
