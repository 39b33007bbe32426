"""What PostgreSQL's errors mean (DB-6)."""

from django.db import DatabaseError, Error, InterfaceError, OperationalError
from psycopg import errors

# Those that pass by themselves, beside those of class 08 and of the connection itself: serialization failure, deadlock,
# lock not available, query cancelled, too many connections, shutting down, crashed, starting up.
PASSING = {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03"}


def is_unavailable(error: Error) -> bool:
    """Tell whether the database is away or overloaded, so that the same request may succeed later."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # the pool is exhausted, or the connection broke, which has no code
        return isinstance(error, OperationalError | InterfaceError)
    return state.startswith("08") or state in PASSING


def violated(error: DatabaseError) -> str:
    """Return the name of the constraint that a statement would have violated."""
    cause = error.__cause__
    return (cause.diag.constraint_name if isinstance(cause, errors.IntegrityError) else None) or ""
