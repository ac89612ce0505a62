"""How tests run: each process with a data directory and a database of its own, copied from a migrated template.

Which database: SQLite, or PostgreSQL with ITAC_TEST_DATABASE=postgresql. Independent of that, the fixtures

- `each_database` runs a test twice, on SQLite and on PostgreSQL, with real commits, in a database of its own that
  threads and other processes can use too (`each_database.environment`);
- `turn_to(database)` goes on in another one;
- `fresh_database(kind)` gives further migrated databases for processes that a test starts;
- `postgres_url` is the address of the cluster they live in.

`@pytest.mark.django_db(transaction=True)` gets its database back from the template instead of an emptied one, since
migrations put rows there (a root page, languages) that everything needs.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tools import databases, postgres

KIND = cast("databases.Kind", os.environ.get("ITAC_TEST_DATABASE", "sqlite"))
if KIND not in databases.KINDS:
    raise pytest.UsageError(f"ITAC_TEST_DATABASE is {KIND!r}; write sqlite or postgresql.")
# The address of the run's PostgreSQL, from the process that started it to its workers.
CLUSTER = "POSTGRES_OF_THIS_TEST_RUN"
_servers = Path(__file__).parent / "tests/servers/fixtures.py"
pytest_plugins = ["tests.servers.fixtures"] if _servers.exists() else []


def _cluster_url() -> str:
    """The run's PostgreSQL, started by the first who asks. It ends with this process."""
    if CLUSTER not in os.environ:
        cluster = postgres.start()
        atexit.register(cluster.stop)
        os.environ[CLUSTER] = cluster.url()
    return os.environ[CLUSTER]


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: where this process has its data and database."""
    is_worker = hasattr(config, "workerinput")
    parallel = bool(getattr(config.option, "numprocesses", 0)) or getattr(config.option, "tx", None)
    # With several processes the controller starts PostgreSQL, because it outlives them all.
    if KIND == "postgresql" or (parallel and not is_worker and not config.option.collectonly):
        try:
            _cluster_url()
        except postgres.PostgresMissing as error:
            raise pytest.UsageError(str(error)) from None
    data = Path(tempfile.mkdtemp(prefix="itac-test-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    (data / "static").mkdir()  # where `itac run` would have copied them; without it every handler warns
    url = f"{_cluster_url().rpartition('/')[0]}/itac_test_{os.getpid()}" if KIND == "postgresql" else ""
    for name in ("HOST", "PORT", "REDIS_URL", "EMAIL_URL", "ITAC_ADDRESS", "ITAC_HOSTS", "ITAC_DEBUG"):
        os.environ.pop(name, None)
    own = databases.Database(KIND, data, url)
    os.environ.update(own.environment)
    config.stash[OWN] = own

    from django.conf import settings

    # Settings read before now belong to another data directory: to somebody's real one, perhaps.
    if Path(settings.DATA) != data.resolve():
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose settings and data themselves.")
    # Hashing passwords well takes long on purpose; tests log in hundreds of times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit our environment; with this name in it pytest-django reads settings before they chose data."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A group (`xdist_group`) stays in one process: pytest-xdist says so in its tests' names, or it is lost unseen."""
    grouped = [(item, mark.args[0]) for item in items for mark in item.iter_markers("xdist_group")]
    if getattr(config.option, "loadgroup", False) and not all(item.nodeid.endswith(name) for item, name in grouped):
        raise pytest.UsageError("pytest-xdist doesn't keep groups of tests together with this version of pytest.")


OWN = pytest.StashKey[databases.Database]()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a running PostgreSQL (its database `postgres`), where a test may create databases."""
    return _cluster_url()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """This process's database, filled from the template; transactional tests put it back."""
    from django.db import connections
    from django.test import TransactionTestCase

    own = request.config.stash[OWN]
    cluster_url = _cluster_url() if own.kind == "postgresql" else ""

    def put_back(_: object = None) -> None:
        connections.close_all()
        databases.fill(own, cluster_url=cluster_url)

    with django_db_blocker.unblock():
        put_back()
        emptying = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = put_back
        yield
        TransactionTestCase._fixture_teardown = emptying
        connections.close_all()
    databases.remove(own, cluster_url=cluster_url)


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest) -> Iterator[Callable[[databases.Kind], databases.Database]]:
    """Makes migrated databases, each with its own data directory; all are gone after the test."""
    made: list[databases.Database] = []

    def make(kind: databases.Kind) -> databases.Database:
        database = databases.fresh(kind, cluster_url=_cluster_url() if kind == "postgresql" else "")
        made.append(database)
        return database

    yield make
    for database in made:
        databases.remove(database, cluster_url=_cluster_url() if database.kind == "postgresql" else "")


@pytest.fixture(params=databases.KINDS)
def each_database(
    request: pytest.FixtureRequest,
    fresh_database: Callable[[databases.Kind], databases.Database],
    django_db_blocker: Any,
) -> Iterator[databases.Database]:
    """The test's own database, once per kind; what it commits is committed. Don't mark the test `django_db`."""
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connections
    from django.test import override_settings

    database = fresh_database(request.param)
    usual = settings.DATABASES["default"]
    with django_db_blocker.unblock():
        _use(_django_settings(database), connections)
        cache.clear()
        try:
            # Said to storages too: they remember where they keep files.
            with override_settings(MEDIA_ROOT=str(database.data / "media")):
                yield database
        finally:
            connections.close_all()
            _use(usual, connections)
            cache.clear()


@pytest.fixture
def turn_to() -> Callable[[databases.Database], None]:
    """Goes on in another database, for a test with `each_database`, which leads back."""
    from django.db import connections

    def turn(database: databases.Database) -> None:
        _use(_django_settings(database), connections)

    return turn


def _django_settings(database: databases.Database) -> dict[str, Any]:
    from itac.core import databases as ours

    return ours.postgresql(database.url) if database.kind == "postgresql" else ours.sqlite(database.file)


def _use(wanted: dict[str, Any], connections: Any) -> None:
    """Every thread's next query goes to this database."""
    connections.settings["default"] = connections.configure_settings({"default": dict(wanted)})["default"]
    if hasattr(connections._connections, "default"):
        connections["default"].close()
        del connections["default"]


@pytest.fixture(autouse=True)
def _nothing_of_the_test_before() -> None:
    """What one test cached (site addresses, counters), and the language and zone it read pages in, end with it.

    A server gives each request its language anew; the test client reads pages in the test's own thread, which keeps
    the last one.
    """
    from django.core.cache import cache
    from django.utils import timezone, translation

    cache.clear()
    translation.deactivate()
    timezone.deactivate()
