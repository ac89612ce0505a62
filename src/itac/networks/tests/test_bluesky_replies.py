"""The public's replies on Bluesky: a real AT Protocol server that passes questions on to a small AppView."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from itac.networks.bluesky import Bluesky
from itac.networks.models import Channel
from itac.networks.protocol import NeedsPerson, Replies, TryLater
from itac.networks.secrets import Secret
from itac.networks.tests import factories
from itac.networks.tests.factories import Listener
from tests.servers.appview import AppView
from tests.servers.bluesky import Account, PdsServer
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.real_pds, pytest.mark.django_db]
NEWS = "/xrpc/app.bsky.notification.listNotifications"
THREAD = "/xrpc/app.bsky.feed.getPostThread"
POSTS = "/xrpc/app.bsky.feed.getPosts"
PLUG = Bluesky()

Ref = dict[str, str]


@pytest.fixture
def server(bluesky_pair: tuple[PdsServer, AppView]) -> PdsServer:
    return bluesky_pair[0]


@pytest.fixture
def appview(bluesky_pair: tuple[PdsServer, AppView]) -> AppView:
    return bluesky_pair[1]


@pytest.fixture
def proxy(server: PdsServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(server)


@pytest.fixture
def us(server: PdsServer) -> Account:
    return server.create_account()


@pytest.fixture
def public(server: PdsServer) -> Account:
    return server.create_account()


@pytest.fixture
def account(us: Account, proxy: Proxy) -> Channel:
    return factories.on_bluesky(us, proxy.url)


@pytest.fixture
def say(server: PdsServer) -> Callable[..., Ref]:
    """Post as an account, in reply to another post where `to` names one; each post a second after the last."""
    second = iter(range(60))

    def post(who: Account, text: str, *, to: Ref | None = None, root: Ref | None = None, **more: Any) -> Ref:
        at = f"2026-11-20T18:00:{next(second):02}.000Z"
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, "langs": ["en"], **more}
        if to is not None:
            record["reply"] = {"root": root or to, "parent": to}
        return server.write(who, record)

    return post


@pytest.fixture
def post(say: Callable[..., Ref], us: Account) -> Ref:
    return say(us, "What do you think?")


@pytest.fixture
def listener(account: Channel, post: Ref) -> Listener:
    return Listener(PLUG, account, [post["uri"]])


def calls(proxy: Proxy, path: str) -> int:
    return len([one for one in proxy.exchanges() if one.path == path])


def test_reply_says_who_answered_what_where_and_when(
    say: Callable[..., Ref], public: Account, listener: Listener, post: Ref
) -> None:
    link = {
        "index": {"byteStart": 6, "byteEnd": 22},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/way"}],
    }
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
    sent = say(public, "¡Ved example.org/w…!", to=post, langs=["es"], facets=[link], labels=labels)

    listener.listen_through()

    [reply] = listener.told
    key = sent["uri"].rpartition("/")[2]
    assert (reply.remote_id, reply.parent, reply.under) == (sent["uri"], post["uri"], post["uri"])
    assert reply.text == "¡Ved https://example.org/way!"
    assert (reply.language, reply.warning, reply.is_ours) == ("es", "graphic-media", False)
    assert (reply.author.handle, reply.author.account_id) == (f"@{public.handle}", public.did)
    assert reply.author.name == public.handle.partition(".")[0].title()
    assert reply.address == f"https://bsky.app/profile/{public.handle}/post/{key}"
    assert reply.at.isoformat() == "2026-11-20T18:00:01+00:00"


def test_each_reply_is_told_once_over_cuts_and_restarts(
    say: Callable[..., Ref], public: Account, listener: Listener, proxy: Proxy, post: Ref
) -> None:
    say(public, "One", to=post)
    listener.listen_through()
    say(public, "Two", to=post)
    proxy.drop_after("GET", NEWS)

    cut = listener.listen()
    again = listener.reborn()
    again.listen_through()
    once_more = again.reborn()
    last = once_more.listen_through()

    assert cut == TryLater(code="replies_unreachable")
    assert once_more.texts == ["One", "Two"]
    assert (last.replies, last.gone, last.code) == ([], [], "")


def test_reply_is_told_once_when_the_network_repeats_it(
    say: Callable[..., Ref], public: Account, listener: Listener, appview: AppView, post: Ref
) -> None:
    appview.twice = True
    say(public, "One", to=post)

    listener.listen_through()
    listener.listen_through()

    assert listener.texts == ["One"]


def test_reply_that_mentions_us_or_is_in_no_list_is_heard_all_the_same(
    say: Callable[..., Ref], us: Account, public: Account, listener: Listener, appview: AppView, post: Ref
) -> None:
    mention = {
        "index": {"byteStart": 0, "byteEnd": 3},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": us.did}],
    }
    first = say(public, "@us Yes", to=post, facets=[mention])
    listener.listen()
    hidden = say(public, "No", to=post)
    appview.left_out.add(hidden["uri"])
    say(public, "Why?", to=hidden, root=post)
    say(public, "Elsewhere, @us", facets=[mention])

    listener.listen_through()

    assert [(one.text, one.parent, one.under) for one in listener.told] == [
        ("@us Yes", post["uri"], post["uri"]),
        ("No", post["uri"], post["uri"]),
        ("Why?", hidden["uri"], post["uri"]),
    ]
    assert first["uri"] in listener.stands


def test_reply_that_mentions_us_is_in_the_news(
    say: Callable[..., Ref], us: Account, public: Account, listener: Listener, proxy: Proxy, post: Ref
) -> None:
    """The network lists it by the mention, and as a reply no more."""
    mention = {
        "index": {"byteStart": 0, "byteEnd": 3},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": us.did}],
    }
    say(public, "@us Yes", to=post, facets=[mention])
    proxy.status(500, "GET", THREAD)

    listener.listen()

    assert listener.texts == ["@us Yes"]


def test_reply_dated_back_by_its_author_is_found_below_the_post(
    say: Callable[..., Ref], public: Account, listener: Listener, post: Ref
) -> None:
    say(public, "One", to=post)
    listener.listen_through()
    say(public, "From long ago", to=post, createdAt="2021-01-01T00:00:00.000Z")

    listener.listen_through()

    assert listener.texts == ["One", "From long ago"]


def test_deleted_reply_is_told_gone(
    say: Callable[..., Ref], server: PdsServer, public: Account, listener: Listener, post: Ref
) -> None:
    first, second = say(public, "Yes", to=post), say(public, "No", to=post)
    below = say(public, "Why?", to=second, root=post)
    listener.listen_through()

    server.delete(public, second["uri"])
    after = listener.listen_through()

    assert (after.replies, after.gone) == ([], [second["uri"]])
    # What answered the deleted one isn't shown with the conversation any more, and stands all the same.
    assert set(listener.stands) == {first["uri"], below["uri"]}


def test_our_own_answers_are_told_as_ours_and_our_posts_are_no_replies(
    say: Callable[..., Ref], us: Account, public: Account, account: Channel, post: Ref
) -> None:
    thread = say(us, "And more", to=post)
    theirs = say(public, "Thanks", to=thread, root=post)
    say(us, "You're welcome", to=theirs, root=post)
    listener = Listener(PLUG, account, [post["uri"], thread["uri"]])

    listener.listen_through()

    assert [(one.text, one.is_ours, one.under) for one in listener.told] == [
        ("Thanks", False, thread["uri"]),
        ("You're welcome", True, thread["uri"]),
    ]


def test_one_request_tells_what_is_new_below_any_number_of_posts(
    say: Callable[..., Ref], us: Account, public: Account, account: Channel, proxy: Proxy
) -> None:
    posts = [say(us, f"Post {number}") for number in range(7)]
    listener = Listener(PLUG, account, [one["uri"] for one in posts])
    listener.listen_through()
    looked = calls(proxy, THREAD)
    for number, one in enumerate(posts):
        say(public, f"{number}", to=one)
    before = calls(proxy, NEWS)

    listener.listen()

    assert looked == 7
    assert sorted(listener.texts) == [f"{number}" for number in range(7)]
    assert calls(proxy, NEWS) - before == 1


def test_expired_token_is_renewed_and_all_is_heard(
    say: Callable[..., Ref], public: Account, listener: Listener, proxy: Proxy, post: Ref
) -> None:
    say(public, "One", to=post)
    proxy.status(400, "GET", THREAD, body='{"error": "ExpiredToken", "message": "Token has expired"}')

    told = listener.listen_through()

    assert (listener.texts, told.code) == (["One"], "")
    assert calls(proxy, "/xrpc/com.atproto.server.refreshSession") == 1


def test_reading_leaves_room_for_posting(listener: Listener, proxy: Proxy) -> None:
    limits = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "900", "Retry-After": "90"}
    proxy.status(200, "GET", NEWS, body='{"notifications": []}', headers=limits)

    told = listener.listen()

    assert isinstance(told, Replies)
    assert (told.code, told.after_seconds, told.more) == ("replies_limited", 90.0, False)
    assert calls(proxy, THREAD) == 0


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "<html>Down for maintenance</html>", TryLater(code="replies_unreadable")),
        (200, "[]", TryLater(code="replies_unreadable")),
        (200, '{"notifications": [1]}', TryLater(code="replies_unreadable")),
        (302, "", NeedsPerson(code="server_moved")),
        (400, '{"error": "AccountTakedown"}', NeedsPerson(code="account_closed")),
        (401, '{"error": "AuthMissing"}', NeedsPerson(code="token_refused")),
        (403, '{"error": "Forbidden"}', NeedsPerson(code="replies_not_allowed")),
        (404, "{}", NeedsPerson(code="server_wrong")),
        (429, '{"error": "RateLimitExceeded"}', TryLater(code="replies_limited", after_seconds=120.0)),
        (500, "<html>", TryLater(code="replies_unreachable", after_seconds=120.0)),
        (502, '{"error": "UpstreamFailure"}', TryLater(code="replies_unreachable", after_seconds=120.0)),
    ],
)
def test_bad_answer_is_an_outcome_and_loses_nothing(
    say: Callable[..., Ref],
    public: Account,
    listener: Listener,
    proxy: Proxy,
    post: Ref,
    status: int,
    body: str,
    expected: object,
) -> None:
    say(public, "One", to=post)
    proxy.status(status, "GET", NEWS, body=body, headers={"Retry-After": "120"} if status >= 429 else {})

    outcome = listener.listen()
    listener.listen_through()

    assert outcome == expected
    assert listener.texts == ["One"]


@pytest.mark.parametrize("where", [NEWS, THREAD])
@pytest.mark.parametrize("how", factories.BREAKS)
def test_broken_line_is_an_outcome_and_loses_nothing(
    say: Callable[..., Ref], public: Account, listener: Listener, proxy: Proxy, post: Ref, where: str, how: str
) -> None:
    say(public, "One", to=post)
    seconds = factories.break_line(proxy, how, where)

    outcome = listener.listen(seconds=seconds)
    listener.listen_through()

    assert getattr(outcome, "code", "") == "replies_unreachable"
    assert listener.texts == ["One"]


def test_only_the_networks_no_makes_a_reply_gone(
    say: Callable[..., Ref], public: Account, listener: Listener, appview: AppView, proxy: Proxy, post: Ref
) -> None:
    appview.left_out.add(say(public, "One", to=post)["uri"])
    listener.listen_through()
    empty = '{"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "x", "notFound": true}}'
    proxy.status(200, "GET", THREAD, body=empty, times=2)
    proxy.status(500, "GET", POSTS, body="{}")

    first, second = listener.listen(), listener.listen()

    assert isinstance(first, Replies)
    assert isinstance(second, Replies)
    assert ([first.code, second.code], [*first.gone, *second.gone]) == (["replies_unreachable", ""], [])
    assert listener.texts == ["One"]


def test_app_password_taken_back_needs_a_person(account: Channel, post: Ref) -> None:
    account.secret, account.session = Secret({"app_password": "wrong"}), Secret()
    account.save()

    assert Listener(PLUG, account, [post["uri"]]).listen() == NeedsPerson(code="password_refused")
