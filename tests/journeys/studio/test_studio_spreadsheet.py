"""A plan is taken in from a spreadsheet on a phone, in English and in Spanish, with pointer and with keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from itac.campaign.models import Person
from itac.publishing import tables
from itac.publishing.models import Post
from tests.journeys.studio.desk import DESK, PHONE, Desk, axe, mistakes, said
from tests.journeys.studio.test_studio_for_everybody import tab_to

pytestmark = DESK
HEADS = {"en": "title en,text en,day,time,channels", "es": "título en,texto en,día,hora,canales"}


def choose(page: Page, text: str, name: str = "plan.csv") -> None:
    page.locator("#id_file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})


def is_sound(page: Page) -> list[str]:
    """What is wrong with the page for who can't see it well, or holds it in one hand."""
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return axe(page) + (["It is wider than the screen."] if wide else [])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_plan_is_read_put_right_and_imported_on_a_phone(language: str, desk: Desk) -> None:
    scene, head = desk.scene, HEADS[language]
    scene.post("Close to home.", title="There already", at=scene.now + timedelta(days=3), approved=False)
    Person.objects.filter(pk=scene.north_editor.pk).update(language=language)
    page = desk.page(scene.north_editor, width=PHONE)
    day = f"{scene.now + timedelta(days=2):%Y-%m-%d}"
    with override(language):
        wrong_time, repeats = gettext("Write the time as 18:00."), gettext("The same words go twice to a channel.")
        drafts = gettext("The plan in a spreadsheet")
    page.locator(".itac-rooms a[href='/studio/spreadsheet/']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(drafts)
    assert is_sound(page) == []

    choose(page, f"{head}\nNew,Close to home,{day},6pm,website\n")
    page.locator("form[enctype] button").click()
    assert len(mistakes(page)) == 1
    expect(page.locator("#row-2")).to_contain_text(wrong_time)
    assert is_sound(page) == []
    assert not Post.objects.filter(title__texts__en="New").exists()

    choose(page, f"{head}\nNew,Close to home,{day},18:00,website\nPlain,Said by nobody,,,website\n")
    page.locator("form[enctype] button").click()
    expect(page.locator("#row-2 .itac-repeats")).to_contain_text(repeats)
    expect(page.locator("#row-3")).to_contain_text("Plain")
    assert is_sound(page) == []
    page.reload()
    page.locator(".itac-room form:not([enctype]) button").click()
    page.wait_for_url("**/posts/")

    assert "2" in said(page)
    new, plain = Post.objects.filter(submitted_at=None).order_by("pk")
    assert (str(new), new.planned_wall, plain.planned_at) == ("New", f"{day}T18:00", None)


def test_the_plan_is_downloaded_and_taken_in_again_by_keyboard_alone(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("=1+1 by hand", title="Out and in", at=scene.now + timedelta(days=3), approved=False)
    page = desk.page(scene.north_editor)
    page.goto("/studio/calendar/")
    tab_to(page, "a[href^='/studio/spreadsheet/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/spreadsheet/**")
    tab_to(page, ".itac-room form[method=get] button")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    data = caught.value.path().read_bytes()
    assert "=1+1 by hand" in tables.read(data, name="plan.xlsx").rows[1]

    page.locator("#id_file").set_input_files({"name": "plan.xlsx", "mimeType": "application/zip", "buffer": data})
    tab_to(page, "form[enctype] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/spreadsheet/*/")
    tab_to(page, ".itac-room form:not([enctype]) button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/")

    assert Post.objects.latest("pk").planned_at == Post.objects.get(pk=post.pk).planned_at
    assert Post.objects.count() == 2


def test_a_post_is_duplicated_in_two_taps_on_a_phone(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("Close to home.", title="Weekly", at=scene.now + timedelta(days=1))
    page = desk.page(scene.north_editor, width=PHONE)
    page.goto(f"/studio/posts/{post.pk}/")

    page.get_by_role("link", name="Duplicate", exact=True).click()
    assert is_sound(page) == []
    page.locator("button[name=day]").first.click()

    page.wait_for_url("**/edit/")
    assert "This is the copy: a draft, not approved." in said(page)
    assert Post.objects.latest("pk").planned_at == post.planned_at + timedelta(days=7)
