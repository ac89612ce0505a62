"""Every address, for everybody: what a rule states is what happens, and "not yours" looks exactly like "not there"."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from itac.library.models import Picture
from itac.publishing.models import Post
from itac.studio.tests.eyes import Eyes, Looker, body_of, plain, told
from itac.studio.tests.walking import ABSENT, Door, every_door

NOT_THERE = f"/studio/posts/{ABSENT}/"
LOG_IN = "/studio/login/"
# Tables into which any visit may write, whoever comes.
OF_A_VISIT = {"django_session", "campaign_signedin", "wagtailusers_userprofile"}
# Addresses that are about the sender's own log-in: they change the sender, as they should.
OWN_SESSION = {"wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_account"}


def everything() -> dict[str, set[str]]:
    """Every row of every table, as texts."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names()) - OF_A_VISIT:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = {repr(row) for row in cursor.fetchall()}
    return found


def new_owners(model: type[Post] | type[Picture], eyes: Eyes) -> list[int | None]:
    """Whose rows of this kind were made since the scene stood."""
    known = {vars(eyes)[name].pk for name in vars(eyes) if isinstance(vars(eyes)[name], model)}
    return list(model._default_manager.exclude(pk__in=known).values_list("organisation_id", flat=True))


def is_own(door: Door, looker: Looker, eyes: Eyes) -> bool:
    """Whether the address names a row of the sender's organisation: such rows are theirs to change."""
    own = {
        "pictures": {eyes.south_picture.pk},
        "posts": {eyes.south_draft.pk},
    }
    room = "pictures" if "image" in door.route.name else "posts" if "post_id" in door.route.pattern else ""
    return looker.person == eyes.south_editor and door.row in own.get(room, set())


def temptations(eyes: Eyes) -> dict[str, Any]:
    """Every field of our forms, pointing at what belongs to North City or says yes for it."""
    delivery = eyes.delivery(eyes.north_planned)
    picture = eyes.north_picture.pk
    return {
        "organisation": eyes.north.pk,
        "owner": eyes.north.pk,
        "post": eyes.north_draft.pk,
        "delivery": delivery.pk,
        "chosen": [delivery.pk],
        "id": [picture],
        "request": eyes.request.pk,
        "seal": eyes.request.seal,
        "verdict": "approve",
        "do": "drop",
        "sure": "1",
        "title": "Taken over",
        "title_en": "Taken over",
        "text_en": "Taken over",
        "original": "en",
        "version": 1,
        f"picture_{picture}": "on",
        f"alt_{picture}_en": "Taken over",
        f"goes_{eyes.website.pk}_en": "on",
    }


def verdict(door: Door, looker: Looker, response: Any, not_there: str) -> str:
    """What is wrong with an answer, "" for nothing."""
    leaks = told(looker, response)
    if leaks:
        return f"tells {leaks}"
    if response.status_code >= 500:
        return "breaks"
    if door.opens_to(looker):
        return ""
    if not door.route.pattern.startswith("studio/"):
        return "" if response.status_code == 404 else "isn't shut"
    if looker.person is None or not looker.person.is_staff:
        return "" if response.status_code == 302 and response.url.startswith(LOG_IN) else "doesn't lead to the log-in"
    if response.status_code != 404:
        return f"answers {response.status_code}"
    return "" if plain(body_of(response)) == not_there else "looks unlike what isn't there"


@pytest.mark.slow
def test_every_page_shows_everybody_what_its_rule_states(eyes: Eyes) -> None:
    faults = []
    doors = list(every_door(eyes))
    assert len({door.route for door in doors}) > 300

    for looker in eyes.roles:
        browser = looker.browser()
        not_there = plain(body_of(browser.get(NOT_THERE)))
        for door in doors:
            response = browser.get(door.address)
            if fault := verdict(door, looker, response, not_there):
                faults.append(f"{looker}: {door.address} ({door.rule.name}) {fault}")
            if response.status_code == 302 and door.opens_to(looker):
                browser.get(response.url)  # what the page had to say is said there, and not on the next

    assert faults == []


@pytest.mark.slow
def test_whatever_is_sent_to_an_address_that_is_shut_changes_nothing(eyes: Eyes) -> None:
    faults = []
    doors = list(every_door(eyes))

    for looker in eyes.roles:
        browser, before = looker.browser(), everything()
        not_there = plain(body_of(browser.get(NOT_THERE)))
        for door in doors:
            if not door.opens_to(looker):
                fault = verdict(door, looker, browser.post(door.address, temptations(eyes)), not_there)
                faults += [f"{looker}: {door.address} ({door.rule.name}) {fault}"] if fault else []
        assert everything() == before, str(looker)

    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("who", ["south_editor", "south_approver", "south_moderator", "west_approver", "nobody"])
def test_whatever_is_sent_where_one_may_nothing_of_another_organisation_changes(who: str, eyes: Eyes) -> None:
    looker = eyes.role(getattr(eyes, who))
    browser, before = looker.browser(), everything()
    faults = []

    for door in every_door(eyes):
        if door.opens_to(looker) and door.route.name not in OWN_SESSION and not is_own(door, looker, eyes):
            response = browser.post(door.address, temptations(eyes))
            if leaks := told(looker, response):
                faults.append(f"{door.address} tells {leaks}")
            if response.status_code >= 500:
                faults.append(f"{door.address} breaks")

    after = everything()
    assert faults == []
    assert {table: rows - after[table] for table, rows in before.items() if not rows <= after[table]} == {}
    assert {*new_owners(Post, eyes), *new_owners(Picture, eyes)} <= {eyes.south.pk}
