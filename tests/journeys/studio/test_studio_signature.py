"""Writing for a take-over in a browser: at each key the signature is counted and drawn as the server would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from itac.core import clock
from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.publishing.mandating import Place
from itac.publishing.models import Post
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, Stage
from tests.journeys.studio.desk import DESK, PHONE, WIDE, Desk, axe
from tests.journeys.studio.test_studio_live_looks import NEW, both, put

pytestmark = DESK


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """It is an hour before North City's window."""
    return Stage(clock.now().replace(second=0, microsecond=0) + timedelta(hours=1), scene=desk.scene)


@pytest.fixture
def wall(stage: Stage) -> Channel:
    """A channel of 60 characters."""
    return stage.scene.channel("wall", network="by_hand", limits={"text_max": 60}, person=stage.editor)


@pytest.fixture
def takeover(stage: Stage, wall: Channel) -> TakeOver:
    """The website and the wall in English, signed in two languages."""
    return stage.agreed(
        signature=Localised({"en": "#North City @iom.example.org", "es": "La Ciudad del Norte"}),
        places=[Place(stage.website, ("en",)), Place(wall, ("en",))],
        closes_at=stage.noon + 6 * HOUR,
    )


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_the_signature_is_drawn_and_counted_at_each_key_as_on_the_server(
    desk: Desk, stage: Stage, wall: Channel, takeover: TakeOver, width: int
) -> None:
    page = desk.page(stage.editor, width=width)
    page.goto(f"/studio/take-overs/{takeover.pk}/")
    page.get_by_role("link", name="Write a post for it").click()
    for channel in (stage.website, wall):
        page.locator(f"#id_goes_{channel.pk}_en").check()

    for words in ("We have work for many hands.  \n\n", "   ", "Many hands, and more hands still."):
        put(page, "text_en", words)
        drawn, expected = both(page)
        assert drawn == expected, words

    looks = page.locator("[data-looks]")
    expect(looks).to_contain_text("Signature of the take-over: #North City @iom.example.org")
    expect(looks).to_contain_text("63 of 60 characters")
    expect(page.get_by_label("Who speaks")).to_have_value(f"t{takeover.pk}")
    expect(page.get_by_text("Saved at").first).to_be_visible()
    put(page, "text_en", "Many hands.")
    assert both(page)[0] == both(page)[1]
    expect(looks).to_contain_text("Signature of the take-over:")
    assert Post.objects.get().mandate == takeover.mandate
    assert axe(page) == []


def test_choosing_who_speaks_changes_signature_and_places_at_once(
    desk: Desk, stage: Stage, wall: Channel, takeover: TakeOver
) -> None:
    page = desk.page(stage.editor)
    page.goto(NEW)
    page.locator(f"#id_goes_{wall.pk}_es").evaluate(
        "f => { for (let e = f; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }"
    )
    page.locator(f"#id_goes_{wall.pk}_es").check()
    page.locator(f"#id_goes_{wall.pk}_en").check()
    put(page, "text_es", "Muchas manos.")
    put(page, "text_en", "Many hands.")
    looks = page.locator("[data-looks]")
    expect(looks).not_to_contain_text("#North City")

    page.get_by_label("Who speaks").select_option(f"t{takeover.pk}")

    expect(looks).to_contain_text("#North City @iom.example.org")
    expect(looks).not_to_contain_text("Muchas manos.")
    expect(page.locator(f"#id_goes_{wall.pk}_es")).to_be_hidden()
    drawn, expected = both(page)
    assert drawn == expected
    page.get_by_label("Who speaks").select_option(str(stage.scene.north.pk))
    expect(page.locator(f"#id_goes_{wall.pk}_es")).to_be_checked()
    expect(looks).to_contain_text("Muchas manos.")
