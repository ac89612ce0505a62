"""Benchmarks run alone, end in one line of JSON that says all it should, and their page has a place for each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import NAMES, pasted

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")


def result_of(name: str, *options: str) -> dict[str, Any]:
    """The last line of a benchmark in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_says_what_it_measures_and_how_to_run_it_short(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--help"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert f"`{name}`" in done.stdout
    assert "--quick" in done.stdout


@pytest.mark.xdist_group("benchmarks")
def test_a_small_burst_sends_all_once_on_both_databases_and_names_every_figure() -> None:
    result = result_of("burst", "--quick", "--count", "64")

    assert list(result) == ["name", "ours", "peers", "ratios", "machine"]
    assert {"p50_s", "p99_s", "per_s", "rss_mb", "makespan_s", "database"} <= set(result["ours"])
    assert {"bare_client_makespan_s", "ours_on_sqlite", "ours_on_postgresql"} == set(result["peers"])
    assert set(result["ratios"]) == {"makespan_to_floor"}
    assert result["ours"]["sent"] == 64


@pytest.mark.xdist_group("benchmarks")
def test_a_stop_holds_all_that_had_not_begun_on_both_databases_and_names_every_figure() -> None:
    result = result_of("stop", "--count", "300", "--presses", "1")

    assert {"p50_s", "p99_s", "database", "deliveries", "workers", "presses"} <= set(result["ours"])
    assert {"bare_clients_p50_s", "bare_clients_p99_s", "ours_on_sqlite", "ours_on_postgresql"} == set(result["peers"])
    assert set(result["ratios"]) == {"p99_to_one_second"}


@pytest.mark.xdist_group("benchmarks")
def test_the_plan_reads_the_same_rows_among_many_and_names_every_figure() -> None:
    result = result_of("plan", "--quick")

    assert {"due_1k_p50_ms", "due_100k_p50_ms", "month_1k_p50_ms", "month_100k_p50_ms"} <= set(result["ours"])
    assert {"ours_on_sqlite", "ours_on_postgresql"} == set(result["peers"])
    assert set(result["ratios"]) == {"due_query_100k_to_1k", "month_view_100k_to_1k"}


@pytest.mark.xdist_group("browser")
def test_a_key_in_the_composer_counts_as_the_server_and_names_every_figure() -> None:
    result = result_of("composer", "--quick")

    assert {"p50_ms", "p99_ms", "keys", "characters", "variants"} == set(result["ours"])
    assert {"length_counter", "segmenter_redrawing_all", "asking_the_server_p50_ms"} == set(result["peers"])
    assert set(result["ratios"]) == {"p50_to_length_counter", "p50_to_segmenter_redrawing_all"}


@pytest.mark.xdist_group("benchmarks")
def test_the_demo_starts_twice_and_names_every_figure() -> None:
    result = result_of("start", "--quick")

    assert set(result["ours"]) == {"first_start_s", "second_start_s"}
    assert set(result["peers"]) == {"django_alone_s"}
    assert set(result["ratios"]) == {"first_start_to_floor", "second_start_to_floor"}
    assert "clone" in result["left_out"]


def test_the_page_has_the_figures_of_every_benchmark_and_of_no_other() -> None:
    places = [
        line.removeprefix("<!-- figures: ").removesuffix(" -->") for line in PAGE.splitlines() if "figures:" in line
    ]

    assert sorted(places) == NAMES
    for name in NAMES:
        figures = PAGE.partition(f"<!-- figures: {name} -->")[2].partition("<!-- end -->")[0]
        assert "| **ratio: " in figures, f"No figures of {name}: python -m benchmarks {name} --write docs/benchmarks.md"


def test_new_figures_take_the_place_of_the_old_and_touch_nothing_else() -> None:
    machine = dict.fromkeys(
        ["date", "cores", "processor", "memory_gb", "system", "python", "sqlite", "postgresql", "load_1_min"], "?"
    )
    result = {
        "name": "burst",
        "ours": {"p50_s": 1.5},
        "peers": {"bare": {"p50_s": 1}},
        "ratios": {"to_floor": 1.5},
        "machine": machine,
    }

    page = pasted("Before\n<!-- figures: burst -->\nold\n<!-- end -->\nAfter\n", [result])

    assert page.startswith("Before\n<!-- figures: burst -->\n\n| figure | value |\n|---|---:|\n| ours: p50_s | 1.5 |\n")
    assert "| beside: bare, p50_s | 1 |\n| **ratio: to_floor** | **1.5** |\n" in page
    assert "old" not in page
    assert page.endswith("<!-- end -->\nAfter\n")
