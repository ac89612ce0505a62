"""Every row of every table, sent through the cutting proxy to the module that judges by it (Promise 1)."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from itac.core import clock
from itac.networks import answers
from itac.networks.answers import BLUESKY, MASTODON, Row, row_for
from itac.networks.lines import Missing
from itac.networks.models import Channel
from itac.networks.protocol import Accepted, AnswerTo, Sending, Unclear
from itac.networks.registry import network
from itac.networks.secrets import Secret
from itac.networks.tests import factories
from tests.servers.bluesky import PdsServer
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

PAGE = Path(__file__).parents[4] / "docs/reference/outcomes.md"
# What makes Mastodon's module read a meaning from a refusal.
SAID = {"text": "Text character limit of 500 exceeded", "media": "Media not found"}


@dataclass
class Stand:
    """A channel behind a proxy, what it posts with, and how many posts its server has."""

    channel: Channel
    proxy: Proxy
    post: str
    posts: Callable[[], int]

    def sending(self, **more: Any) -> Sending:
        plug = network(self.channel.network)
        one = factories.sending(key=plug.new_key(now=clock.now()), **more)
        return factories.prepared(plug, self.channel, one)


@pytest.fixture
def mastodon_stand(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Stand:
    proxy = proxy_for(mastodon)
    channel = factories.channel(
        "mastodon", secret={"access_token": mastodon.token}, address=proxy.url, account_id="1", save=False
    )
    return Stand(channel, proxy, "/api/v1/statuses", lambda: len(mastodon.statuses()))


@pytest.fixture
def bluesky_stand(pds: PdsServer, proxy_for: Callable[..., Proxy], db: None) -> Stand:
    proxy, account = proxy_for(pds), pds.create_account()
    session = {
        "handle": account.handle,
        "did": account.did,
        "access": account.access_jwt,
        "refresh": account.refresh_jwt,
        "server": proxy.url,
    }
    channel = factories.channel(
        "bluesky",
        secret={"app_password": account.password},
        address=proxy.url,
        session=Secret(session),
        account_id=account.did,
    )
    return Stand(channel, proxy, "/xrpc/com.atproto.repo.putRecord", lambda: len(pds.records(account.did)))


def _name(row: Row) -> str:
    when = row.when.value if isinstance(row.when, Missing) else str(row.when)
    return "-".join(re.sub(r"\W+", "_", word) for word in (when, row.error, row.how) if word)


@pytest.mark.parametrize("row", MASTODON, ids=_name)
def test_mastodon_answer_means_what_the_table_says(mastodon_stand: Stand, row: Row) -> None:
    _is_as_told(mastodon_stand, row, body={"error": SAID.get(row.error, "No")})


@pytest.mark.real_pds
@pytest.mark.parametrize("row", BLUESKY, ids=_name)
def test_bluesky_answer_means_what_the_table_says(bluesky_stand: Stand, row: Row) -> None:
    if row.error == "InvalidSwap":
        # The table's row is for another record under the key.
        taken = bluesky_stand.sending(text="Another")
        network("bluesky").publish(bluesky_stand.channel, taken)
        _judges(bluesky_stand, row, replace(bluesky_stand.sending(), key=taken.key))
        return
    _is_as_told(bluesky_stand, row, body={"error": row.error, "message": "No"})


def _is_as_told(stand: Stand, row: Row, *, body: dict[str, str]) -> None:
    before = stand.posts()
    earlier = [{"id": "1"}] if row.error == "reply" else ()
    answers_to = AnswerTo(remote_id="1", ref={"id": "1"}) if row.error == "answered" else None
    one = stand.sending()
    one = replace(one, earlier=earlier, content=replace(one.content, answers=answers_to))
    acts = False
    if isinstance(row.when, Missing):
        acts, one = _lose(stand, row, one)
    elif row.kind is Accepted:
        acts = True
    else:
        code = row.when if row.when > 99 else {3: 302, 4: 418, 5: 599}[row.when]
        stand.proxy.status(code, "POST", stand.post, body=json.dumps(body), times=None)
    _judges(stand, row, one)
    assert stand.posts() == before + acts


def _lose(stand: Stand, row: Row, one: Sending) -> tuple[bool, Sending]:
    """Make the answer go missing as the row says; whether the server acts all the same, and what to send."""
    if row.when is Missing.NOT_SENT:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        stand.channel.address = nobody
        if stand.channel.session:
            stand.channel.session = Secret({**stand.channel.session, "server": nobody})
        return False, one
    if row.when is Missing.LATE:
        stand.proxy.hold("POST", stand.post)
        return True, replace(one, seconds=0.5)
    if row.when is Missing.UNREADABLE:
        stand.proxy.status(200, "POST", stand.post, body="<html>Welcome</html>", forward=True)
        return True, one
    if "before" in row.how:
        stand.proxy.drop_before("POST", stand.post)
        return False, one
    if "after" in row.how:
        stand.proxy.drop_after("POST", stand.post)
    else:
        stand.proxy.truncate(20, "POST", stand.post)
    return True, one


def _judges(stand: Stand, row: Row, one: Sending) -> None:
    outcome = network(stand.channel.network).publish(stand.channel, one)
    assert type(outcome) is row.kind
    assert getattr(outcome, "code", "") == row.code


@pytest.mark.parametrize("table", answers.TABLES.values(), ids=answers.TABLES)
def test_what_cannot_be_known_is_never_called_failed(table: Any) -> None:
    """Promise 1: after bytes may have left, and after any failure of the server, the outcome is unclear."""
    for when in [Missing.CUT, Missing.LATE, Missing.UNREADABLE, 500, 502, 503, 504, 520, 599]:
        if table is not answers.WEBSITE:
            assert row_for(table, when).kind is Unclear


def test_rows_that_look_alike_mean_the_same() -> None:
    for table in answers.TABLES.values():
        for row in table:
            same = row_for(table, row.when, row.error)
            assert (same.kind, same.code) == (row.kind, row.code)


def test_reference_page_is_printed_from_the_tables() -> None:
    how = "Print it anew: itac channel outcomes > docs/reference/outcomes.md"
    assert PAGE.read_text(encoding="utf-8") == answers.as_markdown(), how
