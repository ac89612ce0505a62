"""Every address again, with guests of two take-overs at once: each sees their own window, and of the other's no word.

Every private text of North City's window holds "toucan", of South Youth's "ocelot".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from itac.campaign.models import Organisation, Person
from itac.core import clock
from itac.core.localised import Localised
from itac.core.walltime import WallTime
from itac.publishing import approving, planning, writing
from itac.publishing.mandating import Place
from itac.publishing.models import Delivery, DeliveryPart, Mandate, Oversight, PartState, Post, State
from itac.publishing.tests.factories import person
from itac.studio.tests.eyes import NOBODY_READS, Eyes, Looker, body_of, plain, told
from itac.studio.tests.test_routes_sweep import NOT_THERE, everything, temptations, verdict
from itac.studio.tests.walking import every_door
from itac.takeovers import agreeing, rehearsing
from itac.takeovers.models import Reply, TakeOver

HOUR = timedelta(hours=1)


class Windows(Eyes):
    """Both organisations have the floor, each on a channel of its own; somebody of West Union guards North's window."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.guardian = person("West Host", host=self.west)
        both = frozenset({"toucan", "ocelot"})
        norths, souths = frozenset({"jaguar", "ocelot"}), NOBODY_READS | {"toucan"}
        self.roles = [
            Looker("visitor", None, NOBODY_READS | both | {"jaguar"}),
            Looker("North's editor", self.north_editor, norths),
            Looker("North's host", self.north_host, norths),
            Looker("South's editor", self.south_editor, souths),
            Looker("guardian of a window, West's host", self.guardian, NOBODY_READS | {"jaguar", "ocelot"}),
            Looker("West's approver, who isn't asked", self.west_approver, NOBODY_READS | both | {"jaguar"}),
        ]
        self.norths = self._window("Toucan", self.north, self.north_editor, self.guardian)
        self.souths = self._window("Ocelot", self.south, self.south_editor, self.coordinator)

    def _window(self, word: str, organisation: Organisation, editor: Person, guardian: Person) -> TakeOver:
        lent = self.channel(f"lent-to-{organisation.slug}", network="website")
        terms = agreeing.Terms(
            title=Localised({"en": f"A day of {organisation}"}),
            opens_at=self.now - HOUR,
            closes_at=self.now + 5 * HOUR,
            zone="UTC",
            places=[Place(lent, ("en",))],
            guardian=guardian,
            oversight=Oversight.EACH,
        )
        before = self.now - 2 * HOUR
        takeover = agreeing.request(editor, organisation, terms, reason=f"{word} reason", now=before)
        agreeing.agree(self.coordinator, takeover, now=before)
        brief = takeover.brief
        brief.their_contact = brief.our_contact = brief.guardian_hours = f"{word} contact"
        brief.save()
        agreeing.brief(self.coordinator, takeover, now=before)
        TakeOver.objects.filter(pk=takeover.pk).update(word_to_next=f"{word} word")
        asked = self._said(word, takeover, editor, lent.pk, at=self.now + 2 * HOUR)
        approving.ask(editor, asked, now=self.now)
        out = self._said(f"{word} out", takeover, editor, lent.pk, at=self.now + HOUR)
        delivery = Delivery.objects.get(variant__post=out)
        Delivery.objects.filter(pk=delivery.pk).update(state=State.SENT, sent_at=self.now)
        part = DeliveryPart.objects.create(
            delivery=delivery, channel=lent, place=0, key=word, state=PartState.SENT, remote_id=word, sent_at=self.now
        )
        Reply.objects.create(
            takeover=takeover,
            channel=lent,
            part=part,
            remote_id=f"{word} reply",
            author_handle=f"@{word}@example.org",
            text=f"{word} reply",
            at=self.now,
            heard_at=self.now,
            ends_at=self.now + timedelta(days=90),
        )
        rehearsing.begin_run(editor, takeover, seconds=120, now=before)
        return takeover

    def _said(self, word: str, takeover: TakeOver, editor: Person, channel: int, *, at: Any) -> Post:
        draft = writing.Draft(
            title={"en": f"{word} post"},
            text={"en": f"{word}: words"},
            variants=[writing.DraftVariant(channel_id=channel, language="en")],
        )
        mandate = Mandate.objects.get(takeover=takeover)
        facts: dict[str, Any] = {"organisation": takeover.organisation, "draft": draft, "mandate": mandate}
        post = writing.begin_post(editor, now=self.now, **facts)
        writing.submit_working_copy(editor, post, now=self.now)
        post.refresh_from_db()
        planning.plan(editor, post, at=WallTime(at.replace(tzinfo=None), "UTC"), now=self.now)
        post.refresh_from_db()
        return post


@pytest.fixture
def windows(db: None) -> Windows:
    return Windows(clock.now().replace(second=0, microsecond=0))


def test_what_could_leak_is_there(windows: Windows) -> None:
    for takeover, word in ((windows.norths, "toucan"), (windows.souths, "ocelot")):
        browser = Looker("coordinator", windows.coordinator, frozenset()).browser()
        for room in ("room", "rehearsal", "report"):
            page = body_of(browser.get(reverse(f"studio_takeover_{room}", args=[takeover.pk]))).lower()
            assert word in page, room


@pytest.mark.slow
def test_guests_of_two_windows_and_their_guardian_see_what_each_rule_states_and_no_word_of_the_other(
    windows: Windows,
) -> None:
    faults = []
    doors = list(every_door(windows))

    for looker in windows.roles:
        browser = looker.browser()
        not_there = plain(body_of(browser.get(NOT_THERE)))
        for door in doors:
            response = browser.get(door.address)
            if fault := verdict(door, looker, response, not_there):
                faults.append(f"{looker}: {door.address} ({door.rule.name}) {fault}")
            if response.status_code == 302 and door.opens_to(looker):
                browser.get(response.url)

    assert faults == []


@pytest.mark.slow
def test_nothing_that_is_sent_to_the_other_window_changes_anything(windows: Windows) -> None:
    faults = []
    doors = [door for door in every_door(windows) if "/take-overs/" in door.address]
    sent = ["stop", "undo", "approve", "answer", "last_words", "word", "sign", "try", "run", "save", "done"]

    for looker in windows.roles:
        browser, before = looker.browser(), everything()
        not_there = plain(body_of(browser.get(NOT_THERE)))
        for door in doors:
            if door.opens_to(looker) or not door.route.pattern.startswith("studio/"):
                continue
            for do in sent:
                answer = browser.post(door.address, {**temptations(windows), "do": do, "reply": 1, "seconds": 120})
                faults += (
                    [f"{looker}: {door.address} {fault}"] if (fault := verdict(door, looker, answer, not_there)) else []
                )
        assert everything() == before, str(looker)

    assert faults == []


def test_the_guardian_reads_the_window_whole_and_of_its_organisation_nothing_else(windows: Windows) -> None:
    browser = next(each for each in windows.roles if each.person == windows.guardian).browser()
    pages = [browser.get(reverse(f"studio_takeover_{room}", args=[windows.norths.pk])) for room in ("room", "report")]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("toucan" in body_of(page).lower() for page in pages)
    assert told(windows.roles[4], browser.get(reverse("studio_posts"))) == []
