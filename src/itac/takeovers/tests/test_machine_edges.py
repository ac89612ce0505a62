"""The edges of a window, to the second, and what comes between a worker's looks: the close, a stop, a slow database.

On both databases: what a worker finds at such a second hangs on how each of them lets many write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from itac.campaign.models import Campaign
from itac.core import clock
from itac.core.walltime import WallTime
from itac.networks.models import Channel
from itac.publishing import approving, mandating, pausing, planning, writing
from itac.publishing.models import Attempt, AttemptState, Delivery, Grant, Post, State, Verdict
from itac.publishing.outbox import LINE_SECONDS, Worker
from itac.takeovers import agreeing
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, NOON, SECOND, Stage
from tests.servers.mastodon import MastodonServer
from tests.servers.proxy import Proxy
from tests.servers.receiver import Receiver
from tools.databases import Database

CLOSE = NOON + 6 * HOUR
MINUTE = timedelta(minutes=1)
STATUSES = "/api/v1/statuses"


@pytest.fixture
def stage(each_database: Database) -> Stage:
    """North City plans take-overs; it is an hour before noon of 18 December."""
    return Stage(NOON)


class Hand:
    """A worker with the clock in our hand."""

    def __init__(self, at: datetime, *, in_flight: int = 4, watch: Callable[[str], None] | None = None) -> None:
        self.at = at
        self.worker = Worker(now=lambda: self.at, in_flight=in_flight, **({"watch": watch} if watch else {}))

    def work(self, at: datetime) -> None:
        """Work off what is due at that moment."""
        self.at = at
        self.worker.work_off()


@pytest.fixture
def hand(each_database: Database) -> Iterator[Callable[..., Hand]]:
    """Makes workers; all end after the test."""
    made: list[Hand] = []

    def make(at: datetime, **facts: Any) -> Hand:
        made.append(Hand(at, **facts))
        return made[-1]

    yield make
    for each in made:
        each.worker.stop()
        each.worker.run()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server whose answer comes after a call has waited in line for too long."""
    with Receiver(seconds=LINE_SECONDS * 2) as running:
        yield running


def channel_to(stage: Stage, address: str, *, token: str = "token", account_id: str = "1") -> Channel:
    """A channel on that server, on which nobody may speak but in a window."""
    made = stage.scene.channel(
        "network", network="mastodon", address=address, account_id=account_id, secret={"access_token": token}
    )
    Grant.objects.filter(channel=made).delete()
    return made


def lent(stage: Stage, channel: Channel) -> TakeOver:
    """North City's window on that channel."""
    return stage.briefed(places=[mandating.Place(channel, ("en",))])


def became(post: Post) -> tuple[str, str]:
    """State and code of its delivery."""
    delivery = Delivery.objects.get(variant__post=post)
    return delivery.state, delivery.code


def test_what_is_due_at_the_opening_second_leaves_and_what_is_due_at_the_closing_second_does_not(
    stage: Stage, hand: Callable[..., Hand]
) -> None:
    takeover = stage.briefed()
    early, first, last, late = (stage.post(takeover, at=at) for at in (NOON - SECOND, NOON, CLOSE - SECOND, CLOSE))
    workers = hand(NOON)

    for at in (NOON - SECOND, NOON, CLOSE - SECOND, CLOSE):
        workers.work(at)

    sent, held = (State.SENT, ""), (State.HELD, "no_grant")
    assert [became(post) for post in (early, first, last, late)] == [held, sent, sent, held]


def campaigns(stage: Stage, *, at: datetime) -> Post:
    """An approved post of the campaign itself on the site, due then."""
    coordinator = stage.coordinator
    draft = writing.Draft(
        title={"en": "Note"},
        text={"en": f"Said at {at:%H:%M:%S}."},
        variants=[writing.DraftVariant(channel_id=stage.website.pk, language="en")],
    )
    post = writing.begin_post(coordinator, organisation=None, draft=draft, now=stage.now)
    writing.submit_working_copy(coordinator, post, now=stage.now)
    post.refresh_from_db()
    planning.plan(coordinator, post, at=WallTime(at.replace(tzinfo=None), "UTC"), now=stage.now)
    post.refresh_from_db()
    request = approving.ask(coordinator, post, now=stage.now)
    for who in (stage.approver, stage.scene.south_approver):
        (organisation,) = approving.answering_as(who, request, now=stage.now)
        approving.decide(
            who, request, organisation=organisation, verdict=Verdict.APPROVE, seal=request.seal, now=stage.now
        )
    return post


def test_to_the_second_the_campaign_is_kept_out_and_let_in_again(stage: Stage, hand: Callable[..., Hand]) -> None:
    stage.briefed()
    moments = (NOON - SECOND, NOON, CLOSE - SECOND, CLOSE)
    posts = [campaigns(stage, at=at) for at in moments]
    worker = hand(NOON)

    for at in moments:
        worker.work(at)

    sent, taken = (State.SENT, ""), (State.HELD, "window_taken")
    assert [became(post) for post in posts] == [sent, taken, taken, sent]


def test_a_call_begun_before_the_close_is_finished_and_recorded_after_it(
    stage: Stage, receiver: Receiver, hand: Callable[..., Hand]
) -> None:
    channel = channel_to(stage, receiver.url)
    post = stage.post(lent(stage, channel), at=CLOSE - SECOND, channel=channel)
    worker = hand(CLOSE - SECOND)
    worker.worker.turn()
    under_way = worker.worker.under_way

    worker.work(CLOSE + SECOND)

    assert (under_way, became(post), len(receiver.receipts())) == (1, (State.SENT, ""), 1)
    assert Attempt.objects.get().state == AttemptState.ACCEPTED


@pytest.mark.parametrize(
    ("cut", "then", "posted"),
    [
        ("drop_after", (State.SENT, ""), 1),
        ("drop_before", (State.HELD, "no_grant"), 0),
        ("too_many", (State.HELD, "no_grant"), 0),
    ],
)
def test_a_call_of_before_the_close_that_failed_is_looked_up_after_it_and_never_made_again(
    each_database: Database,
    mastodon: MastodonServer,
    proxy_for: Callable[..., Proxy],
    hand: Callable[..., Hand],
    cut: str,
    then: tuple[str, str],
    posted: int,
) -> None:
    close = clock.now() + MINUTE  # the server's clock tells when it was posted
    stage = Stage(close - 6 * HOUR)
    proxy = proxy_for(mastodon)
    channel = channel_to(stage, proxy.url, token=mastodon.token, account_id=mastodon.account_id())
    post = stage.post(lent(stage, channel), at=close - SECOND, channel=channel)
    if cut == "too_many":
        proxy.status(429, "POST", STATUSES)
    else:
        getattr(proxy, cut)("POST", STATUSES)
    worker = hand(close - SECOND)

    worker.work(close - SECOND)
    for minutes in (1, 5, 10):
        worker.work(close + minutes * MINUTE)

    calls = [each for each in proxy.exchanges() if (each.method, each.path) == ("POST", STATUSES)]
    assert (became(post), len(mastodon.statuses()), len(calls)) == (then, posted, 1)


def test_a_stop_pressed_while_calls_are_under_way_lets_no_further_one_begin(
    stage: Stage, receiver: Receiver, hand: Callable[..., Hand]
) -> None:
    channel = channel_to(stage, receiver.url)
    takeover = lent(stage, channel)
    posts = [stage.post(takeover, at=NOON, channel=channel) for _ in range(4)]
    worker = hand(NOON, in_flight=1)
    worker.worker.call_seconds = 0.05  # what it learned from quick answers before: others stand in line
    worker.worker.turn()

    mandating.stop(stage.guardian, takeover.mandate, reason="A wrong figure", now=NOON)
    worker.work(NOON)

    held = (State.HELD, "takeover_stopped")
    assert [became(post) for post in posts] == [(State.SENT, ""), held, held, held]
    assert len(receiver.receipts()) == 1


def test_undoing_a_stop_lets_nothing_out_that_came_due_meanwhile(stage: Stage, hand: Callable[..., Hand]) -> None:
    """Also what was planned after the stop, and no worker looked at before it was undone."""
    takeover = stage.briefed()
    mandating.stop(stage.guardian, takeover.mandate, reason="", now=NOON)
    overdue, later = (stage.post(takeover, at=NOON + minutes * MINUTE) for minutes in (1, 3))

    mandating.undo_stop(stage.coordinator, takeover.mandate, now=NOON + 2 * MINUTE)
    worker = hand(NOON)
    for minutes in (2, 3):
        worker.work(NOON + minutes * MINUTE)

    assert [became(post) for post in (overdue, later)] == [(State.HELD, "takeover_stopped"), (State.SENT, "")]


@pytest.mark.parametrize(
    ("between", "code"),
    [("stop", "takeover_stopped"), ("cancel", "no_grant"), ("close", "no_grant")],
)
def test_what_comes_between_two_parts_of_a_thread_keeps_the_second_from_leaving(
    stage: Stage, receiver: Receiver, hand: Callable[..., Hand], between: str, code: str
) -> None:
    channel = channel_to(stage, receiver.url)
    takeover = lent(stage, channel)
    post = stage.post(takeover, at=CLOSE - MINUTE, channel=channel, text="The first part.\n---\nThe second part.")

    def watch(point: str) -> None:
        if point != "between_parts":
            return
        if between == "stop":
            mandating.stop(stage.guardian, takeover.mandate, reason="", now=worker.at)
        elif between == "cancel":
            agreeing.cancel(stage.coordinator, takeover, reason="A storm", now=worker.at)
        else:
            worker.at = CLOSE

    worker = hand(CLOSE - MINUTE, watch=watch)
    worker.work(CLOSE - MINUTE)
    if between == "stop":
        mandating.undo_stop(stage.coordinator, takeover.mandate, now=worker.at)
        worker.work(worker.at)

    delivery = Delivery.objects.get(variant__post=post)
    assert (delivery.state, delivery.code, len(receiver.receipts())) == (State.HELD, code, 1)
    assert delivery.moves.latest("pk").note == "thread_cut"


def test_a_worker_that_waited_for_the_database_judges_by_the_moment_at_which_it_got_it(
    stage: Stage, hand: Callable[..., Hand]
) -> None:
    """Others may write for seconds between its look at what is due and its own transaction."""
    post = stage.post(stage.briefed(), at=CLOSE - SECOND)
    worker = hand(CLOSE - SECOND)

    def the_window_closes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not connection.in_atomic_block and worker.worker.next_adoption and "ready_at" in sql:
            worker.at = CLOSE
        return execute(sql, params, many, context)

    with connection.execute_wrapper(the_window_closes):
        worker.worker.work_off()

    assert became(post) == (State.HELD, "no_grant")


def test_a_day_that_has_its_midnight_twice_is_one_day_for_the_number_of_posts(
    each_database: Database, hand: Callable[..., Hand]
) -> None:
    """Where clocks go back at one in the night."""
    midnight = datetime(2026, 11, 1, 4, tzinfo=UTC)
    stage = Stage(midnight)
    Campaign.objects.update(zone="America/Havana")
    takeover = stage.briefed(per_day=1)
    posts = [stage.post(takeover, at=midnight + minutes * MINUTE) for minutes in (30, 90)]
    worker = hand(midnight)

    for minutes in (30, 90):
        worker.work(midnight + minutes * MINUTE)

    assert [became(post) for post in posts] == [(State.SENT, ""), (State.HELD, "daily_limit")]


def test_nobody_is_led_to_post_by_hand_for_a_take_over_that_is_stopped(stage: Stage) -> None:
    takeover = stage.briefed()
    delivery = Delivery.objects.get(variant__post=stage.post(takeover, at=NOON))
    before = pausing.stop_in_force(delivery)

    mandating.stop(stage.guardian, takeover.mandate, reason="", now=NOON)

    assert (before, pausing.stop_in_force(delivery)) == ("", "takeover_stopped")
