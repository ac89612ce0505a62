"""The demonstration as a person starts it: made, started, seen to speak, started again."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.terminal import ITAC, Terminal, environment, free_port
from tools import databases

SUBJECT = "one-person-in-27-lives-outside-the-country-of-birth"
WITHIN_A_MINUTE = 60


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def make_demo(settings: dict[str, str], data: Path) -> list[str]:
    done = subprocess.run(
        [*ITAC, "init", "--demo", str(data)], env=settings, text=True, capture_output=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


LOG_INS = 8


def read_welcome(run: Terminal, port: int) -> list[str]:
    """The Studio's address, then a line for each log-in."""
    run.wait_for(lambda line: line == f"http://127.0.0.1:{port}/studio/", seconds=60)
    return [run.wait_for(lambda line: True, seconds=10) for _ in range(LOG_INS)]


def test_a_first_start_shows_a_post_going_out_and_a_second_one_plans_nothing_anew(tmp_path: Path) -> None:
    port = free_port()
    settings = environment(tmp_path / "demo", port=port)
    said = make_demo(settings, tmp_path / "demo")

    with Terminal("run", environment=settings) as run:
        log_ins = read_welcome(run, port)
        answered_at = time.monotonic()
        before = get(f"http://127.0.0.1:{port}/en/updates/")
        lines = [run.wait_for(lambda line: "went out" in line or "by hand" in line, seconds=90) for _ in range(3)]
        took = time.monotonic() - answered_at
        after = get(f"http://127.0.0.1:{port}/en/updates/")
        code = run.end()
    with Terminal("run", environment=settings) as again:
        same_log_ins = read_welcome(again, port)
        again.end()

    assert len(said) <= 10
    assert [line.split()[0] for line in log_ins] == [
        "coordinator",
        "editor-mayors",
        "approver-mayors",
        "guardian",
        "editor-civil-society",
        "editor-youth",
        "co-chair-approver-canada",
        "co-chair-approver-ecuador",
    ]
    assert {len(line.split()) for line in log_ins} == {3}
    assert same_log_ins == log_ins
    assert took < WITHIN_A_MINUTE
    assert sum("by hand" in line for line in lines) == 1
    addresses = [line.split()[-1] for line in lines if line.split()[-1].startswith("http")]
    assert sorted(addresses) == [f"http://127.0.0.1:{port}/{code}/updates/{SUBJECT}/" for code in ("en", "es")]
    assert (SUBJECT in before, SUBJECT in after) == (False, True)
    assert code == 0
    # Started twice, planned once: the second start had nothing to send.
    assert not [line for line in again.said if "went out" in line]


def test_pages_and_worker_apart_do_the_same_on_postgresql(
    fresh_database: Callable[[databases.Kind], databases.Database],
) -> None:
    database = fresh_database("postgresql")
    port = free_port()
    make_demo(environment(database.data, url=database.url), database.data)
    # DATABASE_URL was kept with the data: from here on the directory alone says everything.
    settings = environment(database.data, port=port)

    with Terminal("worker", environment=settings) as worker, Terminal("web", environment=settings) as web:
        read_welcome(web, port)
        worker.wait_for(lambda line: f"/en/updates/{SUBJECT}/" in line, seconds=90)
        page = get(f"http://127.0.0.1:{port}/en/updates/{SUBJECT}/")
        health = get(f"http://127.0.0.1:{port}/healthz?worker")
        codes = [worker.end(), web.end()]

    assert "304 million people" in page
    assert '"worker": "working"' in health
    assert codes == [0, 0]


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_nothing_starts_on_a_directory_without_a_campaign(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [*ITAC, command], env=environment(tmp_path), text=True, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "CommandError: There is no campaign here yet. Make one with `itac init DIR`, and name DIR in ITAC_DATA."
    ]
