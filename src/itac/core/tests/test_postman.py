"""A mail is handed over once, as far as SMTP can tell, and whatever a server does ends in a state a person can see."""

from __future__ import annotations

import email
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from itac.core import mailing
from itac.core.carrying import Folder, Smtp
from itac.core.mail_servers import read_server
from itac.core.models import KEPT_DAYS, TRIED_DAYS, Mail, MailState
from itac.core.moving import MovedMeanwhile
from itac.core.postman import HANDOVER_SECONDS, MARGIN_SECONDS, Postman
from tests.servers.mail import MailServer

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
SOON = timedelta(minutes=5)
TEXT = "Hola, señora:\n\nSu código es 123456.\n.\nUna línea que empieza con punto.\n"


class Died(BaseException):
    """What a killed process never gets to say."""


class Clock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def postman(server: MailServer, clock: Clock) -> Callable[..., Postman]:
    """Makes postmen for the server; each gives up on a silent line after a second."""

    def make(**facts: Any) -> Postman:
        place = read_server(server.url)
        assert place is not None
        return Postman(Smtp(place, seconds=1.0), now=clock, **facts)

    return make


def posted(key: str = "news:1", **facts: Any) -> Mail:
    """A mail in the table."""
    words = {"to": "ana@example.org", "subject": "Un código", "text": TEXT, "html": "", "kind": "code", **facts}
    return mailing.post(language="es", zone="America/Bogota", key=key, now=NOON, **words)


def ids(mails: list[Message]) -> list[str]:
    return [mail["Message-ID"] for mail in mails]


def test_a_mail_arrives_as_written_and_only_once(each_database: object, server: MailServer, postman: Any) -> None:
    mail = posted(unsubscribe="https://example.org/studio/account/", html="<p>Hola, <b>señora</b></p>")

    postman().work_off()
    postman().work_off()

    (got,) = server.mails
    plain, page = got.get_payload()
    assert plain.get_payload(decode=True).decode().replace("\r\n", "\n") == TEXT
    assert "<b>señora</b>" in page.get_payload(decode=True).decode()
    assert (got["X-Envelope-To"], got["Message-ID"]) == ("ana@example.org", mail.message_id)
    assert (got["Auto-Submitted"], got["Content-Language"]) == ("auto-generated", "es")
    assert got["List-Unsubscribe"] == "<https://example.org/studio/account/>"
    assert got["Date"] == "Fri, 18 Dec 2026 12:00:00 +0000"
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.code) == (MailState.SENT, 1, "")


@pytest.mark.parametrize(
    ("point", "line"),
    [
        ("CONNECT", "421 4.3.2 Busy"),
        ("CONNECT", "554 No SMTP service here"),
        ("MAIL", "451 4.3.0 Later"),
        ("RCPT", "450 4.2.0 Greylisted"),
        ("DATA", "451 4.3.0 Later"),
        ("DATA_END", "452 4.3.1 Disk full"),
    ],
)
def test_what_may_pass_is_tried_again_until_it_goes(
    each_database: object, server: MailServer, postman: Any, clock: Clock, point: str, line: str
) -> None:
    mail = posted()
    server.answers(point, line, times=2)

    postman().work_off()
    mail.refresh_from_db()
    assert (mail.state, mail.doubts, server.mails) == (MailState.QUEUED, 0, [])
    assert mail.ready_at > clock.at
    for _again in range(2):
        clock.at += SOON
        postman().work_off()

    mail.refresh_from_db()
    assert (mail.state, mail.tries, len(server.mails)) == (MailState.SENT, 3, 1)


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA", "DATA_END"])
def test_a_final_no_fails_at_once_and_waits_for_a_person(
    each_database: object, server: MailServer, postman: Any, clock: Clock, point: str
) -> None:
    mail = posted()
    server.answers(point, "550 5.1.1 ana@example.org: no such person")

    postman().work_off()
    clock.at += timedelta(days=1)
    postman().work_off()

    mail.refresh_from_db()
    assert (mail.state, mail.tries, server.mails) == (MailState.FAILED, 1, [])
    assert list(Mail.objects.needing_person()) == [mail]
    assert "ana" not in mail.code
    mailing.send_again(mail, now=clock.at)
    postman().work_off()
    assert ids(server.mails) == [mail.message_id]


@pytest.mark.parametrize("how", ["dies", "stalls"])
@pytest.mark.parametrize("point", ["CONNECT", "MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_words_leaves_no_doubt(
    db: None, transactional_db: None, server: MailServer, postman: Any, clock: Clock, point: str, how: str
) -> None:
    mail = posted()
    getattr(server, how)(point)

    postman().work_off()
    mail.refresh_from_db()
    assert (mail.state, mail.doubts) == (MailState.QUEUED, 0)
    clock.at += SOON
    postman().work_off()

    mail.refresh_from_db()
    assert (mail.state, len(server.mails)) == (MailState.SENT, 1)


@pytest.mark.parametrize("how", ["dies", "stalls"])
@pytest.mark.parametrize("accepts", [True, False])
def test_a_missing_answer_is_unclear_and_repeated_once_under_the_same_id(
    each_database: object, server: MailServer, postman: Any, clock: Clock, how: str, accepts: bool
) -> None:
    mail = posted(html="<p>Hola</p>")
    getattr(server, how)("DATA_END", accepts=accepts)

    postman().work_off()
    mail.refresh_from_db()
    assert (mail.state, mail.doubts) == (MailState.UNCLEAR, 1)
    for _hour in range(3):
        clock.at += timedelta(hours=1)
        postman().work_off()

    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (MailState.SENT, 2)
    assert ids(server.mails) == [mail.message_id] * (2 if accepts else 1)
    assert len({str(each) for each in server.mails}) == 1


def test_a_second_doubt_is_for_a_person(each_database: object, server: MailServer, postman: Any, clock: Clock) -> None:
    mail = posted()
    server.dies("DATA_END", times=5)

    for _hour in range(4):
        postman().work_off()
        clock.at += timedelta(hours=1)

    mail.refresh_from_db()
    assert (mail.state, mail.doubts, mail.tries) == (MailState.UNCLEAR, 2, 2)
    assert list(Mail.objects.needing_person()) == [mail]
    assert len(server.mails) == 2


def test_a_doubt_outlives_a_server_that_says_later(
    each_database: object, server: MailServer, postman: Any, clock: Clock
) -> None:
    mail = posted()
    server.dies("DATA_END", times=2)
    postman().work_off()
    server.answers("RCPT", "450 Later")

    for _hour in range(4):
        clock.at += timedelta(hours=1)
        postman().work_off()

    mail.refresh_from_db()
    assert (mail.state, mail.doubts, len(server.mails)) == (MailState.UNCLEAR, 2, 2)


@pytest.mark.parametrize(
    ("point", "arrived", "after"),
    [("before_intent", 0, 1), ("after_intent", 0, 1), ("before_record", 1, 2)],
)
def test_a_postman_that_dies_leaves_no_mail_behind_and_none_goes_a_third_time(
    each_database: object, server: MailServer, postman: Any, clock: Clock, point: str, arrived: int, after: int
) -> None:
    mail = posted()

    def die(here: str) -> None:
        if here == point:
            raise Died

    with pytest.raises(Died):
        postman(watch=die).turn()
    assert len(server.mails) == arrived
    for _hour in range(3):
        postman().work_off()
        clock.at += timedelta(hours=1)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert ids(server.mails) == [mail.message_id] * after


def test_a_postman_that_slept_hands_nothing_over_that_another_took(
    each_database: object, server: MailServer, postman: Any, clock: Clock
) -> None:
    mail = posted()
    others: list[MailState] = []

    def sleep(here: str) -> None:
        if here == "after_intent" and not others:
            clock.at += timedelta(seconds=HANDOVER_SECONDS + MARGIN_SECONDS + 1)
            others.append(MailState.SENDING)
            for _again in range(2):
                postman().work_off()
                clock.at += SOON

    with pytest.raises(MovedMeanwhile):
        postman(watch=sleep).turn()

    mail.refresh_from_db()
    assert (mail.state, len(server.mails)) == (MailState.SENT, 1)


def test_several_postmen_hand_each_mail_over_once(each_database: object, server: MailServer, postman: Any) -> None:
    mails = [posted(key=f"news:{number}", to=f"p{number}@example.org") for number in range(24)]
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            postman().work_off()
        except Exception as error:  # noqa: BLE001 -- shown by the test, which runs on another thread
            trouble.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _postman in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    assert sorted(ids(server.mails)) == sorted(mail.message_id for mail in mails)


def test_the_same_news_is_posted_once_and_goes_with_its_transaction(
    each_database: object, server: MailServer, postman: Any
) -> None:
    first = posted()
    with transaction.atomic():
        posted(key="news:2")
        transaction.set_rollback(True)

    assert posted(text="Other words") == first
    postman().work_off()

    assert ids(server.mails) == [first.message_id]


def test_a_mail_whose_time_is_over_is_not_sent(
    each_database: object, server: MailServer, postman: Any, clock: Clock
) -> None:
    code = posted(key="code:1", not_after=NOON + timedelta(minutes=10))
    news = posted(key="news:1")
    server.answers("MAIL", "451 Later", times=99)

    while clock.at < NOON + timedelta(days=TRIED_DAYS, hours=1):
        postman().work_off()
        code.refresh_from_db()
        clock.at += timedelta(hours=1)

    news.refresh_from_db()
    assert (code.state, news.state, server.mails) == (MailState.EXPIRED, MailState.EXPIRED, [])


def test_words_are_emptied_when_they_have_served_their_purpose(
    each_database: object, server: MailServer, postman: Any, clock: Clock
) -> None:
    code = posted(key="code:1", not_after=NOON + timedelta(minutes=10))
    news = posted(key="news:1")
    postman().work_off()

    clock.at = NOON + timedelta(minutes=10)
    postman().turn()
    code.refresh_from_db()
    news.refresh_from_db()
    assert ((code.text, code.to), news.text) == (("", ""), TEXT)

    clock.at = NOON + timedelta(days=KEPT_DAYS)
    postman().turn()
    news.refresh_from_db()
    assert (news.text, news.html, news.subject, news.to) == ("", "", "", "")
    assert (news.key, news.state) == ("news:1", MailState.SENT)


def test_without_a_server_each_mail_becomes_a_file_for_the_operator_alone(
    each_database: object, tmp_path: Path, clock: Clock
) -> None:
    posted()
    said: list[str] = []
    postman = Postman(Folder(tmp_path / "mail", say=said.append), now=clock)

    postman.work_off()

    (file,) = (tmp_path / "mail").iterdir()
    assert "Su código es 123456" in mail_text(file)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert said == [f"12:00:00 UTC a mail (code) lies in {file}"]
    Folder(tmp_path / "mail", say=said.append).forget(before=file.stat().st_mtime + 1)
    assert list((tmp_path / "mail").iterdir()) == []


def mail_text(file: Path) -> str:
    return email.message_from_bytes(file.read_bytes()).get_payload(decode=True).decode()
