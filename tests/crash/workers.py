"""Worker processes that can be ordered to die at a named point, forked from one that has loaded everything.

    python -m tests.crash.workers ORDERS [MUTANT]

Each line on standard input starts one more worker. Lines of JSON tell of it: {"worker", "pid"} once it works,
{"ended": pid} when it died. The end of standard input ends all. A fork costs milliseconds; starting Python costs
seconds, and three hundred kills would take a quarter of an hour for that alone.

An order is a file `NUMBER--POINT--NETWORK` in the directory ORDERS. The first worker that stands at that point with
something of that network in its hand takes the file away (renaming is atomic), writes into it what it holds, and dies.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from pathlib import Path

import django


def main(orders: Path, mutant: str) -> None:
    """Start workers and tell of their deaths until standard input ends."""
    django.setup()
    from itac.networks.bluesky_session import sdk
    from tests.crash import victims

    sdk()

    alive: set[int] = set()
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], 0.02)
        if readable:
            if not os.read(sys.stdin.fileno(), 1):
                break
            pid = os.fork()
            if not pid:
                victims.work(orders, mutant)
                os._exit(0)
            alive.add(pid)
        for pid in _ended(alive):
            alive.discard(pid)
            print(json.dumps({"ended": pid}), flush=True)
    for pid in alive:
        os.kill(pid, signal.SIGTERM)
    for pid in alive:
        os.waitpid(pid, 0)


def _ended(alive: set[int]) -> list[int]:
    return [pid for pid in alive if os.waitpid(pid, os.WNOHANG)[0]]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
