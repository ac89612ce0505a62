"""A worker process that is killed while it hands a mail over: the mail isn't lost, and goes at most once more."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from itac.core import clock, mailing
from itac.core.carrying import Smtp
from itac.core.mail_servers import read_server
from itac.core.models import Mail, MailState
from itac.core.postman import HANDOVER_SECONDS, MARGIN_SECONDS, Postman
from itac.publishing.tests.factories import Scene
from tests.journeys.terminal import Terminal, environment
from tests.servers.mail import MailServer
from tools.databases import Database

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.parametrize(("point", "accepted"), [("RCPT", 0), ("DATA_END", 1)])
def test_a_worker_killed_in_the_middle_of_a_handover_loses_no_mail(
    each_database: Database, point: str, accepted: int
) -> None:
    Scene(clock.now())
    words = {"to": "ana@example.org", "language": "en", "zone": "UTC", "subject": "News", "text": "News\n"}
    mail = mailing.post(kind="news", key="news:1", now=clock.now(), **words)  # type: ignore[arg-type]
    with MailServer() as server:
        server.stalls(point)
        settings = environment(each_database.data, url=each_database.url) | {"EMAIL_URL": server.url}
        with Terminal("worker", environment=settings) as worker:
            server.wait_until_reached(point)
            worker.end(signal.SIGKILL)

        mail.refresh_from_db()
        assert (mail.state, len(server.mails)) == (MailState.SENDING, accepted)
        place = read_server(server.url)
        assert place is not None
        later = clock.now() + timedelta(seconds=HANDOVER_SECONDS + MARGIN_SECONDS + 1)
        for hours in range(3):
            now = later + timedelta(hours=hours)
            Postman(Smtp(place, seconds=5.0), now=lambda now=now: now).work_off()  # type: ignore[misc]

        assert [each["Message-ID"] for each in server.mails] == [mail.message_id] * (accepted + 1)
    assert Mail.objects.get().state == MailState.SENT
