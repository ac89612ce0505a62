"""Whether a process may start on this data: the database is there, migrated, and holds a campaign."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from itac.campaign.models import Campaign


class NotReady(Exception):
    """The process can't start; the message says what to do."""


def refuse_unready() -> None:
    """Raise `NotReady` unless the database answers, is of this version, and holds a campaign. Writes nothing."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        begun = bool(executor.loader.applied_migrations)
        there = bool(begun and not missing and Campaign.objects.filter(pk=1).exists())
    except DatabaseError as error:
        raise NotReady(f"The database doesn't answer: {str(error).strip().splitlines()[0]}") from error
    if begun and missing:
        raise NotReady("The database is of an older version. Make a copy of it, then run `itac migrate`.")
    if not there:
        raise NotReady("There is no campaign here yet. Make one with `itac init DIR`, and name DIR in ITAC_DATA.")
