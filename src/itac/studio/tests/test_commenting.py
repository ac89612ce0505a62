"""Comments on the page of a post."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from itac.campaign.models import Person
from itac.publishing import commenting
from itac.publishing.models import Comment
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]


def test_a_comment_stands_on_the_post_and_on_the_home_of_who_is_named(scene: Scene, login: Login) -> None:
    post = scene.post(title="Harvest", approved=False)
    variant = post.variants.get()

    answer = login(scene.north_editor).post(
        f"/studio/posts/{post.pk}/comments/",
        {"text": "Is this right?\n<script>", "variant": variant.pk, "mentions": [scene.north_approver.pk]},
        follow=True,
    )

    reader = login(scene.north_approver)
    page = answer.content.decode()
    assert "Is this right?<br>&lt;script&gt;" in page
    assert "Is this right?" in reader.get("/studio/").content.decode()
    assert "I have read what is for me" in reader.get(f"/studio/posts/{post.pk}/").content.decode()

    reader.post(f"/studio/posts/{post.pk}/comments/seen/")

    assert "Is this right?" not in reader.get("/studio/").content.decode()
    assert "I have read what is for me" not in reader.get(f"/studio/posts/{post.pk}/").content.decode()


def test_what_was_typed_stays_in_the_form_when_it_cannot_be_kept(scene: Scene, login: Login) -> None:
    post = scene.post(approved=False)

    answer = login(scene.north_editor).post(f"/studio/posts/{post.pk}/comments/", {"text": "long " * 1100})

    assert answer.status_code == 422
    assert "at most 5000 characters" in answer.content.decode()
    assert "long long" in answer.content.decode()
    assert not Comment.objects.exists()


def test_somebody_elses_post_takes_no_comment_and_shows_none(scene: Scene, login: Login) -> None:
    post = scene.post(approved=False)
    made = commenting.comment(scene.north_editor, post, "Between us", now=scene.now)
    stranger, colleague = login(scene.south_editor), login(scene.north_approver)

    answers = [
        stranger.post(f"/studio/posts/{post.pk}/comments/", {"text": "Hello"}).status_code,
        stranger.post(f"/studio/posts/{post.pk}/comments/seen/").status_code,
        stranger.post(f"/studio/posts/{post.pk}/comments/{made.pk}/").status_code,
        colleague.post(f"/studio/posts/{post.pk}/comments/{made.pk}/").status_code,
    ]

    assert answers == [404] * 4
    assert [each.text for each in Comment.objects.all()] == ["Between us"]


def test_a_comment_of_ones_own_is_taken_back(scene: Scene, login: Login) -> None:
    post = scene.post(approved=False)
    made = commenting.comment(scene.north_editor, post, "A slip", now=scene.now)

    page = login(scene.north_editor).post(f"/studio/posts/{post.pk}/comments/{made.pk}/", follow=True)

    assert "A slip" not in page.content.decode()
    assert "Taken back." in page.content.decode()
