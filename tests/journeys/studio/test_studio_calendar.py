"""In Chromium a drag and the keyboard lead to one form, a phone gets the agenda, and axe-core finds nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from itac.campaign.models import Observance, Person
from itac.core.localised import Localised
from itac.publishing.models import Post
from tests.journeys.studio.desk import DESK, Desk, axe

pytestmark = DESK
AT = datetime(2099, 12, 16, 15, tzinfo=UTC)  # a Wednesday
MONTH, WEEK, AGENDA = (f"/studio/calendar/?view={view}&day=2099-12-14" for view in ("month", "week", "agenda"))
NARROW = 360
VOIDS = "Its approval doesn't hold there."


@pytest.fixture
def post(desk: Desk) -> Post:
    """Approved for an hour before and after 15:00 on 16 December 2099; an observance is near."""
    Observance.objects.create(slug="md", name=Localised({"en": "Migrants Day"}), rule={"fixed": "12-18"}, is_peak=True)
    return Post.objects.get(pk=desk.scene.post(title="Close to home", at=AT).pk)


def line(page: Page) -> Locator:
    """The post on the drawn calendar."""
    return page.locator(".itac-entry--post", has_text="Close to home")


def drag_to(page: Page, day: date) -> None:
    """Take the line with the mouse and drop it on another day of the month."""
    line(page).scroll_into_view_if_needed()
    begin = line(page).bounding_box()
    end = page.locator(f'[role=gridcell][data-date="{day}"]').bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 30, begin["y"] + 8)
    page.mouse.down()
    page.mouse.move(begin["x"] + 45, begin["y"] + 12, steps=4)
    page.mouse.move(end["x"] + 40, end["y"] + 60, steps=8)
    page.mouse.up()


def tab_to(page: Page, target: Locator) -> None:
    """Go there with the Tab key alone."""
    for _step in range(120):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The Tab key doesn't lead there.")


def leaves(post: Post) -> datetime | None:
    """When it leaves, read afresh."""
    return Post.objects.get(pk=post.pk).planned_at


def test_a_drag_moves_nothing_before_its_meaning_was_read_and_confirmed(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor)
    page.goto(MONTH)
    drag_to(page, date(2099, 12, 17))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(VOIDS)
    expect(dialog.get_by_label("Day and time")).to_have_value("2099-12-17T15:00")
    assert axe(page) == []

    dialog.get_by_role("button", name="Close").click()
    expect(line(page)).to_be_focused()
    assert leaves(post) == AT

    drag_to(page, date(2099, 12, 17))
    dialog.get_by_role("button", name="Move it").click()
    expect(page.locator(".messages")).to_contain_text("Its approval doesn't hold there: ask again.")
    assert leaves(post) == AT + timedelta(days=1)
    expect(page.locator('[role=gridcell][data-date="2099-12-17"]')).to_contain_text("Close to home")


def test_the_keyboard_alone_moves_a_post_in_the_week(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor)
    page.goto(WEEK)
    line(page).wait_for()
    tab_to(page, line(page))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Day and time")).to_be_focused()

    # Month, day, year, hour: the field's own parts, as Chromium shows them in English.
    page.keyboard.type("12162099")
    page.keyboard.press("Tab")
    page.keyboard.type("0330PM")
    tab_to(page, page.get_by_role("button", name="See what it would mean"))
    page.keyboard.press("Enter")
    expect(page.locator("#meaning")).to_be_focused()
    expect(dialog).to_contain_text("Its approval holds")
    tab_to(page, page.get_by_role("button", name="Move it"))
    page.keyboard.press("Enter")

    expect(page.locator(".messages")).to_contain_text("“Close to home” moved to 16 December 2099, 15:30 (UTC).")
    assert leaves(post) == AT + timedelta(minutes=30)


def test_a_drag_into_hours_that_the_clocks_jump_over_is_explained(desk: Desk, post: Post) -> None:
    before = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, on the day before the jump
    desk.scene.plan(post, before)
    Person.objects.filter(pk=desk.scene.north_editor.pk).update(zone="Europe/Berlin")
    page = desk.page(desk.scene.north_editor)
    page.goto("/studio/calendar/?view=month&day=2027-03-01")

    drag_to(page, date(2027, 3, 28))

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the clocks of Berlin go from 01:59 straight to 03:00")
    dialog.get_by_role("button", name="At 03:00, just after the jump").click()
    expect(dialog).to_contain_text("What this time would mean")
    assert leaves(post) == before


def test_a_phone_gets_the_agenda_and_none_of_the_widget(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor, width=NARROW)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/studio/calendar/?day=2099-12-14")

    expect(page.locator(".itac-agenda")).to_contain_text("Close to home")
    expect(page.locator('a[data-view="agenda"]')).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Move…").click()
    expect(page.get_by_role("dialog").get_by_label("Day and time")).to_have_value("2099-12-16T15:00")

    assert [url for url in asked if "fullcalendar.js" in url] == []
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


def test_without_script_the_table_leads_to_the_form_and_back(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor, script=False)
    page.goto(MONTH)
    expect(page.locator(".itac-agenda")).to_contain_text("Migrants Day")
    page.get_by_role("link", name="Move…").click()
    page.get_by_label("Day and time").fill("2099-12-16T15:45")
    page.get_by_role("button", name="Move it").click()

    expect(page).to_have_url(re.compile(r"/studio/calendar/\?view=month&day=2099-12-14"))
    assert leaves(post) == AT + timedelta(minutes=45)


def test_the_address_keeps_the_month_that_is_shown(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor)
    page.goto(MONTH)
    page.get_by_role("button", name="The month after").click()

    expect(page).to_have_url(re.compile("day=2100-01-01"))
    expect(page.locator('a[data-view="week"]')).to_have_attribute("href", re.compile("day=2100-01-01"))
    expect(page.locator("input[name=day]")).to_have_value("2100-01-01")


def test_the_widget_mirrors_itself_from_right_to_left(desk: Desk, post: Post) -> None:
    page = desk.page(desk.scene.north_editor)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))

    def from_right_to_left(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('dir="ltr"', 'dir="rtl"', 1))

    page.route(re.compile(r"/studio/calendar/\?"), from_right_to_left)
    page.goto(MONTH)
    expect(line(page)).to_be_visible()

    boxes = [page.locator(f'[role=gridcell][data-date="2099-12-{day}"]').bounding_box() for day in (14, 20)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] > boxes[1]["x"]
    assert [each for each in broken if "Calendar" in each] == []


@pytest.mark.parametrize(("width", "dark", "language"), [(1440, False, "en"), (NARROW, True, "es")])
def test_axe_finds_nothing(width: int, dark: bool, language: str, desk: Desk, post: Post) -> None:
    scene, found = desk.scene, {}
    for person, seen in ((scene.north_editor, "Close to home"), (scene.south_editor, "North City")):
        Person.objects.filter(pk=person.pk).update(language=language)
        page = desk.page(person, width=width, dark=dark)
        for address in (MONTH, WEEK, AGENDA):
            page.goto(address)
            page.locator(".itac-entry, .itac-agenda").get_by_text(seen).locator("visible=true").first.wait_for()
            found[seen, address] = axe(page)

    assert {where: faults for where, faults in found.items() if faults} == {}
