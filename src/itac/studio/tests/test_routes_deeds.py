"""The allowed side: each deed is done by exactly those who may, to their own and to others' objects, and by nobody
else; and no form breaks, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from itac.publishing.models import Trigger
from itac.studio.rules import ROOM_RULES, Own
from itac.studio.tests.eyes import Eyes
from itac.studio.tests.test_routes_sweep import everything, temptations
from itac.studio.tests.walking import ABSENT, STAFF, every_door, named

WRITERS = {"North's editor", "coordinator"}
NORTHS = {"North's editor", "North's approver", "North's host", "coordinator"}
READERS = NORTHS | {"South's approver, who is asked"}
COORDINATOR = {"coordinator"}


@dataclass(frozen=True)
class Deed:
    """What is sent where, who may, and the table that shows that it was done."""

    route: str
    arguments: Callable[[Eyes], list[Any]]
    fields: Callable[[Eyes], Mapping[str, Any]]
    who: set[str]
    table: str

    def __str__(self) -> str:
        return f"{self.route}, {self.table}"


def none(eyes: Eyes) -> list[Any]:
    return []


def tomorrow(eyes: Eyes) -> str:
    return f"{eyes.now + timedelta(days=1):%Y-%m-%dT%H:%M}"


def answer(of: str) -> Callable[[Eyes], Mapping[str, Any]]:
    return lambda eyes: {
        "request": eyes.request.pk,
        "seal": eyes.request.seal,
        "verdict": "approve",
        "organisation": getattr(eyes, of).pk,
    }


def held_or_dropped(action: str) -> Callable[[Eyes], list[Any]]:
    return lambda eyes: [eyes.delivery(eyes.north_planned).pk, action]


def deputy(eyes: Eyes) -> Mapping[str, Any]:
    times = {"begins_at": f"{eyes.now:%Y-%m-%dT%H:%M}", "ends_at": tomorrow(eyes)}
    return {"organisation": eyes.north.pk, "person": eyes.north_host.pk, **times}


DEEDS = [
    Deed("studio_submit", lambda e: [e.north_draft.pk], lambda e: {}, WRITERS, "publishing_variant"),
    Deed(
        "studio_plan",
        lambda e: [e.north_asked.pk],
        lambda e: {"wall": tomorrow(e), "zone": "UTC"},
        WRITERS,
        "publishing_delivery",
    ),
    Deed("studio_urgent", lambda e: [e.north_planned.pk], lambda e: {"do": "mark"}, COORDINATOR, "publishing_post"),
    Deed("studio_ask", lambda e: [e.north_planned.pk], lambda e: {}, WRITERS, "publishing_approvalrequest"),
    Deed("studio_withdraw", lambda e: [e.north_asked.pk], lambda e: {}, WRITERS, "publishing_approvalrequest"),
    Deed(
        "studio_approve",
        lambda e: [e.north_asked.pk],
        answer("south"),
        {"South's approver, who is asked"},
        "publishing_decision",
    ),
    Deed("studio_approve", lambda e: [e.north_asked.pk], answer("north"), {"North's approver"}, "publishing_decision"),
    Deed(
        "studio_comment", lambda e: [e.north_asked.pk], lambda e: {"text": "Well said."}, READERS, "publishing_comment"
    ),
    Deed(
        "studio_act", lambda e: [e.delivery(e.north_planned).pk, "hold"], lambda e: {}, WRITERS, "publishing_delivery"
    ),
    Deed(
        "studio_act", lambda e: [e.delivery(e.north_planned).pk, "drop"], lambda e: {}, WRITERS, "publishing_delivery"
    ),
    Deed(
        "studio_hold",
        none,
        lambda e: {"organisation": e.north.pk, "do": "hold", "reason": "In doubt"},
        WRITERS | {"North's approver"},
        "publishing_organisationhold",
    ),
    Deed("studio_deputies", none, deputy, {"North's approver", "coordinator"}, "campaign_deputy"),
    Deed(
        "studio_pause",
        none,
        lambda e: {"channel": e.website.pk, "do": "pause", "reason": "In doubt"},
        COORDINATOR,
        "networks_channel",
    ),
    Deed(
        "studio_invite",
        none,
        lambda e: {"email": "nora@example.org", "language": "es", "organisation": e.north.pk, "duties": ["editor"]},
        COORDINATOR,
        "campaign_invitation",
    ),
    Deed("studio_it_happened", lambda e: [Trigger.objects.get().pk], lambda e: {}, COORDINATOR, "publishing_trigger"),
    Deed(
        "studio_triggers",
        none,
        lambda e: {"name": "The report is public", "open_minutes": 60},
        COORDINATOR,
        "publishing_trigger",
    ),
    Deed(
        "wagtailimages:edit",
        lambda e: [e.north_picture.pk],
        lambda e: {"title": "Another title", "credit": "Own work", "licence": "CC BY 4.0"},
        WRITERS,
        "library_picture",
    ),
]


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back. Not a block of its own: some verbs refuse to stand within one."""
    here = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(here)


@pytest.mark.parametrize("deed", DEEDS, ids=str)
def test_a_deed_is_done_by_those_who_may_and_by_nobody_else(deed: Deed, eyes: Eyes) -> None:
    address, fields = reverse(deed.route, args=deed.arguments(eyes)), deed.fields(eyes)
    browsers = {looker.name: looker.browser() for looker in eyes.roles}
    before, did, left_traces = everything(), set(), set()

    for name, browser in browsers.items():
        with undone():
            browser.post(address, fields)
            after = everything()
            if after[deed.table] != before[deed.table]:
                did.add(name)
            elif after != before:
                left_traces.add(name)

    assert did == deed.who
    assert left_traces == set()


@pytest.mark.slow
@pytest.mark.parametrize("who", ["coordinator", "north_editor", "north_approver"])
def test_no_room_breaks_whatever_is_sent_to_it_and_each_opens_to_whom_it_should(who: str, eyes: Eyes) -> None:
    """With everything filled, with nothing, and with words where numbers belong; a row that is there is there."""
    looker = eyes.role(getattr(eyes, who))
    assert looker.name in STAFF
    browser, faults = looker.browser(), []
    full = temptations(eyes)
    words = dict.fromkeys(full, "ñ" * 9)

    for door in every_door(eyes):
        if named(door.route) not in ROOM_RULES or not door.opens_to(looker):
            continue
        for sent in (full, {}, words):
            with undone():
                answer = browser.post(door.address, sent)
            if answer.status_code >= 500:
                faults.append(f"{door.address} breaks: {next(iter(sent.values()), None)}")
        if named(door.route) not in ASK_MORE and not (isinstance(door.rule, Own) and door.row == ABSENT):
            with undone():
                answer = browser.get(door.address)
            if answer.status_code not in {200, 302, 405, 410}:
                faults.append(f"{door.address} answers {answer.status_code} to who may open it")

    assert faults == []


# Rooms whose view asks for more than the door: what it asks stands beside the rule.
ASK_MORE = {
    "studio_act",
    "studio_comment_back",
    "studio_delivery_picture",
    "studio_edit",
    "studio_proof",
    "studio_channel_reconnect",
    "studio_channel_hand",
    "studio_it_happened",
    "studio_calendar_feed",
    "studio_decisions_of_post",
    "studio_spreadsheet_export",
    "studio_spreadsheet_template",
    "studio_pass_on",
    "studio_approve",
    "studio_mail",
    "studio_invitation",
    "studio_channel_test",
    "studio_picture",
}
