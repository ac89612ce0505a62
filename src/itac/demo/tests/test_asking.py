"""`itac init` asks at a terminal for what it wasn't told, and an answer that can't be used is asked for again."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from itac.asking import GivenUp, ask, zone_named
from tests.journeys.terminal import ITAC, environment


def asked(words: list[str], answers: list[str]) -> tuple[list[str], list[str]]:
    """The words afterwards, and what was said."""
    waiting, said = iter(answers), list[str]()

    def hear(prompt: str) -> str:
        said.append(prompt)
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask(words, hear=hear, say=lambda line: said.append(str(line))), said


def test_each_answer_becomes_an_option() -> None:
    words, said = asked(["init", "here"], ["Semillas del Sur", "es, en", "bogota", "Ana Vega", "ana@example.org"])

    assert words == [
        "init",
        "here",
        "--name=Semillas del Sur",
        "--languages=es,en",
        "--zone=America/Bogota",
        "--coordinator=Ana Vega",
        "--email=ana@example.org",
    ]
    assert len(said) == 5


def test_what_was_told_is_not_asked_and_an_empty_answer_is_the_usual_one() -> None:
    words, _said = asked(["init", "here", "--name", "Semillas", "--zone=UTC"], ["", "", "ana@example.org"])

    assert words[5:] == ["--languages=en,es", "--coordinator=Coordinator", "--email=ana@example.org"]


def test_an_answer_that_cannot_be_used_is_asked_for_again_with_the_reason() -> None:
    answers = ["", "Semillas", "tlh", "es", "Bogotá city", "Lima", "Ana", "ana", "ana@example.org"]
    words, said = asked(["init", "here"], answers)

    assert words[2:] == [
        "--name=Semillas",
        "--languages=es",
        "--zone=America/Lima",
        "--coordinator=Ana",
        "--email=ana@example.org",
    ]
    assert [line.strip() for line in said if line.startswith("  ")][0:2] == [
        "It can't be empty.",
        "The list of languages names 'tlh', which has no texts yet. Write one or more of: en, es.",
    ]


def test_who_gives_up_is_let_go() -> None:
    with pytest.raises(GivenUp):
        asked(["init", "here"], ["Semillas"])


@pytest.mark.parametrize(
    ("answer", "zone"),
    [
        ("Bogotá", "America/Bogota"),
        ("costa rica", "America/Costa_Rica"),
        ("America/Lima", "America/Lima"),
        ("utc", "UTC"),
    ],
)
def test_a_city_is_enough_for_a_zone(answer: str, zone: str) -> None:
    assert zone_named(answer).removeprefix("Etc/") == zone


def test_a_zone_that_is_none_says_what_may_be_meant() -> None:
    with pytest.raises(ValueError, match="America/Guayaquil"):
        zone_named("America/Guayaqil")


@pytest.mark.slow
def test_a_person_at_a_terminal_makes_a_campaign_in_their_language(tmp_path: Path) -> None:
    place, (ours, theirs) = tmp_path / "campaign", pty.openpty()
    running = subprocess.Popen(
        [*ITAC, "init", str(place)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(tmp_path / "none")
    )
    os.close(theirs)
    os.write(ours, b"Semillas del Sur\nes\nBogota\nAna Vega\nana@example.org\n")
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the terminal is closed once the process ends
            break
        if not piece:
            break
        said += piece
    code = running.wait()
    os.close(ours)

    assert code == 0, said.decode()
    assert "What is the campaign called?" in said.decode()
    assert "coordinator ana@example.org " in said.decode()
    assert "ITAC_LANGUAGES=es" in (place / "settings.env").read_text("utf-8")


@pytest.mark.slow
def test_nobody_is_asked_where_nobody_sits_at_a_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [*ITAC, "init", str(tmp_path / "campaign")],
        stdin=subprocess.DEVNULL,
        env=environment(tmp_path / "none"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "--name" in done.stderr) == (1, True)


@pytest.mark.slow
def test_languages_that_are_none_leave_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "campaign"
    words = ["--name", "X", "--email", "ana@example.org", "--languages", "en,tlh"]
    done = subprocess.run(
        [*ITAC, "init", str(place), *words],
        env=environment(tmp_path / "none"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.strip()) == (
        1,
        "The list of languages names 'tlh', which has no texts yet. Write one or more of: en, es.",
    )
    assert not place.exists()
