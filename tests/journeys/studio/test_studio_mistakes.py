"""What can't be is said where it is typed, in plain words, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from itac.publishing.models import Post
from itac.publishing.tests.factories import picture
from itac.publishing.writing import working_draft
from tests.journeys.studio.desk import DESK, Desk, fields, mistakes, on_the_clock, said

pytestmark = DESK


def test_a_text_that_is_too_long_is_counted_while_it_is_typed_kept_when_saved_and_never_asked_about(
    desk: Desk,
) -> None:
    scene = desk.scene
    byhand = scene.channel("wall", network="by_hand", person=scene.north_editor, limits={"text_max": 100})
    too_long = "a" * 114
    page = desk.page(scene.north_editor)
    page.goto("/studio/posts/new/")
    page.get_by_label("Title, English", exact=True).fill("Too long")
    page.locator(f"#id_goes_{byhand.pk}_en").check()
    page.get_by_label("Text, English", exact=True).fill("Short enough")
    expect(page.locator(".itac-count")).to_contain_text("12 of 100 characters")

    page.get_by_label("Text, English", exact=True).fill(too_long)
    expect(page.locator(".itac-count[data-over]")).to_contain_text("114 of 100 characters")
    expect(page.locator(".itac-problems")).to_have_text(
        "The text for Wall is 14 characters too long (limit 100). Shorten it."
    )
    page.get_by_role("button", name="Save, then submit").click()
    page.get_by_role("button", name="Submit", exact=True).click()

    post = Post.objects.get()
    assert post.text.texts["en"] == too_long or working_draft(post)[0].text["en"] == too_long
    page.goto(f"/studio/posts/{post.pk}/plan/")
    page.get_by_label("Day and time").fill(on_the_clock(scene.now + timedelta(days=1)))
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Ask for approval").click()
    assert mistakes(page) == ["The text for Wall is 14 characters too long (limit 100). Shorten it."]


def test_a_picture_without_words_stops_the_question_and_says_which(desk: Desk) -> None:
    scene = desk.scene
    street = picture("A street", owner=scene.north)
    street.alt = type(street.alt)({}, "en")
    street.save()
    page = desk.page(scene.north_editor)
    page.goto("/studio/posts/new/")
    page.get_by_label("Title, English", exact=True).fill("With a picture")
    page.get_by_label("Text, English", exact=True).fill("Look.")
    page.locator(f"#id_goes_{scene.website.pk}_en").check()
    page.get_by_text("Choose from your library").click()
    page.get_by_label("A street", exact=True).check()
    expect(page.locator(".itac-problems")).to_contain_text("A street")
    page.get_by_role("button", name="Save, then submit").click()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.goto(f"/studio/posts/{Post.objects.get().pk}/plan/")
    page.get_by_label("Day and time").fill(on_the_clock(scene.now + timedelta(days=1)))
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Ask for approval").click()

    assert len(mistakes(page)) == 1
    assert "A street" in mistakes(page)[0]
    assert not Post.objects.get().requests.exists()


def test_times_that_are_over_or_dont_exist_or_come_twice_are_explained_and_not_guessed(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("Words.", title="When", at=scene.now + timedelta(days=1), approved=False)
    agreed = Post.objects.get(pk=post.pk).planned_at
    page = desk.page(scene.north_editor)
    page.goto(f"/studio/posts/{post.pk}/plan/")

    page.get_by_label("Day and time").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Plan it").click()
    assert "over" in mistakes(page)[0]
    assert page.get_by_label("Day and time").input_value() == "2020-01-01T10:00"

    page.get_by_label("Clock of").select_option("Europe/Madrid")
    page.get_by_label("Day and time").fill("2031-03-30T02:30")
    page.get_by_role("button", name="Plan it").click()
    assert mistakes(page)[0].startswith("This time doesn't exist: on that day the clocks of Madrid go from")
    expect(page.locator("#choices button")).to_have_count(2)
    assert page.get_by_label("Day and time").input_value() == "2031-03-30T02:30"

    page.get_by_label("Day and time").fill("2031-10-26T02:30")
    page.get_by_role("button", name="Plan it").click()
    assert mistakes(page)[0].startswith("This time comes twice: on that day the clocks of Madrid are set back")
    assert Post.objects.get(pk=post.pk).planned_at == agreed
    page.get_by_role("button", name=re.compile("The second 02:30")).click()
    assert "26 October 2031, 02:30 (Madrid)" in said(page)
    assert Post.objects.get(pk=post.pk).planned_at.isoformat() == "2031-10-26T01:30:00+00:00"


def test_a_corrupt_picture_is_refused_in_words_and_the_title_typed_stays(desk: Desk) -> None:
    page = desk.page(desk.scene.north_editor)
    page.get_by_role("link", name="Add a picture").click()
    page.locator("[name=title]").fill("A torn photograph")
    page.locator("[name=file]").set_input_files(
        {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 torn"}
    )
    page.locator("[name=title]").fill("A torn photograph")
    page.locator("main form[enctype] button[type=submit]").click()

    expect(page.locator(".w-field__errors", has_text="This file can't be read as a picture")).to_be_visible()
    assert page.locator("[name=title]").input_value() == "A torn photograph"


def test_two_people_in_one_post_lose_nothing_and_overwrite_nothing(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("First.", title="Shared", at=scene.now + timedelta(days=1), approved=False)
    mine, theirs = desk.page(scene.north_editor), desk.page(scene.coordinator)
    for page in (mine, theirs):
        page.goto(f"/studio/posts/{post.pk}/edit/")
    theirs.get_by_label("Text, English", exact=True).fill("Theirs.")
    theirs.get_by_role("button", name="Save", exact=True).click()
    assert "Saved." in said(theirs)

    mine.get_by_label("Text, English", exact=True).fill("Mine.")
    mine.get_by_role("button", name="Save", exact=True).click()

    assert "Coordinator saved this post while you were writing." in mistakes(mine)[0]
    expect(mine.locator("#theirs")).to_contain_text("Theirs.")
    assert mine.get_by_label("Text, English", exact=True).input_value() == "Mine."
    assert working_draft(Post.objects.get(pk=post.pk))[0].text["en"] == "Theirs."
    expect(fields(mine)).to_be_visible()
