"""Saving by itself: what is typed reaches the working copy, nobody overwrites unseen, and people see each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.core.ticking import look_at_all
from itac.publishing import approving
from itac.publishing.errors import MovedMeanwhile
from itac.publishing.models import Post, WorkingCopy, Writer
from itac.publishing.tests.factories import Scene, person
from itac.publishing.writing import (
    Draft,
    begin_post,
    discard_draft,
    save_working_copy,
    submit_working_copy,
    working_draft,
)

Login = Callable[[Person], Client]
BEGIN = "/studio/posts/begin/"


def typed(scene: Scene, text: str, **fields: Any) -> dict[str, Any]:
    """A form as its page sends it."""
    return {
        "organisation": scene.north.pk,
        "original": "en",
        "version": 0,
        "turn": 1,
        "source_rows": 2,
        "text_en": text,
        f"goes_{scene.website.pk}_en": "on",
        **fields,
    }


def keeps(post: Post) -> str:
    return reverse("studio_keep", args=[post.pk])


def here(client: Client, post: Post, seat: str, **facts: Any) -> str:
    """What a page hears when it says that it is open."""
    words: str = client.post(reverse("studio_here", args=[post.pk]), {"seat": seat, **facts}).json()["words"]
    return words


@pytest.fixture
def post(scene: Scene) -> Post:
    """A post begun by North's editor, at version 1."""
    return begin_post(scene.north_editor, organisation=scene.north, draft=Draft(text={"en": "First."}), now=scene.now)


def text_of(post: Post) -> str:
    return working_draft(post)[0].text["en"]


def test_each_save_stores_what_is_typed_and_says_when_on_the_readers_clock(
    scene: Scene, login: Login, post: Post
) -> None:
    Person.objects.filter(pk=scene.north_editor.pk).update(zone="Asia/Kathmandu")
    client = login(scene.north_editor)

    first = client.post(keeps(post), typed(scene, "Second.", version=1)).json()
    second = client.post(keeps(post), typed(scene, "Third.", version=first["version"], turn=2)).json()

    from zoneinfo import ZoneInfo

    saved = WorkingCopy.objects.get(post=post).saved_at.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert (first["version"], second["version"], text_of(post)) == (2, 3, "Third.")
    assert second["words"] == f"Saved at {saved:%H:%M}"


def test_a_save_voids_nothing_however_often(scene: Scene, login: Login) -> None:
    post = scene.post("Approved words", at=scene.now + timedelta(hours=3))
    client = login(scene.north_editor)

    client.post(keeps(post), typed(scene, "Other words"))

    assert approving.request_in_force(post) is not None
    assert Post.objects.get(pk=post.pk).text.texts == {"en": "Approved words"}
    assert text_of(post) == "Other words"


def test_a_save_over_another_persons_is_refused_says_whose_and_overwrites_nothing(
    scene: Scene, login: Login, post: Post
) -> None:
    save_working_copy(scene.coordinator, post, Draft(text={"en": "Theirs"}), version=1, now=scene.now)

    answer = login(scene.north_editor).post(keeps(post), typed(scene, "Mine", version=1, seat=str(uuid4())))

    assert answer.status_code == 409
    assert "Coordinator saved this post at" in answer.json()["words"]
    assert "Press Save to see both versions." in answer.json()["words"]
    assert text_of(post) == "Theirs"


def test_a_page_whose_answer_was_lost_knows_its_own_save_again_but_not_an_earlier_one(
    scene: Scene, login: Login, post: Post
) -> None:
    client, seat = login(scene.north_editor), str(uuid4())
    client.post(keeps(post), typed(scene, "Lost on the way back", version=1, seat=seat, turn=2))

    again = client.post(keeps(post), typed(scene, "And on", version=1, seat=seat, turn=3))
    late = client.post(keeps(post), typed(scene, "From long ago", version=1, seat=seat, turn=1))
    elsewhere = client.post(keeps(post), typed(scene, "Another tab", version=1, seat=str(uuid4()), turn=9))

    assert (again.status_code, again.json()["version"]) == (200, 3)
    assert (late.status_code, elsewhere.status_code) == (409, 409)
    assert text_of(post) == "And on"


def test_nobody_takes_over_a_seat_to_overwrite_what_they_never_read(scene: Scene, login: Login, post: Post) -> None:
    seat = str(uuid4())
    login(scene.north_editor).post(keeps(post), typed(scene, "Mine", version=1, seat=seat))

    answer = login(scene.coordinator).post(keeps(post), typed(scene, "Unread", version=1, seat=seat, turn=5))

    assert answer.status_code == 409
    assert text_of(post) == "Mine"


def test_a_page_that_begins_a_post_twice_has_begun_one(scene: Scene, login: Login) -> None:
    client, seat = login(scene.north_editor), str(uuid4())

    first = client.post(BEGIN, typed(scene, "First try", seat=seat)).json()
    second = client.post(BEGIN, typed(scene, "Second try", seat=seat, turn=2)).json()
    client.post("/studio/posts/new/", typed(scene, "By the button", seat=seat, turn=3, do="save"))

    post = Post.objects.get()
    assert (first["post"], second["post"]) == (post.pk, post.pk)
    assert (second["keep"], second["edit"]) == (keeps(post), reverse("studio_edit", args=[post.pk]))
    assert text_of(post) == "By the button"


def test_beginning_for_an_organisation_that_isnt_ones_own_begins_nothing(scene: Scene, login: Login) -> None:
    answer = login(scene.south_editor).post(BEGIN, typed(scene, "Not mine"))

    assert answer.status_code == 422
    assert Post.objects.count() == 0
    assert login(scene.north_approver).post(BEGIN, typed(scene, "Not mine")).status_code == 404


def test_a_field_that_doesnt_pass_is_named_and_nothing_is_stored(scene: Scene, login: Login, post: Post) -> None:
    answer = login(scene.north_editor).post(
        keeps(post), typed(scene, "Kept", version=1, link_address="ftp://example.org/a")
    )

    assert answer.status_code == 422
    assert answer.json()["words"].startswith("Not saved yet. Write the whole address")
    assert text_of(post) == "First."


def test_people_in_one_post_see_each_other_until_they_leave(scene: Scene, login: Login, post: Post) -> None:
    editor, coordinator = login(scene.north_editor), login(scene.coordinator)
    mine, theirs = str(uuid4()), str(uuid4())
    assert here(editor, post, mine, version=1) == ""

    seen = here(coordinator, post, theirs, version=1)
    page = coordinator.get(reverse("studio_edit", args=[post.pk])).content.decode()
    here(editor, post, mine, gone="1")

    assert seen == "North Editor is writing here too."
    assert "North Editor is writing here too." in page
    assert here(coordinator, post, theirs, version=1) == ""


def test_a_page_that_fell_silent_is_no_company_and_is_forgotten(scene: Scene, login: Login, post: Post) -> None:
    here(login(scene.north_editor), post, str(uuid4()), version=1)
    Writer.objects.update(seen_at=scene.now - timedelta(minutes=3))

    assert here(login(scene.coordinator), post, "b", version=1) == ""
    look_at_all(scene.now)

    assert not Writer.objects.filter(person=scene.north_editor).exists()


def test_who_may_not_write_a_post_sees_nobody_in_it_and_is_seen_by_nobody(
    scene: Scene, login: Login, post: Post
) -> None:
    here(login(scene.north_editor), post, str(uuid4()), version=1)
    reader = person("North Host", host=scene.north)

    for looker in (scene.south_editor, scene.north_approver, reader):
        for address in ("studio_here", "studio_keep"):
            assert login(looker).post(reverse(address, args=[post.pk]), {"seat": "x"}).status_code == 404
    assert login(reader).get(reverse("studio_post", args=[post.pk])).status_code == 200
    assert [writer.person for writer in Writer.objects.all()] == [scene.north_editor]


def test_an_open_page_hears_that_another_saved_before_it_saves_itself(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)
    save_working_copy(scene.coordinator, post, Draft(text={"en": "Theirs"}), version=1, now=scene.now)

    words = here(client, post, str(uuid4()), version=1)

    assert words.startswith("Coordinator saved this post at ")
    assert words.endswith("Saving now shows you both versions first.")
    assert here(client, post, str(uuid4()), version=2) == ""


def test_what_was_typed_into_a_deleted_post_is_given_back_and_a_foreign_post_looks_deleted(
    scene: Scene, login: Login, post: Post
) -> None:
    client, address = login(scene.north_editor), reverse("studio_edit", args=[post.pk])
    foreign = login(scene.south_editor).post(address, typed(scene, "Words of hours", do="save"))
    post.delete()

    gone = client.post(address, typed(scene, "Words of hours", do="save"))

    for answer in (gone, foreign):
        html = answer.content.decode()
        assert answer.status_code == 404
        assert "nothing you typed is lost: it stands here" in html
        assert "Words of hours" in html
        assert "First." not in html
    assert client.post(keeps(post) if post.pk else address.replace("edit", "keep"), {}).status_code == 404
    assert client.get(address).status_code == 404


def test_a_draft_is_thrown_away_by_its_writers_and_a_post_once_submitted_by_nobody(
    scene: Scene, login: Login, post: Post
) -> None:
    submitted = scene.post("Asked about", title="Asked about", at=scene.now + timedelta(hours=3))
    client = login(scene.north_editor)
    assert login(scene.south_editor).post(reverse("studio_discard", args=[post.pk])).status_code == 404

    for each in (post, submitted):
        client.post(reverse("studio_discard", args=[each.pk]))

    assert list(Post.objects.all()) == [submitted]
    with pytest.raises(MovedMeanwhile):
        discard_draft(scene.north_editor, submitted, now=scene.now)


def test_a_post_submitted_meanwhile_takes_no_late_save(scene: Scene, login: Login, post: Post) -> None:
    submit_working_copy(scene.north_editor, post, now=scene.now)

    answer = login(scene.north_editor).post(keeps(post), typed(scene, "Late", version=1, seat=str(uuid4())))

    assert answer.status_code == 409
    assert answer.json()["words"].startswith("This post was submitted, or its changes thrown away")
    assert not WorkingCopy.objects.filter(post=post).exists()
