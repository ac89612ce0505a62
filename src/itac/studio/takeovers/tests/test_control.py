"""The control room: everything of one window on one page, its stop, and what the public says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from itac.campaign.models import Person
from itac.networks.models import Channel
from itac.publishing import mandating
from itac.publishing.mandating import Place
from itac.publishing.models import ApprovalRequest, Delivery, DeliveryPart, Oversight, PartState, Post, State
from itac.publishing.tests.factories import person
from itac.takeovers.models import Reply, TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]
MINUTE = timedelta(minutes=1)


def address(takeover: TakeOver) -> str:
    return reverse("studio_takeover_room", args=[takeover.pk])


def press(client: Client, takeover: TakeOver, do: str, **facts: Any) -> Any:
    return client.post(address(takeover), {"do": do, **facts}, follow=True)


def body(client: Client, takeover: TakeOver) -> str:
    return client.get(address(takeover)).content.decode()


def sent(stage: Stage, takeover: TakeOver) -> DeliveryPart:
    """A post of the window that is out."""
    at = stage.noon + 14 * MINUTE
    delivery = stage.delivery(stage.post(takeover, at=at))
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENT, sent_at=at)
    return DeliveryPart.objects.create(
        delivery=delivery, channel=delivery.channel, place=0, key="1", state=PartState.SENT, remote_id="1", sent_at=at
    )


def said(stage: Stage, takeover: TakeOver, part: DeliveryPart, text: str = "Where is that?") -> Reply:
    """Somebody of the public replied to it."""
    now = stage.noon + 15 * MINUTE
    return Reply.objects.create(
        takeover=takeover,
        channel=part.channel,
        part=part,
        remote_id=f"reply-{Reply.objects.count()}",
        author_handle="@ana@example.org",
        text=text,
        at=now,
        heard_at=now,
        answer_to={"remote_id": "1", "mention": "", "ref": {"id": "1"}},
        ends_at=now + timedelta(days=90),
    )


def test_the_room_shows_what_is_out_what_is_next_and_what_waits_for_a_yes(stage: Stage, login: Login) -> None:
    takeover = stage.briefed(oversight=Oversight.EACH)
    coming = stage.post(takeover, at=stage.noon + HOUR)
    asked = stage.post(takeover, at=stage.noon + 2 * HOUR, approved=False)
    stage.approve_own(asked)

    page = body(login(stage.guardian), takeover)

    assert f"/studio/deliveries/{stage.delivery(coming).pk}/" in page
    assert "Approve as guardian" in page
    assert "1 waits for a yes." in page
    assert "Approve as guardian" not in body(login(stage.editor), takeover)


def test_the_guardian_says_yes_in_the_room_to_exactly_what_is_shown(stage: Stage, login: Login) -> None:
    takeover = stage.briefed(oversight=Oversight.EACH)
    post = stage.post(takeover, at=stage.noon + 2 * HOUR, approved=False)
    stage.approve_own(post)
    request = ApprovalRequest.objects.get(post=post)
    facts = {"request": request.pk, "organisation": ""}

    other = press(login(stage.guardian), takeover, "approve", **facts, seal="another")
    before = ApprovalRequest.objects.get(post=post).granted_at
    press(login(stage.guardian), takeover, "approve", **facts, seal=request.seal)

    assert (other.status_code, before) == (422, None)
    assert ApprovalRequest.objects.get(post=post).granted_at is not None


def test_stop_holds_everything_and_only_a_second_person_undoes_it(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=stage.noon + 2 * HOUR)

    answer = press(login(stage.editor), takeover, "stop", reason="A wrong figure")
    pressed, guardian = (body(login(who), takeover) for who in (stage.editor, stage.guardian))
    refused = press(login(stage.editor), takeover, "undo")
    undone = press(login(stage.guardian), takeover, "undo")

    assert "1 planned delivery is held" in answer.content.decode()
    assert "A wrong figure" in pressed
    assert 'value="undo"' not in pressed
    assert "never who pressed" in pressed
    assert 'value="undo"' in guardian
    assert (refused.status_code, undone.status_code) == (404, 200)
    assert mandating.stop_of(takeover.mandate) is None
    assert stage.delivery(post).state == State.HELD


def test_what_the_guardian_stopped_the_team_reads_who_can_undo(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    press(login(stage.guardian), takeover, "stop")

    page = body(login(stage.editor), takeover)

    assert 'value="undo"' not in page
    assert "A coordinator undoes it: never the person who pressed." in page
    assert press(login(stage.editor), takeover, "undo").status_code == 404


@pytest.mark.parametrize("verb", ["stop", "undo", "approve", "answer", "last_words", "", "nothing"])
def test_nobody_outside_presses_anything_and_learns_that_there_is_a_room(stage: Stage, login: Login, verb: str) -> None:
    takeover = stage.briefed()
    stranger = person("Stranger", editor=stage.scene.south, approver=stage.scene.south)

    shown = login(stranger).get(address(takeover))
    pressed = login(stranger).post(address(takeover), {"do": verb})

    assert (shown.status_code, pressed.status_code) == (404, 404)
    assert mandating.stop_of(takeover.mandate) is None


def test_a_host_of_the_organisation_sees_the_room_and_presses_nothing(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    host = person("North Host", host=stage.scene.north)

    page = body(login(host), takeover)

    assert 'value="stop"' not in page
    assert press(login(host), takeover, "stop").status_code == 404
    assert press(login(host), takeover, "last_words").status_code == 404


def test_guests_of_two_takeovers_at_once_each_see_and_stop_their_own_alone(stage: Stage, login: Login) -> None:
    ours = stage.briefed()
    theirs = stage.briefed(places=[Place(stage.website, ("es",))], guardian=stage.coordinator)
    type(theirs).objects.filter(pk=theirs.pk).update(organisation=stage.scene.south)
    theirs.mandate.grants.update(organisation=stage.scene.south)
    type(theirs.mandate).objects.filter(pk=theirs.mandate_id).update(organisation=stage.scene.south)
    part = sent(stage, ours)
    reply = said(stage, ours, part)

    seen = {
        (who.name, takeover.pk): login(who).get(address(takeover)).status_code
        for who in (stage.editor, stage.scene.south_editor)
        for takeover in (ours, theirs)
    }
    crossed = press(login(stage.scene.south_editor), theirs, "answer", reply=reply.pk, text="We know")
    press(login(stage.scene.south_editor), theirs, "stop")

    assert seen == {
        ("North Editor", ours.pk): 200,
        ("North Editor", theirs.pk): 404,
        ("South Editor", ours.pk): 404,
        ("South Editor", theirs.pk): 200,
    }
    assert crossed.status_code == 404
    assert mandating.stop_of(ours.mandate) is None
    assert mandating.stop_of(theirs.mandate) is not None


def test_the_campaign_sees_its_posts_that_the_window_holds_and_guests_do_not(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    held = stage.scene.post("Of South", title="Jaguar news", at=stage.noon + HOUR)
    Post.objects.filter(pk=held.pk).update(organisation=stage.scene.south)
    stage.scene.post("Of North, by its standing right", title="Puma news", at=stage.noon + HOUR)

    assert "Jaguar news" in body(login(stage.coordinator), takeover)
    assert "Puma news" not in body(login(stage.coordinator), takeover)
    assert "Jaguar news" not in body(login(stage.editor), takeover)


def test_a_coordinator_speaks_for_the_campaign_in_a_window_that_is_stopped(
    stage: Stage, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    takeover = stage.briefed()
    monkeypatch.setattr("itac.core.clock.now", lambda: stage.noon + 16 * MINUTE)
    press(login(stage.guardian), takeover, "stop")

    page = body(login(stage.coordinator), takeover)
    refused = press(login(stage.guardian), takeover, "interrupt")
    begun = login(stage.coordinator).post(address(takeover), {"do": "interrupt"})

    post = Post.objects.get()
    assert "Its window still keeps everybody else from these channels" in page
    assert 'value="interrupt"' in page
    assert 'value="interrupt"' not in body(login(stage.guardian), takeover)
    assert refused.status_code == 404
    assert begun.url == reverse("studio_edit", args=[post.pk])
    assert (post.organisation, post.mandate, post.urgent_by) == (None, None, stage.coordinator)


def test_an_unchanged_room_costs_a_few_bytes_and_a_changed_one_is_told(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    client = login(stage.editor)
    part = f"{address(takeover)}?part=now"

    first = client.get(part)
    again = client.get(part, headers={"if-none-match": first.headers["ETag"]})
    mandating.stop(stage.guardian, takeover.mandate, reason="", now=stage.noon + 16 * MINUTE)
    changed = client.get(part, headers={"if-none-match": first.headers["ETag"]})

    assert first.content.decode().lstrip().startswith('<div id="room-now"')
    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, "Stopped." in changed.content.decode()) == (200, True)


def test_without_script_the_page_loads_again_unless_somebody_writes(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    client = login(stage.editor)

    assert 'http-equiv="refresh"' in body(client, takeover)
    assert 'http-equiv="refresh"' not in client.get(f"{address(takeover)}?still").content.decode()


def test_an_answer_is_a_post_under_the_mandate_that_waits_for_its_terms(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    reply = said(stage, takeover, sent(stage, takeover))

    shown = body(login(stage.editor), takeover)
    answer = press(login(stage.editor), takeover, "answer", reply=reply.pk, text="In the harbour")

    reply.refresh_from_db()
    assert f'id="text-{reply.pk}"' in shown
    assert "It leaves as soon as it is approved." in answer.content.decode()
    assert reply.answer is not None
    assert (reply.answer.mandate, reply.answer.planned_at) == (takeover.mandate, None)
    assert reply.answer.variants.get().options["answers"]["ref"] == {"id": "1"}
    assert f'id="text-{reply.pk}"' not in body(login(stage.editor), takeover)


def test_an_answer_is_offered_in_the_languages_that_are_lent(stage: Stage, login: Login) -> None:
    takeover = stage.briefed(places=[Place(stage.website, ("en", "es"))])
    reply = said(stage, takeover, sent(stage, takeover))
    Reply.objects.update(language="es")

    shown = body(login(stage.editor), takeover)
    refused = press(login(stage.editor), takeover, "answer", reply=reply.pk, text="Au port", language="fr")
    press(login(stage.editor), takeover, "answer", reply=reply.pk, text="En el puerto", language="es")

    reply.refresh_from_db()
    assert '<option value="es" lang="es" selected>' in shown
    assert "doesn&#x27;t allow this language" in refused.content.decode()
    assert reply.answer is not None
    assert [each.language for each in reply.answer.variants.all()] == ["es"]


def test_a_mistake_keeps_what_was_typed_and_stays_still(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    reply = said(stage, takeover, sent(stage, takeover))
    Reply.objects.filter(pk=reply.pk).update(answer_to={})

    answer = press(login(stage.editor), takeover, "answer", reply=reply.pk, text="In the harbour")

    assert answer.status_code == 422
    assert "This reply isn" in answer.content.decode()
    assert "In the harbour</textarea>" in answer.content.decode()
    assert 'http-equiv="refresh"' not in answer.content.decode()
    assert Post.objects.count() == 1


def test_where_answers_are_not_lent_there_is_no_box(stage: Stage, login: Login) -> None:
    takeover = stage.briefed(may_answer=False)
    reply = said(stage, takeover, sent(stage, takeover))

    page = body(login(stage.editor), takeover)
    refused = press(login(stage.editor), takeover, "answer", reply=reply.pk, text="In the harbour")

    assert "Where is that?" in page
    assert "This take-over doesn't allow answers." in page
    assert f'id="text-{reply.pk}"' not in page
    assert refused.status_code == 422


def test_the_room_takes_as_many_queries_for_many_replies_and_posts(
    stage: Stage, login: Login, django_assert_num_queries: Callable[[int], Any]
) -> None:
    takeover = stage.briefed()
    part = sent(stage, takeover)
    said(stage, takeover, part)
    stage.post(takeover, at=stage.noon + HOUR)
    client, url = login(stage.editor), f"{address(takeover)}?part=now"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(3):
        said(stage, takeover, part, f"Reply {number}")
        stage.post(takeover, at=stage.noon + number * timedelta(minutes=20) + HOUR)

    with django_assert_num_queries(len(few)):
        client.get(url)


def test_words_of_the_public_stand_there_as_text(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    said(stage, takeover, sent(stage, takeover), text="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body(login(stage.editor), takeover)


def test_the_last_post_begins_as_a_draft_that_names_who_is_next(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    following = stage.agreed(opens_at=stage.noon + 6 * HOUR, closes_at=stage.noon + 8 * HOUR)
    type(following).objects.filter(pk=following.pk).update(organisation=stage.scene.south)

    answer = login(stage.editor).post(address(takeover), {"do": "last_words"})

    post = Post.objects.get()
    assert answer.url == reverse("studio_edit", args=[post.pk])
    assert post.mandate == takeover.mandate
    assert "Next here: South Youth." in post.working_copy.content["text"]["en"]
    assert Delivery.objects.count() == 0


def test_replies_elsewhere_are_linked_to(stage: Stage, login: Login) -> None:
    wall = stage.scene.channel("wall", network="by_hand", person=stage.editor)
    takeover = stage.briefed(places=[Place(wall, ("en",))])
    post = stage.post(takeover, at=stage.noon + 14 * MINUTE, channel=Channel.objects.get(pk=wall.pk))
    Delivery.objects.filter(variant__post=post).update(
        state=State.SENT, sent_at=stage.noon + 14 * MINUTE, address="https://example.org/p/1"
    )

    assert "https://example.org/p/1" in body(login(stage.editor), takeover)
