"""Writers, approvers, deputies and coordinators as a machine: every deed goes through the real verbs, and what it does
is held against `approval_model`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from itac.campaign.models import Deputy, Person
from itac.core.models import Mail
from itac.core.walltime import resolve
from itac.networks.models import Channel
from itac.publishing import approving, deciding_by_mail, planning, writing
from itac.publishing.deciding_by_mail import Answer, TooManyCodes, WrongCode
from itac.publishing.errors import MovedMeanwhile, NotAllowed, StaleCopy, Unfit
from itac.publishing.models import ApprovalRequest, ApprovalRule, Post, Verdict
from itac.publishing.tests.approval_model import PEOPLE, Asked, Code, Content, Council, Lot, Rules
from itac.publishing.tests.factories import Scene, organisation, person
from itac.publishing.writing import Draft, DraftVariant

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
# The evenings before the clocks of Madrid go back, and forward.
EVENINGS = [datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC)]


class People(RuleBasedStateMachine):
    """What people do, each deed held against the model. `now` is a clock that also goes back."""

    empty_database: Callable[[], None]
    set_clock: Callable[[Callable[[], datetime]], None]

    @initialize(evening=st.sampled_from(EVENINGS), seed=st.integers(0, 2**32))
    def begin(self, evening: datetime, seed: int) -> None:
        self.empty_database()
        self.lot = Lot(seed)
        self.now = evening
        self.set_clock(lambda: self.now)
        self.scene = Scene(evening)
        self.scene.west = organisation("West Union")  # type: ignore[attr-defined]
        self.scene.west_approver = person("West Approver", approver=self.scene.west)  # type: ignore[attr-defined]
        self.scene.second_in_south = person("Second", approver=self.scene.south)  # type: ignore[attr-defined]
        self.scene.stand_in = person("Stand In")  # type: ignore[attr-defined]
        self.rules, self.account, self.number = Rules(), "", 0
        self.council, self.questions = Council(), dict[int, Asked]()
        self.codes: list[Code] = []
        self.mails: set[str] = set()
        self.opened: dict[str, list[tuple[int, str, Content]]] = {who: [] for who in PEOPLE}
        self.write_the_next()

    def write_the_next(self) -> None:
        self.content = Content(en=f"Half stay near, {self.number}.", account=self.account)
        self.number += 1
        here = self.scene.website.pk
        draft = Draft(
            title={"en": self.content.title},
            text={"en": self.content.en, "es": self.content.es},
            variants=[DraftVariant(channel_id=here, language=code) for code in ("en", "es")],
        )
        made = writing.begin_post(self.scene.north_editor, organisation=self.scene.north, draft=draft, now=self.now)
        writing.submit_working_copy(self.scene.north_editor, made, now=self.now)
        self.post_id, self.typed = made.pk, None
        self.asked: Asked | None = None
        self.planned = self.now + 3 * HOUR
        self.move(180, "UTC")

    # -- the writer ----------------------------------------------------------------------------------

    def type_something(self, what: str, stale: bool) -> None:
        """It is saved by itself; nothing that is only typed changes anything for anybody."""
        draft, version = writing.working_draft(self.post)
        base = self.typed or self.content
        self.number += 1
        if what == "back" and self.asked:
            wanted = self.asked.content  # letter by letter what was asked about
        elif what in {"same", "back"}:
            wanted = base
        else:
            wanted = replace(
                base, **{what: f"https://example.org/{self.number}" if what == "link" else f"{what} {self.number}"}
            )
        changed = replace(
            draft, title={"en": wanted.title}, text={"en": wanted.en, "es": wanted.es}, link_address=wanted.link
        )
        try:
            writing.save_working_copy(
                self.scene.north_editor, self.post, changed, version=version + 7 if stale else version, now=self.now
            )
        except StaleCopy:
            assert stale
        else:
            assert not stale
            self.typed = wanted

    def submit(self) -> None:
        """Promise 2: whatever changes what is sent ends the approval, and nothing else does."""
        voided = writing.submit_working_copy(self.scene.north_editor, self.post, now=self.now)
        if self.typed is None:
            assert not voided
            return
        self.content, self.typed = replace(self.typed, account=self.account), None
        changed = self.asked is not None and self.asked.content != self.content
        assert voided == changed
        if changed:
            self.asked = None

    def throw_away_and_take_back(self) -> None:
        """What was typed, and the question."""
        writing.discard_working_copy(self.scene.north_editor, self.post, now=self.now)
        self.typed = None
        approving.withdraw_request(self.scene.north_editor, self.post, now=self.now)
        self.asked = None

    def move(self, minutes: int, zone: str) -> None:
        """On the clock of a zone, also in the hour that comes twice. It voids nothing, inside the window or outside."""
        meant = self.now + minutes * MINUTE
        local = meant.astimezone(ZoneInfo(zone))
        which = "second" if local.fold else "first"
        at = resolve(local.replace(tzinfo=None).isoformat(timespec="minutes"), zone, which=which)
        try:
            planning.plan(self.scene.north_editor, self.post, at=at, now=self.now)
        except Unfit:
            assert meant <= self.now
        else:
            assert meant > self.now
            self.planned = meant
        assert self.post.planned_at == self.planned

    def ask(self, window: tuple[int, int] | None, deadline: int | None) -> None:
        opens, closes = (
            (self.now + window[0] * MINUTE, self.now + window[1] * MINUTE)
            if window
            else (self.planned - HOUR, self.planned + HOUR)
        )
        until = None if deadline is None else self.now + deadline * MINUTE
        sensible = closes > self.now and closes > opens and (until is None or until > self.now)
        try:
            made = approving.ask(
                self.scene.north_editor,
                self.post,
                now=self.now,
                window=(opens, closes) if window else None,
                deadline_at=until,
            )
        except Unfit:
            assert not sensible
            return
        assert sensible
        until = until or min(self.now + 72 * HOUR, closes)
        self.content = replace(self.content, account=self.account)
        self.asked = Asked(made.pk, made.seal, self.content, self.rules, self.now, (opens, closes), until)
        assert (made.deadline_at, made.window()) == (until, (opens, closes))
        self.questions[made.pk] = self.asked
        self.mails |= {f"approval:asked:{made.pk}:{self.id_of(who)}" for who in self.who_is_asked()}

    # -- approvers -----------------------------------------------------------------------------------

    def make_sure_that_somebody_is_asked(self) -> None:
        if not self.who_is_asked() or not self.asked or self.asked.state(self.now) != "open":
            self.move(125, "UTC")
            self.ask(None, None)

    def somebody_looks(self, nth: int) -> None:
        self.make_sure_that_somebody_is_asked()
        self.open_the_page(self.one_of(nth))

    def open_the_page(self, who: str) -> None:
        """What waits for them, whole, as it was sealed."""
        questions = approving.questions_to(self.person(who), now=self.now)
        mine = [side for side in self.may_answer_for(who) if self.asked and side not in self.asked.answers]
        expected = {self.asked.number} if self.asked and self.asked.state(self.now) == "open" and mine else set()
        assert {question.request.pk for question in questions} == expected
        for question in questions:
            request = question.request
            shown = {value["payload"]["language"]: value["payload"] for value in request.sealed.values()}
            assert self.asked
            assert {code: payload["parts"][0]["text"] for code, payload in shown.items()} == {
                "en": self.asked.content.en,
                "es": self.asked.content.es,
            }
            assert {each.slug.partition("-")[0] if each else "" for each in question.organisations} == set(mine)
            self.opened[who].append((request.pk, request.seal, self.asked.content))

    def somebody_answers(
        self, nth_who: int, side: str, verdict: str, read: frozenset[str], nth: int, says_why: bool, is_late: bool
    ) -> None:
        """For their side or for another's; in time, or the moment after the deadline."""
        self.make_sure_that_somebody_is_asked()
        who = self.one_of(nth_who)
        self.open_the_page(who)
        if is_late and self.asked:
            self.now = max(self.now, self.asked.deadline)
        self.answer(who, side or self.first_side(who), verdict, read, nth, says_why)

    def answer(self, who: str, side: str, verdict: str, read: frozenset[str], nth: int, says_why: bool) -> None:
        """In the Studio, to the page they opened last or to an older one."""
        if not self.opened[who]:
            return
        number, seal, _content = self.opened[who][-min(nth, len(self.opened[who]))]
        expected = self.expected_of_an_answer(who, side, verdict, number, says_why=says_why)
        met: type[Exception] | None = None
        try:
            state = approving.decide(
                self.person(who),
                ApprovalRequest.objects.get(pk=number),
                organisation=getattr(self.scene, side) if side else None,
                verdict=Verdict(verdict),
                seal=seal,
                now=self.now,
                reason="It has no date." if says_why else " ",
                languages=sorted(read),
            )
        except (Unfit, NotAllowed, MovedMeanwhile) as error:
            met = type(error)
        assert met is expected
        if met is None:
            self.keep(side, verdict, read, state)

    def everybody_reads_and_says_yes(self) -> None:
        for who in self.who_is_asked():
            self.open_the_page(who)
            self.answer(who, self.first_side(who), "approve", frozenset({"en", "es"}), 1, True)

    def somebody_answers_by_mail(self, nth: int, between: str, which: str, verdict: str) -> None:
        """They open the page and get a code; something comes between; then they answer, and a thief tries it again."""
        self.make_sure_that_somebody_is_asked()
        who = self.one_of(nth)
        self.open_the_page(who)
        self.ask_for_a_code(who, 1)
        match between:
            case "long":
                self.now += 10 * MINUTE
            case "guesses":
                for _guess in range(5):
                    self.answer_by_mail(who, "forged", "approve", frozenset(), 1, True)
            case "newer":
                self.ask_for_a_code(who, 1)
            case "edited" | "edited and read again":
                self.type_something("en", False)
                self.submit()
                self.ask(None, None)
                if between != "edited":
                    self.open_the_page(who)
            case "answered":
                self.answer(who, self.first_side(who), "approve", frozenset(), 1, True)
        for _again in range(2):
            self.answer_by_mail(who, which, verdict, frozenset({"en", "es"}), 1, True)

    def ask_for_a_code(self, who: str, nth: int) -> None:
        """For the page they opened last or for an older one."""
        if not self.opened[who]:
            return
        number, seal, _content = self.opened[who][-min(nth, len(self.opened[who]))]
        mine = [code for code in self.codes if code.who == who]
        lately = [code for code in mine if code.made_at > self.now - 30 * MINUTE]
        stands = self.expected_of_an_answer(who, self.first_side(who), "approve", number) is None
        try:
            deciding_by_mail.mail_code(self.person(who), {number: seal}, now=self.now)
        except TooManyCodes:
            assert len(lately) >= 6
        except MovedMeanwhile:
            assert not stands
        else:
            assert stands
            assert len(lately) < 6
            text = Mail.objects.filter(kind="approval_code", to=self.person(who).email).latest("pk").text
            (digits,) = re.findall(r"^\d{6}$", text, re.MULTILINE)
            for code in mine:
                code.over = True
            self.codes.append(Code(who, digits, number, seal, self.now))

    def somebody_answers_an_old_page_by_mail(self, nth: int, says_why: bool, back: int) -> None:
        who = self.one_of(nth)
        self.ask_for_a_code(who, back)
        self.answer_by_mail(who, "mine", "refuse", frozenset(), back, says_why)
        self.answer_by_mail(who, "mine", "approve", frozenset({"en"}), 1, says_why)

    def answer_by_mail(
        self, who: str, which: str, verdict: str, read: frozenset[str], nth: int, says_why: bool
    ) -> None:
        """With the last code, one from before, another person's, or one that was guessed."""
        if not self.opened[who]:
            return
        number, seal, _content = self.opened[who][-min(nth, len(self.opened[who]))]
        mine = [code for code in self.codes if code.who == who]
        others = [code for code in self.codes if code.who != who]
        pool = {"mine": mine[-1:], "old": mine[:-1], "anothers": others, "forged": []}[which]
        digits = pool[-1].digits if pool else "000000"
        last = mine[-1] if mine else None
        tried = last is not None and not last.over and self.now < last.made_at + 10 * MINUTE and last.tries < 5
        fits = tried and last is not None and last.digits == digits and (last.number, last.seal) == (number, seal)
        side = self.first_side(who)
        given = getattr(self.scene, side).pk if side else None
        reason = "It has no date." if says_why else ""
        expected = self.expected_of_an_answer(who, side, verdict, number, says_why=says_why)
        try:
            states = deciding_by_mail.decide_by_code(
                self.person(who),
                [Answer(number, seal, given, Verdict(verdict), reason, sorted(read))],
                code=digits,
                now=self.now,
            )
        except WrongCode:
            assert not fits
        except Unfit:
            assert fits
            assert expected is Unfit  # and the code is still good
        else:
            assert fits
            assert last is not None
            last.over = True
            assert (states[number] == "meanwhile") == (expected is not None)
            if expected is None:
                self.keep(side, verdict, read, states[number])
        if tried and last is not None:
            last.tries += 1

    def a_deputy_answers(self, verdict: str, side: str, begins: int, lasts: int) -> None:
        """Somebody without any duty, within their dates or outside."""
        self.make_sure_that_somebody_is_asked()
        since, until = self.now + begins * MINUTE, self.now + (begins + lasts) * MINUTE
        Deputy.objects.create(
            organisation=getattr(self.scene, side), person=self.person("stand_in"), begins_at=since, ends_at=until
        )
        self.council.deputies.append(("stand_in", side, since, until))
        self.open_the_page("stand_in")
        self.answer("stand_in", side, verdict, frozenset({"en", "es"}), 1, True)

    def change_the_rules(self, sides: set[str], needed: int, veto: bool, readers: bool) -> None:
        """For what will be asked; a question that was asked keeps its own."""
        rules = Rules(frozenset(sides), min(needed, max(1, len(sides))), veto, readers)
        ApprovalRule.objects.filter(pk=self.scene.rule.pk).update(needed=rules.needed, veto=veto, readers=readers)
        self.scene.rule.organisations.set([getattr(self.scene, side) for side in sides])
        self.rules = rules

    def connect_another_account(self) -> None:
        """Nobody edits the post, and yet something else would be sent."""
        self.number += 1
        self.account = f"@account{self.number}"
        Channel.objects.filter(pk=self.scene.website.pk).update(handle=self.account)

    # -- the model -----------------------------------------------------------------------------------

    @property
    def post(self) -> Post:
        return Post.objects.get(pk=self.post_id)

    def person(self, who: str) -> Person:
        """Read afresh: what somebody may do is kept on the object."""
        return Person.objects.get(pk=self.id_of(who))

    def id_of(self, who: str) -> int:
        return int(getattr(self.scene, who).pk)

    def may_answer_for(self, who: str) -> list[str]:
        return self.council.sides_of(who, self.asked, self.now)

    def first_side(self, who: str) -> str:
        """For whom they would answer."""
        free = [side for side in self.may_answer_for(who) if self.asked and side not in self.asked.answers]
        return (free or ["north"])[0]

    def who_is_asked(self) -> list[str]:
        return self.council.asked_people(self.asked, self.now) if self.asked else []

    def one_of(self, nth: int) -> str:
        """Mostly somebody who is asked."""
        found = self.who_is_asked()
        return found[nth % len(found)] if found and nth < 6 else PEOPLE[nth % len(PEOPLE)]

    def expected_of_an_answer(
        self, who: str, side: str, verdict: str, number: int, *, says_why: bool = True
    ) -> type[Exception] | None:
        """The error that this answer meets, None where it counts."""
        if verdict != "approve" and not says_why:
            return Unfit
        asked = self.questions[number]
        if side not in self.council.sides_of(who, asked, self.now):
            return NotAllowed
        is_open = asked is self.asked and asked.state(self.now) == "open"
        return None if is_open and side not in asked.answers else MovedMeanwhile

    def keep(self, side: str, verdict: str, read: frozenset[str], state: str) -> None:
        assert self.asked
        self.asked.answers[side] = (verdict, read & {"en", "es"})
        assert state == self.asked.state(self.now)

    def may_leave(self, asked: Asked) -> bool:
        """At this moment."""
        same = asked.content == replace(self.content, account=self.account)
        return asked.state(self.now) == "granted" and asked.window[0] <= self.now < asked.window[1] and same
