"""Coordinators see which mails didn't go out, and decide; nobody reads what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from itac.campaign.models import Person
from itac.core import mailing
from itac.core.carrying import Refused, Unclear
from itac.core.mail_servers import MailServer
from itac.core.models import Mail, MailState
from itac.core.postman import settle
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]
SECRET = "A word that lets somebody in"


def mail(scene: Scene, state: MailState = MailState.QUEUED, **facts: object) -> Mail:
    """A mail that came so far."""
    number = Mail.objects.count()
    words = {"to": f"p{number}@example.org", "language": "en", "zone": "UTC", "subject": "News", "text": SECRET}
    made = mailing.post(kind="invitation", key=f"k{number}", now=scene.now, **{**words, **facts})  # type: ignore[arg-type]
    if state != MailState.QUEUED:
        mailing.move(made, to=MailState.SENDING, now=scene.now)
        settle(
            made, Refused("address_refused_550") if state == MailState.FAILED else Unclear("no_answer"), now=scene.now
        )
    return made


def test_what_failed_is_said_with_its_reason_and_never_with_its_words(scene: Scene, login: Login) -> None:
    mail(scene, MailState.FAILED)
    mail(scene)

    page = login(scene.coordinator).get("/studio/mails/").content.decode()

    assert "1 mail didn&#x27;t go out" in page or "1 mail didn't go out" in page
    assert "this address doesn&#x27;t take mail" in page
    assert "p0@example.org" in page
    assert SECRET not in page


def test_a_failed_mail_is_sent_again_or_given_up(scene: Scene, login: Login) -> None:
    first, second = mail(scene, MailState.FAILED), mail(scene, MailState.FAILED)
    client = login(scene.coordinator)

    client.post(f"/studio/mails/{first.pk}/", {"do": "again"})
    client.post(f"/studio/mails/{second.pk}/", {"do": "drop"})

    assert [row.state for row in Mail.objects.order_by("pk")] == [MailState.QUEUED, MailState.DROPPED]


def test_what_is_sent_or_of_no_use_any_more_is_not_sent_again(scene: Scene, login: Login) -> None:
    late = mail(scene, MailState.FAILED, not_after=scene.now - timedelta(seconds=1))
    client = login(scene.coordinator)

    assert "Send again" not in client.get("/studio/mails/").content.decode()
    client.post(f"/studio/mails/{late.pk}/", {"do": "again"})

    late.refresh_from_db()
    assert late.state == MailState.FAILED


@pytest.mark.parametrize("who", ["north_editor", "north_approver"])
def test_mails_are_the_coordinators(scene: Scene, login: Login, who: str) -> None:
    failed = mail(scene, MailState.FAILED)
    client = login(getattr(scene, who))

    assert client.get("/studio/mails/").status_code == 404
    assert client.post(f"/studio/mails/{failed.pk}/", {"do": "drop"}).status_code == 404
    failed.refresh_from_db()
    assert failed.state == MailState.FAILED


def test_without_a_mail_server_coordinators_are_told_so_on_every_page(
    scene: Scene, login: Login, settings: object
) -> None:
    words = "No mail server is set: mails become files and reach nobody."
    told = [
        words in login(person).get("/studio/").content.decode() for person in (scene.coordinator, scene.north_editor)
    ]
    settings.MAIL_SERVER = MailServer("mail.example.org", 25)  # type: ignore[attr-defined]
    after = words in login(scene.coordinator).get("/studio/").content.decode()

    assert (told, after) == ([True, False], False)
