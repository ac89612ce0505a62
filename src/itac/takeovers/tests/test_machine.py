"""Take-overs as a state machine against a small model: whatever people, clocks and crashes do, nothing leaves without
authority at that moment, nothing leaves twice, and what was allowed and due leaves once (Promises 1, 2 and 6)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from itac.campaign.models import Campaign, Person
from itac.core.localised import Localised
from itac.networks.models import WebsiteEntry
from itac.publishing import approving, deciding, granting, mandating, planning, writing
from itac.publishing.errors import ForbiddenMove, MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.mandating import Place
from itac.publishing.models import Attempt, AttemptState, Delivery, Mandate, Oversight, Post, State, Verdict
from itac.publishing.outbox import Worker
from itac.publishing.planning import MOVABLE
from itac.publishing.tests.factories import Scene, person
from itac.takeovers import agreeing
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.window_model import ZONE, Voice, Window, wall
from tools import databases
from tools.databases import Database

START = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)  # half an hour before midnight, 90 minutes before clocks go back
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
POINTS = ["before_intent", "after_intent", "before_record"]
NO = (Unfit, ForbiddenMove, NotAllowed, MovedMeanwhile)  # the verb says no, and nothing happened

windows = st.sampled_from(["north", "south"])
voices = st.sampled_from(["north", "south", "own"])
guards = st.sampled_from(list(Oversight))
lengths = st.sampled_from([30, 180])
tongues = st.sampled_from([("en",), ("es",), ()])
yeses = st.sampled_from(["all", "all", "own"])  # whose yes the next posts have when they come due


class Died(BaseException):
    """The process ends here, as far as the worker can tell: nothing catches this."""


class WindowMachine(RuleBasedStateMachine):
    """North takes over the site in English and South in Spanish; the campaign's own posts want to go there too. Each
    voice has one post at a time."""

    empty_database: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.empty_database()
        self.now, self.number = START, 0
        self.scene = Scene(START)
        Campaign.objects.update(zone=ZONE)
        self.guardian = person("Guardian", host=self.scene.south)
        north = (self.scene.north, self.scene.north_editor, self.scene.north_approver)
        south = (self.scene.south, self.scene.south_editor, self.scene.south_approver)
        self.voices = {
            "north": Voice("north", *north, "en"),
            "south": Voice("south", *south, "es"),
            "own": Voice("own", None, self.scene.coordinator, self.scene.coordinator, "en"),
        }

    @initialize(
        oversight=guards,
        per_day=st.sampled_from([None, 1]),
        opens=st.sampled_from([0, 2]),
        briefed=st.sampled_from([["north", "south"], ["south"]]),
        who=yeses,
    )
    def two_have_asked(self, oversight: str, per_day: int | None, opens: int, briefed: list[str], who: str) -> None:
        """Both have windows, and one or both are briefed."""
        for name in ("north", "south"):
            self.ask_anew(name, oversight, 180, opens=opens, per_day=per_day)
            self.agree(name)
            if name in briefed:
                self.brief(name)
        for voice in self.voices.values():
            self.write_the_next(voice, who)

    def write_the_next(self, voice: Voice, who: str = "all") -> None:
        """A post, due in two minutes, to which these have said yes."""
        self.number += 1
        voice.text, language = f"Text {self.number}.", voice.language
        draft = writing.Draft(
            title={language: f"Post {self.number}"},
            text={language: voice.text},
            original=language,
            variants=[writing.DraftVariant(channel_id=self.scene.website.pk, language=language)],
        )
        mandate = voice.window.takeover.mandate if voice.window else None
        voice.post = writing.begin_post(
            voice.editor, organisation=voice.organisation, draft=draft, mandate=mandate, now=self.now
        )
        writing.submit_working_copy(voice.editor, voice.post, now=self.now)
        voice.waits = voice.urgent = False
        voice.since = self.now + 2 * MINUTE
        planning.plan(voice.editor, self._post(voice), at=wall(voice.since), now=self.now)
        self.approve(voice.name, who)

    # -- what people do with a post ------------------------------------------------------------------

    @rule(name=voices, submitted=st.sampled_from([True, True, False]))
    def edit(self, name: str, submitted: bool) -> None:
        voice = self.voices[name]
        post = self._post(voice)
        draft, version = writing.working_draft(post)
        self.number += 1
        changed = replace(draft, text={voice.language: f"Text {self.number}."})
        writing.save_working_copy(voice.editor, post, changed, version=version, now=self.now)
        if submitted:
            writing.submit_working_copy(voice.editor, self._post(voice), now=self.now)
            voice.text = changed.text[voice.language]
            self._void(voice)

    @rule(name=voices, who=st.sampled_from(["all", "all", "own", "guardian", "nobody"]))
    def approve(self, name: str, who: str) -> None:
        """It is asked about anew, and these say yes; or the question is taken back."""
        voice = self.voices[name]
        if who == "nobody":
            approving.withdraw_request(voice.editor, self._post(voice), now=self.now)
            self._void(voice)
            return
        try:
            request = approving.ask(voice.editor, self._post(voice), now=self.now)
        except Unfit:
            return  # its time is over, and nothing happened
        self._void(voice)
        people = {"own": [voice.approver], "guardian": [self.guardian]}.get(
            who, [self.scene.north_approver, self.scene.south_approver, self.guardian]
        )
        for each in people:
            for organisation in approving.answering_as(each, request, now=self.now):
                approving.decide(
                    each, request, organisation=organisation, verdict=Verdict.APPROVE, seal=request.seal, now=self.now
                )
        asks_guardian = voice.window is not None and voice.window.asks_guardian(voice.post)
        if who == "all" or (who == "own" and voice.window is not None and not asks_guardian):
            planned_at = self._post(voice).planned_at
            assert planned_at is not None
            voice.approved = (voice.signed, planned_at - approving.AROUND, planned_at + approving.AROUND)
            if voice.window is not None and asks_guardian:
                voice.window.vouched.add(voice.post.pk)

    @rule(name=voices, minutes=st.sampled_from([1, 2, 30, 90]))
    def move(self, name: str, minutes: int) -> None:
        voice = self.voices[name]
        moves = voice.delivery().state in MOVABLE
        at = self.now + minutes * MINUTE
        planning.plan(voice.editor, self._post(voice), at=wall(at), now=self.now)
        if moves:  # what a worker has begun keeps its time
            voice.since, voice.waits = at, False

    @rule(name=voices, action=st.sampled_from(["hold", "send_now", "drop", "plan_again"]))
    def decide(self, name: str, action: str) -> None:
        voice = self.voices[name]
        try:
            getattr(deciding, action)(voice.editor, voice.delivery(), now=self.now)
        except NO:
            return
        if action in {"send_now", "plan_again"}:
            voice.waits = False
            voice.since = self.now if action == "send_now" else voice.delivery().due_at

    @rule(language=st.sampled_from(["en", "es"]), is_urgent=st.booleans())
    def say_that_a_post_of_the_campaign_is_urgent_or_is_not(self, language: str, is_urgent: bool) -> None:
        """And from the next one on, in which language those are."""
        own = self.voices["own"]
        granting.mark_urgent(self.scene.coordinator, self._post(own), is_urgent=is_urgent, now=self.now)
        own.urgent = is_urgent
        if own.delivery().state in {State.SENT, State.CANCELLED}:
            own.language = language
            self.write_the_next(own)

    # -- what people do with a take-over -------------------------------------------------------------

    @rule(name=windows, oversight=guards, minutes=lengths)
    def ask_for_another_once_it_is_over(self, name: str, oversight: str, minutes: int) -> None:
        window = self._window(name)
        if window.stage == "cancelled" or window.closes_at <= self.now:
            self.ask_anew(name, oversight, minutes)
            self.write_the_next(self.voices[name])

    def ask_anew(self, name: str, oversight: str, minutes: int, *, opens: int = 2, per_day: int | None = None) -> None:
        """The organisation asks for a window that opens in so many minutes, in the language of its voice."""
        voice = self.voices[name]
        assert voice.organisation is not None
        opens_at = self.now + opens * MINUTE
        facts: dict[str, Any] = {"opens_at": opens_at, "closes_at": opens_at + minutes * MINUTE}
        facts |= {"oversight": oversight, "per_day": per_day}
        terms = agreeing.Terms(
            title=Localised({"en": f"A day of {name}"}),
            zone=ZONE,
            places=[Place(self.scene.website, (voice.language,))],
            guardian=self.guardian,
            **facts,
        )
        takeover = agreeing.request(voice.editor, voice.organisation, terms, reason="", now=self.now)
        voice.window = Window(takeover, languages=(voice.language,), **facts)

    @rule(name=windows)
    def agree(self, name: str) -> None:
        window, takeover = self._window(name), self._takeover(name)
        actor = self.voices[name].editor if window.stage == "offered" else self.scene.coordinator
        with contextlib.suppress(*NO):
            agreeing.agree(actor, takeover, now=self.now)
            window.stage = "agreed"

    @rule(name=windows)
    def brief(self, name: str) -> None:
        window, takeover = self._window(name), self._takeover(name)
        if window.stage != "agreed":
            return
        brief = takeover.brief
        brief.their_contact = brief.our_contact = brief.guardian_hours = "Said"
        brief.save()
        with contextlib.suppress(*NO):
            agreeing.brief(self.guardian, takeover, now=self.now)
            window.stage = "briefed"

    @rule(name=windows, minutes=lengths, opens=st.sampled_from([-30, 1]), languages=tongues, by_team=st.booleans())
    def ask_for_other_hours_or_languages(
        self, name: str, minutes: int, opens: int, languages: tuple[str, ...], by_team: bool
    ) -> None:
        """Until the other side says yes nothing is lent, and what is planned waits for a person."""
        window, takeover, voice = self._window(name), self._takeover(name), self.voices[name]
        opens_at = self.now + opens * MINUTE
        facts: dict[str, Any] = {"opens_at": opens_at, "closes_at": opens_at + minutes * MINUTE}
        terms = replace(agreeing.terms_of(takeover), places=[Place(self.scene.website, languages)], **facts)
        actor = voice.editor if by_team else self.scene.coordinator
        if terms == agreeing.terms_of(takeover):
            return
        with contextlib.suppress(*NO):
            agreeing.change(actor, takeover, terms, reason="", now=self.now)
            window.stage = "requested" if by_team else "offered"
            window.opens_at, window.closes_at, window.languages = opens_at, facts["closes_at"], languages
            self._hold_planned(voice)

    @rule(
        name=windows,
        oversight=guards,
        signature=st.sampled_from(["", "", "They said it"]),
        per_day=st.sampled_from([None, 1, 2]),
    )
    def change_limits(self, name: str, oversight: str, signature: str, per_day: int | None) -> None:
        """At once. Under other terms of approval, or with another signature, what was approved isn't any more."""
        window, takeover = self._window(name), self._takeover(name)
        facts: dict[str, Any] = {"oversight": oversight, "per_day": per_day}
        terms = replace(
            agreeing.terms_of(takeover), signature=Localised({"en": signature} if signature else {}), **facts
        )
        try:
            agreeing.change(self.scene.coordinator, takeover, terms, reason="", now=self.now)
        except NO:
            return
        if (oversight, signature) != (window.oversight, window.signature):
            self._void(self.voices[name])
            window.vouched = set()
        window.oversight, window.signature, window.per_day = oversight, signature, per_day

    @rule(name=windows)
    def cancel(self, name: str) -> None:
        window, takeover = self._window(name), self._takeover(name)
        with contextlib.suppress(*NO):
            agreeing.cancel(self.scene.coordinator, takeover, reason="A storm", now=self.now)
            window.stage = "cancelled"
            self._hold_planned(self.voices[name])

    @rule(name=windows, who=st.sampled_from(["guardian", "editor", "coordinator"]))
    def stop(self, name: str, who: str) -> None:
        """What is planned is held; pressed again, it holds what was planned since."""
        window, voice = self._window(name), self.voices[name]
        waits = voice.delivery().state == State.PLANNED
        mandating.stop(self._person(voice, who), self._mandate(name), reason="", now=self.now)
        window.stopped_by = window.stopped_by or self._person(voice, who)
        voice.waits = voice.waits or waits

    @rule(name=windows, who=st.sampled_from(["guardian", "editor", "approver", "coordinator"]))
    def undo(self, name: str, who: str) -> None:
        """Another person may; one of the campaign's where the campaign's side had pressed."""
        window, voice = self._window(name), self.voices[name]
        actor, pressed = self._person(voice, who), window.stopped_by
        ours = {self.guardian, self.scene.coordinator}
        may = pressed is None or (actor != pressed and (actor in ours or pressed not in ours))
        delivery = voice.delivery()
        is_overdue = delivery.state == State.PLANNED and delivery.due_at <= self.now
        try:
            mandating.undo_stop(actor, self._mandate(name), now=self.now)
        except NotAllowed:
            assert not may
            return
        assert may
        if pressed is not None:
            voice.waits = voice.waits or is_overdue
            window.stopped_by, window.lifted_at = None, self.now

    # -- what time and machines do -------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 2, 14, 17, 61, 90]), two=st.booleans(), who=yeses)
    def time_passes_and_workers_work(self, minutes: int, two: bool, who: str) -> None:
        self._write_what_is_next(who)
        self.now += minutes * MINUTE
        self._work(two=two)

    @rule(name=windows, edge=st.sampled_from(["opens_at", "closes_at"]))
    def the_seconds_of_an_edge_come_and_workers_work(self, name: str, edge: str) -> None:
        """The one before it, and its own, each with posts that are due and approved for right then."""
        for seconds in (-1, 0):
            at = getattr(self._window(name), edge) + seconds * SECOND
            if at <= self.now or at > self.now + 240 * MINUTE:
                continue
            self._write_what_is_next()
            for voice in self.voices.values():
                if voice.delivery().state in MOVABLE:
                    planning.plan(voice.editor, self._post(voice), at=wall(at), now=self.now)
                    voice.since, voice.waits = at, False
                    self.approve(voice.name, "all")
            self.now = at
            self._work()

    @rule(minutes=st.sampled_from([1, 2, 17]), point=st.sampled_from(POINTS))
    def time_passes_and_one_of_two_workers_dies(self, minutes: int, point: str) -> None:
        """At that point, if it comes there; the other goes on."""
        self.now += minutes * MINUTE
        self._work(two=True, at=point, happens=self._die)

    @rule(minutes=st.sampled_from([1, 2]), name=windows, cancels=st.booleans(), point=st.sampled_from(POINTS[1:]))
    def while_workers_work_a_window_is_stopped_or_cancelled(
        self, minutes: int, name: str, cancels: bool, point: str
    ) -> None:
        self._write_what_is_next()
        self.now += minutes * MINUTE
        self._work(two=True, at=point, happens=lambda: self.cancel(name) if cancels else self.stop(name, "guardian"))

    @rule(minutes=st.sampled_from([1, 2]))
    def time_passes_while_no_worker_runs(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.now -= 2 * MINUTE

    def _write_what_is_next(self, who: str = "all") -> None:
        """For whom nothing can come of the present post."""
        for voice in self.voices.values():
            if voice.delivery().state in {State.SENT, State.CANCELLED}:
                self.write_the_next(voice, who)

    def _die(self) -> None:
        raise Died

    def _work(self, *, two: bool = False, at: str = "", happens: Callable[[], None] | None = None) -> None:
        """Workers work what is due; when the first comes to a point something happens there, once."""
        if not Delivery.objects.due(at=self.now).exists() and not Delivery.objects.filter(state=State.SENDING).exists():
            return  # an idle worker only waits
        before = self._texts()
        allowed = self._allowed()
        must = {text for text, delivery in allowed.items() if self._is_due(delivery)}
        happened = False

        def watch(point: str) -> None:
            nonlocal happened
            if point == at and happens is not None and not happened:
                happened = True
                begun, out = self._begun(), self._texts()
                happens()
                still = self._allowed()
                for text, delivery in list(allowed.items()):
                    if text not in out and delivery.pk not in begun:
                        del allowed[text]
                allowed.update(still)

        crew = [Worker(now=lambda: self.now, in_flight=1 if two else 2, watch=watch)]
        crew += [Worker(now=lambda: self.now, in_flight=2)] if two else []
        try:
            crew[0].turn()
            for worker in reversed(crew):
                worker.work_off()
        except Died:
            dead = crew.pop(0)
            dead.pool.shutdown(wait=True)
            connections.close_all()
            for worker in crew:
                worker.work_off()
        for worker in crew:
            worker.stop()
            worker.run()
        appeared = self._texts() - before
        assert appeared <= set(allowed), (appeared, allowed)
        if not happened:
            assert must <= appeared, (must, appeared)

    def _allowed(self) -> dict[str, Delivery]:
        """The model's answer: what may begin to leave now."""
        found = {}
        for voice in self.voices.values():
            delivery = voice.delivery()
            others = [each.window for each in self.voices.values() if each is not voice and each.window]
            if voice.may_leave(delivery, [each for each in others if each is not voice.window], now=self.now):
                found[voice.says(delivery)] = delivery
        return found

    def _is_due(self, delivery: Delivery) -> bool:
        return delivery.state == State.PLANNED and delivery.ready_at <= self.now

    def _begun(self) -> set[int]:
        pending = Attempt.objects.filter(state=AttemptState.PENDING)
        return set(pending.values_list("part__delivery", flat=True))

    def _texts(self) -> set[str]:
        return set(WebsiteEntry.objects.values_list("text", flat=True))

    def _void(self, voice: Voice) -> None:
        voice.approved = None
        if voice.window is not None:
            voice.window.vouched.discard(voice.post.pk)

    def _hold_planned(self, voice: Voice) -> None:
        voice.waits = voice.waits or voice.delivery().state == State.HELD

    def _post(self, voice: Voice) -> Post:
        return Post.objects.get(pk=voice.post.pk)

    def _window(self, name: str) -> Window:
        window = self.voices[name].window
        assert window is not None
        return window

    def _takeover(self, name: str) -> TakeOver:
        return TakeOver.objects.get(pk=self._window(name).takeover.pk)

    def _mandate(self, name: str) -> Mandate:
        return self._takeover(name).mandate

    def _person(self, voice: Voice, who: str) -> Person:
        people = {"guardian": self.guardian, "coordinator": self.scene.coordinator}
        return people.get(who) or getattr(voice, who)

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def nothing_is_there_twice(self) -> None:
        posts = list(WebsiteEntry.objects.values_list("subject", flat=True))
        assert len(posts) == len(set(posts)), posts

    @invariant()
    def sent_and_there_are_one(self) -> None:
        sent = Delivery.objects.filter(state=State.SENT).values_list("variant__post__slug", flat=True)
        assert set(sent) <= set(WebsiteEntry.objects.values_list("subject", flat=True))

    @invariant()
    def a_stop_leaves_nothing_planned(self) -> None:
        """Not even what is planned while it is in force leaves; what was planned before is held by it."""
        for voice in self.voices.values():
            if hasattr(voice, "post") and voice.waits:
                assert voice.delivery().state != State.PLANNED

    def teardown(self) -> None:
        """In the end nothing is left under way: what a dead worker had in hand is found, or goes before the gate."""
        for _ in range(3):
            self.now += 2 * MINUTE
            self._work()
        assert not Delivery.objects.filter(state=State.SENDING).exists()


@pytest.mark.slow
def test_no_course_of_events_lets_anything_out_without_authority_or_twice(
    each_database: Database, postgres_url: str
) -> None:
    def empty() -> None:
        connections.close_all()
        databases.fill(each_database, cluster_url=postgres_url)

    class Machine(WindowMachine):
        empty_database = staticmethod(empty)

    machine_settings = settings(
        max_examples=30 if each_database.kind == "sqlite" else 10,  # a clone of PostgreSQL takes its time
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step is real commits: shrinking takes hours
    )

    run_state_machine_as_test(Machine, settings=machine_settings)
