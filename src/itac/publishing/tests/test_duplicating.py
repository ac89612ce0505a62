"""A post once more: everything of it comes along but its approval, at the same clock time or in another language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from itac.core.walltime import WallTime
from itac.publishing import planning, writing
from itac.publishing.approving import request_in_force
from itac.publishing.duplicating import duplicate, languages_to_come, weeks_to_come
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.models import Delivery, Post, PostMedia, Trigger
from itac.publishing.tests.factories import Scene, picture
from itac.publishing.writing import Draft, DraftVariant, working_draft
from tools.databases import Database

NOW = datetime(2026, 12, 18, 8, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 25, 12, tzinfo=UTC)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(NOW)


def rich_post(scene: Scene) -> Post:
    """An approved post with everything that a post can have."""
    street = picture("A street", owner=scene.north)
    return scene.post(
        title="Close to home",
        languages=("en", "es"),
        pictures=(street,),
        at=FRIDAY,
        link_address="https://example.org",
        link_title={"en": "The data"},
        sources=[{"title": "Stock", "publisher": "UN", "address": "", "figure": "281"}],
        kind="figure",
    )


def test_all_that_belongs_to_it_comes_along_and_its_approval_doesnt(each_database: Database) -> None:
    scene = Scene(NOW)
    post = rich_post(scene)
    at = WallTime.parse("2027-01-01T12:00", "America/Bogota")

    made = duplicate(scene.north_editor, post, now=NOW, at=at).post

    copy = Post.objects.get(pk=made.pk)
    assert working_draft(copy)[0] == Draft.from_json(Draft.of(post).as_json())
    assert (copy.organisation, copy.author, copy.submitted_at) == (scene.north, scene.north_editor, None)
    assert (copy.planned_wall, copy.planned_zone) == ("2027-01-01T12:00", "America/Bogota")
    assert copy.slug != post.slug
    assert request_in_force(copy) is None
    assert Delivery.objects.filter(variant__post=copy).count() == 0

    writing.submit_working_copy(scene.north_editor, copy, now=NOW)
    assert [each.due_at for each in scene.deliveries(copy)] == [datetime(2027, 1, 1, 17, tzinfo=UTC)] * 2
    granted = request_in_force(post)
    assert granted is not None
    assert granted.state(now=NOW) == "granted"


def test_in_another_language_it_goes_out_in_that_one_alone_and_nothing_untranslated_is_sent(scene: Scene) -> None:
    spanish = scene.channel("spanish", network="website", languages=["es"])
    goes = [
        DraftVariant(channel_id=scene.website.pk, language="en", text="Short, for the site"),
        DraftVariant(channel_id=spanish.pk, language="es"),
    ]
    post = writing.begin_post(
        scene.north_editor,
        organisation=scene.north,
        draft=Draft(title={"en": "T"}, text={"en": "Words"}, variants=goes),
        now=NOW,
    )
    scene.plan(post, FRIDAY)

    made = duplicate(scene.north_editor, Post.objects.get(pk=post.pk), now=NOW, language="fr").post

    draft = working_draft(made)[0]
    assert draft.variants == [DraftVariant(channel_id=scene.website.pk, language="fr")]
    assert (draft.text, draft.original) == ({"en": "Words"}, "en")
    assert Post.objects.get(pk=made.pk).planned_at == FRIDAY
    assert languages_to_come(post, ["en", "es", "fr"]) == ["fr"]


def test_a_language_that_no_channel_takes_is_refused_in_words(scene: Scene) -> None:
    only = scene.channel("only", network="website", languages=["en"])
    post = scene.post(at=FRIDAY, channels=[only], approved=False)

    with pytest.raises(Unfit, match="No channel of this post takes this language"):
        duplicate(scene.north_editor, post, now=NOW, language="fr")

    assert Post.objects.count() == 1


def test_a_time_that_is_over_makes_nothing(scene: Scene) -> None:
    post = scene.post(at=FRIDAY, approved=False)

    with pytest.raises(Unfit, match="This time is over"):
        duplicate(scene.north_editor, post, now=NOW, at=WallTime.parse("2026-12-17T12:00", "UTC"))

    assert Post.objects.count() == 1


def test_into_another_language_a_time_that_is_over_stays_behind_and_an_event_to_come_comes_along(scene: Scene) -> None:
    past, waiting = scene.post(at=FRIDAY, approved=False), scene.post(at=FRIDAY, approved=False)
    event = Trigger.objects.create(name="It is adopted")
    planning.plan_for_trigger(scene.north_editor, waiting, event, now=NOW)
    later = FRIDAY + timedelta(days=1)

    copies = [duplicate(scene.north_editor, post, now=later, language="es").post for post in (past, waiting)]

    kept = [
        (each.planned_at, each.trigger) for each in Post.objects.filter(pk__in=[c.pk for c in copies]).order_by("pk")
    ]
    assert kept == [(None, None), (None, event)]


def test_who_doesnt_write_for_the_organisation_copies_nothing(scene: Scene) -> None:
    post = scene.post(at=FRIDAY, approved=False)

    for who in (scene.south_editor, scene.north_approver):
        with pytest.raises(NotAllowed):
            duplicate(who, post, now=NOW)

    assert Post.objects.count() == 1


def test_a_picture_that_the_writer_may_not_use_stays_behind_and_is_named(scene: Scene) -> None:
    theirs = picture("Theirs", owner=scene.south)
    post = scene.post(at=FRIDAY, approved=False)
    PostMedia.objects.create(post=post, picture=theirs)

    copy = duplicate(scene.north_editor, post, now=NOW)

    assert (working_draft(copy.post)[0].pictures, copy.left_out) == ([], ["Theirs"])
    writing.submit_working_copy(scene.north_editor, copy.post, now=NOW)


def test_an_old_wish_isnt_a_wish_of_the_copy(scene: Scene) -> None:
    wished = replace(Draft(title={"en": "T"}), wished_wall="2026-12-25T12:00", wished_zone="UTC")
    post = writing.begin_post(scene.north_editor, organisation=scene.north, draft=wished, now=NOW)

    draft = working_draft(duplicate(scene.north_editor, post, now=NOW).post)[0]

    assert (draft.wished_wall, draft.wished_zone) == ("", "")


def test_the_weeks_to_come_keep_weekday_and_clock_and_are_never_over(scene: Scene) -> None:
    post = scene.post(at=FRIDAY, approved=False)
    assert weeks_to_come(post, now=NOW) == [date(2027, 1, 1), date(2027, 1, 8), date(2027, 1, 15)]
    assert weeks_to_come(post, now=FRIDAY + timedelta(days=700))[0] == date(2028, 12, 1)
    assert weeks_to_come(post, now=FRIDAY + timedelta(days=14, hours=1))[0] == date(2027, 1, 15)
    assert weeks_to_come(post, now=FRIDAY + timedelta(days=14) - timedelta(hours=1))[0] == date(2027, 1, 8)

    post.planned_wall = ""
    assert weeks_to_come(post, now=NOW) == []
