"""The pool's connections, which a thread has from its first statement on."""

from django.db import connection


def give_back() -> None:
    """Give the thread's connection back before Django does, when the answer has been sent: others may have it.

    Not in a transaction, which a test has around everything.
    """
    if not connection.in_atomic_block:
        connection.close()
