"""What an approval is, in a few lines: the model beside which `test_approval_machine` drives the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

SIDES = ["north", "south", "west", ""]  # "" is the campaign, for which a coordinator answers
APPROVERS = {"north": {"north_approver"}, "south": {"south_approver", "second_in_south"}, "west": {"west_approver"}}
PEOPLE = ["north_approver", "south_approver", "west_approver", "second_in_south", "stand_in", "coordinator"]


@dataclass(frozen=True)
class Content:
    """What would be sent, as far as anybody here changes it."""

    en: str = "Half stay near."
    es: str = "La mitad se queda cerca."
    title: str = "Near"
    link: str = ""
    account: str = ""


@dataclass(frozen=True)
class Rules:
    """What a post needed when it was asked about."""

    sides: frozenset[str] = frozenset({"north", "south"})
    needed: int = 2
    veto: bool = True
    readers: bool = False

    def outcome(self, answers: dict[str, tuple[str, frozenset[str]]]) -> str:
        """What these answers make of a question."""
        verdicts = [verdict for verdict, _read in answers.values()]
        read = frozenset().union(*(read for verdict, read in answers.values() if verdict == "approve"))
        no, asked = verdicts.count("refuse"), max(1, len(self.sides))
        if "changes" in verdicts:
            return "returned"
        if no and (self.veto or asked - no < self.needed):
            return "refused"
        enough = verdicts.count("approve") >= self.needed and (not self.readers or read == {"en", "es"})
        return "granted" if enough else "open"


@dataclass
class Asked:
    """A question in force: to whom, about exactly what, for which window."""

    number: int
    seal: str
    content: Content
    rules: Rules
    at: datetime
    window: tuple[datetime, datetime]
    deadline: datetime
    answers: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def state(self, now: datetime) -> str:
        outcome = self.rules.outcome(self.answers)
        return "expired" if outcome == "open" and now >= self.deadline else outcome


@dataclass
class Code:
    """Six digits that somebody got by mail."""

    who: str
    digits: str
    number: int
    seal: str
    made_at: datetime
    tries: int = 0
    over: bool = False


@dataclass
class Council:
    """Who speaks for whom, and when."""

    deputies: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)

    def speaks_for(self, who: str, side: str, now: datetime) -> bool:
        stands_in = any(
            (deputy, for_whom) == (who, side) and since <= now < until
            for deputy, for_whom, since, until in self.deputies
        )
        return who in APPROVERS.get(side, ()) or stands_in or (side == "" and who == "coordinator")

    def sides_of(self, who: str, asked: Asked | None, now: datetime) -> list[str]:
        """For whom they are asked, whether or not that side has answered."""
        sides = (asked.rules.sides or {""}) if asked else ()
        return [side for side in SIDES if side in sides and self.speaks_for(who, side, now)]

    def asked_people(self, asked: Asked, now: datetime) -> list[str]:
        """Who can still answer."""
        return [who for who in PEOPLE if set(self.sides_of(who, asked, now)) - set(asked.answers)]


ZONES = ["Europe/Madrid", "UTC", "America/Santiago"]
VERDICTS = ["approve", "approve", "approve", "approve", "changes", "refuse"]
NTH = range(12)
READ = [frozenset(), frozenset({"en"}), frozenset({"es"}), frozenset({"en", "es", "fr"}), frozenset({"en", "es"})]
Step = tuple[str, dict[str, Sequence[Any]]]


def step(verb: str, /, **facts: Sequence[Any]) -> Step:
    """A deed of the machine, with what it may be told."""
    return verb, facts


STEPS: list[Step] = [
    *2
    * [step("type_something", what=["en", "es", "title", "link", "back", "same"], stale=[False, False, False, True])],
    *2 * [step("submit")],
    step("throw_away_and_take_back"),
    step("move", minutes=[-30, 1, 20, 59, 61, 125, 185, 600, 1500], zone=ZONES),
    *2
    * [
        step(
            "ask",
            window=[None, None, None, (-120, -1), (30, 20), (-10, 240), (60, 61)],
            deadline=[None, None, None, 5, 180, 3000, 0, -60],
        )
    ],
    step("somebody_looks", nth=NTH),
    *2
    * [
        step(
            "somebody_answers",
            nth_who=NTH,
            side=[*SIDES, "", "", ""],
            verdict=VERDICTS,
            read=READ,
            nth=[1, 2, 3],
            says_why=[True, True, True, False],
            is_late=[False, False, True],
        )
    ],
    *2
    * [
        step(
            "somebody_answers_by_mail",
            nth=NTH,
            between=["", "", "", "long", "guesses", "newer", "edited", "edited and read again", "answered"],
            which=["mine", "mine", "mine", "old", "anothers"],
            verdict=VERDICTS,
        )
    ],
    step("somebody_answers_an_old_page_by_mail", nth=NTH, says_why=[False, True], back=[1, 2]),
    *2
    * [
        step(
            "a_deputy_answers",
            verdict=VERDICTS,
            side=["north", "south", "west"],
            begins=[-60, 0, 90],
            lasts=[1, 60, 2000],
        )
    ],
    step(
        "change_the_rules",
        sides=[{"north", "south"}, {"north", "south", "west"}, {"south"}, set()],
        needed=[1, 2, 3],
        veto=[True, False],
        readers=[False, False, True],
    ),
    step("time_passes", minutes=[1, 4, 9, 31, 61, 120, 180, 1440, -3, -61]),
    step("the_clock_comes_to", what=["opens", "closes", "deadline", "planned", "day", "hours"], ago=[0, 1, -1]),
    *4
    * [
        step(
            "everybody_says_yes_and_its_time_comes",
            between=[
                "",
                "typed",
                "edited",
                "there and back",
                "inside",
                "outside",
                "account",
                "rules",
                "nobody answers",
            ],
            comes=[0, 0, 0, 16, -1],
        )
    ],
]


class Lot:
    """Draws deeds and what they are told: of the values of a row each comes before any of them comes again.

    Left to itself, Hypothesis runs most courses several times with little changed; here each costs seconds.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.drawn: dict[str, list[Any]] = {}

    def deed(self) -> tuple[str, dict[str, Any]]:
        """The next deed."""
        name, facts = self._next("deed", STEPS)
        return name, {fact: self._next(f"{name}.{fact}", values) for fact, values in facts.items()}

    def _next(self, row: str, values: Sequence[Any]) -> Any:
        left = self.drawn.setdefault(row, [])
        if not left:
            left += self.random.sample(values, len(values))
        return left.pop()
