"""A take-over from request to handover, by thumb and by keyboard alone, on a network that people reply on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from itac.campaign.models import Person
from itac.core import clock
from itac.networks.models import Channel
from itac.publishing.models import Delivery, Grant, Mandate, Post, State
from itac.takeovers.models import Reply, TakeOver
from itac.takeovers.tests.factories import HOUR, Stage
from tests.journeys.studio.desk import DESK, Desk, on_the_clock
from tests.journeys.studio.hand import Hand
from tests.servers.mastodon import MastodonServer

pytestmark = [*DESK, pytest.mark.browser, pytest.mark.slow]
MINUTE = timedelta(minutes=1)
HEARD_MS = 90_000


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """North City and a guardian, half an hour from noon."""
    return Stage(clock.now().replace(second=0, microsecond=0) + 30 * MINUTE, scene=desk.scene)


@pytest.fixture
def toots(stage: Stage, mastodon: MastodonServer) -> Channel:
    return stage.scene.channel(
        "toots",
        network="mastodon",
        secret={"access_token": mastodon.token},
        address=mastodon.url,
        account_id=mastodon.account_id(),
    )


class Seat:
    """Somebody at a screen, with a hand."""

    def __init__(self, desk: Desk, person: Person, width: int, by: Literal["pointer", "keyboard"]) -> None:
        self.page = desk.page(person, width=width)
        self.hand = Hand(self.page, by)

    def goes(self, path: str) -> Seat:
        self.page.goto(path)
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        return self

    def presses(self, name: str, *, within: Locator | Page | None = None) -> Seat:
        place = within or self.page
        self.hand.press(place.get_by_role("button", name=name, exact=True))
        self.page.wait_for_load_state()
        return self

    def writes(self, field: str, text: str) -> Seat:
        self.hand.write(self.page.locator(field), text)
        return self

    def sets(self, field: str, moment: datetime) -> Seat:
        """Day and time: the keyboard fills one part after the other."""
        box = self.page.locator(field)
        if self.hand.by == "pointer":
            box.fill(on_the_clock(moment))
        else:
            self.hand._go_to(box)
            self.page.keyboard.type(f"{moment:%m%d%Y}")
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{moment:%I%M%p}")
        expect(box).to_have_value(on_the_clock(moment))
        return self

    def reads(self, text: str) -> Seat:
        expect(self.page.locator("body")).to_contain_text(text)
        return self


def time_passes(takeover: TakeOver, *, opens: datetime, closes: datetime) -> None:
    """As if the window had been agreed on for these hours: the clock of the processes is the real one."""
    facts = {"opens_at": opens, "closes_at": closes}
    TakeOver.objects.filter(pk=takeover.pk).update(**facts)
    Mandate.objects.filter(pk=takeover.mandate_id).update(**facts)
    Grant.objects.filter(mandate=takeover.mandate_id).update(**facts)


def comes_due(post: Post) -> None:
    now = clock.now()
    Delivery.objects.filter(variant__post=post).update(due_at=now, ready_at=now)


@pytest.mark.parametrize(("width", "by"), [(360, "pointer"), (1440, "keyboard")], ids=["phone", "keyboard"])
def test_from_request_to_handover(
    desk: Desk,
    stage: Stage,
    toots: Channel,
    mastodon: MastodonServer,
    width: int,
    by: Literal["pointer", "keyboard"],
) -> None:
    people = (stage.editor, stage.approver, stage.guardian, stage.coordinator)
    editor, approver, guardian, coordinator = (Seat(desk, person, width, by) for person in people)

    # Asked for by the organisation, agreed to by the campaign, which names a guardian.
    editor.goes("/studio/take-overs/new/").writes("[name=title_en]", "A day in North City")
    editor.sets("#id_opens", stage.noon).sets("#id_closes", stage.noon + 6 * HOUR)
    editor.hand.choose(editor.page.get_by_role("checkbox", name="Toots, English"))
    editor.presses("Ask for it").reads("The coordinators are told by mail")
    takeover = TakeOver.objects.get()
    here = f"/studio/take-overs/{takeover.pk}/"
    coordinator.goes(f"{here}change/")
    coordinator.hand.pick(coordinator.page.locator("#id_guardian"), str(stage.guardian))
    coordinator.presses("Keep the changes").reads("Changed.").goes(here).presses("Agree").reads("Next comes the brief")

    # The brief is written and everybody is briefed.
    editor.goes(f"{here}brief/").writes("#id_their_contact", "Ana, +1 555 0100").writes("#id_our_contact", "Ben")
    editor.writes("#id_guardian_hours", "All six hours").presses("Keep the brief").reads("The brief is kept")
    coordinator.goes(here).presses("Everybody is briefed: lend the channels").reads("lent for the window")

    # The rehearsal says what lacks, and leads to where it is mended.
    takeover.refresh_from_db()
    post = stage.post(takeover, at=stage.noon + MINUTE, approved=False, channel=toots)
    editor.goes(f"{here}rehearsal/").reads("1 thing would go wrong").reads("It isn't approved.")
    editor.presses("Try the accounts").reads("Every account works.")
    editor.hand.press(editor.page.locator("[data-code=not_approved] .itac-rows__acts a"))
    editor.page.wait_for_url("**/ask/")
    editor.presses("Ask for approval").reads("Asked. You see here who has answered.")
    approver.goes(f"{here}room/").presses("Approve for North City").reads("Others are still asked")
    guardian.goes(f"{here}room/").presses("Approve as guardian").reads("the post is approved")
    editor.goes(f"{here}rehearsal/").reads("Nothing would go wrong")

    # It opens by the clock; the post leaves; somebody replies and is answered.
    editor.goes(f"{here}room/").reads("Not open yet.")
    time_passes(takeover, opens=clock.now() - MINUTE, closes=clock.now() + 6 * HOUR)
    comes_due(post)
    expect(editor.page.locator("#room-said")).to_contain_text("Open now. 1 post is out.", timeout=HEARD_MS)
    (first,) = mastodon.statuses()
    asked = mastodon.post("@itac Where?", account="second", to=first["id"])
    expect(editor.page.locator("#replies")).to_contain_text("Where?", timeout=HEARD_MS)
    number = Reply.objects.get().pk
    editor.hand.press(editor.page.locator(f"#reply-{number} summary"))
    editor.writes(f"#text-{number}", "In the harbour").presses("Ask for its approval").reads(
        "as soon as it is approved"
    )
    approver.goes(f"{here}room/").presses("Approve for North City").reads("Others are still asked")
    guardian.goes(f"{here}room/").presses("Approve as guardian").reads("the post is approved")
    desk.until(lambda: len(mastodon.statuses()) == 2)
    answer = mastodon.statuses()[-1]
    assert (mastodon.text_of(answer["id"]), answer["in_reply_to_id"]) == ("@second In the harbour", asked)

    # Stopped by one, undone by a second; what was held stays held.
    later = stage.post(takeover, at=stage.noon + 2 * HOUR, channel=toots)
    guardian.goes(f"{here}room/").presses("Stop").reads("1 planned delivery is held")
    expect(guardian.page.get_by_role("button", name="Undo the stop")).to_have_count(0)
    coordinator.goes(f"{here}room/").presses("Undo the stop").reads("Nothing that was held left by that")
    assert stage.delivery(later).state == State.HELD
    assert len(mastodon.statuses()) == 2

    # Closed by the clock, reported on, handed over.
    time_passes(takeover, opens=clock.now() - HOUR, closes=clock.now() - MINUTE)
    editor.goes(f"{here}report/").writes("#word", "Answer at once: they wait.").presses("Keep it")
    editor.reads("Whoever takes over next reads it")
    coordinator.goes(f"{here}report/").reads("Answer at once: they wait.")
    coordinator.presses("Sign off and close the take-over").reads("Coordinator signed it off.")
    takeover.refresh_from_db()
    assert takeover.stage == "handed_over"
