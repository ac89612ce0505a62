"""The report of a window: what it came to, the word to whoever comes next, the table, and the sign-off."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from itac.campaign.models import AuditEntry, Person
from itac.publishing.models import Delivery, DeliveryPart, PartState, Righting, State
from itac.publishing.payload import payload_of
from itac.publishing.tests.factories import person
from itac.takeovers import handing_over
from itac.takeovers.models import Reply, TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]


def address(takeover: TakeOver) -> str:
    return reverse("studio_takeover_report", args=[takeover.pk])


@pytest.fixture
def over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> TakeOver:
    """A window that is over: one post sent, with a correction and three replies, one held, one failed."""
    takeover = stage.briefed()
    sent, held, failed = (stage.post(takeover, at=stage.noon + number * HOUR) for number in (1, 2, 3))
    part = out(stage.delivery(sent), stage.noon + HOUR)
    Delivery.objects.filter(variant__post=held).update(state=State.HELD, code="held_by_person")
    Delivery.objects.filter(variant__post=failed).update(state=State.FAILED, code="not_accepted")
    Righting.objects.create(
        delivery=stage.delivery(sent),
        kind="withdraw",
        state="done",
        asked_by=stage.editor,
        asked_at=stage.noon + 2 * HOUR,
        note="=The figure was old",
        before=payload_of(stage.delivery(sent).variant),
        ready_at=stage.noon,
        moved_at=stage.noon + 2 * HOUR,
    )
    replies = [said(takeover, part, f"Reply {number}", stage.noon + HOUR) for number in range(3)]
    answer = stage.post(takeover, at=stage.noon + 2 * HOUR)
    out(stage.delivery(answer), stage.noon + 2 * HOUR)
    Reply.objects.filter(pk=replies[0].pk).update(answer=answer)
    Reply.objects.filter(pk=replies[1].pk).update(gone_at=stage.noon + 2 * HOUR)
    monkeypatch.setattr("itac.core.clock.now", lambda: stage.noon + 7 * HOUR)
    return TakeOver.objects.get(pk=takeover.pk)


def out(delivery: Delivery, at: datetime) -> DeliveryPart:
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENT, sent_at=at)
    return DeliveryPart.objects.create(
        delivery=delivery,
        channel=delivery.channel,
        place=0,
        key=str(delivery.pk),
        state=PartState.SENT,
        remote_id=str(delivery.pk),
        address=f"https://example.org/{delivery.pk}",
        sent_at=at,
    )


def said(takeover: TakeOver, part: DeliveryPart, text: str, at: datetime) -> Reply:
    return Reply.objects.create(
        takeover=takeover,
        channel=part.channel,
        part=part,
        remote_id=text,
        author_handle="@ana@example.org",
        text=text,
        at=at,
        heard_at=at,
        ends_at=at + timedelta(days=90),
    )


def numbers(page: str) -> dict[str, int]:
    """The numbers on top of the page, by their names."""
    pairs = page.split('class="itac-numbers"', 1)[1].split("</dl>", 1)[0].split("<div>")[1:]
    return {each.split("<dt>")[1].split("<")[0]: int(each.split("<dd>")[1].split("<")[0]) for each in pairs}


def test_the_report_counts_what_became_of_everything(stage: Stage, over: TakeOver, login: Login) -> None:
    page = login(stage.editor).get(address(over)).content.decode()

    assert numbers(page) == {
        "sent": 2,
        "held": 1,
        "failed or unclear": 1,
        "corrected or withdrawn": 1,
        "replies": 3,
        "replies answered": 1,
        "replies left": 1,
    }
    assert f"https://example.org/{Delivery.objects.filter(state=State.SENT).first().pk}" in page  # type: ignore[union-attr]
    assert "1 reply was taken back" in page
    assert "There are none yet" in page


def test_the_guardian_may_open_all_that_the_report_links_to(stage: Stage, over: TakeOver, login: Login) -> None:
    client = login(stage.guardian)
    page = client.get(address(over)).content.decode()
    links = set(re.findall(r'href="(/studio/(?:deliveries|rightings|posts)/[^"]+)"', page))

    assert any("rightings" in link for link in links)
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_the_table_has_a_line_for_each_delivery_and_runs_nothing_in_a_spreadsheet(
    stage: Stage, over: TakeOver, login: Login
) -> None:
    first = Delivery.objects.order_by("pk").first()
    assert first is not None
    type(first.channel).objects.filter(pk=first.channel_id).update(name="=1+1")

    answer = login(stage.guardian).get(f"{address(over)}?form=csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["what"] for row in rows] == ["delivery"] * 4 + ["withdraw"]
    assert {row["channel"] for row in rows} == {"'=1+1"}
    assert sorted(row["state"] for row in rows) == ["done", "failed", "held", "sent", "sent"]
    assert "Reply" not in answer.content.decode()


def test_the_team_writes_to_whoever_comes_next_until_it_is_signed_off(
    stage: Stage, over: TakeOver, login: Login
) -> None:
    first = login(stage.editor).post(address(over), {"do": "word", "word": "Answer at once.\r\nThey wait."})
    login(stage.coordinator).post(address(over), {"do": "sign", "reason": "Well done"})
    late = login(stage.editor).post(address(over), {"do": "word", "word": "Too late"})

    over.refresh_from_db()
    assert (first.status_code, late.status_code) == (302, 422)
    assert over.word_to_next == "Answer at once.\nThey wait."


def test_a_coordinators_sign_off_closes_it_with_who_when_and_why(stage: Stage, over: TakeOver, login: Login) -> None:
    before = login(stage.editor).get(address(over)).content.decode()
    refused = [login(who).post(address(over), {"do": "sign"}).status_code for who in (stage.editor, stage.guardian)]
    login(stage.coordinator).post(address(over), {"do": "sign", "reason": "Well done"})
    again = login(stage.coordinator).post(address(over), {"do": "sign"})

    over.refresh_from_db()
    step = over.steps.get(stage="handed_over")
    after = login(stage.editor).get(address(over)).content.decode()
    assert 'value="sign"' not in before
    assert (refused, again.status_code) == ([404, 404], 422)
    assert (over.stage, step.actor, step.reason) == ("handed_over", stage.coordinator, "Well done")
    assert AuditEntry.objects.about(over).filter(kind="takeover_handed_over").count() == 1
    assert "Coordinator signed it off." in after
    assert "Well done" in after


def test_an_open_window_is_not_signed_off(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()

    page = login(stage.coordinator).get(address(takeover)).content.decode()
    answer = login(stage.coordinator).post(address(takeover), {"do": "sign"})

    assert 'value="sign"' not in page
    assert "still open" in page
    assert answer.status_code == 422
    assert TakeOver.objects.get(pk=takeover.pk).stage == "briefed"


@pytest.mark.parametrize("verb", ["word", "sign", "last_words", ""])
def test_nobody_outside_reads_or_writes_it(stage: Stage, over: TakeOver, login: Login, verb: str) -> None:
    stranger = person("Stranger", editor=stage.scene.south)
    host = person("North Host", host=stage.scene.north)

    answers = [login(stranger).get(address(over)), login(stranger).post(address(over), {"do": verb, "word": "x"})]
    by_host: Any = login(host).post(address(over), {"do": verb, "word": "x"})

    assert [each.status_code for each in answers] == [404, 404]
    assert by_host.status_code in {404, 422}
    assert TakeOver.objects.get(pk=over.pk).word_to_next == ""


def test_the_report_takes_as_many_queries_for_many_posts(
    stage: Stage, over: TakeOver, django_assert_num_queries: Callable[[int], Any]
) -> None:
    handing_over.report_of(over)
    with CaptureQueriesContext(connection) as few:
        handing_over.report_of(over)
    for number in range(4):
        out(stage.delivery(stage.post(over, at=stage.noon + number * timedelta(minutes=5))), stage.noon)

    with django_assert_num_queries(len(few)):
        handing_over.report_of(over)
