"""`desk`: the Studio's home, a month of the calendar and the list of posts that wait for answers.

Forty organisations, 400 people and the same 300 deliveries in the month, the same 20 open questions and the same few
deliveries that need somebody, once among 1,000 deliveries and once among 100,000. The pages are asked for through the
whole of Django, without a network, by a coordinator and by an editor; each figure is the slower of the two. Both sizes
are asked in turn, each in a process of its own; what the pages show is checked to be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.report import machine, percentile
from tools import databases, postgres

SMALL = 1_000
SIZES = {"1k": SMALL, "100k": 100 * SMALL}
PAGES = ("home", "month", "month_feed", "approvals")
ORGANISATIONS, PEOPLE, CHANNELS, IN_THE_MONTH, OPEN, STOPPED = 40, 400, 12, 300, 20, 4


def fill(count: int, *, now: datetime) -> None:
    """A campaign with that many deliveries; only the past is larger in a larger one."""
    from itac.campaign.models import Duty, Organisation, Person, Role  # noqa: PLC0415 -- only the measured process
    from itac.core.localised import Localised  # noqa: PLC0415

    from benchmarks import scene  # noqa: PLC0415 isort: skip

    scene.campaign()
    organisations = Organisation.objects.bulk_create(
        Organisation(slug=f"bench-{n}", name=Localised({"en": f"Organisation {n}"}), kind="city")
        for n in range(ORGANISATIONS)
    )
    people = Person.objects.bulk_create(
        Person(email=f"bench.{n}@example.org", name=f"Person {n}", is_coordinator=n == 0) for n in range(PEOPLE)
    )
    Role.objects.bulk_create(
        Role(
            person=person,
            organisation=organisations[n % ORGANISATIONS],
            duty=Duty.EDITOR if n < PEOPLE / 2 else Duty.APPROVER,
        )
        for n, person in enumerate(people)
    )
    channels = scene.mastodon_channels(CHANNELS, address="https://bench.example.org", now=now)
    _posts(organisations, channels, _moments(now=now), now=now)
    _more_of_the_past(count // SMALL - 1)


def _moments(*, now: datetime) -> list[datetime]:
    """When each delivery is due: the month's first, then two years of the past, the newest first."""
    first = now.replace(day=1, hour=6, minute=0, second=0, microsecond=0)
    in_the_month = [first + timedelta(minutes=140 * n) for n in range(IN_THE_MONTH)]
    begin = first - timedelta(days=15)
    return in_the_month + [begin - timedelta(minutes=1500 * n) for n in range(SMALL - IN_THE_MONTH)]


def _more_of_the_past(times: int) -> None:
    """The rows of the past once more, and once more, as other rows: by the database itself, since it is many."""
    from django.db import connection, transaction  # noqa: PLC0415

    from itac.publishing.models import ApprovalRequest, Delivery, Post, Variant  # noqa: PLC0415

    quote = connection.ops.quote_name
    step = Post.objects.count()  # and of all that hangs on them: numbered alike from 1 in a new database
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (Post, Variant, ApprovalRequest, Delivery):
            moved = {"id", "post_id", "variant_id"}
            names = [field.column for field in model._meta.concrete_fields]
            for turn in range(1, times + 1):
                taken = {name: f"{quote(name)} + {turn * step}" for name in names if name in moved}
                taken["slug"] = f"{quote('slug')} || '-{turn}'"
                first = step - (SMALL - IN_THE_MONTH)
                cursor.execute(
                    f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, names))}) "
                    f"SELECT {', '.join(taken.get(name, quote(name)) for name in names)} "
                    f"FROM {quote(model._meta.db_table)} WHERE {quote('id')} > {first} AND {quote('id')} <= {step}"
                )


def _posts(
    organisations: Sequence[Any], channels: Sequence[Any], moments: Sequence[datetime], *, now: datetime
) -> None:
    from itac.core.localised import Localised  # noqa: PLC0415
    from itac.publishing.models import ApprovalRequest, Delivery, Post, Requirement, State, Variant  # noqa: PLC0415

    posts = Post.objects.bulk_create(
        (
            Post(
                slug=f"desk-{n}",
                organisation=organisations[n % ORGANISATIONS],
                title=Localised({"en": f"Post {n}"}),
                text=Localised({"en": f"Sentence {n}: more than half stay near."}),
                created_at=now,
                submitted_at=now,
                planned_at=at,
                planned_wall=f"{at:%Y-%m-%dT%H:%M}",
                planned_zone="UTC",
            )
            for n, at in enumerate(moments)
        ),
        batch_size=500,
    )
    variants = Variant.objects.bulk_create(
        (Variant(post=post, channel=channels[n % CHANNELS], language="en") for n, post in enumerate(posts)),
        batch_size=500,
    )
    requests = ApprovalRequest.objects.bulk_create(
        (
            ApprovalRequest(
                post=post,
                asked_at=now,
                deadline_at=now + timedelta(days=2),
                opens_at=at - timedelta(hours=1),
                closes_at=at + timedelta(hours=1),
                seal="0" * 64,
                granted_at=None if n < OPEN else now,
            )
            for n, (post, at) in enumerate(zip(posts, moments, strict=True))
        ),
        batch_size=500,
    )
    for n, request in enumerate(requests[:OPEN]):
        requirement = Requirement.objects.create(request=request)
        requirement.organisations.set([organisations[1], organisations[n % ORGANISATIONS]])
    stopped = [State.HELD, State.FAILED, State.UNCERTAIN, State.AWAITING]

    def state(n: int, at: datetime) -> State:
        if n < STOPPED * len(stopped):
            return stopped[n % len(stopped)]
        return State.SENT if at < now else State.PLANNED

    Delivery.objects.bulk_create(
        (
            Delivery(
                variant=variant,
                channel_id=variant.channel_id,
                due_at=at,
                ready_at=at,
                moved_at=now,
                state=state(n, at),
                sent_at=at if state(n, at) == State.SENT else None,
            )
            for n, (variant, at) in enumerate(zip(variants, moments, strict=True))
        ),
        batch_size=500,
    )


def serve(count: int) -> None:
    """The measured process: fill, then answer each line of its input with the figures of one round."""
    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "itac.core.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from itac.campaign.models import Person  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    now = datetime.now(UTC)
    fill(count, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    day = f"{now:%Y-%m-01}"
    end = (now.replace(day=1) + timedelta(days=31)).isoformat()
    addresses = {
        "home": ("/studio/", {}),
        "month": ("/studio/calendar/", {"view": "month", "day": day}),
        "month_feed": ("/studio/calendar/feed/", {"start": f"{day}T00:00:00Z", "end": end}),
        "approvals": ("/studio/posts/", {"state": "open"}),
    }
    clients = {}
    for role, number in (("coordinator", 0), ("editor", 1)):
        clients[role] = Client()
        clients[role].force_login(Person.objects.get(email=f"bench.{number}@example.org"))

    def ask(role: str, name: str) -> tuple[float, str]:
        address, query = addresses[name]
        began = time.perf_counter()
        response = clients[role].get(address, query)
        seconds = time.perf_counter() - began
        assert response.status_code == 200, (role, name, response.status_code)
        return seconds, response.content.decode()

    facts: dict[str, Any] = {}
    for role in clients:
        for name in PAGES:
            ask(role, name)  # warms up caches, templates and the log-in's own notes
            with CaptureQueriesContext(connection) as queries:
                _seconds, html = ask(role, name)
            shown = html.count("Post ") + html.count("Taken")
            facts[f"{role} {name}"] = {"queries": len(queries), "shown": shown}
    print(json.dumps(facts), flush=True)
    for _line in sys.stdin:
        times = {f"{role} {name}": ask(role, name)[0] for role in clients for name in PAGES}
        print(json.dumps(times), flush=True)


@contextmanager
def _served(database: databases.Database, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.desk", "--serve", str(count)]
    environment = {**os.environ, **database.environment}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("The measured process ended; what it said stands above.")
    told: dict[str, Any] = json.loads(line)
    return told


def round_of(kind: databases.Kind, url: str, rounds: int) -> dict[str, Any]:
    """Both sizes on one kind of database, in turn: milliseconds, queries, and ratios of the slower role."""
    held = {size: databases.fresh(kind, cluster_url=url) for size in SIZES}
    try:
        with _served(held["1k"], SIZES["1k"]) as small, _served(held["100k"], SIZES["100k"]) as large:
            facts = {"1k": _told(small), "100k": _told(large)}
            assert facts["1k"] == facts["100k"], f"The same is shown by as many queries: {facts}"
            times: dict[str, dict[str, list[float]]] = {size: {} for size in SIZES}
            for _round in range(rounds):
                for size, process in (("1k", small), ("100k", large)):
                    assert process.stdin is not None
                    process.stdin.write("\n")
                    process.stdin.flush()
                    for page, seconds in _told(process).items():
                        times[size].setdefault(page, []).append(seconds)
    finally:
        for database in held.values():
            databases.remove(database, cluster_url=url)
    return _summed_up(facts["1k"], times)


def _summed_up(facts: dict[str, Any], times: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    middle = {size: {page: statistics.median(found) for page, found in times[size].items()} for size in times}
    worst = {size: {page: percentile(sorted(found), 99) for page, found in times[size].items()} for size in times}
    told: dict[str, Any] = {"ratios": {}}
    for page in PAGES:
        roles = [each for each in facts if each.endswith(f" {page}")]
        for size in SIZES:
            told[f"{page}_{size}_p50_ms"] = round(max(middle[size][each] for each in roles) * 1000, 1)
            told[f"{page}_{size}_p99_ms"] = round(max(worst[size][each] for each in roles) * 1000, 1)
        told[f"{page}_queries"] = max(facts[each]["queries"] for each in roles)
        told["ratios"][f"{page}_100k_to_1k"] = round(
            max(middle["100k"][each] / middle["1k"][each] for each in roles), 2
        )
    return told


def measure(*, rounds: int, quick: bool) -> dict[str, Any]:
    """On each database there is; `ours` is the slower one."""
    left_out, cluster = "", None
    if quick:
        left_out = "PostgreSQL: left out of the quick run"
    else:
        try:
            cluster = postgres.start(durable=True)
        except postgres.PostgresMissing as error:
            left_out = str(error)
    kinds: list[databases.Kind] = ["sqlite", "postgresql"] if cluster else ["sqlite"]
    results = {}
    try:
        for kind in kinds:
            results[kind] = round_of(kind, cluster.url() if cluster else "", rounds)
            print(f"{kind}: {json.dumps(results[kind])}", file=sys.stderr)
    finally:
        if cluster:
            cluster.stop()
    slower = max(results, key=lambda kind: max(results[kind]["ratios"].values()))
    ratios = results[slower].pop("ratios")
    return {
        "name": "desk",
        "ours": {**results[slower], "database": slower, "organisations": ORGANISATIONS, "people": PEOPLE},
        "peers": {
            "among_1k_ms": {page: results[slower][f"{page}_1k_p50_ms"] for page in PAGES},
            **{f"ours_on_{kind}": result for kind, result in results.items()},
        },
        "ratios": ratios,
        "machine": machine(),
        **({"left_out": left_out} if left_out else {}),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds, on SQLite alone")
    parser.add_argument("--serve", type=int, metavar="COUNT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    print(json.dumps(measure(rounds=3 if options.quick else 15, quick=options.quick)))


if __name__ == "__main__":
    main()
