"""Run every benchmark, one after the other; the last lines are their results, one JSON object each.

python -m benchmarks                              all of them
python -m benchmarks burst plan --quick           some, short
python -m benchmarks --write docs/benchmarks.md   and paste the figures between the page's marks
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PARTS = {"__main__", "report", "scene"}  # what benchmarks are made of
NAMES = sorted({module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])} - PARTS)


def run(name: str, *, quick: bool) -> dict[str, Any]:
    """One benchmark's result. Raises `SystemExit` when it failed; what it said stands above then."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed.")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def pasted(page: str, results: list[dict[str, Any]]) -> str:
    """The page with the results' figures between `<!-- figures: NAME -->` and `<!-- end -->`."""
    for result in results:
        before, begin, rest = page.partition(f"<!-- figures: {result['name']} -->\n")
        _old, end, after = rest.partition("<!-- end -->")
        if not end:
            raise SystemExit(f"The page has no place for {result['name']}.")
        page = before + begin + table(result) + end + after
    return page


def table(result: dict[str, Any]) -> str:
    """A result as Markdown: figures, ratios, then the machine in a sentence."""
    rows = [(f"ours: {name}", value) for name, value in _flat(result["ours"])]
    rows += [(f"beside: {name}", value) for name, value in _flat(result["peers"])]
    rows += [(f"**ratio: {name}**", f"**{value}**") for name, value in _flat(result["ratios"])]
    lines = ["", "| figure | value |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows), ""]
    facts = result["machine"]
    lines.append(
        f"Measured on {facts['date']}: {facts['cores']} cores ({facts['processor']}), {facts['memory_gb']} GB,"
        f" {facts['system']}, Python {facts['python']}, SQLite {facts['sqlite']}, PostgreSQL {facts['postgresql']};"
        f" load over the last minute at the end {facts['load_1_min']}."
    )
    if "left_out" in result:
        lines.append(f"Left out: {result['left_out']}.")
    return "\n".join([*lines, "", ""])


def _flat(figures: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in figures.items():
        found += _flat(value, f"{before}{name}, ") if isinstance(value, dict) else [(f"{before}{name}", value)]
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="at most 45 seconds each")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="paste the figures into this page")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    results = []
    for name in options.names or NAMES:
        print(f"{name} begins", file=sys.stderr)
        began = time.monotonic()
        results.append(run(name, quick=options.quick))
        print(f"{name} took {time.monotonic() - began:.0f} s", file=sys.stderr)
    if options.write:
        options.write.write_text(pasted(options.write.read_text(encoding="utf-8"), results), encoding="utf-8")
    for result in results:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
