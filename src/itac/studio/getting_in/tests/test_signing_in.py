"""Who knows the password or reads the mail gets in; nobody else does, and nobody learns who is known here."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from itac.campaign import entering
from itac.campaign.models import EntryCode, EntryTry, Person
from itac.core import clock
from itac.publishing.tests.factories import Scene, person
from itac.studio.getting_in.signing_in import ASKING_SECONDS
from itac.studio.getting_in.tests.letters import code_in, link_in, mails

SIGN_IN, ASK, CODE = "/studio/login/", "/studio/login/mail/", "/studio/login/code/"
PASSWORD = "correct horse battery"


def sign_in(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/studio/").status_code == 200


def ask(client: Client, email: str) -> HttpResponse:
    return client.post(ASK, {"email": email})


def test_the_right_password_leads_to_the_page_that_was_asked_for(scene: Scene, client: Client) -> None:
    first = client.get("/studio/posts/")
    assert first.headers["Location"] == f"{SIGN_IN}?next=/studio/posts/"

    answer = sign_in(client, "North.Editor@Example.org ", PASSWORD, next="/studio/posts/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/studio/posts/")
    assert is_in(client)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_a_sign_in_leads_nowhere_else(scene: Scene, client: Client, elsewhere: str) -> None:
    answer = sign_in(client, scene.north_editor.email, PASSWORD, next=elsewhere)

    assert answer.headers["Location"] == "/studio/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(scene: Scene, client: Client) -> None:
    pages = []
    for email in (scene.north_editor.email, "nobody.at.all@example.org"):
        answer = sign_in(client, email, "not the password")
        pages.append(without_what_differs(answer, email))
        assert answer.status_code == 422

    assert pages[0] == pages[1]
    assert not is_in(client)


def without_what_differs(answer: HttpResponse, email: str) -> str:
    """A page without the address typed and the token of its form."""
    text = answer.content.decode().replace(email, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_asking_for_a_code_says_nothing_of_who_is_known(scene: Scene) -> None:
    answers = []
    for email in (scene.north_editor.email, "nobody.at.all@example.org"):
        client, begun = Client(), time.monotonic()
        asked = ask(client, email)
        assert time.monotonic() - begun >= ASKING_SECONDS  # longer than the work for either takes
        answers.append((asked.status_code, asked.headers["Location"], without_what_differs(client.get(CODE), email)))

    assert answers[0] == answers[1]
    assert [mail.to for mail in mails("entry_code")] == [scene.north_editor.email]


def test_a_code_lets_in_the_browser_that_asked_once(scene: Scene, client: Client) -> None:
    ask(client, scene.north_editor.email)
    code = code_in(mails("entry_code")[0])

    other = Client()
    ask(other, "nobody@example.org")
    assert other.post(CODE, {"code": code}).status_code == 422
    answer = client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    assert (answer.status_code, is_in(client)) == (302, True)

    again = Client()
    session = again.session
    session["entry_code"] = EntryCode.objects.get().pk
    session.save()
    assert again.post(CODE, {"code": code}).status_code == 422
    assert not is_in(again)


def test_a_link_changes_nothing_when_opened_and_lets_in_once_when_pressed(scene: Scene, client: Client) -> None:
    ask(Client(), scene.north_editor.email)
    address = link_in(mails("entry_code")[0])

    for _scanner in range(3):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert not is_in(client)
    assert client.post(address).status_code == 302
    assert is_in(client)

    late = Client()
    assert (late.post(address).status_code, late.get(address).status_code, is_in(late)) == (410, 410, False)


def test_a_scanner_that_presses_the_links_button_leaves_the_code_good(scene: Scene, client: Client) -> None:
    ask(client, scene.north_editor.email)
    mail = mails("entry_code")[0]
    Client().post(link_in(mail))

    assert client.post(CODE, {"code": code_in(mail)}).status_code == 302
    assert is_in(client)


def test_a_second_code_ends_the_first(scene: Scene, client: Client) -> None:
    for _mail in range(2):
        ask(client, scene.north_editor.email)
    first, second = mails("entry_code")

    assert Client().post(link_in(first)).status_code == 410
    if code_in(first) != code_in(second):
        assert client.post(CODE, {"code": code_in(first)}).status_code == 422
    assert client.post(CODE, {"code": code_in(second)}).status_code == 302


def test_five_wrong_digits_end_a_code(scene: Scene, client: Client) -> None:
    ask(client, scene.north_editor.email)
    code = code_in(mails("entry_code")[0])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        assert client.post(CODE, {"code": wrong}).status_code == 422

    assert client.post(CODE, {"code": code}).status_code == 422
    assert not is_in(client)


def test_a_code_is_worth_nothing_after_ten_minutes(scene: Scene) -> None:
    now = clock.now()
    asked = entering.ask_for_code(scene.north_editor.email, link=str, language="en", address="192.0.2.1", now=now)
    code, later = code_in_text(), now + timedelta(minutes=10)

    with pytest.raises(entering.NoEntry):
        entering.enter_by_code(asked.code_id, code, address="192.0.2.1", now=later)
    assert entering.enter_by_code(
        asked.code_id, code, address="192.0.2.1", now=later - timedelta(seconds=1)
    ).person == Person.objects.get(pk=scene.north_editor.pk)


def code_in_text() -> str:
    return code_in(mails("entry_code")[-1])


def test_guessing_is_slowed_for_the_account_from_wherever_it_comes(scene: Scene) -> None:
    email = scene.north_editor.email
    for number in range(entering.ACCOUNT_TRIES):
        assert sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), email, "wrong").status_code == 422

    stopped = sign_in(Client(REMOTE_ADDR="198.51.100.7"), email, PASSWORD)
    other = Client(REMOTE_ADDR="198.51.100.7")

    assert stopped.status_code == 429
    assert sign_in(other, scene.south_editor.email, PASSWORD).status_code == 302
    # The other way in stays open: a stranger who guesses locks nobody out.
    assert ask(Client(), email).status_code == 302


def test_strangers_shut_nobody_out_of_a_browser_that_was_signed_in_before(scene: Scene, client: Client) -> None:
    email, stranger = scene.north_editor.email, Client(REMOTE_ADDR="192.0.2.1")
    sign_in(client, email, PASSWORD)
    is_in(client)
    client.post("/studio/logout/")
    ask(client, email)
    mine = mails("entry_code")[-1]
    for _try in range(entering.ADDRESS_TRIES):
        sign_in(stranger, email, "wrong")
        ask(stranger, email)

    codes = [sign_in(other, email, "wrong").status_code for other in (Client(), client)]
    with_code = client.post(CODE, {"code": code_in(mine)})
    client.post("/studio/logout/")

    assert codes == [429, 422]
    assert with_code.status_code == 302
    assert sign_in(client, email, PASSWORD).status_code == 302
    # The mark is one person's: it opens no further tries for others.
    for _try in range(entering.ACCOUNT_TRIES):
        sign_in(client, scene.south_editor.email, "wrong")
    assert sign_in(client, scene.south_editor.email, PASSWORD).status_code == 429


def test_guessing_is_slowed_for_an_address_whatever_account_it_tries(scene: Scene) -> None:
    client = Client(REMOTE_ADDR="2001:db8:1:2::1")
    now = clock.now()
    EntryTry.objects.bulk_create(
        EntryTry(subject=entering._keyed("address:2001:db8:1:2::/64"), at=now) for _try in range(entering.ADDRESS_TRIES)
    )

    assert sign_in(client, scene.north_editor.email, PASSWORD).status_code == 429
    same_half = Client(REMOTE_ADDR="2001:db8:1:2:ffff::9")
    assert sign_in(same_half, scene.north_editor.email, PASSWORD).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:3::1"), scene.north_editor.email, PASSWORD).status_code == 302


def test_tries_pass_again_after_a_quarter_of_an_hour_and_are_forgotten_after_a_day(scene: Scene) -> None:
    now, email = clock.now(), scene.north_editor.email

    def attempt(password: str, at: timedelta) -> Person:
        return entering.enter_by_password(email, password, address="192.0.2.1", now=now + at)

    for _try in range(entering.ACCOUNT_TRIES):
        with pytest.raises(entering.NoEntry):
            attempt("wrong", timedelta())
    with pytest.raises(entering.TooManyTries):
        attempt(PASSWORD, timedelta(minutes=14))
    assert attempt(PASSWORD, timedelta(minutes=30)).email == email

    attempt(PASSWORD, timedelta(days=2))
    assert EntryTry.objects.filter(at__lt=now + timedelta(days=1)).count() == 0


def test_many_tries_at_once_are_no_more_than_many_in_a_row(each_database: object) -> None:
    Scene(clock.now())
    now, outcomes = clock.now(), list[str]()
    start = threading.Barrier(16)

    def attempt() -> None:
        start.wait()
        try:
            entering.enter_by_password("north.editor@example.org", "wrong", address="192.0.2.1", now=now)
        except (entering.NoEntry, entering.TooManyTries) as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _try in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 16
    assert outcomes.count("NoEntry") <= entering.ACCOUNT_TRIES


def test_who_lost_their_duties_is_told_so_and_who_may_not_log_in_is_not(scene: Scene, client: Client) -> None:
    idle = person("Idle")
    assert "no duty" in sign_in(client, idle.email, PASSWORD).content.decode()
    assert not is_in(client)

    Person.objects.filter(pk=scene.north_editor.pk).update(is_active=False)
    assert sign_in(client, scene.north_editor.email, PASSWORD).status_code == 422
    ask(client, scene.north_editor.email)
    assert mails("entry_code") == []


def test_the_form_speaks_the_visitors_language_and_changes_it_on_request(scene: Scene) -> None:
    spanish = Client(headers={"Accept-Language": "es-CO,es;q=0.9,en;q=0.5"}).get(SIGN_IN)
    english = Client(headers={"Accept-Language": "es"})
    switched = english.get(f"{SIGN_IN}?language=en")

    assert '<html lang="es">' in spanish.content.decode()
    assert "Sign in" not in spanish.content.decode()
    assert '<html lang="en">' in switched.content.decode()
    assert '<html lang="en">' in english.get(ASK).content.decode()


@pytest.mark.parametrize(
    "address", [SIGN_IN, ASK, "/studio/login/forgotten/", "/studio/login/link/x/", "/studio/welcome/x/"]
)
def test_pages_before_the_door_are_kept_nowhere_and_load_nothing_from_elsewhere(
    scene: Scene, client: Client, address: str
) -> None:
    answer = client.get(address)

    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


def test_what_lets_somebody_in_is_in_no_row_as_it_is(scene: Scene, client: Client) -> None:
    ask(client, scene.north_editor.email)
    mail, row = mails("entry_code")[0], EntryCode.objects.get()
    token = link_in(mail).rstrip("/").rpartition("/")[2]

    assert token not in str(vars(row))
    assert code_in(mail) not in (row.code_hash, row.link_hash)
    assert code_in(mail) not in mail.subject
    assert reverse("studio_entry_link", args=[token]) == link_in(mail)
