"""axe-core finds nothing on any page of ours, on a phone and at a desk, by day and by night, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, Page

from itac.campaign.models import Invitation, Person
from itac.studio.rules import PUBLIC_RULES, ROOM_RULES
from tests.journeys.studio.desk import ON_SQLITE, WIDE, Desk, axe
from tests.journeys.studio.standing import NO_PAGE, Standing, may_open

pytestmark = [pytest.mark.xdist_group("axe"), ON_SQLITE, pytest.mark.browser, pytest.mark.slow]
NARROW = 360
# Their rule lets in who may see the row; what may be done with it is the verb's to say.
ASK_MORE = {"studio_act", "studio_pass_on", "studio_takeover_change", "studio_takeover_rehearsal"}
Look = tuple[int, Literal["light", "dark"]]
# Addresses that are named as Wagtail names them, with pages of ours.
OF_WAGTAIL = {"wagtailadmin_home", "wagtailadmin_account", "wagtailadmin_login", "wagtailadmin_logout"}
OURS = {*ROOM_RULES, *(name for name in PUBLIC_RULES if name.startswith("approve_")), *OF_WAGTAIL}


def look(page: Page, width: int, scheme: Literal["light", "dark"]) -> list[str]:
    """What is wrong with the open page, drawn like that."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    # Buttons change their colours by and by.
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
    wide = page.evaluate(
        "(document.querySelector('.itac-room') ?? document.documentElement).scrollWidth"
        " > document.documentElement.clientWidth"
    )
    found = axe(page) + (["It is wider than the screen."] if wide else [])
    return [f"{page.url}, {width} px, {scheme}: {line}" for line in found]


def faults(page: Page, addresses: dict[str, list[str]], *, language: str, looks: Sequence[Look]) -> list[str]:
    """What is wrong with these pages, a line each."""
    found = []
    for address in [each for group in addresses.values() for each in group]:
        answer = page.goto(address)
        assert answer is not None
        if answer.status == 404 and resolve(address.partition("?")[0]).view_name in ASK_MORE:
            continue
        assert answer.status in {200, 410}, f"{address} answers {answer.status}"
        assert page.get_attribute("html", "lang") == language, address
        page.wait_for_load_state("networkidle")
        found += [line for each in looks for line in look(page, *each)]
    return found


# Both languages together show each page at both widths by day and by night.
@pytest.mark.parametrize(
    ("language", "looks"),
    [("en", [(NARROW, "light"), (WIDE, "dark")]), ("es", [(WIDE, "light"), (NARROW, "dark")])],
    ids=["en", "es"],
)
def test_axe_finds_nothing_on_any_page_whoever_opens_it(
    desk: Desk, browser: Browser, language: str, looks: list[Look]
) -> None:
    standing = Standing(desk)
    pages, doors = standing.pages(), standing.doors()
    assert {*pages, *doors} | NO_PAGE.keys() == OURS, "A route of ours is looked at here, or says why not."
    Person.objects.update(language=language)
    Invitation.objects.update(language=language)

    found = []
    for who in (desk.scene.coordinator, desk.scene.north_editor, desk.scene.south_approver, standing.guest):
        mine = {name: [address for address in some if may_open(who, address)] for name, some in pages.items()}
        assert mine["wagtailadmin_home"] != []
        found += faults(desk.page(who), mine, language=language, looks=looks if who.is_coordinator else looks[:1])
    page = browser.new_context(base_url=desk.address, locale=language).new_page()
    found += faults(page, doors, language=language, looks=looks)
    page.goto(doors["approve_by_mail"][0])
    page.locator("input[value=approve]").check()
    page.locator("button[value=code]").click()
    found += [line for each in looks for line in look(page, *each)]

    assert found == []
