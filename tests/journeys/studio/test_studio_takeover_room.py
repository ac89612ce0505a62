"""The control room as people have it before them: live with the focus kept, by keyboard, small, without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from itac.core import clock
from itac.publishing import mandating
from itac.publishing.models import Delivery, DeliveryPart, Oversight, State
from itac.takeovers.models import Reply, TakeOver
from itac.takeovers.tests.factories import HOUR, Stage
from tests.journeys.studio.desk import DESK, PHONE, WIDE, Desk, axe, said

pytestmark = DESK
SMALL = 360
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """North City has the floor on the website since a quarter of an hour."""
    return Stage(clock.now().replace(second=0, microsecond=0) - 15 * MINUTE, scene=desk.scene)


@pytest.fixture
def takeover(stage: Stage, desk: Desk) -> TakeOver:
    """With one post out, one to come, and one that waits for the guardian."""
    made = stage.briefed(oversight=Oversight.EACH)
    first = desk.due_now(lambda at: stage.post(made, at=at))
    desk.reaches(first, State.SENT)
    stage.post(made, at=stage.noon + 2 * HOUR)
    stage.approve_own(stage.post(made, at=stage.noon + 3 * HOUR, approved=False))
    return made


def room(takeover: TakeOver) -> str:
    return f"/studio/take-overs/{takeover.pk}/room/"


def replied(takeover: TakeOver, text: str = "Where is that?") -> Reply:
    """Somebody of the public said something below the window's first post."""
    part, now = DeliveryPart.objects.filter(state="sent").first(), clock.now()
    assert part is not None
    return Reply.objects.create(
        takeover=takeover,
        channel=part.channel,
        part=part,
        remote_id=f"reply-{Reply.objects.count()}",
        author_handle="@ana@example.org",
        author_name="Ana",
        address="https://example.org/@ana/1",
        text=text,
        at=now,
        heard_at=now,
        answer_to={"remote_id": "1", "mention": "", "ref": {"id": "1"}},
        ends_at=now + timedelta(days=90),
    )


def fits(page: Page) -> bool:
    """Whether nothing is wider than the page."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return wide


@pytest.mark.parametrize("width", [SMALL, PHONE, WIDE])
def test_the_three_rooms_fit_the_screen_and_read_for_everybody(desk: Desk, takeover: TakeOver, width: int) -> None:
    replied(takeover)
    page = desk.page(desk.scene.coordinator, width=width)

    for name in ("room", "rehearsal", "report"):
        page.goto(f"/studio/take-overs/{takeover.pk}/{name}/")
        assert fits(page), name
        assert axe(page) == [], name


def test_what_is_new_comes_by_itself_and_what_is_being_written_stays(
    desk: Desk, stage: Stage, takeover: TakeOver
) -> None:
    first = replied(takeover)
    page = desk.page(stage.editor, width=PHONE)
    page.goto(room(takeover))
    page.evaluate("window.untouched = true")
    page.locator(f"#reply-{first.pk} summary").click()
    box = page.locator(f"#text-{first.pk}")
    box.fill("In the har")

    second = replied(takeover, "Is it free?")
    mandating.stop(stage.guardian, takeover.mandate, reason="A wrong figure", now=clock.now())

    expect(page.locator(f"#reply-{second.pk}")).to_contain_text("Is it free?")
    expect(page.locator("#room-said")).to_contain_text("Stopped.")
    expect(page.locator("#room-stop")).to_contain_text("A wrong figure")
    expect(box).to_be_focused()
    expect(box).to_have_value("In the har")
    box.press_sequentially("bour")
    expect(box).to_have_value("In the harbour")
    assert page.evaluate("window.untouched") is True


def test_stop_by_keyboard_and_undo_by_a_second_person_let_nothing_out(
    desk: Desk, stage: Stage, takeover: TakeOver
) -> None:
    page = desk.page(stage.guardian, width=PHONE)
    page.goto(room(takeover))
    stop = page.get_by_role("button", name="Stop", exact=True)
    for _ in range(60):
        if stop.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".messages")).to_contain_text("2 planned deliveries are held")
    assert page.get_by_role("button", name="Undo the stop").count() == 0
    expect(page.locator("#room-stop")).to_contain_text("A coordinator undoes it: never the person who pressed.")

    other = desk.page(stage.coordinator)
    other.goto(room(takeover))
    other.get_by_role("button", name="Undo the stop").click()
    assert "Nothing that was held left by that" in said(other)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    assert set(Delivery.objects.exclude(state=State.SENT).values_list("state", flat=True)) <= {"held", "planned"}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_yes_and_an_answer_are_given_in_the_room(desk: Desk, stage: Stage, takeover: TakeOver, script: bool) -> None:
    reply = replied(takeover)
    guardian = desk.page(stage.guardian, width=SMALL, script=script)
    guardian.goto(room(takeover))
    guardian.get_by_role("button", name="Approve as guardian").click()
    assert "the post is approved" in said(guardian)

    editor = desk.page(stage.editor, width=SMALL, script=script)
    editor.goto(f"{room(takeover)}?still")
    editor.locator(f"#reply-{reply.pk} summary").click()
    editor.get_by_label("Your answer to @ana@example.org").fill("In the harbour")
    editor.get_by_role("button", name="Ask for its approval").click()

    assert "It leaves as soon as it is approved" in said(editor)
    expect(editor.locator(f"#reply-{reply.pk}")).to_contain_text("Waiting for answers")


def test_a_rehearsal_plays_the_window_on_the_page_as_it_goes(desk: Desk, stage: Stage, takeover: TakeOver) -> None:
    page = desk.page(stage.editor)
    page.goto(f"/studio/take-overs/{takeover.pk}/rehearsal/")
    page.get_by_role("button", name="Begin the rehearsal").click()
    expect(page.locator("#feed > li")).to_have_count(0)
    expect(page.locator("#feed-next [data-left]")).to_have_text(re.compile(r"^0:00:[1-4]\d$"))

    expect(page.locator("#feed > li")).to_have_count(1, timeout=90_000)
    expect(page.locator("#feed")).to_contain_text("We have work for many hands.")


def test_the_report_prints_without_what_is_only_for_the_screen(desk: Desk, takeover: TakeOver) -> None:
    page = desk.page(desk.scene.coordinator)
    page.goto(f"/studio/take-overs/{takeover.pk}/report/")
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Sent", exact=True)).to_be_visible()
    assert [each for each in page.locator("form, nav").all() if each.is_visible()] == []
