"""PostgreSQL: the pool, its two kinds of session, and which errors mean that it is away or overloaded (DB-6)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import Text, event, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import NullPool

CONNECT_SECONDS = 5
POOL_SECONDS = 5
CLOSE_SECONDS = 1
COMMAND_SECONDS = 10  # a database that has fallen silent ends no statement by itself
EXPORTS = 4


class Base(DeclarativeBase):
    """All rows read back what the database made of them, with RETURNING (DB-4)."""

    type_annotation_map: ClassVar = {
        str: Text,
        datetime: TIMESTAMP(timezone=True, precision=3),
        dict[str, Any]: JSONB,
    }
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - so declared by the base class


class Row(Base):
    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))


async def connect(url: str) -> Any:
    """Open a connection of asyncpg, for the pool or for LISTEN."""
    return await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings={"application_name": "shop-fastapi"},
    )


class Database:
    def __init__(self, url: str, pool_size: int) -> None:
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            isolation_level="AUTOCOMMIT",  # what reads want; another level is set at each checkout
            async_creator=lambda: connect(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            hide_parameters=True,  # an error's text may be logged, what users sent may not
        )
        event.listen(self._engine.sync_engine, "checkout", _refuse_closed)
        event.listen(self._engine.sync_engine, "handle_error", _drop_unclear)
        self.connect = self._engine.connect
        """Opens a connection whose statements stand alone, which saves each of them two round trips."""
        self.reading = async_sessionmaker(self._engine, expire_on_commit=False)
        """Opens a session on such a connection, for what has relationships: an entity costs as much as its query."""
        committed = self._engine.execution_options(isolation_level="READ COMMITTED")
        self.transaction = async_sessionmaker(committed, expire_on_commit=False).begin
        """Opens a session of one transaction; leaving the block commits, an exception rolls back."""
        self._own = create_async_engine(
            "postgresql+asyncpg://",
            isolation_level="AUTOCOMMIT",
            async_creator=lambda: connect(url),
            poolclass=NullPool,
            hide_parameters=True,
        )
        self._exports = asyncio.Semaphore(EXPORTS)

    async def ping(self) -> None:
        async with self.connect() as connection:
            await connection.execute(text("SELECT 1"))

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[AsyncSession]:
        """Open a session for as long as a client reads, on a connection that is none of the pool. There are few."""
        async with asyncio.timeout(POOL_SECONDS):
            await self._exports.acquire()
        try:
            async with AsyncSession(self._own) as session:
                yield session
        finally:
            self._exports.release()

    async def close(self) -> None:
        """Close the connections of the pool, without waiting long for a database that says nothing."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._engine.dispose()


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool replace a connection that has closed while it was idle. Unlike pool_pre_ping this asks nobody."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _drop_unclear(context: ExceptionContext) -> None:
    """Drop a connection after an error that may have left a statement open on it, or a transaction.

    An error of asyncpg itself, such as an integer too large to be sent, leaves a statement half begun, which the server
    times out beside a later one. After a BEGIN that failed asyncpg takes all later ones for savepoints.
    """
    if context.connection is None or context.connection.invalidated:
        return
    error = getattr(context.original_exception, "driver_exception", context.original_exception)
    told_by_server = getattr(error, "severity", None) is not None
    adapted: Any = context.connection.connection.dbapi_connection
    if not told_by_server or not (adapted.autocommit or adapted.driver_connection.is_in_transaction()):
        context.connection.invalidate()


# Errors of PostgreSQL that pass by themselves, beside those of class 08: serialization failure, deadlock, lock not
# available, query cancelled, too many connections, shutting down, crashed, starting up.
PASSING = {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03"}


def is_unavailable(error: Exception) -> bool:
    """Tell whether the database is away or overloaded, so that the same request may succeed later."""
    match error:
        case PoolTimeoutError() | OSError():  # OSError is a refused connection, and TimeoutError too
            return True
        case DBAPIError():
            state = getattr(error.orig, "sqlstate", None) or ""
            return error.connection_invalidated or state.startswith("08") or state in PASSING
        case _:
            return False


def violated(error: IntegrityError) -> str:
    """Return the name of the constraint that a statement would have violated."""
    return getattr(error.driver_exception, "constraint_name", None) or ""


async def get_database(request: Request) -> Database:
    database: Database = request.state.database
    return database


Pool = Annotated[Database, Depends(get_database)]


async def begin_transaction(pool: Pool) -> AsyncIterator[AsyncSession]:
    """Give a session whose transaction is committed after the handler and before its answer is sent.

    It takes no connection before its first statement.
    """
    async with pool.transaction() as session:
        yield session


# The scope "function" ends before the answer is sent: an error of COMMIT becomes a problem, not a broken promise.
Transaction = Annotated[AsyncSession, Depends(begin_transaction, scope="function")]
