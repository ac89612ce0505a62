"""A person sees where they are signed in, ends it, and changes their password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from itac.campaign.models import Person, SignedIn
from itac.campaign.staying import device_of
from itac.core import clock
from itac.publishing.tests.factories import Scene
from itac.studio.getting_in.tests.letters import code_in, link_in, mails

Login = Callable[[Person], Client]
PASSWORD, NEW = "correct horse battery", "a new one of five words"
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def enter(email: str, password: str = PASSWORD, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/studio/login/", {"username": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/studio/").status_code == 200


def change(client: Client, **words: str) -> int:
    return client.post("/studio/account/password/", words).status_code


def test_each_browser_is_listed_and_one_can_end_another(scene: Scene) -> None:
    here, phone = enter(scene.north_editor.email), enter(scene.north_editor.email, agent=PHONE)
    assert (is_in(here), is_in(phone)) == (True, True)
    page = here.get("/studio/account/sessions/").content.decode()
    assert "Firefox, Android" in page

    row = SignedIn.objects.get(device="Firefox, Android")
    here.post("/studio/account/sessions/", {"end": str(row.pk)})

    assert (is_in(here), is_in(phone)) == (True, False)


def test_nobody_ends_another_persons_session(scene: Scene) -> None:
    mine, theirs = enter(scene.north_editor.email), enter(scene.south_editor.email, agent=PHONE)
    assert is_in(theirs)
    row = SignedIn.objects.get(person=scene.south_editor)

    mine.post("/studio/account/sessions/", {"end": str(row.pk)})
    mine.post("/studio/account/sessions/", {"end": "others"})

    assert is_in(theirs)
    assert "Firefox, Android" not in mine.get("/studio/account/sessions/").content.decode()


def test_all_others_are_ended_at_once_and_signing_out_ends_ones_own(scene: Scene) -> None:
    here, *others = (enter(scene.north_editor.email) for _browser in range(3))
    assert [is_in(each) for each in others] == [True, True]

    here.post("/studio/account/sessions/", {"end": "others"})
    assert ([is_in(each) for each in others], is_in(here)) == ([False, False], True)

    assert "Sign out" in here.get("/studio/logout/").content.decode()
    assert is_in(here)
    left = here.post("/studio/logout/")
    assert (left.headers["Location"], is_in(here), SignedIn.objects.count()) == ("/studio/login/", False, 0)


def test_a_changed_password_signs_out_everywhere_else_and_is_said_by_mail(scene: Scene) -> None:
    here, other = enter(scene.north_editor.email), enter(scene.north_editor.email)

    assert change(here, old="wrong", new=NEW, again=NEW) == 422
    assert change(here, old=PASSWORD, new="short", again="short") == 422
    assert change(here, old=PASSWORD, new=NEW, again=f"{NEW}!") == 422
    assert (is_in(other), mails("password_changed")) == (True, [])
    assert change(here, old=PASSWORD, new=NEW, again=NEW) == 302

    assert (is_in(here), is_in(other)) == (True, False)
    assert [mail.to for mail in mails("password_changed")] == [scene.north_editor.email]
    assert (is_in(enter(scene.north_editor.email)), is_in(enter(scene.north_editor.email, NEW))) == (False, True)


def test_a_forgotten_password_is_chosen_anew_by_who_reads_the_mail(scene: Scene) -> None:
    client = Client()
    client.post("/studio/login/forgotten/", {"email": scene.north_editor.email})

    entered = client.post("/studio/login/code/", {"code": code_in(mails("entry_code")[0])})

    assert entered.headers["Location"] == "/studio/account/password/"
    assert 'name="old"' not in client.get("/studio/account/password/").content.decode()
    assert change(client, new=NEW, again=NEW) == 302
    assert is_in(enter(scene.north_editor.email, NEW))


def test_an_entry_by_mail_of_yesterday_does_not_stand_for_the_old_password(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.post("/studio/login/mail/", {"email": scene.north_editor.email})
    client.post(link_in(mails("entry_code")[0]))
    session = client.session
    session["entered_by_mail_at"] = (clock.now() - timedelta(minutes=16)).timestamp()
    session.save()

    assert change(client, new=NEW, again=NEW) == 422
    assert change(client, old=PASSWORD, new=NEW, again=NEW) == 302


def test_who_has_no_password_is_asked_to_come_by_mail_first(scene: Scene, login: Login) -> None:
    scene.north_editor.set_unusable_password()
    scene.north_editor.save()
    client = login(scene.north_editor)

    assert change(client, old="", new=NEW, again=NEW) == 200
    assert not Person.objects.get(pk=scene.north_editor.pk).has_usable_password()


def test_the_account_page_keeps_language_and_zone_and_leads_to_password_and_sessions(
    scene: Scene, login: Login
) -> None:
    client = login(scene.north_editor)

    client.post(
        "/studio/account/",
        {"person-name": "Nora", "person-language": "es", "person-zone": "America/Bogota", "theme-theme": "dark",
         "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on"},
    )  # fmt: skip
    page = client.get("/studio/account/").content.decode()

    changed = Person.objects.get(pk=scene.north_editor.pk)
    assert (changed.name, changed.language, changed.zone) == ("Nora", "es", "America/Bogota")
    assert 'lang="es"' in page
    assert "/studio/account/password/" in page
    assert "/studio/account/sessions/" in page


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "Firefox, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_as_a_person_knows_it(agent: str, device: str) -> None:
    assert device_of(agent) == device
