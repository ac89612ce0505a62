"""What the engine does after something went wrong on the way: real servers, a cutting proxy, a clock of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from itac.networks.models import Channel, Health
from itac.networks.secrets import Secret
from itac.publishing import codes, pausing
from itac.publishing.claiming import START_SECONDS
from itac.publishing.models import Attempt, Delivery, State, WorkerBeat
from itac.publishing.outbox import Worker
from tests.journeys.stands import CALL_SECONDS, DUE, Died, Stand

MINUTE = timedelta(minutes=1)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_pds, pytest.mark.xdist_group("outcomes")]


def die(stand: Stand, at: str) -> Worker:
    """A worker of its own that dies at that point with the delivery in its hand; its heart has stopped, no more."""
    worker = stand.another_worker(dies_at=at)
    with pytest.raises(Died):
        stand.work(worker=worker)
    worker.pool.shutdown(wait=True)
    connections.close_all()
    return worker


# -- after a crash -----------------------------------------------------------------------------------


def test_what_a_dead_worker_sent_is_looked_up_and_not_sent_again(each_stand: Stand, settings: Any) -> None:
    """Promise 1: the answer came and was never recorded."""
    stand = each_stand
    stand.plan()
    die(stand, "before_record")
    dead_at = timedelta(seconds=settings.WORKER_DEAD_SECONDS)

    before = stand.work(dead_at - timedelta(seconds=1), worker=stand.another_worker())
    after = stand.work(dead_at + timedelta(seconds=1), worker=stand.another_worker())

    assert before == (State.SENDING, "")
    assert after == (State.SENT, "")
    assert stand.delivery.moves.get(after=State.SENT).code == "looked_up"
    assert (stand.texts(), stand.calls()) == (["Together."], 1)


def test_nothing_found_counts_only_when_the_call_cannot_arrive_any_more(each_stand: Stand, settings: Any) -> None:
    """Promise 1: before its deadline and a margin, a request may still be on its way."""
    stand = each_stand
    stand.plan()
    stand.proxy.drop_before("POST", stand.publishing)
    sure_at = timedelta(seconds=START_SECONDS + CALL_SECONDS + settings.MARGIN_SECONDS)

    stand.work()
    early = stand.work(sure_at - timedelta(seconds=1))
    calls_before = stand.calls()
    in_time = stand.work(sure_at)

    assert (early, calls_before) == ((State.SENDING, ""), 1)
    assert in_time == (State.SENT, "")
    assert (stand.texts(), stand.calls()) == (["Together."], 2)
    assert [attempt.code for attempt in Attempt.objects.order_by("number")] == ["not_there", ""]


def test_a_call_that_arrives_after_its_worker_died_is_found(each_stand: Stand, settings: Any) -> None:
    """Promise 1: the first look finds nothing, because the request is still under way; it isn't sent again."""
    stand = each_stand
    stand.plan()
    stand.proxy.hold_before("POST", stand.publishing)
    stand.work()

    stand.proxy.release()
    stand.proxy.wait_for("acted", method="POST", path=stand.publishing)
    settled = stand.work(timedelta(seconds=START_SECONDS + CALL_SECONDS + settings.MARGIN_SECONDS))

    assert settled == (State.SENT, "")
    assert (stand.texts(), stand.calls()) == (["Together."], 1)


def test_an_intent_whose_call_never_began_leaves_later(each_stand: Stand, settings: Any) -> None:
    stand = each_stand
    stand.plan()
    die(stand, "after_intent")
    calls_before = stand.calls()
    another = stand.another_worker()

    found_nothing = stand.work(timedelta(seconds=settings.WORKER_DEAD_SECONDS + 1), worker=another)
    settled = stand.work(timedelta(seconds=settings.WORKER_DEAD_SECONDS + 60), worker=another)

    assert calls_before == 0
    assert found_nothing[0] in {State.SENDING, State.SENT}
    assert settled == (State.SENT, "")
    assert (stand.texts(), stand.calls()) == (["Together."], 1)


def test_a_worker_that_is_only_slow_keeps_what_it_has_and_its_late_news_change_nothing(mastodon_stand: Stand) -> None:
    """Another worker took over; the first one's answer comes after that, and the post is there once."""
    stand = mastodon_stand
    stand.plan()
    slow = stand.another_worker()
    slow.turn()
    slow.unsettled.append(slow.answers.get(timeout=10))
    WorkerBeat.objects.filter(worker=slow.name).update(beat_at=DUE - MINUTE)
    taken_over = stand.work(worker=stand.another_worker())

    slow.turn()
    stand.delivery.refresh_from_db()

    assert taken_over == (State.SENT, "")
    assert stand.delivery.state == State.SENT
    assert stand.delivery.moves.filter(after=State.SENT).count() == 1
    assert (stand.texts(), stand.calls()) == (["Together."], 1)


# -- threads -----------------------------------------------------------------------------------------


def test_a_thread_goes_on_at_the_part_that_failed(each_stand: Stand) -> None:
    stand = each_stand
    stand.plan("First.\n---\nSecond.\n---\nThird.")
    stand.proxy.status(429, "POST", stand.publishing, nth=2, headers={"Retry-After": "60"})

    stopped = stand.work()
    out_then = stand.texts()
    finished = stand.work(MINUTE)

    assert stopped == (State.PLANNED, "rate_limited")
    assert out_then == ["First."]
    assert finished == (State.SENT, "")
    assert stand.texts() == ["First.", "Second.", "Third."]
    assert [part.attempts.count() for part in stand.delivery.parts.order_by("place")] == [1, 2, 1]


def test_the_rest_of_a_thread_waits_when_the_channel_is_paused_meanwhile(each_stand: Stand) -> None:
    """Promise 2: the gate is asked before every part, and a person reads that the thread is cut."""
    stand = each_stand
    stand.plan("First.\n---\nSecond.")
    stand.proxy.hold("POST", stand.publishing)
    stand.worker.turn()
    stand.proxy.wait_for("held", method="POST", path=stand.publishing)

    pausing.pause(stand.scene.coordinator, channel=stand.channel, reason="", now=DUE)
    stand.proxy.release()
    held = stand.work()

    assert held == (State.HELD, "channel_paused")
    assert stand.delivery.moves.latest("pk").note == "thread_cut"
    assert stand.texts() == ["First."]


# -- pause, lateness, limits ----------------------------------------------------------------------------


def test_a_pause_stops_every_call_that_has_not_begun(mastodon_stand: Stand) -> None:
    """Promise 2: what has begun is finished and recorded, nothing else leaves, and resuming lets nothing out."""
    stand = mastodon_stand
    first = stand.plan("Number 0.")
    others = [stand.plan(f"Number {number}.") for number in range(1, 5)]
    worker = stand.another_worker(in_flight=1)
    stand.proxy.hold("POST", stand.publishing)
    worker.turn()
    stand.proxy.wait_for("held", method="POST", path=stand.publishing)

    pausing.pause(stand.scene.coordinator, channel=None, reason="", now=DUE)
    stand.proxy.release()
    stand.work(worker=worker)
    pausing.resume(stand.scene.coordinator, channel=None, now=stand.scene.now)
    stand.work(MINUTE, worker=worker)

    first.refresh_from_db()
    assert first.state == State.SENT
    assert {Delivery.objects.get(pk=other.pk).code for other in others} == {"campaign_paused"}
    assert (stand.texts(), stand.calls()) == (["Number 0."], 1)


@pytest.mark.parametrize("seconds", [0, 120])
def test_a_rate_limit_is_waited_out(each_stand: Stand, seconds: int) -> None:
    """Never sooner than the network said, and never at once, also when it says "now"."""
    stand = each_stand
    stand.plan()
    stand.proxy.status(429, "POST", stand.publishing, headers={"Retry-After": str(seconds)})
    wait = timedelta(seconds=max(seconds, 5))

    limited = stand.work()
    ready_at = stand.delivery.ready_at
    too_soon = stand.work(wait - timedelta(seconds=1))
    in_time = stand.work(wait)

    assert limited == too_soon == (State.PLANNED, "rate_limited")
    assert ready_at == DUE + wait
    assert in_time == (State.SENT, "")
    assert stand.calls() == 2


def test_a_limit_longer_than_the_grace_holds_it(each_stand: Stand) -> None:
    """Late by more than 15 minutes it never leaves by surprise."""
    stand = each_stand
    stand.plan()
    stand.proxy.status(429, "POST", stand.publishing, headers={"Retry-After": "960"})

    stand.work()
    held = stand.work(16 * MINUTE)

    assert held == (State.HELD, "late")
    assert (stand.texts(), stand.calls()) == ([], 1)


# -- tokens ------------------------------------------------------------------------------------------


def test_a_channel_whose_token_ended_calls_nobody(each_stand: Stand) -> None:
    stand = each_stand
    stand.plan()
    Channel.objects.filter(pk=stand.channel.pk).update(token_expires_at=DUE - MINUTE)

    held = stand.work()

    assert held == (State.HELD, "channel_needs_person")
    assert stand.proxy.exchanges() == []


def test_a_refused_token_says_what_to_do_where_people_look(mastodon_stand: Stand) -> None:
    """On the delivery's own page, with the way on, and on the Studio's home."""
    stand = mastodon_stand
    stand.plan()
    Channel.objects.filter(pk=stand.channel.pk).update(secret=Secret({"access_token": "wrong"}))

    failed = stand.work()
    studio = Client()
    studio.force_login(stand.scene.coordinator)
    page = studio.get(reverse("studio_delivery", args=[stand.delivery.pk])).content.decode()
    home = studio.get(reverse("wagtailadmin_home")).content.decode()

    remedy = codes.sentence("token_refused")
    assert failed == (State.FAILED, "token_refused")
    assert remedy in page
    assert reverse("studio_act", args=[stand.delivery.pk, "try_again"]) in page
    assert reverse("studio_delivery", args=[stand.delivery.pk]) in home
    assert remedy in home
    assert Channel.objects.get(pk=stand.channel.pk).health == Health.NEEDS_PERSON


def test_a_log_in_that_ran_out_is_renewed_and_the_post_leaves_at_once(bluesky_stand: Stand) -> None:
    stand = bluesky_stand
    stand.plan()
    stand.proxy.status(400, "POST", stand.publishing, body='{"error": "ExpiredToken", "message": "No"}')

    sent = stand.work()

    renewals = [one for one in stand.proxy.exchanges() if one.path.endswith("refreshSession")]
    assert sent == (State.SENT, "")
    assert len(renewals) == 1
    assert (stand.texts(), stand.calls()) == (["Together."], 2)


# -- nonsense and slowness ---------------------------------------------------------------------------


@pytest.mark.parametrize("acted", [True, False], ids=["acted", "not acted"])
@pytest.mark.parametrize("raw", ["\x00\x16\x03 not HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"])
def test_nonsense_in_answer_is_settled_by_a_look(each_stand: Stand, raw: str, acted: bool) -> None:
    stand = each_stand
    stand.plan()
    stand.proxy.garbage(raw, "POST", stand.publishing, forward=acted)

    stand.work()
    settled = stand.work(MINUTE)

    assert settled == (State.SENT, "")
    assert stand.texts() == ["Together."]
    assert stand.calls() == (1 if acted else 2)


def test_nonsense_in_answer_to_a_look_is_asked_again(each_stand: Stand) -> None:
    """A look-up that fails says nothing: neither that it is there nor that it isn't."""
    stand = each_stand
    stand.plan()
    stand.proxy.drop_after("POST", stand.publishing)
    stand.proxy.garbage("<<<", "GET", stand.looking)

    unsettled = stand.work()
    settled = stand.work(MINUTE)

    assert unsettled == (State.SENDING, "")
    assert settled == (State.SENT, "")
    assert (stand.texts(), stand.calls()) == (["Together."], 1)


def test_a_slow_network_holds_up_no_other_channel(mastodon_stand: Stand, settings: Any) -> None:
    settings.REQUEST_SECONDS = 30.0
    stand = mastodon_stand
    slow = stand.plan("To the slow one.")
    elsewhere = stand.scene.deliveries(stand.scene.post("To the site.", at=DUE))[0]
    stand.proxy.hold_before("POST", stand.publishing)

    for _turn in range(100):
        stand.worker.turn()
        elsewhere.refresh_from_db()
        if elsewhere.state == State.SENT:
            break
    slow.refresh_from_db()

    assert (elsewhere.state, slow.state) == (State.SENT, State.SENDING)
    assert [one.events.keys() & {"forwarded", "client_gone"} for one in stand.proxy.exchanges()] == [set()]
