"""Promise 1, by force: processes killed around their calls send nothing twice and lose nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.plan import LACKING, NETWORKS, POINTS, kills

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("crash")


def crash(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, closing line and the rest of what the kill test said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    *rest, last = done.stdout.strip().splitlines() or [""]
    assert last.startswith("{"), done.stderr[-3000:]
    return done.returncode, json.loads(last), "\n".join(rest)


def test_sixty_kills_duplicate_nothing_and_lose_nothing() -> None:
    code, closing, story = crash("--kills", "60")

    assert (closing["kills"], closing["duplicates"], closing["lost"], closing["uncertain"]) == (60, 0, 0, 0), story
    assert closing["sent"] >= 60
    assert code == 0, story


def test_an_engine_without_its_fence_fails_the_same_test() -> None:
    """If this mutant passed, the kill test would prove nothing."""
    code, closing, _story = crash(
        "--kills", "3", "--mutant", "resends", "--databases", "sqlite", "--points", "before_record"
    )

    assert closing["kills"] == 3
    assert closing["duplicates"] > 0
    assert code == 1


def test_the_full_run_makes_ten_kills_of_each_kind() -> None:
    made = kills(300)

    kinds = {(kill.network, kill.point) for kill in made}
    assert {made.count(kill) for kill in made} == {10}
    assert kinds == {
        (network, point) for network in NETWORKS for point in POINTS if point not in LACKING.get(network, ())
    }
