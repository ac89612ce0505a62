"""What `itac init` asks at a terminal: the campaign's name, languages, time zone and first coordinator.

Asked before Django is set up, because the languages are a setting that it reads when it starts. An answer that can't be
used is asked for again, with the reason; whoever gives up leaves nothing behind.
"""

from __future__ import annotations

import difflib
import re
import sys
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from itac.core.options import LANGUAGES, UnusableSetting, languages_of

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class GivenUp(Exception):
    """The person ended it. Nothing was made."""


@dataclass(frozen=True)
class Question:
    """One option of `itac init`, the sentence that asks for it, what an empty answer means, and what an answer becomes.

    `read` raises ValueError with a sentence for an answer that can't be used.
    """

    option: str
    sentence: str
    usual: str
    read: Callable[[str], str]


def _something(answer: str) -> str:
    if not answer:
        raise ValueError("It can't be empty.")
    return answer


def _languages(answer: str) -> str:
    try:
        return ",".join(languages_of(answer))
    except UnusableSetting as error:
        raise ValueError(str(error)) from None


def zone_named(answer: str) -> str:
    """The time zone that somebody means: its name, or a city's. Raises ValueError with what may have been meant."""
    known = zoneinfo.available_timezones()
    # The database writes cities without accents.
    plain = unicodedata.normalize("NFKD", answer).encode("ascii", "ignore").decode().strip().replace(" ", "_")
    alike = {name for name in known if plain.lower() in {name.lower(), name.rpartition("/")[2].lower()}}
    places = sorted(alike, key=lambda name: ("/" not in name, name.count("/"), name))
    if len({zone for zone in places if "/" in zone}) == 1 or len(places) == 1 or answer in known:
        return answer if answer in known else places[0]
    near = places or difflib.get_close_matches(plain, sorted(known), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else " Write a city, such as Guayaquil, or UTC."
    raise ValueError(f"No time zone is called “{answer}”.{hint}")


def _address(answer: str) -> str:
    if not ADDRESS.fullmatch(answer):
        raise ValueError("Write an e-mail address, such as ana@example.org.")
    return answer


_CHOICE = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
QUESTIONS = (
    Question("--name", "What is the campaign called?", "", _something),
    Question(
        "--languages", f"Which languages does it speak, its own first? There are: {_CHOICE}.", "en,es", _languages
    ),
    Question("--zone", "In which time zone does it plan? A city is enough.", "UTC", zone_named),
    Question("--coordinator", "Who coordinates it first? A name or an office.", "Coordinator", _something),
    Question("--email", "That person's e-mail address, to sign in with?", "", _address),
)


def is_needed(words: list[str]) -> bool:
    """Whether somebody sits at the terminal who can be asked for what `itac init` wasn't told."""
    told = {word.partition("=")[0] for word in words}
    return "--demo" not in told and not {"--name", "--email"} <= told and sys.stdin.isatty()


def ask(words: list[str], *, hear: Callable[[str], str] = input, say: Callable[[str], object] = print) -> list[str]:
    """The words with an option for each question they didn't answer. Raises `GivenUp` at the end of the input."""
    told = {word.partition("=")[0] for word in words}
    answers: Mapping[str, str] = {
        question.option: _answer(question, hear=hear, say=say) for question in QUESTIONS if question.option not in told
    }
    return [*words, *(f"{option}={answer}" for option, answer in answers.items())]


def _answer(question: Question, *, hear: Callable[[str], str], say: Callable[[str], object]) -> str:
    prompt = f"{question.sentence}{f' [{question.usual}]' if question.usual else ''} "
    while True:
        try:
            answer = hear(prompt).strip() or question.usual
        except (EOFError, KeyboardInterrupt):
            raise GivenUp from None
        try:
            return question.read(answer)
        except ValueError as error:
            say(f"  {error}")
