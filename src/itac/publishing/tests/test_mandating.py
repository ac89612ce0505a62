"""Promises 2 and 6: what a mandate lends, to whom, until when; what it keeps others from; and what a stop holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from itac.core.localised import Localised
from itac.publishing import approving, gate, granting, mandating, writing
from itac.publishing.checking import problems_of
from itac.publishing.claiming import with_content
from itac.publishing.duplicating import duplicate
from itac.publishing.errors import NotAllowed
from itac.publishing.gate import Passed, Stopped
from itac.publishing.mandating import Place
from itac.publishing.models import (
    ApprovalRequest,
    Delivery,
    Grant,
    Mandate,
    Oversight,
    Post,
    PostKind,
    State,
    Verdict,
)
from itac.publishing.payload import payload_of
from itac.publishing.tests.factories import Scene, person

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def scene(db: None) -> Scene:
    """It is eleven; North City has the floor on the website from noon to six, and no standing grant there."""
    made = Scene(NOON - HOUR)
    Grant.objects.filter(organisation=made.north).delete()
    return made


def lend(scene: Scene, **terms: object) -> Mandate:
    """The window of North City from noon on for six hours, guarded by somebody of South Youth."""
    facts = {"organisation": scene.north, "guardian": scene.south_editor, "oversight": Oversight.OWN, **terms}
    mandate = Mandate(opens_at=NOON, closes_at=NOON + 6 * HOUR, **facts)
    return mandating.give(mandate, [Place(scene.website, ["en"])], reason="a window")


def say(scene: Scene, mandate: Mandate | None, *, at: datetime, approved: bool = True, **draft: object) -> Delivery:
    """A post of North City under the mandate, planned and approved by whoever its terms name."""
    content = writing.Draft(
        title={"en": "Harvest"},
        text={"en": "We have work for many hands."},
        variants=[writing.DraftVariant(channel_id=scene.website.pk, language="en")],
        **draft,  # type: ignore[arg-type]
    )
    post = writing.begin_post(
        scene.north_editor, organisation=scene.north, draft=content, now=scene.now, mandate=mandate
    )
    writing.submit_working_copy(scene.north_editor, post, now=scene.now)
    post.refresh_from_db()
    scene.plan(post, at)
    if approved:
        approve(scene, post)
    return with_content(Delivery.objects.filter(variant__post=post)).get()


def approve(scene: Scene, post: Post) -> ApprovalRequest:
    """Everybody who is asked says yes."""
    post.refresh_from_db()
    request = approving.ask(scene.north_editor, post, now=scene.now)
    for who in (scene.north_approver, scene.south_approver, scene.south_editor, scene.coordinator):
        for organisation in approving.answering_as(who, request, now=scene.now):
            approving.decide(
                who, request, organisation=organisation, verdict=Verdict.APPROVE, seal=request.seal, now=scene.now
            )
    return ApprovalRequest.objects.get(pk=request.pk)


def verdict(delivery: Delivery, *, now: datetime) -> str:
    """What the gate says: "" when it may leave."""
    answer = gate.check(with_content(Delivery.objects.filter(pk=delivery.pk)).get(), now=now)
    return answer.code if isinstance(answer, Stopped) else ""


def test_it_leaves_in_its_window_to_the_second_and_neither_before_nor_after(scene: Scene) -> None:
    mandate = lend(scene)
    first, last = say(scene, mandate, at=NOON), say(scene, mandate, at=NOON + 6 * HOUR - SECOND)
    Post.objects.update(grace_seconds=10**6)

    assert verdict(first, now=NOON - SECOND) == "no_grant"
    assert verdict(first, now=NOON) == ""
    assert verdict(last, now=NOON + 6 * HOUR - SECOND) == ""
    assert verdict(last, now=NOON + 6 * HOUR) == "no_grant"


def test_a_mandate_serves_its_own_posts_alone(scene: Scene) -> None:
    mandate = lend(scene)

    without = say(scene, None, at=NOON + HOUR)

    assert verdict(without, now=NOON + HOUR) == "no_grant"
    granting.grant(None, channel=scene.website, organisation=scene.north, opens_at=scene.now)
    assert verdict(without, now=NOON + HOUR) == ""
    assert mandate.grants.exists()


def test_in_the_window_the_campaign_is_held_unless_a_coordinator_says_it_is_urgent(scene: Scene) -> None:
    lend(scene, organisation=scene.south, guardian=scene.coordinator)
    post = scene.post(at=NOON + HOUR)
    Grant.objects.create(channel=scene.website, organisation=scene.north, opens_at=scene.now)
    (delivery,) = scene.deliveries(post)
    assert verdict(delivery, now=NOON + HOUR) == "window_taken"

    with pytest.raises(NotAllowed):
        granting.mark_urgent(scene.north_editor, post, is_urgent=True, now=scene.now)
    granting.mark_urgent(scene.coordinator, post, is_urgent=True, now=scene.now)

    assert verdict(delivery, now=NOON + HOUR) == ""


def test_every_post_of_the_window_is_signed_and_the_signature_is_part_of_what_is_approved(scene: Scene) -> None:
    mandate = lend(scene, signature=Localised({"en": "North City has the floor"}))
    delivery = say(scene, mandate, at=NOON)

    assert payload_of(delivery.variant)["parts"][-1]["text"].endswith("\n\nNorth City has the floor")
    Mandate.objects.update(signature=Localised({"en": "Somebody else"}))

    assert verdict(delivery, now=NOON) == "approval_changed"


def test_a_signature_that_makes_it_too_long_is_said_before_anybody_is_asked(scene: Scene) -> None:
    wall = scene.channel("wall", network="by_hand", limits={"text_max": 40})
    words = "We have work for many hands."
    assert len(words) < 40
    mandate = lend(scene, signature=Localised({"en": "North City has the floor"}))
    content = writing.Draft(text={"en": words}, variants=[writing.DraftVariant(channel_id=wall.pk, language="en")])

    def problems(under: Mandate | None) -> list[str]:
        post = writing.begin_post(
            scene.north_editor, organisation=scene.north, draft=content, now=scene.now, mandate=under
        )
        writing.submit_working_copy(scene.north_editor, post, now=scene.now)
        return [each.code for variant in post.variants.all() for each in problems_of(variant, today=NOON.date())]

    assert problems(None) == []
    assert problems(mandate) == ["text_too_long"]


def test_a_copy_is_said_under_the_mandate_as_long_as_its_window_isnt_over(scene: Scene) -> None:
    mandate = lend(scene)
    post = say(scene, mandate, at=NOON + HOUR).variant.post

    assert duplicate(scene.north_editor, post, now=NOON + 2 * HOUR).post.mandate == mandate
    assert duplicate(scene.north_editor, post, now=NOON + 6 * HOUR).post.mandate is None
    mandating.end(mandate, now=NOON)
    post.refresh_from_db()
    assert duplicate(scene.north_editor, post, now=NOON + HOUR).post.mandate is None


@pytest.mark.parametrize(
    ("oversight", "asks"),
    [
        (Oversight.OWN, [False] * 5),
        (Oversight.FIRST, [True, True, True, False, False]),
        (Oversight.EACH, [True] * 5),
    ],
)
def test_whose_yes_a_post_needs_is_what_the_terms_say_in_place_of_the_channels_rule(
    scene: Scene, oversight: Oversight, asks: list[bool]
) -> None:
    mandate = lend(scene, oversight=oversight)

    asked = []
    for number in range(5):
        delivery = say(scene, mandate, at=NOON + number * HOUR, approved=False)
        request = approve(scene, delivery.variant.post)
        assert request.granted_at
        asked.append({each.person for each in request.decisions.all()})

    team, guarded = {scene.north_approver}, {scene.north_approver, scene.south_editor}
    assert asked == [guarded if wants else team for wants in asks]


def test_an_answer_to_the_public_is_none_of_the_first_three_posts(scene: Scene) -> None:
    mandate = lend(scene, oversight=Oversight.FIRST)
    asked = []
    for number, is_answer in enumerate([False, False, True, True, False, False, True]):
        post = say(scene, mandate, at=NOON + number * HOUR, approved=False).variant.post
        if is_answer:
            post.variants.update(options={"answers": {"remote_id": "1"}})
        asked.append(approve(scene, post).decisions.filter(person=scene.south_editor).exists())

    assert asked == [True] * 5 + [False] * 2


def test_only_the_guardian_answers_for_the_campaign_in_a_window(scene: Scene) -> None:
    mandate = lend(scene, oversight=Oversight.EACH)
    delivery = say(scene, mandate, at=NOON, approved=False)
    request = approving.ask(scene.north_editor, delivery.variant.post, now=scene.now)

    assert approving.answering_as(scene.coordinator, request, now=scene.now) == []
    assert approving.answering_as(scene.south_editor, request, now=scene.now) == [None]
    assert [each.request for each in approving.questions_to(scene.south_editor, now=scene.now)] == [request]


def test_kinds_and_posts_a_day_are_those_that_were_lent(scene: Scene) -> None:
    mandate = lend(scene, kinds=[PostKind.STORY.value], per_day=1)
    statement = say(scene, mandate, at=NOON)
    story = say(scene, mandate, at=NOON, kind=PostKind.STORY.value)
    other = say(scene, mandate, at=NOON, kind=PostKind.STORY.value)

    deliveries = list(with_content(Delivery.objects.filter(pk__in=[story.pk, other.pk])).order_by("pk"))
    answers = gate.judge(deliveries, now=NOON)

    assert verdict(statement, now=NOON) == "kind_not_lent"
    assert isinstance(answers[story.pk], Passed)
    assert answers[other.pk] == Stopped("daily_limit")


def test_replies_are_answered_only_where_that_was_lent(scene: Scene) -> None:
    mandate = lend(scene, may_answer=False)
    delivery = say(scene, mandate, at=NOON)
    said = verdict(delivery, now=NOON)
    delivery.variant.options = {"answers": {"remote_id": "1"}}
    delivery.variant.save()
    approve(scene, delivery.variant.post)

    assert (said, verdict(delivery, now=NOON)) == ("", "answers_not_lent")


def test_a_stop_holds_everything_and_only_another_person_undoes_it(scene: Scene) -> None:
    mandate = lend(scene)
    soon, later = say(scene, mandate, at=NOON), say(scene, mandate, at=NOON + 3 * HOUR)

    held = mandating.stop(scene.north_editor, mandate, reason="A wrong figure", now=NOON - SECOND)
    with pytest.raises(NotAllowed):
        mandating.undo_stop(scene.north_editor, mandate, now=NOON)
    with pytest.raises(NotAllowed):
        mandating.undo_stop(scene.south_approver, mandate, now=NOON)
    mandating.undo_stop(scene.south_editor, mandate, now=NOON + HOUR)

    assert held == 2
    states = Delivery.objects.filter(pk__in=[soon.pk, later.pk]).values_list("state", "code")
    assert set(states) == {(State.HELD, "takeover_stopped")}


def test_what_the_guardian_stopped_the_team_cannot_undo(scene: Scene) -> None:
    mandate = lend(scene)
    mandating.stop(scene.south_editor, mandate, reason="", now=NOON)

    with pytest.raises(NotAllowed):
        mandating.undo_stop(scene.north_editor, mandate, now=NOON)
    mandating.undo_stop(scene.coordinator, mandate, now=NOON)

    assert mandating.stop_of(mandate) is None


def test_what_came_due_during_a_stop_is_held_also_when_nothing_looked_at_it_meanwhile(scene: Scene) -> None:
    mandate = lend(scene)
    delivery = say(scene, mandate, at=NOON + HOUR)
    mandating.stop(scene.coordinator, mandate, reason="", now=NOON)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.PLANNED
    )  # planned in another process, unseen by the stop

    mandating.undo_stop(scene.south_editor, mandate, now=NOON + 2 * HOUR)

    delivery.refresh_from_db()
    assert (delivery.state, verdict(delivery, now=NOON + 2 * HOUR)) == (State.HELD, "takeover_stopped")


def test_who_sees_the_posts_of_a_window(scene: Scene) -> None:
    mandate = lend(scene)
    delivery = say(scene, mandate, at=NOON, approved=False)
    stranger = person("Stranger", editor=scene.south)

    assert delivery.variant.post in Post.objects.visible_to(scene.south_editor)
    assert delivery in Delivery.objects.visible_to(scene.south_editor)
    assert delivery.variant.post not in Post.objects.editable_by(scene.south_editor)
    assert delivery.variant.post not in Post.objects.visible_to(stranger)


def test_nobody_speaks_under_the_mandate_of_others(scene: Scene) -> None:
    mandate = lend(scene)

    with pytest.raises(NotAllowed):
        writing.begin_post(
            scene.south_editor, organisation=scene.south, draft=writing.Draft(), now=scene.now, mandate=mandate
        )
