"""The delivery as a state machine against a small model: whatever people, clocks and crashes do, nothing leaves twice,
nothing leaves without authority at that moment, and what was allowed and due leaves once (Promises 1 and 2)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from itac.networks.models import WebsiteEntry
from itac.publishing import approving, deciding, granting, holding, pausing, writing
from itac.publishing.errors import ForbiddenMove, Unfit
from itac.publishing.models import Delivery, Grant, Post, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from tools import databases
from tools.databases import Database

START = datetime(2026, 12, 18, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GRACE = 15 * MINUTE
POINTS = ["before_intent", "after_intent", "before_record"]


class Died(BaseException):
    """The process ends here, as far as the worker can tell: nothing catches this."""


class DeliveryMachine(RuleBasedStateMachine):
    """Posts to the campaign's own site, one after the other, driven at random. The model is a few facts, kept beside
    the database."""

    empty_database: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.empty_database()
        self.now = START
        self.scene = Scene(START)
        self.texts: list[str] = []
        self.paused = self.revoked = self.on_hold = self.held_back = False
        self.allowed_at: dict[str, bool] = {}
        self.write_the_next()

    def write_the_next(self) -> None:
        """An approved post, due in a minute. The model: which text is approved for which window, when it counts as
        late, whether all is paused, whether the grant is open, whether the organisation is on hold, and whether this
        post waits for a person since it was."""
        self.held_back = False
        self.scene.now, due_at = self.now, self.now + MINUTE
        self.texts.append(f"Text {len(self.texts)}.")
        self.post = self.scene.post(self.texts[-1], at=due_at)
        self.approved: tuple[str, datetime, datetime] | None = self._for_now(due_at)
        self.late_from = due_at + GRACE

    def _for_now(self, planned_at: datetime) -> tuple[str, datetime, datetime]:
        return (self.texts[-1], planned_at - approving.AROUND, planned_at + approving.AROUND)

    # -- what people do ------------------------------------------------------------------------------

    @rule(submitted=st.sampled_from([True, True, False]))
    def edit(self, submitted: bool) -> None:
        """What is only typed and not submitted changes nothing for anybody."""
        post = Post.objects.get(pk=self.post.pk)
        draft, version = writing.working_draft(post)
        changed = replace(draft, text={"en": f"Text {len(self.texts)}."})
        writing.save_working_copy(self.scene.north_editor, post, changed, version=version, now=self.now)
        if submitted:
            self.texts.append(changed.text["en"])
            writing.submit_working_copy(self.scene.north_editor, Post.objects.get(pk=self.post.pk), now=self.now)
            self.approved = None

    @rule(yes=st.sampled_from([True, True, False]))
    def approve(self, yes: bool) -> None:
        """Both organisations say yes, or the writer takes the question back."""
        self.scene.now = self.now
        post = Post.objects.get(pk=self.post.pk)
        if not yes:
            approving.withdraw_request(self.scene.north_editor, post, now=self.now)
            self.approved = None
        elif self.approved is None:
            with contextlib.suppress(Unfit):  # its time is over
                self.scene.approve(post)
                assert post.planned_at is not None
                self.approved = self._for_now(post.planned_at)

    @rule(minutes=st.sampled_from([1, 2, 30, 90]))
    def move(self, minutes: int) -> None:
        self.scene.now = self.now
        self.scene.plan(Post.objects.get(pk=self.post.pk), self.now + minutes * MINUTE)
        self.late_from = self.now + minutes * MINUTE + GRACE
        self.held_back = False

    @rule(channel=st.sampled_from([True, True, False]))
    def pause_or_resume(self, channel: bool) -> None:
        if self.paused:
            for where in (None, self.scene.website):
                pausing.resume(self.scene.coordinator, channel=where, now=self.now)
        else:
            where = self.scene.website if channel else None
            pausing.pause(self.scene.coordinator, channel=where, reason="", now=self.now)
        self.paused = not self.paused

    @rule()
    def hold_everything_or_lift(self) -> None:
        """What the hold found planned, and what came due meanwhile, leaves only by a person's decision."""
        delivery = self._delivery()
        if self.on_hold:
            is_overdue = min(delivery.due_at, delivery.ready_at) <= self.now
            holding.lift(self.scene.coordinator, self.scene.north, now=self.now)
        else:
            is_overdue = True
            holding.hold_everything(self.scene.north_approver, self.scene.north, reason="", now=self.now)
        self.on_hold = not self.on_hold
        self.held_back = self.held_back or (delivery.state == State.PLANNED and is_overdue)

    @rule()
    def revoke_or_grant(self) -> None:
        website, north = self.scene.website, self.scene.north
        if self.revoked:
            granting.grant(self.scene.coordinator, channel=website, organisation=north, opens_at=self.now)
        else:
            for given in Grant.objects.filter(channel=website, organisation=north, revoked_at=None):
                granting.revoke(self.scene.coordinator, given, now=self.now)
        self.revoked = not self.revoked

    @rule(action=st.sampled_from(["hold", "send_now", "drop", "try_again", "plan_again"]))
    def decide(self, action: str) -> None:
        try:
            getattr(deciding, action)(self.scene.north_editor, self._delivery(), now=self.now)
        except (ForbiddenMove, Unfit):
            return  # the state doesn't lead there, or its time is over, and nothing happened
        self.held_back = self.held_back and action in {"hold", "drop"}
        planned_at = Post.objects.values_list("planned_at", flat=True).get(pk=self.post.pk)
        since = {"send_now": self.now, "try_again": self.now, "plan_again": planned_at}.get(action)
        self.late_from = since + GRACE if since else self.late_from

    # -- what time and machines do -------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 2, 14, 17, 61, 90]))
    def time_passes_and_a_worker_works(self, minutes: int) -> None:
        """To its end. First another post is written if nothing can come of this one."""
        if self._delivery().state in {State.SENT, State.CANCELLED}:
            self.write_the_next()
        self.now += minutes * MINUTE
        self._work("")

    @rule(minutes=st.sampled_from([1, 2, 17]), point=st.sampled_from(POINTS))
    def time_passes_and_a_worker_dies(self, minutes: int, point: str) -> None:
        """At that point, if it comes there."""
        self.now += minutes * MINUTE
        self._work(point)

    def _delivery(self) -> Delivery:
        return Delivery.objects.filter(variant__post=self.post).latest("pk")

    def _work(self, dies_at: str) -> None:
        before = {entry.text for entry in WebsiteEntry.objects.all()}
        allowed = self._may_leave()

        def watch(point: str) -> None:
            if point == dies_at:
                raise Died

        worker = Worker(now=lambda: self.now, in_flight=2, watch=watch)
        try:
            worker.work_off()
        except Died:
            worker.pool.shutdown(wait=True)
            connections.close_all()
            self.now += 2 * MINUTE  # long enough for others to see that it is silent
        else:
            worker.stop()
            worker.run()
        for text in {entry.text for entry in WebsiteEntry.objects.all()} - before:
            self.allowed_at[text] = text in allowed

    def _may_leave(self) -> set[str]:
        """The model's answer: which texts may begin to leave now; and what had begun may be finished."""
        begun = {
            delivery.payload["parts"][0]["text"]
            for delivery in Delivery.objects.filter(state=State.SENDING, payload__isnull=False)
        }
        stopped = self.paused or self.revoked or self.on_hold or self.held_back
        if self.approved is None or stopped or self._delivery().state == State.HELD:
            return begun
        text, opens, closes = self.approved
        return begun | ({text} if opens <= self.now < closes and self.now <= self.late_from else set())

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def nothing_is_there_twice(self) -> None:
        posts = [entry.subject for entry in WebsiteEntry.objects.all()]
        assert len(posts) == len(set(posts)), posts

    @invariant()
    def what_left_was_allowed_to_at_that_moment(self) -> None:
        assert all(self.allowed_at.values()), self.allowed_at

    @invariant()
    def sent_and_there_are_one(self) -> None:
        sent = Delivery.objects.filter(state=State.SENT).values_list("variant__post__slug", flat=True)
        assert set(sent) <= {entry.subject for entry in WebsiteEntry.objects.all()}

    def teardown(self) -> None:
        """In the end what may still leave does: planned, approved, granted, not paused, in time, and a live worker."""
        live = Delivery.objects.filter(variant__post=self.post).exclude(state=State.CANCELLED).first()
        if live is None or self.paused or self.revoked or self.on_hold or self.approved is None:
            return
        text, opens, closes = self.approved
        under_way = live.state == State.SENDING
        due = max(live.ready_at, self.now)
        in_time = due - (live.released_at or live.due_at) <= live.grace
        if live.state == State.PLANNED and in_time and opens <= due < closes and live.payload in (None, {}):
            self.now = due
            self._work("")
            assert [entry.text for entry in WebsiteEntry.objects.filter(subject=self.post.slug)] == [text]
        elif under_way:
            self.now += 2 * MINUTE
            self._work("")
            self.now += 2 * MINUTE
            self._work("")
            assert not Delivery.objects.filter(state=State.SENDING).exists()


@pytest.mark.slow
def test_no_course_of_events_sends_twice_or_without_authority(each_database: Database, postgres_url: str) -> None:
    def empty() -> None:
        connections.close_all()
        databases.fill(each_database, cluster_url=postgres_url)

    class Machine(DeliveryMachine):
        empty_database = staticmethod(empty)

    machine_settings = settings(
        max_examples=60 if each_database.kind == "sqlite" else 20,  # a clone of PostgreSQL takes its time
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step is real commits: shrinking takes hours
    )

    run_state_machine_as_test(Machine, settings=machine_settings)  # type: ignore[no-untyped-call]


def test_the_machine_knows_every_human_action() -> None:
    """Whoever adds an action to a state has to think of it here, or say why it doesn't belong."""
    by_network = {"confirm", "decline", "look_up", "is_there", "is_not_there"}  # the site always tells

    known = {action for actions in deciding.ACTIONS.values() for action in actions}

    assert known - by_network == {"hold", "send_now", "drop", "try_again", "plan_again"}
