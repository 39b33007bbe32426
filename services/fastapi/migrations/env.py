"""What Alembic runs: all missing migrations in one transaction, for one process at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shop.models import Product
from shop.platform.config import MigrateSettings, load
from shop.platform.database import connect

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('shop:migrate', 0))")


def run(connection: Connection) -> None:
    """Bring the database to the newest revision."""
    context.configure(connection=connection, target_metadata=Product.metadata)
    with context.begin_transaction():
        connection.execute(LOCK)
        context.run_migrations()


async def migrate(url: str) -> None:
    """Connect as the service does."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)


asyncio.run(migrate(load(MigrateSettings).database_url))
