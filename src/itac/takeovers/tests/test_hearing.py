"""What the public says to a window is heard once, from real servers, over restarts, cuts and several listeners."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from itac.networks import bluesky_session
from itac.networks.models import Channel
from itac.networks.secrets import Secret
from itac.publishing.mandating import Place
from itac.publishing.models import Delivery, DeliveryPart, PartState, State
from itac.takeovers import agreeing, hearing
from itac.takeovers.models import Reply, ReplyCursor, TakeOver
from itac.takeovers.tests.factories import HOUR, NOON, Stage
from tests.servers.appview import AppView
from tests.servers.bluesky import Account, PdsServer
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = "/api/v1/notifications"
MINUTE = timedelta(minutes=1)
OPEN = NOON + HOUR  # a moment in the window
PUBLIC = "second"


@pytest.fixture
def proxy(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(mastodon)


@pytest.fixture
def toots(stage: Stage, mastodon: MastodonServer, proxy: Proxy) -> Channel:
    return stage.scene.channel(
        "toots",
        network="mastodon",
        secret={"access_token": mastodon.token},
        address=proxy.url,
        account_id=mastodon.account_id(),
    )


@pytest.fixture
def window(stage: Stage, toots: Channel) -> TakeOver:
    """North City has the floor on Mastodon."""
    return stage.briefed(places=[Place(toots, ("en",))])


@pytest.fixture
def post(stage: Stage, window: TakeOver, toots: Channel, mastodon: MastodonServer) -> str:
    """What it said there, by the server's name for it."""
    return out(stage, window, toots, mastodon.post("What do you think?", account="itac"))


def out(stage: Stage, takeover: TakeOver, channel: Channel, name: str, at: datetime = NOON + MINUTE) -> str:
    """A post of the window stands on the network under that name."""
    delivery = stage.delivery(stage.post(takeover, at=at, channel=channel))
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENT, sent_at=at)
    part = {"state": PartState.SENT, "remote_id": name, "sent_at": at}
    DeliveryPart.objects.create(delivery=delivery, channel=channel, place=0, key=name[:60], **part)
    return name


def hear(now: datetime = OPEN, listener: str = "one") -> None:
    """Every channel's turn has come."""
    ReplyCursor.objects.update(next_at=now)
    hearing.hear_all(listener, now=now)


def texts() -> list[str]:
    return list(Reply.objects.order_by("at", "pk").values_list("text", flat=True))


def test_a_reply_is_kept_with_who_wrote_it_where_and_below_what(
    stage: Stage, window: TakeOver, post: str, mastodon: MastodonServer
) -> None:
    sent = mastodon.post("@itac See you there", account=PUBLIC, to=post, language="es")

    hear()

    reply = Reply.objects.get()
    assert (reply.takeover, reply.part.remote_id, reply.remote_id) == (window, post, sent)
    assert (reply.text, reply.language, reply.is_ours) == ("@itac See you there", "es", False)
    assert reply.author_handle == "@second@127.0.0.1"
    assert reply.ends_at == window.closes_at + timedelta(days=90)


def test_each_reply_is_kept_once_over_cuts_restarts_and_what_the_network_repeats(
    stage: Stage, post: str, mastodon: MastodonServer, proxy: Proxy
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    hear()
    mastodon.post("@itac Two", account=PUBLIC, to=post)
    proxy.drop_after("GET", NEWS)

    hear()
    cut = (ReplyCursor.objects.get().code, texts())
    hear(listener="another process")
    ReplyCursor.objects.update(cursor="")  # a network that tells everything anew
    hear(listener="a third")

    assert cut == ("replies_unreachable", ["@itac One"])
    assert texts() == ["@itac One", "@itac Two"]
    assert ReplyCursor.objects.get().code == ""


def test_what_is_edited_or_deleted_there_is_so_here(stage: Stage, post: str, mastodon: MastodonServer) -> None:
    first = mastodon.post("@itac Yes", account=PUBLIC, to=post)
    second = mastodon.post("@itac No", account=PUBLIC, to=post)
    hear()

    mastodon.edit(first, "@itac Yes, surely", account=PUBLIC)
    mastodon.delete(second, account=PUBLIC)
    hear()

    assert texts() == ["@itac Yes, surely", "@itac No"]
    assert [reply.text for reply in Reply.objects.standing()] == ["@itac Yes, surely"]


def test_nobody_is_listened_to_before_the_window_nor_long_after_it(
    stage: Stage, window: TakeOver, post: str, mastodon: MastodonServer, proxy: Proxy
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)

    hear(NOON - MINUTE)
    hear(NOON + 7 * HOUR + MINUTE)
    before = texts()
    hear(NOON + 6 * HOUR + 30 * MINUTE)

    assert (before, texts()) == ([], ["@itac One"])


def test_a_window_called_off_is_listened_to_for_an_hour_more(
    stage: Stage, window: TakeOver, post: str, mastodon: MastodonServer
) -> None:
    mastodon.post("@itac One", account=PUBLIC, to=post)
    agreeing.cancel(stage.editor, window, reason="A storm", now=OPEN)

    hear(OPEN + 2 * HOUR)
    before = texts()
    hear(OPEN + 30 * MINUTE)

    assert (before, texts()) == ([], ["@itac One"])


def test_replies_to_what_others_said_on_the_channel_are_not_kept(
    stage: Stage, post: str, mastodon: MastodonServer
) -> None:
    other = mastodon.post("Of the campaign", account="itac")
    mastodon.post("@itac To the campaign", account=PUBLIC, to=other)

    hear()

    assert texts() == []


def test_a_channel_is_asked_no_sooner_than_the_network_allows(stage: Stage, post: str, proxy: Proxy) -> None:
    proxy.status(429, "GET", NEWS, body="{}", headers={"Retry-After": "120"})

    hear()
    hearing.hear_all("one", now=OPEN + 119 * timedelta(seconds=1))
    asked = len([one for one in proxy.exchanges() if one.path == NEWS])
    hearing.hear_all("one", now=OPEN + 121 * timedelta(seconds=1))

    assert asked == 1
    assert ReplyCursor.objects.get().code == ""
    assert len([one for one in proxy.exchanges() if one.path == NEWS]) == 2


def test_what_needs_somebody_is_said_and_asked_again_later(stage: Stage, post: str, proxy: Proxy) -> None:
    proxy.status(401, "GET", NEWS, body="{}")

    hear()

    cursor = ReplyCursor.objects.get()
    assert (cursor.code, cursor.next_at - OPEN) == ("token_refused", hearing.SLOWEST)


def test_words_are_emptied_after_their_time_and_the_count_stays(
    stage: Stage, window: TakeOver, post: str, mastodon: MastodonServer
) -> None:
    """Promise 7."""
    mastodon.post("@itac One", account=PUBLIC, to=post)
    hear()

    hearing.forget_words(window.closes_at + timedelta(days=89))
    kept = texts()
    hearing.forget_words(window.closes_at + timedelta(days=90))

    reply = Reply.objects.get()
    assert kept == ["@itac One"]
    assert (reply.text, reply.author_handle, reply.author_name, reply.author_address, reply.address) == ("",) * 5
    assert (reply.answer_to, reply.remote_id) == ({}, f"emptied:{reply.pk}")


def test_the_listener_runs_beside_the_workers_and_stops_with_them(
    stage: Stage, window: TakeOver, post: str, mastodon: MastodonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itac.core.crewing import runners

    monkeypatch.setattr("itac.core.clock.now", lambda: OPEN)
    heard = threading.Event()
    monkeypatch.setattr(hearing, "hear_all", lambda *_a, **_k: heard.set())
    listener = runners()["listener"]()
    thread = threading.Thread(target=listener.run)
    thread.start()

    assert heard.wait(30)
    listener.stop()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.usefixtures("each_database")
class TestOnEachDatabase:
    """Two listeners of one channel."""

    pytestmark: Any = []

    @pytest.fixture
    def stage(self, each_database: Any) -> Stage:
        return Stage(NOON)

    def test_two_processes_that_listen_at_once_keep_each_reply_once_and_ask_once(
        self, stage: Stage, post: str, mastodon: MastodonServer, proxy: Proxy
    ) -> None:
        from django.db import connections

        mastodon.post("@itac One", account=PUBLIC, to=post)
        start = threading.Barrier(4)

        def listen(name: str) -> None:
            try:
                start.wait(30)
                hearing.hear_all(name, now=OPEN)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=listen, args=(f"listener {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert texts() == ["@itac One"]
        assert Reply.objects.count() == 1

    def test_a_listener_that_lost_its_turn_writes_nothing(
        self, stage: Stage, window: TakeOver, post: str, toots: Channel, mastodon: MastodonServer
    ) -> None:
        """It asked, was silent for long, and another has taken over: the other's cursor stands."""
        mastodon.post("@itac One", account=PUBLIC, to=post)
        cursor = hearing._take_turn(toots, "slow", now=OPEN)
        assert cursor is not None
        hear(OPEN + HOUR, listener="quick")
        stood = ReplyCursor.objects.get()

        told = toots.plug().replies(toots, hearing.Listening(posts=[post]))
        more = hearing._keep(toots, cursor, told, hearing._parts_of(toots, now=OPEN), now=OPEN + HOUR)

        assert more is False
        assert ReplyCursor.objects.get().cursor == stood.cursor
        assert texts() == ["@itac One"]


@pytest.mark.real_pds
class TestBluesky:
    """A real AT Protocol server, with a small AppView behind it and alone."""

    @pytest.fixture(autouse=True)
    def _no_leftovers(self) -> Iterator[None]:
        bluesky_session._held.clear()
        yield
        bluesky_session._held.clear()

    def sky(self, stage: Stage, server: PdsServer, us: Account) -> Channel:
        session = {
            "handle": us.handle,
            "did": us.did,
            "access": us.access_jwt,
            "refresh": us.refresh_jwt,
            "server": server.url,
        }
        channel = stage.scene.channel(
            "sky",
            network="bluesky",
            secret={"app_password": us.password},
            address=server.url,
            handle=f"@{us.handle}",
            account_id=us.did,
        )
        Channel.objects.filter(pk=channel.pk).update(session=Secret(session))
        return Channel.objects.get(pk=channel.pk)

    def say(self, server: PdsServer, who: Account, text: str, to: dict[str, str] | None = None) -> dict[str, str]:
        record: dict[str, Any] = {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": "2026-11-20T18:00:00.000Z",
            "langs": ["en"],
        }
        if to is not None:
            record["reply"] = {"root": to, "parent": to}
        return server.write(who, record)

    def heard_once(self, stage: Stage, server: PdsServer) -> None:
        us, public = server.create_account(), server.create_account()
        channel = self.sky(stage, server, us)
        takeover = stage.briefed(places=[Place(channel, ("en",))])
        post = self.say(server, us, "What do you think?")
        out(stage, takeover, channel, post["uri"])
        self.say(server, public, "One", to=post)
        hear()
        second = self.say(server, public, "Two", to=post)
        hear(listener="another process")
        ReplyCursor.objects.update(cursor="")
        hear(listener="a third")
        before = sorted(texts())
        server.delete(public, second["uri"])
        hear()

        assert before == ["One", "Two"]
        assert [reply.text for reply in Reply.objects.standing()] == ["One"]
        assert {reply.author_handle for reply in Reply.objects.all()} == {f"@{public.handle}"}

    def test_each_reply_is_kept_once_from_a_server_with_an_appview(
        self, stage: Stage, bluesky_pair: tuple[PdsServer, AppView]
    ) -> None:
        self.heard_once(stage, bluesky_pair[0])

    def test_each_reply_is_kept_once_from_the_stream_of_a_server_alone(self, stage: Stage, pds: PdsServer) -> None:
        self.heard_once(stage, pds)
