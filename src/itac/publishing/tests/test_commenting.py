"""Talking about a post: who reads it, who is told, and what stays among one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from itac.campaign.models import Deputy, Person
from itac.core.models import Mail
from itac.publishing import approving, commenting
from itac.publishing.commenting import named_in, readers_of, unseen_by
from itac.publishing.errors import NotAllowed, Unfit
from itac.publishing.models import Comment, Post
from itac.publishing.tests.factories import Scene, person

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)


@pytest.fixture
def scene(db: None) -> Scene:
    """It is noon."""
    return Scene(NOON)


def test_who_reads_comments_is_exactly_who_may_read_the_post(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itac.core.clock.now", lambda: NOON)
    away = person("Deputy")
    Deputy.objects.create(
        organisation=scene.south, person=away, begins_at=NOON - timedelta(1), ends_at=NOON + timedelta(1)
    )
    Deputy.objects.create(
        organisation=scene.south, person=person("Over"), begins_at=NOON - timedelta(2), ends_at=NOON - timedelta(1)
    )
    asked, unasked = scene.post(approved=False), scene.post(approved=False)
    approving.ask(scene.north_editor, asked, now=NOON)

    for post in (asked, unasked):
        everybody = Person.objects.all()
        may = {each.pk for each in everybody if Post.objects.visible_to(each).filter(pk=post.pk).exists()}
        assert {each.pk for each in readers_of(post, now=NOON)} == may
    assert away in readers_of(asked, now=NOON)
    assert away not in readers_of(unasked, now=NOON)


def test_who_is_named_finds_it_until_read_and_by_mail_only_when_wished(scene: Scene) -> None:
    post = scene.post(approved=False)
    Person.objects.filter(pk=scene.coordinator.pk).update(mention_mail=True)

    commenting.comment(scene.north_editor, post, "@North Approver, is the figure right? @Coordinator too.", now=NOON)

    assert [each.comment.post for each in unseen_by(scene.north_approver)] == [post]
    assert list(unseen_by(scene.north_editor)) == []
    assert [(mail.kind, mail.to) for mail in Mail.objects.all()] == [("mentioned", scene.coordinator.email)]

    commenting.comment(scene.north_approver, post, "It is.", now=NOON)

    assert list(unseen_by(scene.north_approver)) == []


def test_nobody_is_told_of_what_they_cannot_read(scene: Scene) -> None:
    post = scene.post(approved=False)

    with pytest.raises(Unfit) as caught:
        commenting.comment(scene.north_editor, post, "Look", now=NOON, mentions=[scene.south_editor])
    with pytest.raises(NotAllowed):
        commenting.comment(scene.south_editor, post, "Me too", now=NOON)

    assert caught.value.problems[0].code == "not_a_reader"
    assert not Comment.objects.exists()


def test_an_internal_comment_is_not_read_by_the_approvers_of_others(scene: Scene) -> None:
    post = scene.post(approved=False)
    approving.ask(scene.north_editor, post, now=NOON)

    commenting.comment(scene.north_editor, post, "Between us", now=NOON, is_internal=True)
    commenting.comment(scene.north_editor, post, "For all", now=NOON)

    def read(who: Person) -> list[str]:
        return [each.text for each in Comment.objects.visible_to(who)]

    assert read(scene.north_approver) == read(scene.coordinator) == ["Between us", "For all"]
    assert read(scene.south_approver) == ["For all"]
    with pytest.raises(NotAllowed):
        commenting.comment(scene.south_approver, post, "Sneaky", now=NOON, is_internal=True)
    with pytest.raises(Unfit):
        commenting.comment(scene.north_editor, post, "x", now=NOON, is_internal=True, mentions=[scene.south_approver])


def test_a_comment_taken_back_leaves_its_line_and_waits_for_nobody(scene: Scene) -> None:
    post = scene.post(approved=False)
    made = commenting.comment(scene.north_editor, post, "@North Approver: wrong", now=NOON)

    with pytest.raises(NotAllowed):
        commenting.take_back(scene.coordinator, made, now=NOON)
    commenting.take_back(scene.north_editor, made, now=NOON)

    made.refresh_from_db()
    assert (made.text, made.removed_at) == ("", NOON)
    assert not unseen_by(scene.north_approver).exists()


@pytest.mark.parametrize(("text", "code"), [("  \n ", "no_words"), ("x" * 5001, "too_many_words")])
def test_what_cannot_be_kept_says_why(scene: Scene, text: str, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        commenting.comment(scene.north_editor, scene.post(approved=False), text, now=NOON)

    assert [problem.code for problem in caught.value.problems] == [code]


def test_the_longer_name_is_meant_and_letters_may_be_cased_as_they_come() -> None:
    ana, torres = Person(name="Ana"), Person(name="Ana Torres")

    assert named_in("Please, @ana torres.", [ana, torres]) == [torres]
    assert named_in("@Ana and @ANA TORRES", [ana, torres]) == [torres, ana]
    assert named_in("Ana, ana@example.org", [ana, torres]) == []
