"""What migrations say in SQL."""

from django.db.migrations import RunSQL


def foreign_key(table: str, column: str, to: str, *, cascade: bool = False) -> RunSQL:
    """Add a foreign key as schema.sql has it: Django 5.2 knows no ON DELETE, and defers each to COMMIT."""
    rule = " ON DELETE CASCADE" if cascade else ""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fkey FOREIGN KEY ({column}) REFERENCES {to} (id){rule}",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fkey",
    )
