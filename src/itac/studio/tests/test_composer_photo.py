"""A picture from where the post is written: with words and rights, or refused in a sentence with nothing typed lost."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from itac.campaign.models import Person
from itac.library.models import Picture
from itac.publishing.models import Post
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft, begin_post, working_draft

Login = Callable[[Person], Client]
NEW, PHOTO = "/studio/posts/new/", "/studio/posts/photo/"


def a_photo(name: str = "image.jpg", *, colour: str = "teal") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(data, format="JPEG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")


def hundred_megapixels() -> SimpleUploadedFile:
    """A small file that says it is 12,000 by 9,000 points, and is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes(12_000 // 8)
    head = struct.pack(">IIBBBBB", 12_000, 9_000, 1, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 9_000, 9)) + chunk(b"IEND", b"")
    return SimpleUploadedFile("huge.png", b"\x89PNG\r\n\x1a\n" + data, content_type="image/png")


WRONG = {
    "damaged": (
        lambda: SimpleUploadedFile("torn.jpg", b"\xff\xd8\xff\xe0 torn"),
        "This file can't be read as a picture",
    ),
    "no picture": (lambda: SimpleUploadedFile("notes.txt", b"plain words"), "This file can't be read as a picture"),
    "words called jpg": (
        lambda: SimpleUploadedFile("notes.jpg", b"plain words"),
        "This file can't be read as a picture",
    ),
    "100 megapixels": (hundred_megapixels, "This picture is larger than can be kept"),
}


def typed(scene: Scene, **fields: Any) -> dict[str, Any]:
    return {
        "organisation": scene.north.pk,
        "original": "en",
        "version": 0,
        "source_rows": 2,
        "text_en": "Kept words",
        f"goes_{scene.website.pk}_en": "on",
        "photo_alt": "A street at noon",
        "photo_credit": "Ana Ruiz",
        "photo_licence": "Own work",
        **fields,
    }


def test_a_photo_sent_while_writing_is_kept_with_its_rights_and_stands_in_the_form(scene: Scene, login: Login) -> None:
    answer = login(scene.north_editor).post(PHOTO, typed(scene, photo=a_photo()))

    made = Picture.objects.get()
    html = answer.content.decode()
    assert answer.status_code == 200
    assert (made.organisation, made.credit, made.licence) == (scene.north, "Ana Ruiz", "Own work")
    assert (made.alt.texts, made.uploaded_by_user) == ({"en": "A street at noon"}, scene.north_editor)
    assert f'name="picture_{made.pk}"' in html
    assert "checked" in html
    assert "A street at noon</textarea>" in html
    assert Post.objects.count() == 0


def test_without_script_the_button_adds_the_photo_and_saving_keeps_it_with_the_text(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)

    shown = client.post(NEW, typed(scene, do="photo", photo=a_photo()))
    client.post(NEW, typed(scene, do="save", photo=a_photo(colour="red")))

    assert shown.status_code == 200
    assert "Kept words" in shown.content.decode()
    draft = working_draft(Post.objects.get())[0]
    newest = Picture.objects.order_by("-pk").first()
    assert newest is not None
    assert [(each.picture_id, dict(each.alt)) for each in draft.pictures] == [(newest.pk, {"en": "A street at noon"})]


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_upload_ends_in_a_sentence_and_everything_typed_stays(what: str, scene: Scene, login: Login) -> None:
    make, sentence = WRONG[what]
    client = login(scene.north_editor)

    page = client.post(NEW, typed(scene, do="save", photo=make()))
    sent = client.post(PHOTO, typed(scene, photo=make()))

    html = page.content.decode()
    assert (page.status_code, sent.status_code) == (422, 422)
    assert sentence.replace("'", "&#x27;") in html
    assert "Kept words" in html
    assert "A street at noon" in html
    assert sentence in sent.json()["mistakes"][0]["message"]
    assert (Picture.objects.count(), Post.objects.count()) == (0, 0)


def test_promise_3_a_photo_without_credit_or_licence_is_not_kept_and_both_are_asked_for(
    scene: Scene, login: Login
) -> None:
    answer = login(scene.north_editor).post(PHOTO, typed(scene, photo=a_photo(), photo_credit="", photo_licence=""))

    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["mistakes"]} == {"id_photo_credit", "id_photo_licence"}
    assert Picture.objects.count() == 0


def test_the_same_photo_sent_again_because_an_answer_was_lost_is_one_picture(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)

    for _try in range(2):
        assert client.post(PHOTO, typed(scene, photo=a_photo())).status_code == 200

    assert Picture.objects.count() == 1


def test_nobody_puts_a_photo_into_an_organisation_or_a_post_that_isnt_theirs(scene: Scene, login: Login) -> None:
    post = begin_post(scene.north_editor, organisation=scene.north, draft=Draft(), now=scene.now)
    client = login(scene.south_editor)

    into_post = client.post(PHOTO, typed(scene, photo=a_photo(), post=post.pk))
    for_them = client.post(PHOTO, typed(scene, photo=a_photo()))

    assert (into_post.status_code, for_them.status_code) == (404, 404)
    assert login(scene.north_approver).post(PHOTO, typed(scene, photo=a_photo())).status_code == 404
    assert Picture.objects.count() == 0


def test_a_point_set_in_the_composer_is_kept_for_crops_and_only_by_who_may_change_the_picture(
    scene: Scene, login: Login
) -> None:
    own, campaigns = picture("Own", owner=scene.north), picture("Of the campaign")
    points = {f"across_{own.pk}": 25, f"down_{own.pk}": 75, f"across_{campaigns.pk}": 1, f"down_{campaigns.pk}": 1}
    ticked = {f"picture_{own.pk}": "on", f"picture_{campaigns.pk}": "on"}

    page = login(scene.north_editor).post(NEW, typed(scene, do="save", **ticked, **points))

    assert page.status_code == 302
    own.refresh_from_db()
    campaigns.refresh_from_db()
    assert (own.focal_point_x, own.focal_point_y) == (160, 360)
    assert own.get_focal_point() is not None
    assert campaigns.focal_point_x is None
    html = login(scene.north_editor).get(reverse("studio_edit", args=[Post.objects.get().pk])).content.decode()
    assert f'name="across_{own.pk}" value="25"' in html
    assert f'name="across_{campaigns.pk}"' not in html


def test_a_wished_time_is_kept_with_the_text_and_planned_when_the_post_is_submitted(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)
    client.post(NEW, typed(scene, do="save", wished_wall="2031-12-18T18:00", wished_zone="America/Guayaquil"))
    post = Post.objects.get()
    submit = reverse("studio_submit", args=[post.pk])

    page = client.get(submit).content.decode()
    answer = client.post(submit, {"do": "plan"})

    post.refresh_from_db()
    assert "It should leave on 18 December 2031, 18:00 (Guayaquil)." in page
    assert answer.url == reverse("studio_ask", args=[post.pk])
    assert (post.planned_wall, post.planned_zone) == ("2031-12-18T18:00", "America/Guayaquil")


@pytest.mark.parametrize("wall", ["2020-01-01T10:00", "2031-03-30T02:30"])
def test_a_wished_time_that_cant_be_is_explained_by_the_page_that_plans(wall: str, scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)
    client.post(NEW, typed(scene, do="save", wished_wall=wall, wished_zone="Europe/Madrid"))
    post = Post.objects.get()

    answer = client.post(reverse("studio_submit", args=[post.pk]), {"do": "plan"}, follow=True)

    post.refresh_from_db()
    assert post.submitted_at is not None
    assert post.planned_at is None
    assert answer.request["PATH_INFO"] == reverse("studio_plan", args=[post.pk])
    assert f'value="{wall}"' in answer.content.decode()
