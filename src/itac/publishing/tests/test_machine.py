"""The delivery as a state machine against a small model: whatever people, clocks and crashes do, nothing leaves twice,
nothing leaves without authority at that moment, and what was allowed and due leaves once (Promises 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from itac.networks.models import WebsiteEntry
from itac.publishing import approving, deciding, granting, pausing, writing
from itac.publishing.errors import ForbiddenMove, Unfit
from itac.publishing.models import Delivery, Grant, Post, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene
from tools import databases
from tools.databases import Database

START = datetime(2026, 12, 18, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POINTS = ["before_intent", "after_intent", "before_record"]


class Died(BaseException):
    """The process ends here, as far as the worker can tell: nothing catches this."""


class DeliveryMachine(RuleBasedStateMachine):
    """One post to the campaign's own site, driven at random. The model is five facts, kept beside the database."""

    empty_database: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.empty_database()
        self.now = START
        self.scene = Scene(START)
        self.texts = ["Version 0."]
        self.post = self.scene.post(self.texts[0], at=START + 30 * MINUTE, approved=False)
        # The model: which text is approved for which window, whether all is paused, whether the grant is open.
        self.approved: tuple[str, datetime, datetime] | None = None
        self.paused = self.revoked = False
        self.allowed_at: dict[str, bool] = {}

    # -- what people do ------------------------------------------------------------------------------

    @rule()
    def edit(self) -> None:
        text = f"Version {len(self.texts)}."
        self.texts.append(text)
        draft, version = writing.working_draft(Post.objects.get(pk=self.post.pk))
        changed = replace(draft, text={"en": text})
        writing.save_working_copy(self.scene.north_editor, self.post, changed, version=version, now=self.now)
        writing.submit_working_copy(self.scene.north_editor, Post.objects.get(pk=self.post.pk), now=self.now)
        self.approved = None

    @rule()
    def type_without_submitting(self) -> None:
        post = Post.objects.get(pk=self.post.pk)
        draft, version = writing.working_draft(post)
        writing.save_working_copy(self.scene.north_editor, post, draft, version=version, now=self.now)

    @rule()
    def approve(self) -> None:
        self.scene.now = self.now
        post = Post.objects.get(pk=self.post.pk)
        if approving.request_in_force(post) and self.approved:
            return
        try:
            self.scene.approve(post)
        except Unfit:
            return  # its time is over
        assert post.planned_at is not None
        self.approved = (self.texts[-1], post.planned_at - approving.AROUND, post.planned_at + approving.AROUND)

    @rule()
    def take_back(self) -> None:
        approving.withdraw_request(self.scene.north_editor, self.post, now=self.now)
        self.approved = None

    @rule(minutes=st.integers(1, 120))
    def move(self, minutes: int) -> None:
        self.scene.now = self.now
        self.scene.plan(Post.objects.get(pk=self.post.pk), self.now + minutes * MINUTE)

    @rule(channel=st.booleans())
    def pause(self, channel: bool) -> None:
        where = self.scene.website if channel else None
        pausing.pause(self.scene.coordinator, channel=where, reason="", now=self.now)
        self.paused = True

    @precondition(lambda self: self.paused)
    @rule()
    def resume(self) -> None:
        for where in (None, self.scene.website):
            pausing.resume(self.scene.coordinator, channel=where)
        self.paused = False

    @rule()
    def revoke(self) -> None:
        for given in Grant.objects.filter(channel=self.scene.website, organisation=self.scene.north, revoked_at=None):
            granting.revoke(self.scene.coordinator, given, now=self.now)
        self.revoked = True

    @precondition(lambda self: self.revoked)
    @rule()
    def grant(self) -> None:
        granting.grant(
            self.scene.coordinator, channel=self.scene.website, organisation=self.scene.north, opens_at=self.now
        )
        self.revoked = False

    @rule(action=st.sampled_from(["hold", "send_now", "drop", "try_again", "plan_again"]))
    def decide(self, action: str) -> None:
        delivery = Delivery.objects.filter(variant__post=self.post).latest("pk")
        try:
            getattr(deciding, action)(self.scene.north_editor, delivery, now=self.now)
        except ForbiddenMove:
            return  # the state doesn't lead there, and nothing happened

    # -- what time and machines do -------------------------------------------------------------------

    @rule(minutes=st.sampled_from([0, 1, 5, 16, 30, 61, 121]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule()
    def work(self) -> None:
        self._work("")

    @rule(point=st.sampled_from(POINTS))
    def work_and_die(self, point: str) -> None:
        self._work(point)

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
        if self.approved is None or self.paused or self.revoked:
            return begun
        text, opens, closes = self.approved
        return begun | ({text} if opens <= self.now < closes else set())

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def nothing_is_there_twice(self) -> None:
        texts = [entry.text for entry in WebsiteEntry.objects.all()]
        assert len(texts) == len(set(texts)) <= 1, texts

    @invariant()
    def what_left_was_allowed_to_at_that_moment(self) -> None:
        assert all(self.allowed_at.values()), self.allowed_at

    @invariant()
    def sent_and_there_are_one(self) -> None:
        sent = Delivery.objects.filter(variant__post=self.post, state=State.SENT).count()
        assert sent <= WebsiteEntry.objects.count()

    def teardown(self) -> None:
        """In the end what may still leave does: planned, approved, granted, not paused, in time, and a live worker."""
        live = Delivery.objects.filter(variant__post=self.post).exclude(state=State.CANCELLED).first()
        if live is None or self.paused or self.revoked or self.approved is None:
            return
        text, opens, closes = self.approved
        under_way = live.state == State.SENDING
        due = max(live.ready_at, self.now)
        in_time = due - (live.released_at or live.due_at) <= live.grace
        if live.state == State.PLANNED and in_time and opens <= due < closes and live.payload in (None, {}):
            self.now = due
            self._work("")
            assert [entry.text for entry in WebsiteEntry.objects.all()] == [text]
        elif under_way:
            self.now += 2 * MINUTE
            self._work("")
            self.now += 2 * MINUTE
            self._work("")
            assert not Delivery.objects.filter(state=State.SENDING).exists()


def test_no_course_of_events_sends_twice_or_without_authority(each_database: Database, postgres_url: str) -> None:
    def empty() -> None:
        connections.close_all()
        databases.fill(each_database, cluster_url=postgres_url)

    class Machine(DeliveryMachine):
        empty_database = staticmethod(empty)

    machine_settings = settings(
        max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )

    run_state_machine_as_test(Machine, settings=machine_settings)  # type: ignore[no-untyped-call]


def test_the_machine_knows_every_human_action() -> None:
    """Whoever adds an action to a state has to think of it here, or say why it doesn't belong."""
    by_network = {"confirm", "decline", "look_up", "is_there", "is_not_there"}  # the site always tells

    known = {action for actions in deciding.ACTIONS.values() for action in actions}

    assert known - by_network == {"hold", "send_now", "drop", "try_again", "plan_again"}
