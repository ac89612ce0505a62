"""Coordinators make and revoke the tokens of programs; a token's text is read once, by who made it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from itac.campaign.models import ApiToken, AuditEntry, Person
from itac.campaign.tokens import token_of
from itac.core import clock
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]
ROOM = "/studio/tokens/"


def filled(scene: Scene, **facts: object) -> dict[str, object]:
    """The form as a coordinator fills it."""
    last_day = (scene.now + timedelta(days=30)).date().isoformat()
    return {
        "name": "Newsroom",
        "organisation": scene.north.pk,
        "scopes": ["posts:read", "posts:write"],
        "last_day": last_day,
        **facts,
    }


def made(scene: Scene, client: Client) -> tuple[ApiToken, str]:
    """A token, and the text that the page shows."""
    page = client.post(ROOM, filled(scene))
    found = re.search(r"itac_[\w-]{43}", page.content.decode())
    assert found, page.content.decode()
    return ApiToken.objects.get(), found[0]


def test_a_token_is_shown_once_and_kept_as_a_hash(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    page = client.post(ROOM, filled(scene))
    token, text = ApiToken.objects.get(), re.search(r"itac_[\w-]{43}", page.content.decode())[0]  # type: ignore[index]

    again = client.get(ROOM).content.decode()

    assert page["Cache-Control"] == "no-store"
    assert text not in again
    assert "Newsroom" in again
    assert text not in repr([*ApiToken.objects.values(), *AuditEntry.objects.values()])
    assert token_of(text, now=clock.now()) == token
    assert (token.scopes, token.organisation) == (["posts:read", "posts:write"], scene.north)


def test_a_revoked_token_lets_nobody_in_and_the_log_says_who_ended_it(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    token, text = made(scene, client)

    client.post(ROOM, {"revoke": token.pk})

    assert token_of(text, now=clock.now()) is None
    assert list(AuditEntry.objects.order_by("pk").values_list("kind", "actor__name", "organisation__slug")) == [
        ("token_made", "Coordinator", "north-city"),
        ("token_revoked", "Coordinator", "north-city"),
    ]


def test_a_token_ends_with_its_last_day_with_nothing_that_has_to_run(scene: Scene, login: Login) -> None:
    """Promise 6."""
    token, text = made(scene, login(scene.coordinator))

    assert token_of(text, now=token.expires_at - timedelta(seconds=1)) == token
    assert token_of(text, now=token.expires_at) is None
    assert (token.expires_at.hour, token.expires_at.minute) == (0, 0)
    assert token.expires_at.date() == (scene.now + timedelta(days=31)).date()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"scopes": []}, "id_scopes"),
        ({"scopes": ["everything"]}, "id_scopes"),
        ({"last_day": "2020-01-01"}, "id_last_day"),
        ({"last_day": "2199-01-01"}, "id_last_day"),
        ({"organisation": ""}, "id_organisation"),
        ({"name": ""}, "id_name"),
    ],
)
def test_a_token_without_bounds_is_not_made(facts: dict[str, object], said: str, scene: Scene, login: Login) -> None:
    page = login(scene.coordinator).post(ROOM, filled(scene, **facts))

    assert page.status_code == 422
    assert f'href="#{said}' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_only_coordinators_have_this_room(scene: Scene, login: Login) -> None:
    for person in (scene.north_editor, scene.north_approver):
        assert login(person).get(ROOM).status_code == 404
        assert login(person).post(ROOM, filled(scene)).status_code == 404

    assert not ApiToken.objects.exists()


def test_a_program_is_nobody_who_logs_in_is_asked_or_stands_among_people(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    token, _text = made(scene, client)
    row = Person.objects.get(pk=token.person_id)

    assert (row.is_active, row.is_staff, row.has_usable_password(), row.roles_now()) == (False, False, False, [])
    assert token.person.roles_now() == []
    assert row.email not in client.get("/studio/people/").content.decode()
    assert scene.north_editor.email in client.get("/studio/people/").content.decode()
