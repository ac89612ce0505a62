"""The same words on the same channel are found by an index; a warning, which tells nobody what isn't theirs to read."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from itac.campaign.models import Person
from itac.publishing import planning, writing
from itac.publishing.models import Delivery, Post, State, Wording
from itac.publishing.repeating import digest_of, repeats
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft, DraftVariant

NOW = datetime(2026, 12, 18, 8, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(NOW)


def found(scene: Scene, text: str, actor: Person | None = None, **facts: Any) -> list[Post]:
    says = [(scene.website.pk, text)]
    return [each.post for each in repeats(actor or scene.north_editor, says, today=TODAY, **facts)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Close to home", "close   to\nHOME.", True),
        ("“Close”, to home…", "Close to home 🏠", True),
        ("Ｃｌｏｓｅ", "close", True),
        ("Más cerca", "mas cerca", False),
        ("هنا", "هنا!", True),
        ("कि", "का", False),
        ("🏠🏠", "🏠 🏠", False),
        ("🏠", "🌍", False),
        ("281 million", "282 million", False),
        ("", "", False),
        (" \n", "", False),
    ],
)
def test_case_signs_and_spaces_dont_tell_texts_apart_and_words_do(one: str, other: str, same: bool) -> None:
    assert (digest_of(one) == digest_of(other) and bool(digest_of(one))) is same


@given(st.text())
def test_every_text_has_the_words_of_itself_in_other_spaces(text: str) -> None:
    assert digest_of(f"  {text}\n") == digest_of(text)


def test_a_planned_post_with_the_same_words_is_found_once_whatever_its_languages(scene: Scene) -> None:
    post = scene.post("Close to home.", at=TOMORROW, languages=("en", "es"), approved=False)

    [repeat] = repeats(scene.north_editor, [(scene.website.pk, "close to home")], today=TODAY)

    assert (repeat.post, repeat.channel, repeat.at, repeat.is_out) == (post, scene.website, TOMORROW, False)
    assert found(scene, "close to home", besides=post) == []
    assert found(scene, "Close to the sea") == []


def test_on_another_channel_it_is_no_repeat(scene: Scene) -> None:
    scene.post("Close to home.", at=TOMORROW, approved=False, channels=[scene.channel("second", network="website")])

    assert found(scene, "Close to home.") == []


@pytest.mark.parametrize(("days", "counts"), [(89, True), (91, False)])
def test_what_went_out_counts_for_ninety_days(days: int, counts: bool, scene: Scene) -> None:
    post = scene.post("Close to home.", at=TOMORROW)
    Delivery.objects.filter(variant__post=post).update(state=State.SENT, sent_at=NOW - timedelta(days=days))

    assert found(scene, "Close to home.") == ([post] if counts else [])


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_what_was_dropped_or_failed_is_no_repeat(state: State, scene: Scene) -> None:
    post = scene.post("Close to home.", at=TOMORROW)
    Delivery.objects.filter(variant__post=post).update(state=state)

    assert found(scene, "Close to home.") == []


def test_a_draft_counts_by_its_working_copy_once_it_has_a_time_and_later_by_what_was_submitted(scene: Scene) -> None:
    goes = [DraftVariant(channel_id=scene.website.pk, language="en")]
    draft = Draft(title={"en": "T"}, text={"en": "First words"}, variants=goes)
    post = writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=NOW)
    assert found(scene, "First words") == []

    scene.plan(post, TOMORROW)
    assert found(scene, "First words") == [post]
    second = Draft.from_json({**draft.as_json(), "text": {"en": "Second words"}})
    writing.save_working_copy(scene.north_editor, post, second, version=1, now=NOW)
    assert (found(scene, "First words"), found(scene, "Second words")) == ([], [post])

    writing.submit_working_copy(scene.north_editor, post, now=NOW)
    post.refresh_from_db()
    third = Draft.from_json({**draft.as_json(), "text": {"en": "Third words"}})
    writing.save_working_copy(scene.north_editor, post, third, version=0, now=NOW)
    assert (found(scene, "Second words"), found(scene, "Third words")) == ([post], [])


def test_a_text_of_its_own_for_a_channel_counts_in_place_of_the_posts(scene: Scene) -> None:
    own = [DraftVariant(channel_id=scene.website.pk, language="en", text="Only here")]
    draft = Draft(title={"en": "T"}, text={"en": "Everywhere"}, variants=own)
    post = writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=NOW)
    scene.plan(post, TOMORROW)

    assert (found(scene, "Everywhere"), found(scene, "only here")) == ([], [post])


def test_nobody_learns_by_guessing_what_others_have_planned_and_everybody_what_is_out(scene: Scene) -> None:
    planned = scene.post("Close to home.", at=TOMORROW, approved=False)
    draft = Draft(
        title={"en": "T"}, text={"en": "A draft"}, variants=[DraftVariant(channel_id=scene.website.pk, language="en")]
    )
    drafted = writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=NOW)
    scene.plan(drafted, TOMORROW)

    assert found(scene, "Close to home.", scene.south_editor) == []
    assert found(scene, "Close to home.", scene.north_approver) == [planned]
    assert found(scene, "A draft", scene.north_approver) == []  # it is still being written
    assert found(scene, "A draft", scene.coordinator) == [drafted]

    facts = {"state": State.SENT, "sent_at": NOW, "address": "https://example.org/1"}
    Delivery.objects.filter(variant__post=planned).update(**facts)
    [told] = repeats(scene.south_editor, [(scene.website.pk, "Close to home.")], today=TODAY)
    assert (told.is_out, told.may_read, told.address) == (True, False, "https://example.org/1")


def test_what_waits_for_an_event_is_planned_too(scene: Scene) -> None:
    from itac.publishing.models import Trigger

    goes = [DraftVariant(channel_id=scene.website.pk, language="en")]
    draft = Draft(title={"en": "T"}, text={"en": "Adopted"}, variants=goes)
    post = writing.begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=NOW)
    planning.plan_for_trigger(scene.north_editor, post, Trigger.objects.create(name="It is adopted"), now=NOW)

    assert found(scene, "adopted") == [post]


def test_it_takes_as_many_queries_beside_many_posts_and_asks_an_index(scene: Scene) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            found(scene, "Close to home.", scene.coordinator)
        return [query["sql"] for query in caught]

    scene.post("Close to home.", at=TOMORROW, approved=False)
    few = asked()
    for number in range(4):
        scene.post("Close to home." if number % 2 else f"Words {number}", at=TOMORROW, approved=False)

    assert len(asked()) == len(few)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM publishing_wording WHERE digest IN ('a') AND channel_id IN (1, 2)"
            )
            assert "wording_found" in str(cursor.fetchall())


def test_an_upgrade_fills_in_what_is_submitted_already_and_may_be_broken_off(scene: Scene) -> None:
    scene.post("Close to home.", at=TOMORROW, languages=("en", "es"), approved=False)
    scene.post("🏠🏠", at=TOMORROW, approved=False)
    before = set(Wording.objects.values_list("post_id", "channel_id", "digest"))
    migration = importlib.import_module("itac.publishing.migrations.0010_wordings_of_what_is_there")

    Wording.objects.first().delete()
    migration.fill(apps, None)
    migration.fill(apps, None)
    assert set(Wording.objects.values_list("post_id", "channel_id", "digest")) == before

    migration.back(apps, None)
    assert not Wording.objects.exists()
