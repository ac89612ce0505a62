"""The composer on a phone: over a slow and cut connection, with a photo, by two people at once, by keyboard alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from itac.campaign.models import Person
from itac.library.models import Picture
from itac.publishing import approving
from itac.publishing.models import Post, WorkingCopy
from itac.publishing.writing import working_draft
from tests.journeys.studio.desk import DESK, WIDE, Desk, axe, mistakes, on_the_clock, said
from tests.journeys.studio.test_studio_for_everybody import tab_to

pytestmark = DESK
NARROW = 360
NEW = "/studio/posts/new/"
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# Two polls of the page, and what they wait for each other.
SEEN_MS = 40_000


def slow(page: Page) -> None:
    """From here on the page's connection is that of a village at the end of the line."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW)


def line(page: Page) -> str:
    """Where what is typed is kept, as the page says it."""
    return page.locator(".itac-kept [data-line]").inner_text()


def is_saved(page: Page) -> None:
    expect(page.locator(".itac-kept [data-line]")).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"), timeout=30_000)


def is_on_the_device(page: Page) -> None:
    expect(page.locator(".itac-kept [data-line]")).to_contain_text("Kept on this device", timeout=30_000)


def a_photo() -> dict[str, object]:
    data = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(data, format="JPEG")
    return {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


PICTURES = """new Promise((told) => {
  const asked = indexedDB.open("itac.kept");
  asked.onsuccess = () => {
    const base = asked.result;
    const keys = base.objectStoreNames.length && base.transaction("pictures").objectStore("pictures").getAllKeys();
    keys ? (keys.onsuccess = () => told(keys.result)) : told([]);
  };
})"""


def kept_in(page: Page) -> list[str]:
    """What this browser keeps for the composer: texts, and pictures that the server hasn't."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('itac.kept'))")
    pictures: list[str] = page.evaluate(PICTURES)
    return [*found, *pictures]


def choose_photo(page: Page, words: str) -> None:
    """Chosen and described, and not sent."""
    page.get_by_text("Take or add a picture").click()
    page.get_by_label("Choose a picture").set_input_files(a_photo())  # type: ignore[arg-type]
    page.get_by_label("What it shows, English").first.fill(words)
    page.get_by_label("Who made it").fill("North Editor")
    page.get_by_label("Under what it may be used").fill("Own work")


def write(page: Page, title: str, text: str) -> None:
    page.get_by_label("Title, English", exact=True).fill(title)
    page.get_by_label("Text, English", exact=True).fill(text)


def test_a_post_with_a_photo_goes_from_a_phone_on_a_slow_line_to_its_approvers(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.north_editor, width=NARROW)
    page.goto(NEW)
    slow(page)
    write(page, "From the market", "The language table stands in the market hall.")
    page.locator(f"#id_goes_{scene.website.pk}_en").check()
    expect(page.locator("[data-looks]")).to_contain_text("The language table stands in the market hall.")
    page.get_by_text("Take or add a picture").click()
    page.get_by_label("Take a photo").set_input_files(a_photo())  # type: ignore[arg-type]
    page.get_by_label("What it shows, English").first.fill("People around a table in a market hall")
    page.get_by_label("Who made it").fill("North Editor")
    page.get_by_label("Under what it may be used").fill("Own work")
    page.get_by_role("button", name="Put it into the post").click()
    expect(page.locator("[data-chosen-pictures] .itac-picture")).to_have_count(1, timeout=30_000)
    page.get_by_text("When it should leave").click()
    page.get_by_label("Day and time").fill(on_the_clock(scene.now + timedelta(days=1)))
    is_saved(page)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW

    page.get_by_role("button", name="Save, then submit").click()
    page.get_by_role("button", name="Submit, and plan it for that time").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.locator(".messages")).to_contain_text("Asked.", timeout=30_000)

    post = Post.objects.get()
    assert post.planned_at == scene.now + timedelta(days=1)
    assert [item.alt.texts["en"] for item in post.media.all()] == ["People around a table in a market hall"]
    assert approving.request_in_force(post) is not None
    assert kept_in(page) == ["itac.kept.person"]


def test_what_is_typed_without_connection_is_on_the_device_and_is_offered_back_after_a_crash(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.north_editor, width=NARROW)
    page.goto(NEW)
    write(page, "Cut", "Saved words.")
    is_saved(page)
    address = page.url
    page.context.set_offline(True)
    page.get_by_label("Text, English", exact=True).fill("Saved words, and those of the train.")
    page.locator(f"#id_goes_{scene.website.pk}_en").check()
    is_on_the_device(page)
    choose_photo(page, "A platform at dusk")
    page.get_by_role("button", name="Put it into the post").click()
    expect(page.locator("itac-photo [data-line]")).to_contain_text("It is kept on this device")
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)

    page = context.new_page()
    slow(page)
    page.goto(address)
    expect(page.locator("itac-photo progress")).to_be_visible()
    expect(page.locator("[data-chosen-pictures] .itac-picture")).to_have_count(1, timeout=30_000)
    assert page.get_by_label("Text, English", exact=True).input_value() == "Saved words."
    page.get_by_role("button", name="Take it back into the form").click()

    expect(page.get_by_label("Text, English", exact=True)).to_have_value("Saved words, and those of the train.")
    expect(page.locator(f"#id_goes_{scene.website.pk}_en")).to_be_checked()
    is_saved(page)
    draft, _version = working_draft(Post.objects.get())
    assert draft.text["en"] == "Saved words, and those of the train."
    assert [variant.language for variant in draft.variants] == ["en"]
    assert [dict(each.alt) for each in draft.pictures] == [{"en": "A platform at dusk"}]
    page.reload()
    expect(page.locator("[data-offer]")).to_be_hidden()
    assert kept_in(page) == ["itac.kept.person"]


def test_the_connection_comes_back_and_what_was_kept_is_saved_by_itself(desk: Desk) -> None:
    page = desk.page(desk.scene.north_editor, width=NARROW)
    page.goto(NEW)
    page.context.set_offline(True)
    write(page, "Begun in a tunnel", "Every word of it.")
    is_on_the_device(page)
    assert Post.objects.count() == 0

    page.context.set_offline(False)

    is_saved(page)
    assert working_draft(Post.objects.get())[0].text["en"] == "Every word of it."


def test_an_answer_lost_on_the_way_makes_no_second_post_and_no_stranger_of_oneself(desk: Desk) -> None:
    page = desk.page(desk.scene.north_editor, width=NARROW)
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        kind = route.request.url.rstrip("/").rpartition("/")[2]
        if kind in lost:
            route.continue_()
            return
        lost.append(kind)
        route.fetch()
        route.abort()

    page.route(re.compile("/posts/begin/$|/keep/$"), lose_first)
    page.goto(NEW)
    write(page, "Once", "One.")
    is_saved(page)
    page.get_by_label("Text, English", exact=True).fill("One, two.")
    is_on_the_device(page)
    page.get_by_label("Text, English", exact=True).fill("One, two, three.")
    is_saved(page)

    assert lost == ["begin", "keep"]
    assert working_draft(Post.objects.get())[0].text["en"] == "One, two, three."


def test_two_people_see_each_other_and_the_second_save_stops_and_says_so(desk: Desk) -> None:
    scene = desk.scene
    post = scene.post("First.", title="Shared", at=scene.now + timedelta(days=1), approved=False)
    mine, theirs = desk.page(scene.north_editor, width=NARROW), desk.page(scene.coordinator)
    mine.goto(f"/studio/posts/{post.pk}/edit/")
    expect(mine.locator("[data-company]")).to_have_text("")
    theirs.goto(f"/studio/posts/{post.pk}/edit/")
    expect(theirs.locator("[data-company]")).to_have_text("North Editor is writing here too.")
    expect(mine.locator("[data-company]")).to_have_text("Coordinator is writing here too.", timeout=SEEN_MS)

    theirs.get_by_label("Text, English", exact=True).fill("Theirs.")
    is_saved(theirs)
    mine.get_by_label("Text, English", exact=True).fill("Mine.")
    expect(mine.locator(".itac-kept [data-line]")).to_contain_text("Coordinator saved this post at", timeout=30_000)
    assert "Press Save to see both versions." in line(mine)
    assert working_draft(post)[0].text["en"] == "Theirs."
    mine.get_by_role("button", name="Save", exact=True).click()

    assert "Coordinator saved this post while you were writing." in mistakes(mine)[0]
    expect(mine.locator("#theirs")).to_contain_text("Theirs.")
    assert mine.get_by_label("Text, English", exact=True).input_value() == "Mine."
    mine.get_by_role("button", name="Save", exact=True).click()
    assert "Saved." in said(mine)
    assert working_draft(post)[0].text["en"] == "Mine."


def test_a_post_deleted_while_somebody_writes_is_said_and_the_text_is_given_back(desk: Desk) -> None:
    page = desk.page(desk.scene.north_editor, width=NARROW)
    page.goto(NEW)
    write(page, "Doomed", "Hours of work.")
    is_saved(page)
    Post.objects.all().delete()

    page.get_by_label("Text, English", exact=True).fill("Hours of work, and one more.")
    expect(page.locator(".itac-kept [data-line]")).to_contain_text("This post isn't there any more", timeout=30_000)
    assert page.get_by_label("Text, English", exact=True).input_value() == "Hours of work, and one more."
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_label("Text, English")).to_have_value("Hours of work, and one more.")
    assert "itac.kept.person" in kept_in(page)


def test_a_session_that_ended_meanwhile_is_said_and_the_text_comes_back_after_signing_in(desk: Desk) -> None:
    scene = desk.scene
    page = desk.page(scene.north_editor, width=NARROW)
    page.goto(NEW)
    write(page, "Long pause", "Before lunch.")
    is_saved(page)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("Text, English", exact=True).fill("Before lunch and after.")
    expect(page.locator(".itac-kept [data-line]")).to_contain_text("You are signed out.", timeout=30_000)
    assert working_draft(Post.objects.get())[0].text["en"] == "Before lunch."
    page.context.add_cookies([{k: each[k] for k in ("name", "value", "domain", "path")} for each in cookies])  # type: ignore[misc]

    is_saved(page)
    assert working_draft(Post.objects.get())[0].text["en"] == "Before lunch and after."


def test_signing_out_leaves_nothing_typed_in_the_browser(desk: Desk) -> None:
    page = desk.page(desk.scene.coordinator)
    page.goto(NEW)
    # A coordinator speaks for several: nothing is begun on the server before somebody chose who speaks.
    write(page, "Not chosen yet", "Confidential until then.")
    is_on_the_device(page)
    choose_photo(page, "Nobody else's business")
    page.wait_for_function(f"{PICTURES}.then((keys) => keys.length)")
    assert len(kept_in(page)) == 3
    assert Post.objects.count() == 0

    page.get_by_role("button", name=desk.scene.coordinator.name, exact=True).click()
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile("/studio/login/"))

    assert kept_in(page) == []


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_wrong_file_is_refused_in_words_and_a_right_one_gets_its_point_by_a_tap(desk: Desk, width: int) -> None:
    page = desk.page(desk.scene.north_editor, width=width)
    page.goto(NEW)
    write(page, "Torn", "Words that stay.")
    page.get_by_text("Take or add a picture").click()
    page.get_by_label("Choose a picture").set_input_files(
        {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 torn"}
    )
    page.get_by_label("What it shows, English").first.fill("A square at noon")
    page.get_by_label("Who made it").fill("North Editor")
    page.get_by_label("Under what it may be used").fill("Own work")
    page.get_by_role("button", name="Put it into the post").click()
    expect(page.locator("[data-mistakes]")).to_contain_text("This file can't be read as a picture")
    assert page.get_by_label("Text, English", exact=True).input_value() == "Words that stay."

    page.get_by_label("Choose a picture").set_input_files(a_photo())  # type: ignore[arg-type]
    page.get_by_role("button", name="Put it into the post").click()
    shown = page.locator("[data-chosen-pictures] img")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    box = shown.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    expect(page.get_by_label("What matters, from left to right")).to_have_value("25")
    mark = page.locator(".itac-focus__mark").bounding_box()
    assert mark is not None
    assert abs(mark["x"] + mark["width"] / 2 - (box["x"] + box["width"] * 0.25)) < 3
    expect(page.get_by_role("checkbox", name="A square at noon")).to_be_checked()
    is_saved(page)
    page.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('itac.kept:'))")

    picture = Picture.objects.get()
    assert (picture.focal_point_x, picture.focal_point_y) == (300, 675)
    assert dict(working_draft(Post.objects.get())[0].pictures[0].alt) == {"en": "A square at noon"}


def test_a_language_its_channel_and_a_pictures_point_are_added_by_keyboard_alone(desk: Desk) -> None:
    scene = desk.scene
    byhand = scene.channel("wall", network="by_hand", person=scene.north_editor, limits={"text_max": 20})
    page = desk.page(scene.north_editor)
    page.goto(NEW)
    tab_to(page, "#id_text_en")
    page.keyboard.type("Longer than twenty signs.")
    tab_to(page, "[data-words=es] summary")
    page.keyboard.press("Enter")
    tab_to(page, "#id_text_es")
    page.keyboard.type("Corto.")
    tab_to(page, f"#id_goes_{byhand.pk}_en")
    page.keyboard.press("Space")
    expect(page.locator(f"[data-place='{byhand.pk}'][data-language=en] [data-hint]")).to_contain_text(
        "Wall needs it shorter."
    )
    tab_to(page, "[data-own-text]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == f"id_own_{byhand.pk}_en"
    page.keyboard.press("Control+A")
    page.keyboard.type("Short.")
    tab_to(page, f"#id_goes_{byhand.pk}_es")
    page.keyboard.press("Space")
    is_saved(page)
    page.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('itac.kept:'))")

    draft = working_draft(Post.objects.get())[0]
    assert dict(draft.text) == {"en": "Longer than twenty signs.", "es": "Corto."}
    assert [(each.language, each.text) for each in draft.variants] == [("en", "Short."), ("es", "")]


@pytest.mark.parametrize(("width", "dark", "language"), [(NARROW, False, "es"), (WIDE, True, "en")])
def test_axe_finds_nothing_in_the_composer_with_all_of_it_open(
    desk: Desk, width: int, dark: bool, language: str
) -> None:
    scene = desk.scene
    Person.objects.filter(pk=scene.north_editor.pk).update(language=language)
    scene.channel("wall", network="by_hand", person=scene.north_editor, languages=["ar", "en"])
    page = desk.page(scene.north_editor, width=width, dark=dark)
    page.goto(NEW)
    page.locator(f"#id_text_{language}").fill("Palabras, words.")
    page.locator(f"#id_goes_{scene.website.pk}_{language}").check()
    page.locator("itac-photo summary").click()
    page.locator("#id_photo").set_input_files(a_photo())  # type: ignore[arg-type]
    for name, words in (("photo_alt", "Una plaza"), ("photo_credit", "North"), ("photo_licence", "CC BY 4.0")):
        page.locator(f"[name={name}]").fill(words)
    page.locator("button[value=photo]").click()
    expect(page.locator("[data-chosen-pictures] img")).to_be_visible()
    expect(page.locator(".itac-kept [data-line]")).not_to_have_text("")
    page.evaluate("for (const box of document.querySelectorAll('.itac-room details')) box.open = true")

    assert axe(page) == []
    assert page.evaluate("document.querySelector('.itac-room').scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("#id_text_ar").evaluate("box => getComputedStyle(box).direction") == "rtl"
    assert WorkingCopy.objects.count() <= 1
