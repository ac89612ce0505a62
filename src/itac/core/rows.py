"""Writing fields of many rows, in little time.

Django's `bulk_update` builds one statement with a CASE for each value, which took half of the outbox's processor time
in a burst. Here it is one plain statement, run once for each row.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, models


def write(rows: Iterable[models.Model], fields: Sequence[str]) -> int:
    """Save these fields of rows of one model, by their `id`, in the caller's transaction. Returns how many there were.

    As with `bulk_update`, no `save` is called and no signal sent.
    """
    rows = list(rows)
    if not rows:
        return 0
    table = rows[0]._meta
    columns = [column for column in table.concrete_fields if column.name in fields]
    quoted = connection.ops.quote_name
    assignments = ", ".join(f"{quoted(str(column.column))} = %s" for column in columns)
    statement = f"UPDATE {quoted(table.db_table)} SET {assignments} WHERE id = %s"  # noqa: S608 -- our own names
    values = [
        [*(column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns), row.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)
