"""The life of a take-over: both sides agree, the clock opens and closes, and calling off takes everything back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from itac.campaign import dated
from itac.campaign.models import AuditEntry, Blackout
from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.publishing import gate, granting
from itac.publishing.claiming import with_content
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.gate import Stopped
from itac.publishing.mandating import Place
from itac.publishing.models import Delivery, Post, State
from itac.publishing.tests.factories import organisation
from itac.takeovers import agreeing
from itac.takeovers.briefing import TEMPLATES
from itac.takeovers.colliding import meetings_of
from itac.takeovers.models import Place as Wanted
from itac.takeovers.models import TakeOver
from itac.takeovers.showing import with_the_floor
from itac.takeovers.tests.factories import HOUR, NOON, SECOND, Stage


def codes(error: pytest.ExceptionInfo[Unfit]) -> set[str]:
    """What a refused verb names."""
    return {problem.code for problem in error.value.problems}


def may_leave(post: Post, *, now: object) -> str:
    """What the gate says: "" when it may leave."""
    answer = gate.check(with_content(Delivery.objects.filter(variant__post=post)).get(), now=now)  # type: ignore[arg-type]
    return answer.code if isinstance(answer, Stopped) else ""


def test_from_request_to_briefed_each_step_has_who_when_and_why(stage: Stage) -> None:
    takeover = stage.briefed()

    steps = [(each.stage, each.actor, each.at, each.reason) for each in takeover.steps.all()]
    assert steps == [
        ("requested", stage.editor, stage.now, "It is our day"),
        ("agreed", stage.coordinator, stage.now, ""),
        ("briefed", stage.coordinator, stage.now, ""),
    ]
    kinds = AuditEntry.objects.about(takeover).values_list("kind", flat=True)
    assert set(kinds) == {"takeover_requested", "takeover_agreed", "takeover_briefed"}


def test_open_and_closed_are_answers_of_the_clock(stage: Stage) -> None:
    takeover = stage.briefed()

    answers = [takeover.state(now=NOON + shift) for shift in (-SECOND, 0 * SECOND, 6 * HOUR - SECOND, 6 * HOUR)]

    assert answers == ["briefed", "open", "open", "closed"]


def test_nothing_is_lent_before_both_sides_agreed_and_everybody_is_briefed(stage: Stage) -> None:
    takeover = stage.requested()
    post = stage.post(takeover, at=NOON + HOUR)
    said = [may_leave(post, now=NOON + HOUR)]
    agreeing.agree(stage.coordinator, takeover, now=stage.now)
    said.append(may_leave(post, now=NOON + HOUR))
    stage.write_brief(takeover)
    agreeing.brief(stage.guardian, takeover, now=stage.now)

    assert [*said, may_leave(post, now=NOON + HOUR)] == ["no_grant", "no_grant", ""]


def test_each_side_agrees_to_what_the_other_asked_and_not_to_its_own(stage: Stage) -> None:
    asked = stage.requested()
    offered = agreeing.offer(
        stage.coordinator,
        stage.scene.north,
        stage.terms(opens_at=NOON + 24 * HOUR, closes_at=NOON + 25 * HOUR),
        reason="Would you?",
        now=stage.now,
    )

    for person, takeover in ((stage.editor, asked), (stage.coordinator, offered), (stage.scene.south_editor, offered)):
        with pytest.raises(NotAllowed):
            agreeing.agree(person, takeover, now=stage.now)
    agreeing.agree(stage.coordinator, asked, now=stage.now)
    agreeing.agree(stage.approver, offered, now=stage.now)

    assert [each.stage for each in TakeOver.objects.order_by("pk")] == ["agreed", "agreed"]


def test_two_cannot_have_one_channel_in_one_language_at_once(stage: Stage) -> None:
    stage.agreed()
    same = stage.requested(opens_at=NOON + 5 * HOUR, closes_at=NOON + 9 * HOUR)
    after = stage.requested(opens_at=NOON + 6 * HOUR, closes_at=NOON + 9 * HOUR)
    spanish = stage.requested(places=[Place(stage.website, ("es",))], opens_at=NOON, closes_at=NOON + 5 * HOUR)

    with pytest.raises(Unfit) as caught:
        agreeing.agree(stage.coordinator, same, now=stage.now)
    agreeing.agree(stage.coordinator, after, now=stage.now)
    agreeing.agree(stage.coordinator, spanish, now=stage.now)

    assert codes(caught) == {"clash"}


def test_while_planning_one_sees_what_the_window_meets(stage: Stage) -> None:
    other = stage.requested()
    Blackout.objects.create(
        name=Localised({"en": "Election"}), starts_at=NOON + HOUR, ends_at=NOON + 9 * HOUR, countries=["EC"]
    )
    planned = stage.scene.post(at=NOON + 2 * HOUR)
    wanted = [Wanted(channel=Channel.objects.get(pk=stage.website.pk), languages=[])]

    in_ecuador, in_kenya = organisation("A town", country="EC"), organisation("Another town", country="KE")

    met = meetings_of(wanted, opens_at=NOON, closes_at=NOON + 3 * HOUR, organisation=in_ecuador)
    elsewhere = meetings_of(wanted, opens_at=NOON, closes_at=NOON + 3 * HOUR, organisation=in_kenya)
    own = meetings_of(wanted, opens_at=NOON, closes_at=NOON + 3 * HOUR, organisation=stage.scene.north)
    granting.mark_urgent(stage.coordinator, planned, is_urgent=True, now=stage.now)
    later = meetings_of(wanted, opens_at=NOON, closes_at=NOON + 3 * HOUR)

    assert [clash.takeover for clash in met.clashes] == [other]
    assert [str(each) for each in met.blackouts] == ["Election"]
    assert elsewhere.blackouts == []
    assert [slot.at for slot in met.slots] == [NOON + 2 * HOUR]
    assert own.slots == []
    assert later.slots == []


def test_changing_what_was_agreed_takes_the_channels_back_until_the_other_side_says_yes(stage: Stage) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=NOON + HOUR)
    later = stage.terms(closes_at=NOON + 8 * HOUR)

    agreeing.change(stage.coordinator, takeover, later, reason="More room", now=stage.now)
    held = (takeover.stage, may_leave(post, now=NOON + HOUR), stage.delivery(post).state)
    agreeing.agree(stage.editor, takeover, now=stage.now)
    agreeing.brief(stage.coordinator, takeover, now=stage.now)

    assert held == ("offered", "no_grant", State.HELD)
    assert takeover.mandate.grants.get().closes_at == NOON + 8 * HOUR


def test_whatever_a_team_changes_the_campaign_is_asked_about_again(stage: Stage) -> None:
    takeover = stage.briefed()

    agreeing.change(stage.editor, takeover, stage.terms(), reason="Nothing", now=stage.now)
    before = takeover.stage
    renamed = stage.terms(title=Localised({"en": "Vote for us"}))
    agreeing.change(stage.editor, takeover, renamed, reason="Shorter", now=stage.now)

    assert (before, takeover.stage) == ("briefed", "requested")
    step = takeover.steps.latest("pk")
    assert (step.changed_words, step.asks_again) == ("title", True)
    assert not takeover.mandate.grants.exists()


def test_guardian_and_limits_are_the_campaigns_and_change_at_once(stage: Stage) -> None:
    takeover = stage.briefed()
    stricter = stage.terms(oversight="each", guardian=stage.coordinator)

    with pytest.raises(NotAllowed):
        agreeing.change(stage.editor, takeover, stricter, reason="", now=stage.now)
    takeover = TakeOver.objects.get(pk=takeover.pk)
    agreeing.change(stage.coordinator, takeover, stricter, reason="I am on duty", now=stage.now)

    takeover = TakeOver.objects.get(pk=takeover.pk)
    step = takeover.steps.latest("pk")
    assert (step.actor, step.reason, step.changed) == (stage.coordinator, "I am on duty", ["guardian", "oversight"])
    assert not step.asks_again
    assert (takeover.stage, takeover.mandate.oversight, takeover.mandate.guardian) == (
        "briefed",
        "each",
        stage.coordinator,
    )
    assert takeover.mandate.grants.count() == 1


@pytest.mark.parametrize("is_asked_again", [False, True])
def test_what_was_approved_before_the_terms_of_approval_changed_is_asked_about_again(
    stage: Stage, is_asked_again: bool
) -> None:
    """Also while it isn't lent yet: nothing of milder days leaves once it is."""
    takeover = stage.requested()
    post = stage.post(takeover, at=NOON + HOUR)
    later = {"closes_at": NOON + 8 * HOUR} if is_asked_again else {}

    agreeing.change(stage.coordinator, takeover, stage.terms(oversight="each", **later), reason="", now=stage.now)
    agreeing.agree(stage.editor if is_asked_again else stage.coordinator, takeover, now=stage.now)
    stage.write_brief(takeover)
    agreeing.brief(stage.coordinator, takeover, now=stage.now)

    assert may_leave(post, now=NOON + HOUR) == "not_approved"


def test_what_is_called_off_ends_at_that_instant_and_its_posts_wait_for_a_person(stage: Stage) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=NOON + 2 * HOUR)

    with pytest.raises(Unfit) as caught:
        agreeing.cancel(stage.editor, takeover, reason=" ", now=NOON + HOUR)
    agreeing.cancel(stage.editor, takeover, reason="A storm", now=NOON + HOUR)

    assert codes(caught) == {"reason_missing"}
    assert (takeover.state(now=NOON + HOUR), stage.delivery(post).state) == ("cancelled", State.HELD)
    assert not takeover.mandate.grants.open_at(NOON + HOUR).exists()


def test_what_is_over_is_not_planned_any_more(stage: Stage) -> None:
    takeover = stage.briefed()
    after = NOON + 7 * HOUR

    with pytest.raises(ForbiddenMove):
        agreeing.cancel(stage.coordinator, takeover, reason="Late", now=after)
    with pytest.raises(ForbiddenMove):
        agreeing.change(stage.coordinator, takeover, stage.terms(), reason="", now=after)
    with pytest.raises(Unfit) as caught:
        agreeing.request(stage.editor, stage.scene.north, stage.terms(), reason="Too late", now=after)

    assert codes(caught) == {"past"}


def test_two_who_answer_at_once_answer_once(stage: Stage) -> None:
    takeover = stage.requested()
    read_before = TakeOver.objects.get(pk=takeover.pk)
    agreeing.decline(stage.coordinator, takeover, reason="Full", now=stage.now)

    with pytest.raises(MovedMeanwhile):
        agreeing.agree(stage.coordinator, read_before, now=stage.now)


def test_a_brief_begins_in_the_organisations_language_whoever_agreed(stage: Stage) -> None:
    stage.scene.north.languages = ["nah", "es", "en"]
    stage.scene.north.save()

    begun = stage.agreed().brief

    with translation.override("es"):
        assert begun.goals == str(TEMPLATES[stage.scene.north.kind].goals)


def test_a_brief_that_lacks_something_names_it(stage: Stage) -> None:
    takeover = stage.agreed()

    with pytest.raises(Unfit) as caught:
        agreeing.brief(stage.coordinator, takeover, now=stage.now)

    assert "contact of the organisation" in str(caught.value)
    assert takeover.brief.tasks.count() > 5
    assert takeover.brief.tasks.first().due_on == NOON.date() - timedelta(days=14)  # type: ignore[union-attr]


def test_the_public_knows_who_has_the_floor_and_never_why_one_ended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = stage.briefed(closes_at=NOON + 24 * HOUR)
    late = stage.briefed(opens_at=NOON + HOUR, places=[Place(stage.website, ("es",))])
    monkeypatch.setattr("itac.core.clock.now", lambda: NOON + 2 * HOUR)

    floor = with_the_floor(NOON + 2 * HOUR)
    told = dated.between(NOON + 2 * HOUR, NOON + 3 * HOUR)
    agreeing.cancel(stage.coordinator, late, reason="A secret", now=NOON + 2 * HOUR)
    fresh = TakeOver.objects.get(pk=late.pk)

    assert floor == [late, early]
    assert {item.kind for item in told} == {"takeover"}
    assert with_the_floor(NOON + 3 * HOUR) == [early]
    assert fresh.public_state(now=NOON + 3 * HOUR) == "past"
    assert stage.requested(opens_at=NOON + 30 * HOUR, closes_at=NOON + 31 * HOUR).public_state(now=NOON) == ""
