"""Pictures in Wagtail's rooms: list, search, tags, usage, forms, choosers, several at once; and uploads that fail."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from itac.library.models import Picture
from itac.publishing import writing
from itac.publishing.models import PostMedia
from itac.studio.tests.eyes import Eyes, body_of, links_to, told

ADD = "/studio/images/add/"
MULTIPLE = "/studio/images/multiple/add/"
CHOOSER = "/studio/images/chooser/"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def picture_file(name: str = "upload.jpg", kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    """A good picture as a browser sends it."""
    data = io.BytesIO()
    Image.new("RGB", size, (200, 90, 140)).save(data, format=kind)
    return SimpleUploadedFile(name, data.getvalue(), content_type=f"image/{kind.lower()}")


def facts(**fields: Any) -> dict[str, Any]:
    """A filled form of one picture."""
    return {"title": "Mine", "credit": "Me", "licence": "CC BY 4.0", "alt_en": "What one sees", **fields}


@pytest.mark.parametrize(
    "address",
    [
        "/studio/images/",
        "/studio/images/results/",
        "/studio/images/?q=street",
        "/studio/images/?tag=quetzal-tag",
        "/studio/images/?collection_id=1",
        CHOOSER,
        f"{CHOOSER}results/",
        f"{CHOOSER}results/?q=street",
        f"{CHOOSER}results/?tag=quetzal-tag",
        f"{CHOOSER}?layout=list",
    ],
)
def test_lists_searches_and_choosers_show_ones_own_pictures_alone(address: str, eyes: Eyes) -> None:
    own = {"North's editor": "quetzal street", "South's editor": "jaguar street"}
    for looker in eyes.roles:
        answer = looker.browser().get(address)
        if looker.name in own:
            assert answer.status_code == 200
            text = body_of(answer).lower()
            if "tag=" in address:  # the page repeats the tag one asked for
                assert "quetzal street" not in text or looker.name == "North's editor"
            else:
                assert told(looker, answer) == [], looker.name
                assert own[looker.name] in text, looker.name
        elif looker.name != "coordinator":
            assert answer.status_code in {302, 404}, looker.name


def test_coordinators_find_the_pictures_of_everybody(eyes: Eyes) -> None:
    browser = eyes.role(eyes.coordinator).browser()
    every = {eyes.north_picture.pk, eyes.asked_picture.pk, eyes.south_picture.pk}

    assert links_to(browser.get("/studio/images/"), "images") >= every
    assert links_to(browser.get("/studio/images/?q=jaguar"), "images") == {eyes.south_picture.pk}


@pytest.mark.parametrize("page", ["", "delete/", "preview/max-100x100/"])
def test_a_picture_opens_to_its_editors(page: str, eyes: Eyes) -> None:
    address = f"/studio/images/{eyes.north_picture.pk}/{page}"

    assert eyes.role(eyes.north_editor).browser().get(address).status_code == 200
    for who in (eyes.north_approver, eyes.south_editor, eyes.south_approver):
        assert eyes.role(who).browser().get(address).status_code == 404, who


def test_the_usage_of_ones_own_picture_names_nothing_of_a_post_one_may_not_read(eyes: Eyes) -> None:
    PostMedia.objects.create(post=eyes.north_planned, picture=eyes.south_picture, place=5)
    eyes.page.refresh_from_db()
    eyes.page.title, eyes.page.body = "Quetzal page", [("picture", {"picture": eyes.south_picture, "caption": ""})]
    eyes.page.save()
    looker = eyes.role(eyes.south_editor)

    for page in (f"usage/{eyes.south_picture.pk}/", f"{eyes.south_picture.pk}/", f"{eyes.south_picture.pk}/delete/"):
        answer = looker.browser().get(f"/studio/images/{page}")
        assert answer.status_code == 200, page
        assert told(looker, answer) == [], page
    assert looker.browser().get(f"/studio/images/usage/{eyes.north_picture.pk}/").status_code == 404


@pytest.mark.parametrize("fields", [{"organisation": "north"}, {"owner": "north"}])
def test_no_form_moves_a_picture_to_another_organisation(fields: dict[str, str], eyes: Eyes) -> None:
    names = dict.fromkeys(fields, eyes.north.pk)
    address = f"/studio/images/{eyes.south_picture.pk}/"

    answer = eyes.role(eyes.south_editor).browser().post(address, facts(**names))
    made = eyes.role(eyes.south_editor).browser().post(ADD, facts(title="New one", file=picture_file(), **names))

    assert (answer.status_code, made.status_code) == (302, 302)
    eyes.south_picture.refresh_from_db()
    assert (eyes.south_picture.title, eyes.south_picture.organisation) == ("Mine", eyes.south)
    assert Picture.objects.get(title="New one").organisation == eyes.south


def test_what_is_sent_to_a_picture_of_others_changes_and_deletes_nothing(eyes: Eyes) -> None:
    browser, number = eyes.role(eyes.south_editor).browser(), eyes.north_picture.pk

    answers = [
        browser.post(f"/studio/images/{number}/", facts(title="Taken over")),
        browser.post(f"/studio/images/{number}/delete/"),
        browser.post(f"/studio/images/multiple/{number}/", {f"image-{number}-title": "Taken over"}, headers=SCRIPT),
        browser.post(f"/studio/images/multiple/{number}/delete/", headers=SCRIPT),
        browser.post(f"{CHOOSER}{number}/select_format/", {"format": "fullwidth"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    eyes.north_picture.refresh_from_db()
    assert eyes.north_picture.title == "Quetzal street"


def test_a_chooser_gives_ones_own_picture_and_no_other(eyes: Eyes) -> None:
    looker = eyes.role(eyes.south_editor)
    own, other = eyes.south_picture.pk, eyes.north_picture.pk

    assert "Jaguar street" in body_of(looker.browser().get(f"{CHOOSER}chosen/{own}/"))
    assert looker.browser().get(f"{CHOOSER}chosen/{other}/").status_code == 404
    both = looker.browser().get(f"{CHOOSER}chosen-multiple/", {"id": [own, other]})
    assert [each["id"] for each in both.json()["result"]] == [str(own)]
    assert looker.browser().get(f"{CHOOSER}{other}/select_format/").status_code == 404


@pytest.mark.parametrize("asked", ["one", "both", "all"])
def test_deleting_several_at_once_takes_ones_own_and_names_no_other(asked: str, eyes: Eyes) -> None:
    spare = Picture.objects.create(
        title="Jaguar spare", file=ContentFile(picture_file().read(), name="spare.jpg"), organisation=eyes.south
    )
    eyes.south_draft.working_copy.delete()
    ids = {"one": f"id={eyes.north_picture.pk}", "both": f"id={eyes.north_picture.pk}&id={spare.pk}", "all": "id=all"}
    address = f"/studio/bulk/library/picture/delete/?{ids[asked]}"
    looker = eyes.role(eyes.south_editor)

    seen, done = looker.browser().get(address), looker.browser().post(address)

    assert told(looker, seen) == []
    assert (seen.status_code, done.status_code) == ((404, 404) if asked == "one" else (200, 302))
    assert Picture.objects.filter(pk=spare.pk).exists() == (asked == "one")
    assert Picture.objects.filter(organisation=eyes.north).count() == 2


@pytest.mark.parametrize("action", ["add_tags", "add_to_collection", "delete"])
def test_no_other_action_on_several_is_there_for_who_keeps_no_pictures(action: str, eyes: Eyes) -> None:
    address = f"/studio/bulk/library/picture/{action}/?id={eyes.north_picture.pk}"

    assert eyes.role(eyes.north_approver).browser().get(address).status_code == 404
    assert eyes.role(eyes.north_editor).browser().get(address).status_code == (200 if action == "delete" else 404)


@pytest.mark.parametrize("way", [ADD, f"{CHOOSER}create/", MULTIPLE])
def test_a_file_that_others_have_too_says_nothing_of_theirs(way: str, eyes: Eyes) -> None:
    looker = eyes.role(eyes.south_editor)
    with eyes.north_picture.file.open("rb") as stored:
        data = stored.read()
    same = SimpleUploadedFile("same.jpg", data, content_type="image/jpeg")
    prefix = "image-chooser-upload-" if way.startswith(CHOOSER) else ""
    fields = {f"{prefix}{name}": value for name, value in facts().items()}
    files = {"files[]": same} if way == MULTIPLE else {f"{prefix}file": same}

    answer = looker.browser().post(way, {**fields, **files}, headers=SCRIPT if way == MULTIPLE else {}, follow=True)

    assert answer.status_code == 200
    assert told(looker, answer) == []


def test_an_upload_waiting_for_its_facts_is_its_uploaders_alone(eyes: Eyes) -> None:
    owner = eyes.role(eyes.north_editor).browser()
    number = owner.post(MULTIPLE, {"files[]": picture_file()}, headers=SCRIPT).json()["uploaded_file_id"]
    finish = f"/studio/images/multiple/create_from_uploaded_image/{number}/"
    fields = {f"uploaded-image-{number}-{name}": value for name, value in facts().items()}

    stranger = eyes.role(eyes.south_editor).browser()
    assert stranger.post(finish, fields, headers=SCRIPT).status_code == 404
    assert stranger.post(f"/studio/images/multiple/delete_upload/{number}/", headers=SCRIPT).status_code == 404

    assert owner.post(finish, fields, headers=SCRIPT).json()["success"]
    assert Picture.objects.get(title="Mine").organisation == eyes.north


def test_a_picture_without_rights_stops_a_post_before_anybody_is_asked(eyes: Eyes) -> None:
    Picture.objects.filter(pk=eyes.north_picture.pk).update(licence="")
    browser = eyes.role(eyes.north_editor).browser()

    answer = browser.post(f"/studio/posts/{eyes.north_planned.pk}/ask/", {})

    assert answer.status_code == 422
    assert "has no credit line, no licence, or its time is over" in body_of(answer)
    assert writing.working_draft(eyes.north_planned)[0].pictures != []
