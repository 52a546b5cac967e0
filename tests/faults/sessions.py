"""What PostgreSQL says of the other processes at work in this database."""

from django.db import connection


def held_up() -> int:
    """How many wait for a row that another is writing."""
    return _of_others("wait_event_type").count("Lock")


def other_transactions() -> int:
    """How many are inside a transaction."""
    return len(_of_others("xact_start"))


def _of_others(column: str) -> list[str]:
    """What the server says of the other sessions in this database."""
    with connection.cursor() as cursor:
        # Inside a transaction the server would show what it first saw for ever.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT wait_event_type, xact_start FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        names = [each.name for each in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [str(row[column]) for row in rows if row[column] is not None]
