"""A damaged file is refused in words on every way in, and what was typed beside it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from itac.campaign.models import Person
from itac.library.models import Picture
from itac.publishing.tests.factories import Scene

WORDS = "This file can’t be read as a picture; it may be damaged."
DAMAGED = (b"\xff\xd8\xff\xe0 torn", b"\xff\xd8\xff", b"no picture")


@pytest.mark.parametrize("data", DAMAGED)
@pytest.mark.parametrize(
    "address", ["/studio/images/add/", "/studio/images/multiple/add/", "/studio/images/chooser/create/"]
)
def test_a_damaged_picture_is_refused_in_words(
    scene: Scene, login: Callable[[Person], Client], address: str, data: bytes
) -> None:
    fields: dict[str, Any] = {"title": "A torn photograph", "credit": "Own work", "licence": "CC BY 4.0"}
    upload = SimpleUploadedFile("torn.jpg", data, "image/jpeg")
    name = "files[]" if "multiple" in address else "image-chooser-upload-file" if "chooser" in address else "file"

    response = login(scene.north_editor).post(
        address, {**fields, name: upload}, headers={"x-requested-with": "XMLHttpRequest"}
    )

    assert response.status_code in {200, 400}
    assert Picture.objects.count() == 0
    if address == "/studio/images/add/":
        html = response.content.decode().replace("&#x27;", "’")
        assert WORDS in html
        assert 'value="A torn photograph"' in html
