"""Files by their addresses: what nobody has shown is for who may see it, and what is shown is for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import UploadedFile

from itac.library.models import Picture
from itac.studio.tests.eyes import Eyes, body_of

SHOWN = "width-640"  # a size that the site uses


def statuses(eyes: Eyes, address: str) -> dict[str, int]:
    """What everybody gets at an address."""
    return {looker.name: looker.browser().get(address).status_code for looker in eyes.roles}


def only(eyes: Eyes, *people: Any) -> dict[str, int]:
    """The answers when these people, and nobody else, get it."""
    return {looker.name: 200 if looker.person in people else 404 for looker in eyes.roles}


def norths(eyes: Eyes) -> tuple[Any, ...]:
    """North City's people and the coordinator."""
    return eyes.north_editor, eyes.north_approver, eyes.north_host, eyes.coordinator


@pytest.mark.parametrize("size", ["the original", "max-165x165", "max-800x600", SHOWN])
def test_a_picture_that_isnt_shown_is_its_organisations_in_every_size(size: str, eyes: Eyes) -> None:
    picture = eyes.north_picture
    address = picture.file.url if size == "the original" else picture.get_rendition(size).url

    assert statuses(eyes, address) == only(eyes, *norths(eyes))


def test_what_the_studio_gives_is_kept_by_no_cache_on_the_way(eyes: Eyes) -> None:
    browser = eyes.role(eyes.north_editor).browser()
    for address in (eyes.north_picture.file.url, eyes.north_document.url):
        assert browser.get(address).headers["Cache-Control"] == "private, no-store", address


def test_a_picture_on_the_site_is_everybodys_until_it_is_withdrawn_and_its_original_never(eyes: Eyes) -> None:
    entry = eyes.public_entry("Heron", eyes.north_picture)
    other = eyes.public_entry("Without it", eyes.south_picture)
    address = eyes.north_picture.get_rendition(SHOWN).url
    assert set(statuses(eyes, address).values()) == {200}
    assert statuses(eyes, eyes.north_picture.file.url) == only(eyes, *norths(eyes))

    entry.withdrawn_at = eyes.now
    entry.save()

    assert statuses(eyes, address) == only(eyes, *norths(eyes))
    assert other.withdrawn_at is None


def test_a_picture_whose_number_only_begins_like_a_shown_ones_stays_private(eyes: Eyes) -> None:
    shown = Picture.objects.create(
        pk=eyes.north_picture.pk * 10,
        title="Shown",
        file=ContentFile(eyes.south_picture.file.read(), name="shown.jpg"),
        credit="Own work",
        licence="CC BY 4.0",
    )
    eyes.public_entry("Heron", shown)
    entry = eyes.public_entry(f'"picture": {eyes.north_picture.pk},', eyes.south_picture)
    assert str(eyes.north_picture.pk) in entry.title

    assert Client().get(eyes.north_picture.get_rendition(SHOWN).url).status_code == 404


def test_a_post_of_tomorrow_shows_nothing_today(eyes: Eyes) -> None:
    entry = eyes.public_entry("Heron", eyes.north_picture)
    entry.published_at = eyes.now + timedelta(days=1)
    entry.save()

    assert Client().get(eyes.north_picture.get_rendition(SHOWN).url).status_code == 404


@pytest.mark.parametrize("missing", ["credit", "licence", "valid_until"])
def test_a_picture_without_rights_isnt_given_to_the_public_though_a_post_has_it(missing: str, eyes: Eyes) -> None:
    eyes.public_entry("Heron", eyes.north_picture)
    address = eyes.north_picture.get_rendition(SHOWN).url
    gone: Any = eyes.now.date() - timedelta(days=1) if missing == "valid_until" else ""

    Picture.objects.filter(pk=eyes.north_picture.pk).update(**{missing: gone})

    assert statuses(eyes, address) == only(eyes, *norths(eyes))
    for page in ("/en/", "/en/updates/", "/en/updates/heron/", "/en/credits/", "/en/updates/feed.json"):
        assert address not in body_of(Client().get(page)), page


def test_a_picture_on_a_live_page_is_everybodys_and_on_a_draft_nobodys(eyes: Eyes) -> None:
    body = [("picture", {"picture": eyes.north_picture, "caption": ""})]
    address = eyes.north_picture.get_rendition("width-1200").url
    eyes.page.refresh_from_db()
    eyes.page.body = body
    draft = eyes.page.save_revision(user=eyes.coordinator)
    assert Client().get(address).status_code == 404

    draft.publish()

    assert Client().get(address).status_code == 200
    eyes.page.refresh_from_db()
    eyes.page.unpublish()
    assert Client().get(address).status_code == 404


def test_a_logo_is_everybodys(eyes: Eyes) -> None:
    eyes.north_picture.logo_of = eyes.north
    eyes.north_picture.save()

    assert Client().get(eyes.north_picture.get_rendition("max-400x400").url).status_code == 200


def test_a_half_finished_upload_is_nobodys(eyes: Eyes) -> None:
    upload = UploadedFile.objects.create(
        for_content_type=ContentType.objects.get_for_model(Picture),
        file=ContentFile(b"anything", name="half.jpg"),
        uploaded_by_user=eyes.north_editor,
    )

    assert set(statuses(eyes, upload.file.url).values()) == {404}


@pytest.mark.parametrize("path", ["../itac.sqlite3", "%2e%2e/keys/secret", "/etc/passwd", ""])
def test_nothing_outside_the_files_is_given_to_anybody(path: str, eyes: Eyes) -> None:
    assert eyes.role(eyes.coordinator).browser().get(f"/media/{path}").status_code == 404


def test_a_document_is_its_organisations_by_its_address(eyes: Eyes) -> None:
    assert statuses(eyes, eyes.north_document.url) == only(eyes, *norths(eyes))
    assert statuses(eyes, eyes.north_document.file.url)["visitor"] == 404


def test_a_document_one_may_not_see_answers_like_one_that_isnt_there_whatever_one_knows_of_it(eyes: Eyes) -> None:
    known = eyes.role(eyes.north_editor).browser().get(eyes.north_document.url).headers.get("ETag", '"guess"')

    response = eyes.role(eyes.south_editor).browser().get(eyes.north_document.url, headers={"If-None-Match": known})

    assert response.status_code == 404


def test_a_picture_in_a_post_is_shown_to_who_may_read_the_post_and_nobody_else(eyes: Eyes) -> None:
    address = f"/studio/posts/pictures/{eyes.asked_picture.pk}/"
    asked = only(eyes, *norths(eyes), eyes.south_approver)
    log_in = {"visitor": 302, "person without duty": 302}

    assert statuses(eyes, address) == {**asked, **log_in}
