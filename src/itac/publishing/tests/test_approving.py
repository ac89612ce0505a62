"""Promise 2: a yes binds to exactly what was shown and to its window; whoever isn't asked decides nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections

from itac.campaign.models import Organisation, Person
from itac.publishing import approving, planning, writing
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.models import ApprovalRequest, ApprovalRule, Decision, Post, Trigger, Verdict
from itac.publishing.tests.factories import Scene, organisation, person, picture
from tools.databases import Database

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(NOON - timedelta(hours=4))


def answer(
    scene: Scene, request: ApprovalRequest, who: Person, for_whom: Organisation | None, verdict: Verdict, why: str = ""
) -> str:
    return approving.decide(
        who, request, organisation=for_whom, verdict=verdict, seal=request.seal, now=scene.now, reason=why
    )


def edit(scene: Scene, post: Post, **changes: object) -> bool:
    """Change the post through its working copy; whether that voided."""
    post = Post.objects.get(pk=post.pk)
    draft, version = writing.working_draft(post)
    changed = replace(draft, **changes)  # type: ignore[arg-type]
    writing.save_working_copy(scene.north_editor, post, changed, version=version, now=scene.now)
    return writing.submit_working_copy(scene.north_editor, post, now=scene.now)


def state(post: Post, at: datetime) -> str:
    return ApprovalRequest.objects.filter(post=post).latest("pk").state(now=at)


def test_a_post_is_granted_by_the_last_of_those_who_must_say_yes(scene: Scene) -> None:
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)

    first = answer(scene, request, scene.north_approver, scene.north, Verdict.APPROVE)
    second = answer(scene, request, scene.south_approver, scene.south, Verdict.APPROVE)

    assert (first, second) == ("open", "granted")


@pytest.mark.parametrize(
    ("needed", "veto", "verdicts", "outcome"),
    [
        (1, True, ["refuse"], "refused"),
        (1, False, ["refuse"], "open"),
        (1, False, ["refuse", "approve"], "granted"),
        (2, False, ["refuse"], "open"),
        (2, False, ["refuse", "approve", "approve"], "granted"),
        (2, False, ["refuse", "refuse"], "refused"),
        (2, True, ["approve", "approve"], "granted"),
        (3, True, ["approve", "approve"], "open"),
        (2, True, ["approve", "changes"], "returned"),
    ],
)
def test_n_of_m_and_veto_decide_as_the_rule_says(
    scene: Scene, needed: int, veto: bool, verdicts: list[str], outcome: str
) -> None:
    third = organisation("East Company")
    approvers = {scene.north: scene.north_approver, scene.south: scene.south_approver}
    approvers[third] = person("East Approver", approver=third)
    ApprovalRule.objects.filter(pk=scene.rule.pk).update(needed=needed, veto=veto)
    scene.rule.organisations.set(approvers)
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)

    for (for_whom, who), verdict in zip(approvers.items(), verdicts, strict=False):
        last = answer(scene, request, who, for_whom, Verdict(verdict), "The figure has no date.")

    assert last == outcome


def test_a_no_without_a_word_of_why_is_sent_back(scene: Scene) -> None:
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)

    with pytest.raises(Unfit, match="Say in a sentence why"):
        answer(scene, request, scene.north_approver, scene.north, Verdict.REFUSE, "  ")

    assert not Decision.objects.exists()


def test_only_approvers_of_those_who_are_asked_can_answer(scene: Scene) -> None:
    third = organisation("East Company")
    outsider = person("East Approver", approver=third)
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)

    for who, for_whom in [
        (outsider, third),
        (outsider, scene.north),
        (scene.north_editor, scene.north),
        (scene.north_approver, scene.south),
        (scene.coordinator, None),
        (scene.coordinator, scene.north),
    ]:
        with pytest.raises(NotAllowed):
            answer(scene, request, who, for_whom, Verdict.APPROVE)

    assert not Decision.objects.exists()


def test_without_organisations_any_one_coordinator_decides(scene: Scene) -> None:
    scene.rule.organisations.clear()
    ApprovalRule.objects.filter(pk=scene.rule.pk).update(needed=1)
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)

    assert answer(scene, request, scene.coordinator, None, Verdict.APPROVE) == "granted"


def test_an_answer_to_another_seal_counts_for_nothing(scene: Scene) -> None:
    post = scene.post(at=NOON, approved=False)
    shown = approving.ask(scene.north_editor, post, now=scene.now)
    edit(scene, post, text={"en": "Another sentence."})
    asked_again = approving.ask(scene.north_editor, post, now=scene.now)

    for request in (shown, asked_again):
        with pytest.raises(MovedMeanwhile):
            approving.decide(
                scene.north_approver,
                request,
                organisation=scene.north,
                verdict=Verdict.APPROVE,
                seal=shown.seal,
                now=scene.now,
            )

    assert not Decision.objects.exists()


def test_nobody_can_answer_after_the_deadline(scene: Scene) -> None:
    request = approving.ask(
        scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now, deadline_at=scene.now + MINUTE
    )

    with pytest.raises(MovedMeanwhile):
        approving.decide(
            scene.north_approver,
            request,
            organisation=scene.north,
            verdict=Verdict.APPROVE,
            seal=request.seal,
            now=scene.now + MINUTE,
        )

    assert request.state(now=scene.now + MINUTE) == "expired"


CHANGES = {
    "a space": {"text": {"en": "More than half of all  migrants live in the region they come from."}},
    "a letter of the title": {"title": {"en": "Another title"}},
    "the link": {"link_address": "https://example.org/"},
    "a source": {"sources": [{"title": "A table", "address": "https://example.org/table"}]},
    "a picture's words": {"alt": "Something else"},
    "no picture": {"pictures": ()},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_any_change_of_what_is_sent_voids_the_approval(scene: Scene, changed: dict[str, object]) -> None:
    shown = picture(owner=scene.north)
    post = scene.post(at=NOON, pictures=(shown,))
    if "alt" in changed:
        changed = {"pictures": [writing.DraftPicture(picture_id=shown.pk, alt={"en": str(changed["alt"])})]}

    voided = edit(scene, post, **changed)

    assert (voided, state(post, NOON)) == (True, "voided")


def test_the_difference_is_named_field_by_field(scene: Scene) -> None:
    post = scene.post("Before.", at=NOON)
    request = ApprovalRequest.objects.get(post=post)

    edit(scene, post, text={"en": "After."})

    found = approving.differences(request)
    assert [(each.field, each.before[0]["text"], each.after[0]["text"]) for each in found] == [
        ("parts", "Before.", "After.")
    ]


def test_submitting_the_same_again_and_saving_a_copy_void_nothing(scene: Scene) -> None:
    post = scene.post(at=NOON)
    draft, _version = writing.working_draft(post)

    voided = edit(scene, post)
    writing.save_working_copy(
        scene.north_editor, post, replace(draft, text={"en": "Not yet."}), version=0, now=scene.now
    )

    assert (voided, state(post, NOON)) == (False, "granted")


@pytest.mark.parametrize("minutes", [-60, 0, 59, 600])
def test_moving_keeps_the_approval(scene: Scene, minutes: int) -> None:
    """Outside the window it stays too, and counts for nothing there: the gate asks for the window at that moment."""
    post = scene.post(at=NOON)

    scene.plan(post, NOON + minutes * MINUTE)

    assert state(post, NOON) == "granted"


def test_asking_names_everything_that_stands_in_the_way(scene: Scene) -> None:
    post = scene.post("", at=NOON, approved=False, pictures=(picture(owner=scene.north),))
    edit(scene, post, pictures=[writing.DraftPicture(picture_id=post.media.get().picture_id)])

    with pytest.raises(Unfit) as caught:
        approving.ask(scene.north_editor, post, now=NOON + 2 * approving.AROUND)

    assert {problem.code for problem in caught.value.problems} == {"text_missing", "alt_missing", "window_over"}


def test_a_trigger_opens_the_window_when_it_happens_and_once(scene: Scene) -> None:
    trigger = Trigger.objects.create(name="The resolution is adopted", open_minutes=30)
    post = scene.post(at=NOON, approved=False)
    planning.plan_for_trigger(scene.north_editor, post, trigger, now=scene.now)
    request = approving.ask(scene.north_editor, post, now=scene.now, trigger=trigger)
    before = request.window()

    counts = [planning.fire(scene.coordinator, trigger, now=NOON + shift * MINUTE) for shift in (0, 5)]

    request = ApprovalRequest.objects.get(pk=request.pk)
    assert (before, counts, request.window()) == (None, [1, 0], (NOON, NOON + 30 * MINUTE))


def test_two_answers_for_one_side_at_once_are_one(each_database: Database) -> None:
    """Also where the side is "a coordinator", which has no organisation: nulls don't let a second one in."""
    scene = Scene(NOON - timedelta(hours=4))
    second = person("Second Coordinator", coordinator=True)
    scene.rule.organisations.clear()
    ApprovalRule.objects.filter(pk=scene.rule.pk).update(needed=1, veto=False)
    request = approving.ask(scene.north_editor, scene.post(at=NOON, approved=False), now=scene.now)
    start, results = threading.Barrier(2), []

    def say(who: Person, verdict: Verdict) -> None:
        start.wait()
        try:
            results.append(answer(scene, request, who, None, verdict, "Too early."))
        except MovedMeanwhile:
            results.append("meanwhile")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=say, args=pair)
        for pair in [(scene.coordinator, Verdict.APPROVE), (second, Verdict.REFUSE)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.count("meanwhile") == 1
    assert Decision.objects.count() == 1


def test_a_second_rule_for_all_other_channels_is_refused(each_database: Database) -> None:
    ApprovalRule.objects.create(channel=None)

    with pytest.raises(IntegrityError):
        ApprovalRule.objects.create(channel=None)
