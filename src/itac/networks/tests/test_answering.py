"""A post that answers somebody else's: below it on the network, once, and for its author to hear of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from itac.core import clock
from itac.networks.bluesky import Bluesky
from itac.networks.mastodon import Mastodon
from itac.networks.models import Channel
from itac.networks.protocol import Accepted, AnswerTo, Content, Part, PublicReply, Refused, Sending, Unclear
from itac.networks.tests import factories
from itac.networks.tests.factories import Listener
from tests.servers.appview import AppView
from tests.servers.bluesky import PdsServer
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

MASTODON, BLUESKY = Mastodon(), Bluesky()
POST, PUT = "/api/v1/statuses", "/xrpc/com.atproto.repo.putRecord"


@pytest.fixture
def toot_proxy(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(mastodon)


@pytest.fixture
def toots(mastodon: MastodonServer, toot_proxy: Proxy) -> Channel:
    return factories.on_mastodon(mastodon, toot_proxy.url)


@pytest.fixture
def question(mastodon: MastodonServer, toots: Channel) -> PublicReply:
    """What somebody asked below a post of ours on Mastodon, as it was heard."""
    post = mastodon.post("We are here", account="itac")
    mastodon.post("@itac Where?", account="second", to=post)
    listener = Listener(MASTODON, toots, [post])
    listener.listen_through()
    [told] = listener.told
    return told


@pytest.fixture
def sky_proxy(bluesky_pair: tuple[PdsServer, AppView], proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(bluesky_pair[0])


@pytest.fixture
def sky(bluesky_pair: tuple[PdsServer, AppView], sky_proxy: Proxy, db: None) -> Channel:
    return factories.on_bluesky(bluesky_pair[0].create_account(), sky_proxy.url)


@pytest.fixture
def sky_listener(bluesky_pair: tuple[PdsServer, AppView], sky: Channel) -> Listener:
    """Who has heard what somebody asked, two levels below a post of ours on Bluesky."""
    server = bluesky_pair[0]
    post = BLUESKY.publish(sky, ready(BLUESKY, sky, "We are here"))
    assert isinstance(post, Accepted)
    public, root = server.create_account(), dict(post.ref)
    record = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-20T18:00:00.000Z"}
    first = server.write(public, {**record, "text": "Hm", "reply": {"root": root, "parent": root}})
    server.write(public, {**record, "text": "Where?", "reply": {"root": root, "parent": first}})
    listener = Listener(BLUESKY, sky, [post.remote_id])
    listener.listen_through()
    return listener


def ready(plug: Any, where: Channel, text: str, **more: Any) -> Sending:
    one = factories.sending(text, key=plug.new_key(now=clock.now()), **more)
    return factories.prepared(plug, where, one, now=clock.now())


def test_mastodon_answer_stands_below_what_it_answers(
    mastodon: MastodonServer, toots: Channel, question: PublicReply
) -> None:
    one = ready(MASTODON, toots, f"{question.answer_to.mention} In San José", answers=question.answer_to)

    outcome = MASTODON.publish(toots, one)
    second = MASTODON.publish(toots, replace(one, key="another", earlier=[{"id": outcome.remote_id}]))  # type: ignore[union-attr]

    assert isinstance(outcome, Accepted)
    assert isinstance(second, Accepted)
    places = {status["id"]: status["in_reply_to_id"] for status in mastodon.statuses()}
    assert places[outcome.remote_id] == question.remote_id
    assert places[second.remote_id] == outcome.remote_id


def test_mastodon_answer_goes_once_and_is_found_when_its_key_is_forgotten(
    mastodon: MastodonServer, toots: Channel, toot_proxy: Proxy, question: PublicReply
) -> None:
    """Promise 1."""
    one = ready(MASTODON, toots, "@second In San José", answers=question.answer_to)
    elsewhere = MASTODON.publish(toots, ready(MASTODON, toots, "@second In San José"))
    toot_proxy.drop_after("POST", POST)

    lost, again = MASTODON.publish(toots, one), MASTODON.publish(toots, one)
    mastodon.forget_keys()
    found = MASTODON.find(toots, one)

    assert lost == Unclear(code="answer_lost")
    assert isinstance(elsewhere, Accepted)
    assert isinstance(again, Accepted)
    assert isinstance(found, Accepted)
    assert found.remote_id == again.remote_id != elsewhere.remote_id
    assert len(mastodon.statuses()) == 3


@pytest.mark.parametrize("text", ["In San José", "see@second", "@second.x", "@seconds", "@second@elsewhere.org"])
def test_mastodon_answer_that_its_author_would_not_hear_of_is_refused(toots: Channel, text: str) -> None:
    answers = AnswerTo(remote_id="1", mention="@second", ref={"id": "1"})
    one = factories.sending(text, key="k", answers=answers)

    assert MASTODON.prepare(toots, one, now=clock.now()) == Refused(code="answer_without_mention")


@pytest.mark.parametrize("text", ["@second In San José", "Dear @Second, hi", "Hello @second.", "(@second)"])
def test_mastodon_answer_may_name_its_author_anywhere(toots: Channel, text: str) -> None:
    ready(MASTODON, toots, text, answers=AnswerTo(remote_id="1", mention="@second", ref={"id": "1"}))


def test_mastodon_answer_to_what_is_gone_is_refused(toots: Channel, toot_proxy: Proxy, question: PublicReply) -> None:
    one = ready(MASTODON, toots, "@second In San José", answers=question.answer_to)
    toot_proxy.status(404, "POST", POST, body='{"error": "Record not found"}')

    assert MASTODON.publish(toots, one) == Refused(code="answered_gone")


@pytest.mark.real_pds
def test_bluesky_answer_stands_below_what_it_answers_and_names_where_it_began(
    bluesky_pair: tuple[PdsServer, AppView], sky: Channel, sky_listener: Listener
) -> None:
    asked = sky_listener.told[-1]
    content = Content(language="en", parts=[Part(text="In"), Part(text="San José")], answers=asked.answer_to)
    first = ready(BLUESKY, sky, "", answers=asked.answer_to)
    first = factories.prepared(BLUESKY, sky, replace(first, content=content))
    sent = BLUESKY.publish(sky, first)
    assert isinstance(sent, Accepted)
    second = Sending(content=content, index=1, key=BLUESKY.new_key(now=clock.now()), earlier=[sent.ref])
    BLUESKY.publish(sky, factories.prepared(BLUESKY, sky, second))

    records = {one["value"]["text"]: one["value"]["reply"] for one in bluesky_pair[0].records(sky.account_id)[1:]}
    root = {"uri": asked.answer_to.ref["root_uri"], "cid": asked.answer_to.ref["root_cid"]}
    assert asked.text == "Where?"
    assert root["uri"] == asked.under
    assert records == {
        "In": {"root": root, "parent": {"uri": asked.remote_id, "cid": asked.version}},
        "San José": {"root": root, "parent": dict(sent.ref)},
    }


@pytest.mark.real_pds
def test_bluesky_answer_goes_once_and_is_found_by_its_key(
    bluesky_pair: tuple[PdsServer, AppView], sky: Channel, sky_proxy: Proxy, sky_listener: Listener
) -> None:
    """Promise 1."""
    one = ready(BLUESKY, sky, "In San José", answers=sky_listener.told[-1].answer_to)
    sky_proxy.drop_after("POST", PUT)

    lost, again, found = BLUESKY.publish(sky, one), BLUESKY.publish(sky, one), BLUESKY.find(sky, one)

    assert lost == Unclear(code="answer_lost")
    assert isinstance(again, Accepted)
    assert found == again
    assert len(bluesky_pair[0].records(sky.account_id)) == 2


@pytest.mark.real_pds
def test_our_answer_is_heard_as_ours(sky: Channel, sky_listener: Listener) -> None:
    asked = sky_listener.told[-1]
    BLUESKY.publish(sky, ready(BLUESKY, sky, "In San José", answers=asked.answer_to))

    sky_listener.listen_through()

    assert [(one.text, one.is_ours, one.parent) for one in sky_listener.told[2:]] == [
        ("In San José", True, asked.remote_id)
    ]


def test_answer_to_a_post_of_another_network_is_refused_before_it_is_sent(toots: Channel) -> None:
    elsewhere = AnswerTo(remote_id="at://x/app.bsky.feed.post/y", ref={"uri": "at://x/app.bsky.feed.post/y"})
    channel = factories.channel("bluesky", save=False)

    outcomes = [
        MASTODON.prepare(toots, factories.sending(key="k", answers=elsewhere), now=clock.now()),
        BLUESKY.prepare(channel, factories.sending(key="k", answers=elsewhere), now=clock.now()),
    ]

    assert outcomes == [Refused(code="not_accepted")] * 2


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {},
        {"remote_id": "1"},
        {"remote_id": "1", "ref": "x"},
        {"remote_id": 1, "ref": {}},
        {"remote_id": "1", "ref": {"id": 7}},
        {"remote_id": "", "ref": {}},
    ],
)
def test_stored_value_that_names_no_post_answers_nothing(value: object) -> None:
    assert AnswerTo.of(value) is None


def test_what_is_answered_comes_back_from_its_stored_value_as_it_was() -> None:
    whole = AnswerTo(remote_id="1", mention="@a", ref={"id": "1"})

    assert AnswerTo.of(asdict(whole)) == whole
