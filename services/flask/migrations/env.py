"""What Alembic runs: all missing migrations in the transaction of `migrate`, for one process at a time."""

import sqlalchemy as sa
from alembic import context

LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('shop:migrate', 0))")

connection: sa.Connection = context.config.attributes["connection"]
connection.execute(LOCK)
context.configure(connection=connection)
context.run_migrations()
