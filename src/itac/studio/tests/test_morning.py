"""The mail in the morning: once on days when something needs the person, at their own hour, in their own language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from itac.campaign.models import Person
from itac.campaign.tokens import make_token
from itac.core.models import Mail
from itac.publishing import approving, commenting
from itac.publishing.tests.factories import Scene
from itac.studio.morning import send_morning_mails

Login = Callable[[Person], Client]
SEVEN_IN_QUITO = datetime(2026, 12, 17, 12, tzinfo=UTC)


@pytest.fixture
def scene(db: None) -> Scene:
    """Seven in the morning in Quito, where the approver of South reads Spanish and wants the mail."""
    made = Scene(SEVEN_IN_QUITO)
    Person.objects.filter(pk=made.south_approver.pk).update(morning_mail=True, zone="America/Guayaquil", language="es")
    return made


def morning_mails() -> list[Mail]:
    """Those posted so far."""
    return list(Mail.objects.filter(kind="morning").order_by("pk"))


def test_it_comes_once_a_day_with_what_waits(scene: Scene) -> None:
    post = scene.post(title="Cosecha", approved=False, at=scene.now + timedelta(hours=30))
    approving.ask(scene.north_editor, post, now=scene.now)
    commenting.comment(scene.north_editor, post, "@South Approver: please", now=scene.now)
    ends = {"expires_at": scene.now + timedelta(days=13), "scopes": ["posts:read"]}
    make_token(scene.coordinator, organisation=scene.south, name="Noticias", **ends, now=scene.now)

    for minutes in (-1, 0, 1, 299):
        send_morning_mails(scene.now + timedelta(minutes=minutes))

    (mail,) = morning_mails()
    assert mail.to == scene.south_approver.email
    assert "Buenos días, South Approver" in mail.text
    assert f"/studio/posts/{post.pk}/approve/" in mail.text
    assert "Cosecha: North Editor" in mail.text
    assert "Noticias (South Youth)" in mail.text
    assert mail.unsubscribe.endswith("/studio/account/")


def test_none_comes_on_a_day_when_nothing_waits_and_what_came_later_waits_for_the_next(scene: Scene) -> None:
    send_morning_mails(scene.now)
    post = scene.post(approved=False, at=scene.now + timedelta(hours=30))
    approving.ask(scene.north_editor, post, now=scene.now)
    send_morning_mails(scene.now + timedelta(minutes=5))
    assert morning_mails() == []

    send_morning_mails(scene.now + timedelta(days=1))

    assert len(morning_mails()) == 1


@pytest.mark.parametrize("hours", [-1, 5])
def test_before_seven_and_after_noon_nobody_is_mailed(scene: Scene, hours: int) -> None:
    approving.ask(scene.north_editor, scene.post(approved=False, at=scene.now + timedelta(days=2)), now=scene.now)

    send_morning_mails(scene.now + timedelta(hours=hours))

    assert morning_mails() == []


def test_who_does_not_want_it_or_has_left_gets_none(scene: Scene) -> None:
    approving.ask(scene.north_editor, scene.post(approved=False, at=scene.now + timedelta(days=2)), now=scene.now)
    Person.objects.filter(pk=scene.south_approver.pk).update(is_active=False)

    send_morning_mails(scene.now)
    send_morning_mails(datetime(2026, 12, 17, 7, tzinfo=UTC))  # seven in the zone of everybody else

    assert morning_mails() == []


def test_it_is_switched_on_on_ones_own_page(scene: Scene, login: Login) -> None:
    client = login(scene.north_editor)
    assert "A mail in the morning" in client.get("/studio/account/").content.decode()

    client.post(
        "/studio/account/",
        {
            "person-name": "North Editor",
            "person-language": "en",
            "person-zone": "UTC",
            "mails-morning_mail": "on",
            "theme-theme": "system",
            "theme-density": "default",
            "theme-contrast": "system",
        },
    )

    scene.north_editor.refresh_from_db()
    assert (scene.north_editor.morning_mail, scene.north_editor.mention_mail) == (True, False)
