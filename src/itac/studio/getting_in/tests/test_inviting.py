"""An invitation lets one person in, once, for what they were invited for; and only coordinators invite."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from itac.campaign import inviting
from itac.campaign.inviting import CannotInvite, Guest, NotOpen
from itac.campaign.models import Invitation, Person, Role
from itac.core import clock
from itac.core.models import Mail
from itac.publishing.tests.factories import Scene
from itac.studio.getting_in.tests.letters import link_in, mails

Login = Callable[[Person], Client]
NEW = "a new one of five words"
ANSWER = {"name": "Nora Vega", "language": "es", "zone": "America/Bogota", "way": "mail", "password": ""}
LIST = "/studio/invitations/list/"


def invite(client: Client, scene: Scene, email: str = "nora@example.org", **more: object) -> HttpResponse:
    words = {
        "email": email,
        "name": "",
        "language": "es",
        "organisation": str(scene.north.pk),
        "duties": ["editor", "approver"],
        **more,
    }
    return client.post("/studio/invitations/new/", words)


def test_who_is_invited_gets_in_with_the_duties_they_were_invited_for(scene: Scene, login: Login) -> None:
    invite(login(scene.coordinator), scene)
    (mail,) = mails("invitation")
    phone = Client()

    page = phone.get(link_in(mail)).content.decode()
    answer = phone.post(link_in(mail), ANSWER)

    assert (mail.to, mail.language) == ("nora@example.org", "es")
    assert '<html lang="es">' in page
    assert (answer.status_code, phone.get("/studio/").status_code) == (302, 200)
    nora = Person.objects.get(email="nora@example.org")
    assert (nora.name, nora.language, nora.zone, nora.is_coordinator) == ("Nora Vega", "es", "America/Bogota", False)
    assert sorted(Role.objects.filter(person=nora).values_list("organisation", "duty")) == [
        (scene.north.pk, "approver"),
        (scene.north.pk, "editor"),
    ]
    assert not nora.has_usable_password()


def test_opening_the_link_accepts_nothing_and_pressing_it_twice_makes_one_person(scene: Scene, login: Login) -> None:
    invite(login(scene.coordinator), scene)
    address = link_in(mails("invitation")[0])
    for _scanner in range(3):
        assert Client().get(address).status_code == 200
    assert not Person.objects.filter(email="nora@example.org").exists()

    first, second = Client().post(address, ANSWER), Client().post(address, ANSWER)

    assert (first.status_code, second.status_code) == (302, 410)
    assert Person.objects.filter(email="nora@example.org").count() == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"way": "password", "password": NEW}, 302),
        ({"way": "password", "password": ""}, 422),
        ({"way": "password", "password": "short"}, 422),
        ({"name": " "}, 422),
        ({"zone": "Mars/Olympus"}, 422),
        ({"language": "tlh"}, 422),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    scene: Scene, login: Login, words: dict[str, str], status: int
) -> None:
    invite(login(scene.coordinator), scene)
    address = link_in(mails("invitation")[0])

    answer = Client().post(address, ANSWER | words)

    assert answer.status_code == status
    assert Client().get(address).status_code == (410 if status == 302 else 200)
    assert Person.objects.filter(email="nora@example.org").exists() == (status == 302)


def test_an_expired_or_revoked_link_says_what_to_do(scene: Scene, login: Login) -> None:
    coordinator = login(scene.coordinator)
    invite(coordinator, scene)
    invite(coordinator, scene, "olga@example.org")
    expired, revoked = (link_in(mail) for mail in mails("invitation"))
    Invitation.objects.filter(email="nora@example.org").update(expires_at=clock.now())
    row = Invitation.objects.get(email="olga@example.org")
    coordinator.post(f"/studio/invitations/{row.pk}/", {"do": "revoke"})

    for address in (expired, revoked, "/studio/welcome/forged/"):
        answer = Client().post(address, ANSWER)
        assert answer.status_code == 410
        assert "ask whoever invited you" in answer.content.decode()
    assert not Person.objects.filter(email__in=["nora@example.org", "olga@example.org"]).exists()


def test_sending_again_ends_the_old_link_and_gives_two_more_weeks(scene: Scene, login: Login) -> None:
    coordinator = login(scene.coordinator)
    invite(coordinator, scene)
    row = Invitation.objects.get()
    Invitation.objects.update(expires_at=clock.now())

    coordinator.post(f"/studio/invitations/{row.pk}/", {"do": "renew"})

    first, second = (link_in(mail) for mail in mails("invitation"))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)
    row.refresh_from_db()
    assert row.expires_at - row.sent_at == timedelta(days=14)


def test_nobody_is_invited_twice_or_over_again(scene: Scene, login: Login) -> None:
    coordinator = login(scene.coordinator)
    assert invite(coordinator, scene).status_code == 302

    assert "has an invitation already" in invite(coordinator, scene, "NORA@example.org").content.decode()
    assert "already here" in invite(coordinator, scene, scene.north_editor.email).content.decode()
    assert "for which organisation" in invite(coordinator, scene, "olga@example.org", duties=[]).content.decode()
    assert len(mails("invitation")) == 1


def test_a_coordinator_can_be_invited_too(scene: Scene, login: Login) -> None:
    invite(login(scene.coordinator), scene, organisation="coordinator", duties=[])
    Client().post(link_in(mails("invitation")[0]), ANSWER)

    assert Person.objects.get(email="nora@example.org").is_coordinator


@pytest.mark.parametrize("who", ["north_editor", "south_approver"])
def test_nobody_else_invites_or_sees_invitations(scene: Scene, login: Login, who: str) -> None:
    invite(login(scene.coordinator), scene)
    row, client = Invitation.objects.get(), login(getattr(scene, who))

    tried = [
        invite(client, scene, "olga@example.org").status_code,
        client.get("/studio/invitations/").status_code,
        client.post(LIST, {"list": "x", "do": "invite"}).status_code,
        client.post(f"/studio/invitations/{row.pk}/", {"do": "revoke"}).status_code,
        client.get("/studio/mails/").status_code,
    ]

    assert tried == [404] * 5
    assert Invitation.objects.get().revoked_at is None
    with pytest.raises(CannotInvite):
        inviting.invite(getattr(scene, who), [], link=str, now=scene.now)


def test_of_two_who_accept_at_once_one_gets_in(each_database: object) -> None:
    scene, tokens = Scene(clock.now()), list[str]()
    guest = Guest(email="nora@example.org", language="en", organisation=scene.north, duties=["editor"])
    inviting.invite(scene.coordinator, [guest], link=lambda token: tokens.append(token) or token, now=scene.now)  # type: ignore[func-returns-value]
    outcomes, start = list[str](), threading.Barrier(8)

    def attempt(number: int) -> None:
        start.wait()
        try:
            words = {"name": f"Nora {number}", "language": "en", "zone": "UTC", "password": ""}
            inviting.accept(tokens[0], **words, now=scene.now)
            outcomes.append("in")
        except NotOpen:
            outcomes.append("not open")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in"] + ["not open"] * 7
    assert Person.objects.filter(email="nora@example.org").count() == 1


GOOD = (
    "Email;Nombre;Organización;Tareas;Idioma\n"
    "nora@example.org;Nora;North City;editor/approver;es\n"
    "olga@example.org;;south-youth;aprueba;\n"
)


def test_a_list_is_read_first_and_then_everybody_on_it_is_invited(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    upload = SimpleUploadedFile("people.csv", GOOD.encode("utf-8-sig"))

    read = client.post(LIST, {"file": upload, "do": "read"})
    assert (read.status_code, mails("invitation"), Invitation.objects.count()) == (200, [], 0)
    sent = client.post(LIST, {"list": GOOD, "do": "invite"})

    assert sent.status_code == 302
    assert {row.email: (row.organisation.slug, row.duties, row.language) for row in Invitation.objects.all()} == {
        "nora@example.org": ("north-city", ["editor", "approver"], "es"),
        "olga@example.org": ("south-youth", ["approver"], "en"),
    }
    assert sorted(mail.to for mail in mails("invitation")) == ["nora@example.org", "olga@example.org"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nora@example.org,South Pole,editor,", "There is no organisation “South Pole”"),
        ("nora@example.org,North City,sings,", "“sings” isn’t a duty".replace("’", "&#x27;")),
        ("nora@example.org,North City,,", "what the person will do for it"),
        ("nora,North City,editor,", "This isn&#x27;t an e-mail address"),
        (f"{'n' * 250}@example.org,North City,editor,", "This isn&#x27;t an e-mail address"),
        ("nora@example.org,,editor,", "Say for which organisation"),
        ("nora@example.org,North City,editor,tlh", "The Studio has no language “tlh”"),
        ("good@example.org,North City,editor,", "stands in the list twice"),
        ("north.editor@example.org,North City,editor,", "already here"),
    ],
)
def test_a_list_with_one_bad_row_names_it_and_invites_nobody(scene: Scene, login: Login, row: str, said: str) -> None:
    text = f"email,organisation,duties,language\ngood@example.org,North City,editor,en\n{row}\n"

    answer = login(scene.coordinator).post(LIST, {"list": text, "do": "invite"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page.split('id="row-3"')[1]
    assert (Invitation.objects.count(), Mail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The list is empty"),
        (b"email,organisation,duties\n", "column names and no people"),
        (b"email,organisation\na@example.org,x\n", "The column “duties” is missing"),
        (b"email,organisation,duties,age\na@example.org,x,editor,9\n", "The column “age” isn&#x27;t known"),
        (b"sep=;\r\nemail;organisation;duties;email\na@example.org;x;editor;b\n", "“email” stands there twice"),
        (b"PK\x03\x04", "This is no CSV file"),
        (b"x" * 1_000_001, "larger than a list of people can be"),
        (b"email,organisation,duties\n" + b"a@example.org,x,editor\n" * 501, "more than 500 people"),
    ],
)
def test_a_file_that_is_no_list_ends_in_a_sentence(scene: Scene, login: Login, data: bytes, said: str) -> None:
    upload = SimpleUploadedFile("people.csv", data)

    answer = login(scene.coordinator).post(LIST, {"file": upload, "do": "read"})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Invitation.objects.count() == 0
