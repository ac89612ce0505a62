"""The public's replies from the stream of a real AT Protocol server that has no AppView behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from itac.networks.bluesky import Bluesky
from itac.networks.hearing import Place
from itac.networks.models import Channel
from itac.networks.protocol import NeedsPerson, Replies, TryLater
from itac.networks.tests import factories
from itac.networks.tests.factories import Listener
from tests.servers.bluesky import Account, PdsServer
from tests.servers.cable import Cable
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.real_pds, pytest.mark.django_db]
STREAM = "/xrpc/com.atproto.sync.subscribeRepos"
PLUG = Bluesky()

Ref = dict[str, str]


@pytest.fixture
def cable(pds: PdsServer, cable_to: Callable[[PdsServer], Cable]) -> Cable:
    return cable_to(pds)


@pytest.fixture
def us(pds: PdsServer) -> Account:
    return pds.create_account()


@pytest.fixture
def public(pds: PdsServer) -> Account:
    return pds.create_account()


@pytest.fixture
def account(us: Account, cable: Cable) -> Channel:
    return factories.on_bluesky(us, cable.url)


@pytest.fixture
def say(pds: PdsServer) -> Callable[..., Ref]:
    """Post as an account, in reply to another post where `to` names one."""

    def post(who: Account, text: str, *, to: Ref | None = None, rkey: str = "", **more: Any) -> Ref:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-20T18:00:00.000Z", **more}
        if to is not None:
            record["reply"] = {"root": to, "parent": to}
        return pds.write(who, record, rkey=rkey)

    return post


@pytest.fixture
def post(say: Callable[..., Ref], us: Account) -> Ref:
    return say(us, "What do you think?")


@pytest.fixture
def listener(account: Channel, post: Ref) -> Listener:
    return Listener(PLUG, account, [post["uri"]])


def test_reply_says_who_answered_what_and_where(
    pds: PdsServer, say: Callable[..., Ref], public: Account, listener: Listener, cable: Cable, post: Ref
) -> None:
    pds.write(public, {"$type": "app.bsky.actor.profile", "displayName": "María José"}, rkey="self")
    sent = say(public, "¡Sí!", to=post, langs=["es"])

    listener.listen_through()

    [reply] = listener.told
    key = sent["uri"].rpartition("/")[2]
    assert (reply.remote_id, reply.parent, reply.under) == (sent["uri"], post["uri"], post["uri"])
    assert (reply.text, reply.language, reply.version, reply.is_ours) == ("¡Sí!", "es", sent["cid"], False)
    assert (reply.author.handle, reply.author.name) == (f"@{public.handle}", "María José")
    assert reply.address == f"https://bsky.app/profile/{public.handle}/post/{key}"
    assert reply.at.isoformat() == "2026-11-20T18:00:00+00:00"
    assert reply.answer_to.ref == {**sent, "root_uri": post["uri"], "root_cid": post["cid"]}


def test_each_reply_is_told_once_however_often_the_line_breaks(
    say: Callable[..., Ref], us: Account, public: Account, listener: Listener, cable: Cable, post: Ref
) -> None:
    for number in range(12):
        say(public, f"{number}", to=post)
        say(us, "Something else")
    codes: list[str] = []
    cable.let_through = 6_000
    for _ in range(200):
        listener = listener.reborn()
        codes.append(getattr(listener.listen(), "code", ""))
        if len(listener.told) == 12 and codes.count("replies_unreachable") > 2:
            break
        cable.let_through += 500
    cable.let_through = None
    codes.append(listener.listen_through().code)

    assert codes.count("replies_unreachable") > 2
    assert set(codes) <= {"", "replies_unreachable"}
    assert listener.texts == [f"{number}" for number in range(12)]


def test_answer_to_an_answer_belongs_to_the_post_and_our_own_is_ours(
    say: Callable[..., Ref], us: Account, public: Account, listener: Listener, post: Ref
) -> None:
    first = say(public, "Why?", to=post)
    listener.listen_through()
    say(us, "Because", to=first)
    say(public, "Elsewhere", to=say(public, "Of my own"))

    listener.listen_through()

    assert [(one.text, one.is_ours, one.under) for one in listener.told] == [
        ("Why?", False, post["uri"]),
        ("Because", True, post["uri"]),
    ]


def test_rewritten_reply_is_told_again_and_deleted_one_is_told_gone(
    pds: PdsServer, say: Callable[..., Ref], public: Account, listener: Listener, post: Ref
) -> None:
    first, second = say(public, "Yes", to=post), say(public, "No", to=post)
    listener.listen_through()
    say(public, "Yes, surely", to=post, rkey=first["uri"].rpartition("/")[2])
    pds.delete(public, second["uri"])
    brief = say(public, "Soon gone", to=post)
    pds.delete(public, brief["uri"])

    after = listener.listen_through()

    assert ([one.text for one in after.replies], after.gone) == (["Yes, surely"], [second["uri"]])
    assert set(listener.stands) == {first["uri"]}
    assert (listener.listen_through().replies, listener.listen_through().gone) == ([], [])


def test_replies_of_a_closed_account_are_gone(
    pds: PdsServer, say: Callable[..., Ref], public: Account, listener: Listener, post: Ref
) -> None:
    other = pds.create_account()
    stays, goes = say(other, "Here", to=post), say(public, "There", to=post)
    listener.listen_through()

    pds.close_account(public)
    after = listener.listen_through()

    assert after.gone == [goes["uri"]]
    assert set(listener.stands) == {stays["uri"]}


def test_server_whose_stream_began_anew_is_heard_from_its_beginning(
    say: Callable[..., Ref], public: Account, listener: Listener, post: Ref
) -> None:
    say(public, "One", to=post)
    listener.listen_through()
    listener.cursor = Place(seq=1_000_000_000).cursor
    say(public, "Two", to=post)

    first = listener.listen()
    listener.listen_through()

    assert isinstance(first, Replies)
    assert (first.code, first.more) == ("replies_missed", True)
    assert listener.texts == ["One", "Two"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, NeedsPerson(code="token_refused")),
        (404, NeedsPerson(code="server_wrong")),
        (429, TryLater(code="replies_limited", after_seconds=120.0)),
        (503, TryLater(code="replies_unreachable", after_seconds=120.0)),
    ],
)
def test_refused_stream_is_an_outcome(
    pds: PdsServer,
    proxy_for: Callable[..., Proxy],
    us: Account,
    post: Ref,
    status: int,
    expected: object,
) -> None:
    proxy = proxy_for(pds)
    proxy.status(status, "GET", STREAM, headers={"Retry-After": "120"} if status >= 429 else {})

    assert Listener(PLUG, factories.on_bluesky(us, proxy.url), [post["uri"]]).listen() == expected


@pytest.mark.parametrize("how", ["drop_before", "garbage"])
def test_stream_that_never_opens_is_an_outcome(
    pds: PdsServer, proxy_for: Callable[..., Proxy], us: Account, post: Ref, how: str
) -> None:
    proxy = proxy_for(pds)
    getattr(proxy, how)(*(["HELLO\r\n\r\n"] if how == "garbage" else []), "GET", STREAM)

    outcome = Listener(PLUG, factories.on_bluesky(us, proxy.url), [post["uri"]]).listen()

    assert outcome == TryLater(code="replies_unreachable")


def test_time_is_over_when_it_is_over(pds: PdsServer, proxy_for: Callable[..., Proxy], us: Account, post: Ref) -> None:
    proxy = proxy_for(pds)
    proxy.hold("GET", STREAM)

    outcome = Listener(PLUG, factories.on_bluesky(us, proxy.url), [post["uri"]]).listen(seconds=1.0)

    assert outcome == TryLater(code="replies_unreachable")


def test_cursor_is_plain_text_that_another_process_reads(listener: Listener, post: Ref) -> None:
    listener.listen_through()

    assert json.loads(listener.cursor)["seq"] > 0
