"""The public's replies on Mastodon, from a Mastodon API on loopback, through the cutting proxy."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from itac.core import clock
from itac.networks.mastodon import Mastodon
from itac.networks.mastodon_finding import text_of_html
from itac.networks.mastodon_replies import _Words
from itac.networks.models import Channel
from itac.networks.protocol import NeedsPerson, Refused, Replies, TryLater
from itac.networks.registry import network
from itac.networks.tests import factories
from itac.networks.tests.factories import Listener
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

NEWS = "/api/v1/notifications"
CONTEXT = "/api/v1/statuses/*/context"
PLUG = Mastodon()
US, PUBLIC = "itac", "second"


@pytest.fixture
def proxy(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(mastodon)


@pytest.fixture
def account(mastodon: MastodonServer, proxy: Proxy) -> Channel:
    return factories.on_mastodon(mastodon, proxy.url)


@pytest.fixture
def post(mastodon: MastodonServer) -> str:
    """A post of ours."""
    return mastodon.post("What do you think?", account=US)


@pytest.fixture
def listener(account: Channel, post: str) -> Listener:
    return Listener(PLUG, account, [post])


def calls(proxy: Proxy, ending: str) -> int:
    return len([one for one in proxy.exchanges() if one.path.endswith(ending)])


def test_reply_says_who_answered_what_where_and_when(mastodon: MastodonServer, listener: Listener, post: str) -> None:
    before = clock.now()
    sent = mastodon.post(
        "@itac See https://example.org/a & <come>", account=PUBLIC, to=post, language="es", spoiler_text="About food"
    )

    listener.listen_through()

    [reply] = listener.told
    assert (reply.remote_id, reply.parent, reply.under) == (sent, post, post)
    assert reply.text == "@itac See https://example.org/a & <come>"
    assert (reply.language, reply.warning, reply.version, reply.is_ours) == ("es", "About food", "", False)
    assert (reply.author.handle, reply.author.name) == ("@second@127.0.0.1", "second")
    assert reply.author.account_id == mastodon.account_id(PUBLIC)
    assert reply.address == f"{mastodon.url}/@second/{sent}"
    assert reply.author.avatar.startswith(f"{mastodon.url}/avatars/")
    assert before <= reply.at <= clock.now()


def test_each_reply_is_told_once_over_cuts_and_restarts(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    listener.listen_through()
    mastodon.post("@itac Two", account=PUBLIC, to=post)
    proxy.drop_after("GET", NEWS)

    cut = listener.listen()
    again = listener.reborn()
    again.listen_through()
    once_more = again.reborn()
    last = once_more.listen_through()

    assert cut == TryLater(code="replies_unreachable")
    assert once_more.texts == ["@itac One", "@itac Two"]
    assert (last.replies, last.gone, last.code) == ([], [], "")


def test_reply_is_told_once_when_the_network_repeats_it(
    mastodon: MastodonServer, account: Channel, listener: Listener, proxy: Proxy, post: str
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    headers = {"Authorization": f"Bearer {mastodon.token}"}
    page = httpx.get(f"{mastodon.url}{NEWS}", headers=headers, trust_env=False).json()
    proxy.status(200, "GET", NEWS, body=json.dumps(page * 3), times=None)

    listener.listen_through()
    listener.listen_through()

    assert listener.texts == ["@itac One"]


def test_who_did_not_mention_us_is_heard_all_the_same(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str
) -> None:
    first = mastodon.post("I agree", account=PUBLIC, to=post)
    second = mastodon.post("@itac Me too", account=PUBLIC, to=first)
    mastodon.post("Elsewhere, about @itac", account=PUBLIC)

    listener.listen_through()

    assert [(one.text, one.parent, one.under) for one in listener.told] == [
        ("I agree", post, post),
        ("@itac Me too", first, post),
    ]
    assert second in listener.stands


def test_edited_reply_is_told_again_and_deleted_one_is_told_gone(
    mastodon: MastodonServer, listener: Listener, post: str
) -> None:
    first = mastodon.post("@itac Yes", account=PUBLIC, to=post)
    second = mastodon.post("@itac No", account=PUBLIC, to=post)
    below = mastodon.post("@itac Why?", account=PUBLIC, to=second)
    listener.listen_through()

    mastodon.edit(first, "@itac Yes, surely", account=PUBLIC)
    mastodon.delete(second, account=PUBLIC)
    after = listener.listen_through()

    assert [(one.remote_id, one.text) for one in after.replies] == [(first, "@itac Yes, surely")]
    assert after.gone == [second]
    # What answered the deleted one isn't listed with the conversation any more, and stands all the same.
    assert set(listener.stands) == {first, below}
    assert listener.listen_through().replies == []


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_was_not_written_for_the_public_is_left_where_it_is(
    mastodon: MastodonServer, listener: Listener, post: str, visibility: str
) -> None:
    """Promise 7."""
    mastodon.post("@itac Between us", account=PUBLIC, to=post, visibility=visibility)
    mastodon.post("@itac For all", account=PUBLIC, to=post, visibility="unlisted")

    listener.listen_through()

    assert listener.texts == ["@itac For all"]


def test_public_answer_to_a_private_one_belongs_to_the_post(
    mastodon: MastodonServer, listener: Listener, post: str
) -> None:
    private = mastodon.post("@itac Between us", account=PUBLIC, to=post, visibility="private")
    mastodon.post("@itac And for all", account=PUBLIC, to=private)

    listener.listen_through()

    assert [(one.text, one.parent, one.under) for one in listener.told] == [("@itac And for all", private, post)]


def test_our_own_answers_are_told_as_ours_and_our_posts_are_no_replies(
    mastodon: MastodonServer, account: Channel, post: str
) -> None:
    thread = mastodon.post("And more", account=US, to=post)
    theirs = mastodon.post("@itac Thanks", account=PUBLIC, to=thread)
    mastodon.post("@second You're welcome", account=US, to=theirs)
    listener = Listener(PLUG, account, [post, thread])

    listener.listen_through()

    assert [(one.text, one.is_ours, one.under) for one in listener.told] == [
        ("@itac Thanks", False, thread),
        ("@second You're welcome", True, thread),
    ]


def test_one_request_tells_what_is_new_below_any_number_of_posts(
    mastodon: MastodonServer, account: Channel, proxy: Proxy
) -> None:
    posts = [mastodon.post(f"Post {number}", account=US) for number in range(12)]
    listener = Listener(PLUG, account, posts)
    listener.listen_through()
    looked = calls(proxy, "/context")
    for number in range(45):
        mastodon.post(f"@itac {number}", account=PUBLIC, to=posts[number % 12])
    before = calls(proxy, NEWS)

    listener.listen()

    assert looked == 12
    assert listener.texts == [f"@itac {number}" for number in range(45)]
    assert (calls(proxy, NEWS) - before, calls(proxy, "/context") - looked) == (2, 5)


def test_without_the_right_to_read_mentions_the_conversations_tell(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str
) -> None:
    proxy.status(403, "GET", NEWS, body='{"error": "This action is outside the authorized scopes"}', times=None)
    mastodon.post("@itac One", account=PUBLIC, to=post)

    told = listener.listen_through()

    assert (listener.texts, told.code) == (["@itac One"], "replies_not_allowed")


def test_reading_leaves_room_for_posting(listener: Listener, proxy: Proxy) -> None:
    limits = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "80", "Retry-After": "90"}
    proxy.status(200, "GET", NEWS, body="[]", headers=limits)

    told = listener.listen()

    assert isinstance(told, Replies)
    assert (told.code, told.after_seconds, told.more) == ("replies_limited", 90.0, False)
    assert calls(proxy, "/context") == 0


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "<html>Down for maintenance</html>", TryLater(code="replies_unreadable")),
        (200, '{"error": "?"}', TryLater(code="replies_unreadable")),
        (200, '[1, "two"]', TryLater(code="replies_unreadable")),
        (302, "", NeedsPerson(code="server_moved")),
        (401, '{"error": "The access token is invalid"}', NeedsPerson(code="token_refused")),
        (404, "{}", NeedsPerson(code="server_wrong")),
        (429, "{}", TryLater(code="replies_limited", after_seconds=120.0)),
        (500, "<html>", TryLater(code="replies_unreachable", after_seconds=120.0)),
        (503, "", TryLater(code="replies_unreachable", after_seconds=120.0)),
    ],
)
def test_bad_answer_is_an_outcome_and_loses_nothing(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str, status: int, body: str, expected: object
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    proxy.status(status, "GET", NEWS, body=body, headers={"Retry-After": "120"} if status >= 429 else {})

    outcome = listener.listen()
    listener.listen_through()

    assert outcome == expected
    assert listener.texts == ["@itac One"]


@pytest.mark.parametrize("where", [NEWS, CONTEXT])
@pytest.mark.parametrize("how", factories.BREAKS)
def test_broken_line_is_an_outcome_and_loses_nothing(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str, where: str, how: str
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    seconds = factories.break_line(proxy, how, where)

    outcome = listener.listen(seconds=seconds)
    listener.listen_through()

    assert getattr(outcome, "code", "") == "replies_unreachable"
    assert listener.texts == ["@itac One"]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(401, "{}", "token_refused"), (429, "{}", "replies_limited"), (200, "<html>", "replies_unreadable")],
)
def test_bad_answer_below_a_post_keeps_what_the_news_told(
    mastodon: MastodonServer, listener: Listener, proxy: Proxy, post: str, status: int, body: str, code: str
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    proxy.status(status, "GET", CONTEXT, body=body)

    outcome = listener.listen()

    assert isinstance(outcome, Replies)
    assert (outcome.code, listener.texts) == (code, ["@itac One"])


def test_post_that_is_gone_has_no_replies_and_stops_nothing(
    mastodon: MastodonServer, account: Channel, post: str
) -> None:
    gone = mastodon.post("Soon gone", account=US)
    mastodon.delete(gone, account=US)
    mastodon.post("I agree", account=PUBLIC, to=post)
    listener = Listener(PLUG, account, [gone, post])

    assert listener.listen_through().code == ""
    assert listener.texts == ["I agree"]


def test_cursor_of_somebody_else_begins_anew(mastodon: MastodonServer, listener: Listener, post: str) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    listener.listen_through()
    for cursor in ("", "rubbish", "[1]", '{"news": 7, "seq": "x"}'):
        listener.cursor = cursor
        listener.listen_through()

    assert listener.texts == ["@itac One"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<a href="https://a.b/way"><i class="invisible">https://</i><i class="ellipsis">a.b/w</i><i>ay</i></a>.',
            "https://a.b/way.",
        ),
        ('<p>See <a href="https://a.b/c">our page</a></p>', "See our page (https://a.b/c)"),
        ('<p><a href="https://a.b/@u" class="u-url mention">@<span>u</span></a> Hi</p>', "@u Hi"),
        ('<p><a href="https://a.b/tags/x" class="mention hashtag">#<span>x</span></a></p>', "#x"),
        ('<p><a href="javascript:alert(1)">here</a></p>', "here"),
    ],
)
def test_links_read_as_whole_addresses(html: str, text: str) -> None:
    assert text_of_html(html, _Words()) == text


@pytest.mark.parametrize("name", ["website", "by_hand"])
def test_network_without_a_reader_says_where_replies_are(name: str) -> None:
    channel = factories.channel(name, save=False)

    assert not network(name).capabilities(channel).replies
    assert Listener(network(name), channel, ["1"]).listen() == Refused(code="replies_elsewhere")
