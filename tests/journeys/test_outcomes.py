"""Every answer of a network, through the whole engine: the delivery's state is the one the printed table promises.

The rows are those of `itac.networks.answers`, from which `docs/reference/outcomes.md` is printed.
"""

from __future__ import annotations

import json
import re
import socket
from datetime import timedelta
from typing import Any

import pytest

from itac.networks.answers import BLUESKY, MASTODON, Row
from itac.networks.lines import Missing
from itac.networks.models import Channel, Health
from itac.networks.protocol import Accepted, NeedsPerson, TryLater, Unclear
from itac.publishing.models import Attempt, State
from tests.journeys.stands import DUE, Stand

# What makes Mastodon's module read a meaning from a refusal.
SAID = {"text": "Text character limit of 500 exceeded", "media": "Media not found"}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_pds, pytest.mark.xdist_group("outcomes")]


def _name(row: Row) -> str:
    when = row.when.value if isinstance(row.when, Missing) else str(row.when)
    return "-".join(re.sub(r"\W+", "_", word) for word in (when, row.error, row.how) if word)


def _clear(rows: Any) -> list[Any]:
    return [pytest.param(row, id=_name(row)) for row in rows if row.kind is not Unclear]


def _unclear(rows: Any) -> list[Any]:
    return [pytest.param(row, id=_name(row)) for row in rows if row.kind is Unclear]


@pytest.mark.parametrize("row", _clear(row for row in MASTODON if row.error != "answered"))
def test_a_delivery_to_mastodon_is_then_what_the_table_says(mastodon_stand: Stand, row: Row) -> None:
    """Without the row for a post that answers another's: `networks/tests/test_answering.py` has it."""
    _ends_as_printed(mastodon_stand, row, body={"error": SAID.get(row.error, "No")})


@pytest.mark.parametrize("row", _clear(row for row in BLUESKY if row.error != "InvalidSwap"))
def test_a_delivery_to_bluesky_is_then_what_the_table_says(bluesky_stand: Stand, row: Row) -> None:
    """Without the row for another record under the key: nobody else knows a key before it is used."""
    _ends_as_printed(bluesky_stand, row, body={"error": row.error, "message": "No"})


def _ends_as_printed(stand: Stand, row: Row, *, body: dict[str, str]) -> None:
    thread = row.error == "reply"
    stand.plan("First.\n---\nSecond." if thread else "Together.")
    if row.when is Missing.NOT_SENT:
        _nobody_answers(stand)
    elif isinstance(row.when, int) and row.kind is not Accepted:
        code = row.when if row.when > 99 else {3: 302, 4: 418, 5: 599}[row.when]
        stand.proxy.status(code, "POST", stand.publishing, body=json.dumps(body), nth=2 if thread else 1, times=None)

    state, code_word = stand.work()

    codes = {row.code}
    if row.when is Missing.NOT_SENT and stand.channel.network == "bluesky":
        codes.add("token_refresh_failed")  # the first call to a server that isn't there is the log-in
    assert state == row.state
    assert code_word in codes
    assert len(stand.texts()) == (1 if row.kind is Accepted or thread else 0)
    stand.channel.refresh_from_db()
    assert (stand.channel.health == Health.NEEDS_PERSON) == (row.kind is NeedsPerson)
    if row.kind is TryLater:
        assert stand.delivery.ready_at > DUE


def _nobody_answers(stand: Stand) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        Channel.objects.filter(pk=stand.channel.pk).update(address=f"http://127.0.0.1:{free.getsockname()[1]}")


@pytest.mark.parametrize("row", _unclear(MASTODON))
def test_an_unclear_call_to_mastodon_is_settled_by_a_look(mastodon_stand: Stand, row: Row) -> None:
    _is_settled_by_a_look(mastodon_stand, row)


@pytest.mark.parametrize("row", _unclear(BLUESKY))
def test_an_unclear_call_to_bluesky_is_settled_by_a_look(bluesky_stand: Stand, row: Row) -> None:
    _is_settled_by_a_look(bluesky_stand, row)


@pytest.mark.parametrize("row", _unclear(MASTODON))
def test_an_unclear_call_to_mastodon_that_no_look_can_settle_asks_a_person(mastodon_stand: Stand, row: Row) -> None:
    _asks_a_person(mastodon_stand, row)


@pytest.mark.parametrize("row", _unclear(BLUESKY))
def test_an_unclear_call_to_bluesky_that_no_look_can_settle_asks_a_person(bluesky_stand: Stand, row: Row) -> None:
    _asks_a_person(bluesky_stand, row)


def _is_settled_by_a_look(stand: Stand, row: Row) -> None:
    """Promise 1: on the server once, whether or not the server had acted before its answer was lost."""
    stand.plan()
    _lose_the_answer(stand, row)

    first = stand.work()
    settled = stand.work(timedelta(minutes=2))

    assert first[0] in {State.SENDING, State.SENT}
    assert settled == (State.SENT, "")
    assert len(stand.texts()) == 1


def _asks_a_person(stand: Stand, row: Row) -> None:
    stand.plan()
    _lose_the_answer(stand, row)
    stand.proxy.status(503, "GET", stand.looking, times=None)

    first = stand.work()
    in_the_end = stand.work(timedelta(minutes=11))

    assert first[0] == State.SENDING
    assert in_the_end[0] == row.state == State.UNCERTAIN
    assert Attempt.objects.filter(part__delivery=stand.delivery).count() == 1


def _lose_the_answer(stand: Stand, row: Row) -> None:
    proxy, path = stand.proxy, stand.publishing
    if row.when is Missing.LATE:
        proxy.hold("POST", path)
    elif row.when is Missing.UNREADABLE:
        proxy.status(200, "POST", path, body="<html>Welcome</html>", forward=True)
    elif isinstance(row.when, int):
        code = row.when if row.when > 99 else 599
        proxy.status(
            code, "POST", path, body=json.dumps({"error": row.error or "No", "message": "No"}), forward=code == 504
        )
    elif "before" in row.how:
        proxy.drop_before("POST", path)
    elif "after" in row.how:
        proxy.drop_after("POST", path)
    else:
        proxy.truncate(20, "POST", path)
