"""`python -m tests.crash`: see the package. The last line is JSON; the exit code is 1 when a promise was broken."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.crash.plan import NETWORKS, POINTS, Kill, kills, table
from tests.crash.reckoning import Reckoning
from tests.servers.bluesky import PdsServer
from tests.servers.mastodon import MastodonServer, token_of
from tools import databases, postgres
from tools.databases import KINDS, Kind

ROOT = Path(__file__).resolve().parents[2]
# Small, so that what a dead worker left is looked up within seconds and not within minutes.
SETTINGS = {
    "ITAC_WORKER_DEAD_SECONDS": "3",
    "ITAC_REQUEST_SECONDS": "5",
    "ITAC_MARGIN_SECONDS": "1",
    "ITAC_IN_FLIGHT": "8",
    "ITAC_LOG": "console",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the kills, compare, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill workers around their calls.")
    parser.add_argument("--kills", type=int, default=300, help="how many in all (300: ten of each)")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--points", nargs="+", choices=list(POINTS), default=list(POINTS))
    parser.add_argument(
        "--mutant", choices=["resends"], default="", help="an engine without its fence, which must fail"
    )
    chosen = parser.parse_args(arguments)
    try:
        wanted = kills(chosen.kills, databases=chosen.databases, networks=chosen.networks, points=chosen.points)
    except ValueError as error:
        parser.error(str(error))
    reckoning, made, failures = run(wanted, mutant=chosen.mutant)
    for line in [*table(made), *reckoning.stories, *failures]:
        print(line)
    print(json.dumps(reckoning.closing_line()), flush=True)
    return 0 if reckoning.kept and not failures and reckoning.kills == len(wanted) else 1


def run(wanted: Sequence[Kill], *, mutant: str = "") -> tuple[Reckoning, list[Kill], list[str]]:
    """Both databases' campaigns side by side. Returns the reckoning, the kills made, and why some weren't."""
    kinds = sorted({kill.database for kill in wanted})
    reckoning, made, failures = Reckoning(), list[Kill](), list[str]()
    with contextlib.ExitStack() as stack:
        pds = stack.enter_context(PdsServer())
        mastodon = stack.enter_context(MastodonServer(kinds))
        cluster_url = ""
        if "postgresql" in kinds:
            cluster = postgres.start(durable=True)
            stack.callback(cluster.stop)
            cluster_url = cluster.url()
        accounts = {kind: pds.create_account() for kind in kinds}

        def campaign(kind: Kind) -> dict[str, Any]:
            account = accounts[kind]
            given = {
                "database": kind,
                "kills": [(kill.network, kill.point) for kill in wanted if kill.database == kind],
                "mutant": mutant,
                "servers": {
                    "mastodon": {"url": mastodon.url, "announced": ""},
                    "bluesky": {"url": pds.url, "announced": pds.announced},
                },
                "accounts": {
                    "mastodon": {
                        "secret": {"access_token": token_of(kind)},
                        "handle": f"@{kind}",
                        "account_id": mastodon.account_id(kind),
                    },
                    "bluesky": {
                        "secret": {"app_password": account.password},
                        "handle": account.handle,
                        "account_id": account.did,
                    },
                },
            }
            return _in_a_process(kind, given, cluster_url)

        with ThreadPoolExecutor() as pool:
            told = dict(zip(kinds, pool.map(campaign, kinds), strict=True))
        for kind, outcome in told.items():
            made += [Kill(kind, network, point) for network, point in outcome["kills"]]
            failures += [f"{kind}: {outcome['failure']}"] if outcome["failure"] else []
            lists = {
                "website": outcome["website"],
                "mastodon": [status["content"] for status in mastodon.statuses(kind)],
                "bluesky": [record["value"]["text"] for record in pds.records(accounts[kind].did)],
            }
            reckoning.add(outcome["deliveries"], lists)
    reckoning.kills = len(made)
    return reckoning, made, failures


def _in_a_process(kind: Kind, given: dict[str, Any], cluster_url: str) -> dict[str, Any]:
    """One campaign on a database of its own. Its progress goes to standard error."""
    database = databases.fresh(kind, cluster_url=cluster_url)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.campaign"],
            cwd=ROOT,
            env={**os.environ, **database.environment, **SETTINGS},
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        databases.remove(database, cluster_url=cluster_url)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        failure = f"ended with {done.returncode} before it could tell anything"
        return {"kills": [], "failure": failure, "deliveries": [], "website": []}
    told: dict[str, Any] = json.loads(lines[-1])
    return told


if __name__ == "__main__":
    sys.exit(main())
