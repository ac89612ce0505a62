"""A program that opens every link of every mail, and submits every form it finds there, decides nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from itac.campaign import inviting
from itac.campaign.inviting import Guest
from itac.campaign.models import Duty, Person
from itac.core import clock
from itac.core.models import Mail
from itac.publishing import approving, commenting, deciding_by_mail
from itac.publishing.asking import remind
from itac.publishing.models import Decision
from itac.publishing.tests.factories import Scene
from itac.studio.getting_in.frame import link_to
from itac.studio.getting_in.tests.letters import code_in
from itac.studio.mails import KINDS
from itac.studio.morning import send_morning_mails
from itac.studio.tests.scanner import Scanner
from itac.takeovers import asking_sides
from itac.takeovers.tests.factories import Stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NORA = "nora@example.org"
PASSWORD, NEW = "correct horse battery", "four other good words"


@pytest.fixture
def mails(scene: Scene) -> list[Mail]:
    """One of every kind that the system can send."""
    now = clock.now()
    Person.objects.update(morning_mail=True, mention_mail=True, zone=zone_where_it_is_eight())
    asked = scene.post("Half stay near.", at=now + timedelta(days=3), approved=False, languages=("en", "es"))
    request = approving.ask(scene.north_editor, asked, now=now, deadline_at=now + timedelta(days=2))
    remind(request.deadline_at - timedelta(hours=23))
    remind(request.deadline_at - timedelta(hours=1))
    commenting.comment(scene.north_editor, asked, "@South Approver: please look.", now=now)
    deciding_by_mail.mail_code(Person.objects.get(pk=scene.south_approver.pk), {request.pk: request.seal}, now=now)
    send_morning_mails(now)
    takeover = Stage(now + timedelta(days=3), scene=scene).requested()
    asking_sides.tell(takeover, scene.north_editor, now=now)
    guest = Guest(email=NORA, language="es", organisation=scene.north, duties=(Duty.EDITOR,), name="Nora Vega")
    inviting.invite(scene.coordinator, [guest], link=link_to("studio_accept"), now=now)
    client = Client()
    client.post("/studio/login/", {"username": scene.north_approver.email, "password": PASSWORD})
    client.post("/studio/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    client.post("/studio/login/mail/", {"email": scene.south_approver.email})
    return list(Mail.objects.order_by("pk"))


def zone_where_it_is_eight() -> str:
    """One in which it is morning now. In the names of these zones the sign is turned round."""
    ahead = (8 - clock.now().hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


# What a visit leaves behind: tries that are counted, codes that were mailed, browsers that came in.
TRACES = {"campaign_entrytry", "campaign_entrycode", "campaign_signedin", "publishing_approvalcode"}
# An invitation may be taken up in its reader's name. The account is the mailbox's: to come in again wants a mail.
TAKEN_UP = {"campaign_invitation", "campaign_person", "campaign_role", "campaign_auditentry"}


def what_stands() -> dict[str, set[str]]:
    """Every row of every table in which something is decided, without when somebody last signed in."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith(("publishing_", "campaign_", "networks_", "library_")) and name not in TRACES:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
                kept = [place for place, column in enumerate(cursor.description) if column[0] != "last_login"]
                found[name] = {repr([row[place] for place in kept]) for row in cursor.fetchall()}
    return found


def test_every_kind_of_mail_is_here(mails: list[Mail]) -> None:
    assert {mail.kind for mail in mails} == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_scanner_decides_nothing(mails: list[Mail], kind: str, scene: Scene) -> None:
    before, scanner = what_stands(), Scanner()

    for mail in mails:
        if mail.kind == kind:
            scanner.read(mail)

    after = what_stands()
    changed = {name for name, rows in before.items() if rows != after[name]}
    assert scanner.seen != [] or kind in {"approval_code", "password_changed"}
    assert not Decision.objects.exists()
    assert changed <= (TAKEN_UP if kind == "invitation" else set())


def test_who_was_invited_gets_in_by_mail_after_a_scanner_took_the_invitation_up(mails: list[Mail]) -> None:
    Scanner().read(next(mail for mail in mails if mail.kind == "invitation"))
    browser = Client()

    browser.post("/studio/login/mail/", {"email": NORA})
    browser.post("/studio/login/code/", {"code": code_in(Mail.objects.filter(kind="entry_code", to=NORA).get())})

    assert browser.get("/studio/").status_code == 200
    assert Person.objects.get(email=NORA).roles.get().duty == Duty.EDITOR
