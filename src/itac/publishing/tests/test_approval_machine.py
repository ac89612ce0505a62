"""Approval as a state machine against a small model: whatever people, mails and clocks do, nothing is approved that its
approvers didn't see, nothing leaves unapproved, a move never voids, and any change of what is sent does (Promise 2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from itac.core import clock
from itac.core.models import Mail
from itac.networks.models import WebsiteEntry
from itac.publishing import approving, asking
from itac.publishing.models import Decision, Delivery, State
from itac.publishing.outbox import Worker
from itac.publishing.payload import hash_of, seal_of
from itac.publishing.tests.approval_people import MINUTE, People
from tools import databases
from tools.databases import Database

COURSES = {"sqlite": 6, "postgresql": 2}  # of 60 deeds each
BEFORE = {"day": timedelta(days=1), "hours": timedelta(hours=2)}


class ApprovalMachine(People):
    """One post after the other, asked about in two languages."""

    @rule()
    def somebody_does_something(self) -> None:
        """One rule for all: Hypothesis would switch many rules off in a run, and most of these want one another."""
        name, facts = self.lot.deed()
        note(f"{name} {facts}")
        getattr(self, name)(**facts)

    def everybody_says_yes_and_its_time_comes(self, between: str, comes: int) -> None:
        """The usual course, with one thing in between."""
        self.move(20, "UTC")
        self.ask(None, 5 if between == "nobody answers" else None)
        if between != "nobody answers":
            self.everybody_reads_and_says_yes()
        match between:
            case "typed":
                self.type_something("es", False)
            case "edited":
                self.type_something("title", False)
                self.submit()
            case "there and back":
                self.type_something("en", False)
                self.type_something("back", False)
                self.submit()
            case "inside":
                self.move(79, "Europe/Madrid")
            case "outside":
                self.move(80, "America/Santiago")
            case "account":
                self.connect_another_account()
            case "rules":
                self.change_the_rules({"north", "south", "west"}, 3, True, True)
        self.now = self.planned + comes * MINUTE
        self.a_minute_of_work()

    def time_passes(self, minutes: int) -> None:
        """Or the clock is set back."""
        self.now += minutes * MINUTE
        self.a_minute_of_work()

    def the_clock_comes_to(self, what: str, ago: int) -> None:
        """An edge, or a minute beside it."""
        edges = {"planned": self.planned}
        if self.asked:
            edges |= {"opens": self.asked.window[0], "closes": self.asked.window[1], "deadline": self.asked.deadline}
            edges |= {name: self.asked.deadline - before for name, before in BEFORE.items()}
        self.now = max(self.now, edges.get(what, self.now) + ago * MINUTE)
        self.a_minute_of_work()

    def a_minute_of_work(self) -> None:
        """Reminders are mailed, and a worker sends what it may."""
        asking.remind(self.now)
        if self.asked and self.asked.state(self.now) == "open":
            due = [name for name, before in BEFORE.items() if self.asked.at < self.asked.deadline - before <= self.now]
            to = [self.id_of(who) for who in self.who_is_asked()]
            self.mails |= {f"approval:reminder_{name}:{self.asked.number}:{pk}" for name in due for pk in to}
        there = {entry.pk for entry in WebsiteEntry.objects.all()}
        ready = [
            each
            for each in Delivery.objects.filter(variant__post=self.post_id, state=State.PLANNED, due_at__lte=self.now)
            if self.now - each.due_at <= each.grace
        ]
        worker = Worker(now=lambda: self.now, in_flight=2)
        worker.work_off()
        worker.stop()
        worker.run()
        left = {entry.language: entry.text for entry in WebsiteEntry.objects.exclude(pk__in=there)}
        allowed = self.asked if self.asked and self.may_leave(self.asked) else None
        # Promise 2: what is approved, due and within its window leaves; nothing else does.
        assert left == ({"en": allowed.content.en, "es": allowed.content.es} if ready and allowed else {})
        if left:
            self.write_the_next()

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def what_stands_in_the_rows_is_what_the_model_says(self) -> None:
        found = approving.request_in_force(self.post)
        assert (found and (found.pk, found.seal, found.state(now=self.now))) == (
            self.asked and (self.asked.number, self.asked.seal, self.asked.state(self.now))
        )

    @invariant()
    def every_yes_is_of_somebody_who_saw_exactly_that(self) -> None:
        seen = {(self.id_of(who), number, seal) for who, pages in self.opened.items() for number, seal, _text in pages}
        for decision in Decision.objects.select_related("request"):
            request = decision.request
            assert (decision.person_id, request.pk, decision.seal) in seen
            assert decision.seal == request.seal == seal_of(request.sealed)
            assert all(value["hash"] == hash_of(value["payload"]) for value in request.sealed.values())

    @invariant()
    def who_is_asked_is_mailed_once_and_reminded_once_each_time(self) -> None:
        keys = Mail.objects.exclude(kind="approval_code").values_list("key", flat=True)
        assert set(keys) == self.mails


@pytest.mark.slow
def test_no_course_of_events_approves_what_wasnt_seen_or_sends_what_isnt_approved(
    each_database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty() -> None:
        connections.close_all()
        databases.fill(each_database, cluster_url=postgres_url)

    class Machine(ApprovalMachine):
        empty_database = staticmethod(empty)
        # A deputy's right is asked of the clock itself.
        set_clock = staticmethod(lambda read: monkeypatch.setattr(clock, "now", read))

    machine_settings = settings(
        max_examples=COURSES[each_database.kind],
        stateful_step_count=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],  # each step is real commits: shrinking takes hours
    )

    run_state_machine_as_test(Machine, settings=machine_settings)  # type: ignore[no-untyped-call]
