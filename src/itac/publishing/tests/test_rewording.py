"""Words that are out are set right in one go: by their approvers' yes, or at once where a coordinator says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from itac.core.models import Mail
from itac.networks.models import WebsiteEntry
from itac.publishing import approving, rewording, righting
from itac.publishing.errors import StaleCopy, Unfit
from itac.publishing.mending import Mender
from itac.publishing.models import ApprovalRequest, Post, Righting, RightingState, Verdict, WorkingCopy
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft, save_working_copy

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTE = "The figure was that of 2020."
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene(NOON - timedelta(minutes=30))


@pytest.fixture
def sent(scene: Scene) -> Post:
    post = scene.post("Before.", at=NOON)
    worker = Worker(now=lambda: NOON)
    worker.work_off()
    worker.stop()
    worker.run()
    return Post.objects.get(pk=post.pk)


def with_words(post: Post, text: str) -> Draft:
    return replace(Draft.of(post), text={"en": text})


def mend(at: datetime) -> list[str]:
    """The states of all corrections and withdrawals after a mender's work, in the order in which they were asked."""
    Mender(now=lambda: at).work_off()
    return list(Righting.objects.order_by("pk").values_list("state", flat=True))


def on_the_site() -> str:
    return WebsiteEntry.objects.get().text


def answer(scene: Scene, verdict: Verdict, *, at: datetime) -> None:
    request = ApprovalRequest.objects.get(voided_at=None)
    for who, organisation in ((scene.north_approver, scene.north), (scene.south_approver, scene.south)):
        if request.state(now=at) == "open":
            approving.decide(
                who, request, organisation=organisation, verdict=verdict, seal=request.seal, reason="Read.", now=at
            )
            request.refresh_from_db()


def test_it_waits_for_its_approvers_and_goes_on_by_itself_once_they_said_yes(scene: Scene, sent: Post) -> None:
    later = NOON + timedelta(hours=5)

    made = rewording.reword(scene.north_editor, sent, with_words(sent, "After."), note=NOTE, now=later)
    asked = set(Mail.objects.filter(kind="approval_asked").values_list("to", flat=True))
    before = (mend(later), on_the_site(), Righting.objects.get().code)
    answer(scene, Verdict.APPROVE, at=later + MINUTE)
    after = mend(later + 2 * MINUTE)

    assert made.is_asked
    assert asked >= {scene.north_approver.email, scene.south_approver.email}
    assert before == ([RightingState.PLANNED], "Before.", "waits_for_answer")
    assert (after, on_the_site()) == ([RightingState.DONE], "After.")


def test_a_no_holds_it_and_what_stands_there_stays(scene: Scene, sent: Post) -> None:
    rewording.reword(scene.north_editor, sent, with_words(sent, "After."), note=NOTE, now=NOON + MINUTE)

    answer(scene, Verdict.REFUSE, at=NOON + 2 * MINUTE)
    states = mend(NOON + 3 * MINUTE)

    assert (states, on_the_site()) == ([RightingState.HELD], "Before.")
    assert Righting.objects.get().code == "not_approved"


def test_a_coordinator_sets_it_right_at_once(scene: Scene, sent: Post) -> None:
    rewording.reword(scene.coordinator, sent, with_words(sent, "After."), note=NOTE, now=NOON + MINUTE, is_urgent=True)

    assert (mend(NOON + MINUTE), on_the_site()) == ([RightingState.DONE], "After.")


def test_newer_words_take_the_place_of_those_that_wait(scene: Scene, sent: Post) -> None:
    rewording.reword(scene.north_editor, sent, with_words(sent, "After."), note=NOTE, now=NOON + MINUTE)
    post = Post.objects.get(pk=sent.pk)
    rewording.reword(scene.north_editor, post, with_words(post, "Better."), note=NOTE, now=NOON + 2 * MINUTE)

    answer(scene, Verdict.APPROVE, at=NOON + 3 * MINUTE)
    states = mend(NOON + 4 * MINUTE)

    assert (states, on_the_site()) == ([RightingState.CANCELLED, RightingState.DONE], "Better.")


def test_what_is_taken_back_meanwhile_isnt_corrected_any_more(scene: Scene, sent: Post) -> None:
    rewording.reword(scene.north_editor, sent, with_words(sent, "After."), note=NOTE, now=NOON + MINUTE)
    righting.withdraw(scene.north_editor, sent, note=NOTE, now=NOON + 2 * MINUTE)

    answer(scene, Verdict.APPROVE, at=NOON + 3 * MINUTE)
    states = mend(NOON + 4 * MINUTE)

    assert states == [RightingState.CANCELLED, RightingState.DONE]
    assert (on_the_site(), WebsiteEntry.objects.get().withdrawn_at is not None) == ("Before.", True)


@pytest.mark.parametrize(("text", "note"), [("After.", " "), ("", NOTE)], ids=["no note", "no words"])
def test_it_is_all_or_nothing(scene: Scene, sent: Post, text: str, note: str) -> None:
    with pytest.raises(Unfit):
        rewording.reword(scene.north_editor, sent, with_words(sent, text), note=note, now=NOON + MINUTE)

    assert Post.objects.get(pk=sent.pk).text.texts == {"en": "Before."}
    assert not WorkingCopy.objects.exists()
    assert not Righting.objects.exists()
    assert ApprovalRequest.objects.get(voided_at=None).granted_at


def test_what_somebody_has_typed_isnt_overwritten(scene: Scene, sent: Post) -> None:
    save_working_copy(scene.coordinator, sent, with_words(sent, "Mine."), version=0, now=NOON)

    with pytest.raises(StaleCopy):
        rewording.reword(scene.north_editor, sent, with_words(sent, "After."), note=NOTE, now=NOON + MINUTE)

    assert WorkingCopy.objects.get().content["text"] == {"en": "Mine."}
