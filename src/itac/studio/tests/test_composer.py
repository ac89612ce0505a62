"""Writing, submitting and planning a post through its pages; what is typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.publishing import approving
from itac.publishing.models import Post, State, WorkingCopy
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft, save_working_copy, working_draft

Login = Callable[[Person], Client]
NEW = "/studio/posts/new/"


def typed(scene: Scene, **fields: Any) -> dict[str, Any]:
    """A filled form: one text in English for the website."""
    return {
        "organisation": scene.north.pk,
        "original": "en",
        "version": 0,
        "source_rows": 2,
        "title_en": "Close to home",
        "text_en": "More than half stay in their region.",
        f"goes_{scene.website.pk}_en": "on",
        "do": "save",
        **fields,
    }


def begun(scene: Scene, client: Client, **fields: Any) -> Post:
    """A post saved through the form."""
    response = client.post(NEW, typed(scene, **fields))
    assert response.status_code == 302, response.content.decode()
    return Post.objects.get()


def test_everything_typed_is_in_the_working_copy(scene: Scene, login: Login) -> None:
    street = picture("A street", owner=scene.north)
    client = login(scene.north_editor)

    post = begun(
        scene,
        client,
        text_es="Más de la mitad.\r\nEn su región.",
        **{
            f"goes_{scene.website.pk}_es": "on",
            f"own_{scene.website.pk}_es": "Solo aquí.",
            f"picture_{street.pk}": "on",
            f"alt_{street.pk}_en": "A street at noon",
            "link_address": "https://example.org/data",
            "link_title_en": "The data",
            "source_0_title": "Migrant Stock",
            "source_0_address": "https://example.org/stock",
        },
    )

    draft, version = working_draft(post)
    assert version == 1
    assert (post.organisation, post.submitted_at) == (scene.north, None)
    assert draft.text == {"en": "More than half stay in their region.", "es": "Más de la mitad.\nEn su región."}
    assert [(each.language, each.text) for each in draft.variants] == [("en", ""), ("es", "Solo aquí.")]
    assert [(each.picture_id, dict(each.alt)["en"]) for each in draft.pictures] == [(street.pk, "A street at noon")]
    assert (draft.link_address, draft.link_title) == ("https://example.org/data", {"en": "The data"})
    assert [source["title"] for source in draft.sources] == ["Migrant Stock"]


def test_nobody_writes_for_an_organisation_that_isnt_theirs(scene: Scene, login: Login) -> None:
    response = login(scene.south_editor).post(NEW, typed(scene))

    assert response.status_code == 422
    assert Post.objects.count() == 0
    assert login(scene.north_approver).get(NEW).status_code == 404


def test_a_mistake_is_listed_on_top_linked_to_its_field_and_everything_typed_stays(scene: Scene, login: Login) -> None:
    response = login(scene.north_editor).post(NEW, typed(scene, link_address="not an address", text_en="Kept words"))

    html = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_link_address">Write the whole address' in html
    assert "Kept words" in html
    assert 'value="not an address"' in html


def test_check_and_preview_show_count_limit_and_problems_and_store_nothing(scene: Scene, login: Login) -> None:
    mastodon = scene.channel("mastodon", network="mastodon", handle="@itac@mastodon.example")
    client = login(scene.north_editor)
    fields = typed(
        scene, do="check", text_en="Twelve signs", **{f"goes_{mastodon.pk}_en": "on", f"goes_{mastodon.pk}_es": "on"}
    )

    checked, preview = client.post(NEW, fields), client.post("/studio/posts/preview/", fields)

    for html in (checked.content.decode(), preview.content.decode()):
        assert "12 of 500 characters" in html
        assert "There is no text in “es” for Mastodon yet. Write it." in html
    assert "<html" not in preview.content.decode()
    assert Post.objects.count() == 0


def test_a_picture_one_may_not_use_is_neither_offered_nor_taken(scene: Scene, login: Login) -> None:
    theirs = picture("Secret of the south", owner=scene.south)
    client = login(scene.north_editor)
    assert "Secret of the south" not in client.get(NEW).content.decode()
    assert client.get(reverse("studio_picture", args=[theirs.pk])).status_code == 404

    post = begun(scene, client, **{f"picture_{theirs.pk}": "on"})

    assert list(working_draft(post)[0].pictures) == []
    assert login(scene.south_editor).get(reverse("studio_picture", args=[theirs.pk])).status_code == 200


def test_a_copy_saved_meanwhile_is_shown_and_neither_text_is_lost(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)
    post = begun(scene, client)
    save_working_copy(scene.coordinator, post, Draft(text={"en": "Words of the coordinator"}), version=1, now=scene.now)
    url = reverse("studio_edit", args=[post.pk])

    response = client.post(url, typed(scene, version=1, text_en="Words of the editor"))

    html = response.content.decode()
    assert response.status_code == 422
    assert "Coordinator saved this post while you were writing." in html
    assert "Words of the coordinator" in html
    assert "Words of the editor" in html
    assert WorkingCopy.objects.get(post=post).content["text"] == {"en": "Words of the coordinator"}
    assert client.post(url, typed(scene, version=2, text_en="Words of the editor")).status_code == 302
    assert WorkingCopy.objects.get(post=post).content["text"] == {"en": "Words of the editor"}


def test_submitting_says_before_that_it_ends_an_approval_and_shows_what_changes(scene: Scene, login: Login) -> None:
    post = scene.post("The old words", at=scene.now + timedelta(hours=3))
    draft, version = working_draft(post)
    save_working_copy(
        scene.north_editor,
        post,
        Draft(title=draft.title, text={"en": "The new words"}, variants=draft.variants),
        version=version,
        now=scene.now,
    )
    client, url = login(scene.north_editor), reverse("studio_submit", args=[post.pk])

    page = client.get(url).content.decode()
    assert approving.request_in_force(post) is not None
    client.post(url)

    assert "Submitting these changes ends its approval." in page
    assert "The old words" in page
    assert "The new words" in page
    assert approving.request_in_force(post) is None
    assert "What changed since the approval" in client.get(reverse("studio_post", args=[post.pk])).content.decode()


def planned(client: Client, post: Post, wall: str, zone: str, **fields: str) -> Any:
    """The answer to planning it."""
    return client.post(reverse("studio_plan", args=[post.pk]), {"wall": wall, "zone": zone, **fields})


@pytest.fixture
def submitted(scene: Scene, login: Login) -> Post:
    """A submitted post without a time."""
    client = login(scene.north_editor)
    post = begun(scene, client)
    client.post(reverse("studio_submit", args=[post.pk]))
    return post


def test_a_time_the_clocks_jump_over_offers_the_two_around_it(scene: Scene, login: Login, submitted: Post) -> None:
    client = login(scene.north_editor)

    response = planned(client, submitted, "2027-03-28T02:30", "Europe/Berlin")

    html = response.content.decode()
    assert response.status_code == 422
    assert "This time doesn&#x27;t exist: on that day the clocks of Berlin go from 01:59 straight to 03:00." in html
    assert 'value="2027-03-28T02:30"' in html
    assert planned(client, submitted, "2027-03-28T02:30", "Europe/Berlin", meant="2027-03-28T03:00").status_code == 302
    submitted.refresh_from_db()
    assert submitted.planned_wall == "2027-03-28T03:00"


def test_a_time_that_comes_twice_asks_which_and_keeps_the_choice(scene: Scene, login: Login, submitted: Post) -> None:
    client = login(scene.north_editor)
    assert "This time comes twice" in planned(client, submitted, "2027-10-31T02:30", "Europe/Berlin").content.decode()

    planned(client, submitted, "2027-10-31T02:30", "Europe/Berlin", meant="2027-10-31T02:30 second")

    submitted.refresh_from_db()
    assert (submitted.planned_fold, str(submitted.planned_at)) == (1, "2027-10-31 01:30:00+00:00")


@pytest.mark.parametrize(
    ("wall", "words"), [("2020-01-01T10:00", "This time is over."), ("", "Choose a day and a time")]
)
def test_a_time_that_cannot_be_planned_is_said(
    wall: str, words: str, scene: Scene, login: Login, submitted: Post
) -> None:
    response = planned(login(scene.north_editor), submitted, wall, "Europe/Berlin")

    assert response.status_code == 422
    assert words in response.content.decode()
    assert scene.deliveries(submitted) == []


def test_planning_makes_the_deliveries_and_the_page_names_them(scene: Scene, login: Login, submitted: Post) -> None:
    client = login(scene.north_editor)

    planned(client, submitted, "2027-12-18T18:00", "America/Guayaquil")

    assert [delivery.state for delivery in scene.deliveries(submitted)] == [State.PLANNED]
    page = client.get(reverse("studio_post", args=[submitted.pk])).content.decode()
    assert "18 December 2027, 23:00 (UTC)" in page
    assert "Agreed on the clock of Guayaquil." in page


def test_the_list_finds_words_only_in_what_one_may_read(scene: Scene, login: Login) -> None:
    scene.post("Palabras con acento: región", title="Found")

    found = login(scene.north_editor).get("/studio/posts/", {"q": "región"}).content.decode()
    hidden = login(scene.south_editor).get("/studio/posts/", {"q": "región"}).content.decode()

    assert ("Found" in found, "Found" in hidden) == (True, False)


@pytest.mark.parametrize("state", ["draft", "open", "granted", "planned", "sent"])
def test_the_list_filters_by_state(state: str, scene: Scene, login: Login) -> None:
    scene.post(title="An approved post", at=scene.now + timedelta(hours=2))
    page = login(scene.north_editor).get(
        "/studio/posts/", {"state": state, "channel": scene.website.pk, "language": "en"}
    )

    assert ("An approved post" in page.content.decode()) == (state in {"granted", "planned"})


def test_lists_take_the_same_queries_for_one_and_for_three(
    scene: Scene, login: Login, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login(scene.north_editor)
    counts = {}
    for url in ("/studio/posts/", "/studio/deliveries/"):
        for number in (1, 3):
            while Post.objects.count() < number:
                scene.post(at=scene.now + timedelta(hours=1))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(url)
            counts[url, number] = len(queries)
        Post.objects.all()
    assert counts["/studio/deliveries/", 1] == counts["/studio/deliveries/", 3]
