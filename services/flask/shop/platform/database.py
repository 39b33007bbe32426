"""PostgreSQL: the engines, one session a request, and which errors pass by themselves."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from flask import Flask, current_app, g
from sqlalchemy import Engine, NullPool, Text, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

POOL_SECONDS = 5

# What bounds the wait for a host that has gone without a word; a lost packet costs less.
CONNECT_ARGS = {
    "application_name": "shop-flask",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}


class Database:
    """An extension of Flask: the application's engines, and one session for each application context.

    Reads stand alone, in autocommit: that saves two round trips each, and psycopg keeps its prepared statements, which
    it forgets at every ROLLBACK, such as the one that ends a session that has only read.
    """

    def init_app(self, app: Flask) -> None:
        # An error's text may be logged; what users sent may not.
        options = {"isolation_level": "AUTOCOMMIT", "connect_args": CONNECT_ARGS, "hide_parameters": True}
        url, size = app.config["DATABASE_URL"], app.config["DB_POOL_SIZE"]
        app.extensions["database"] = {
            "pool": create_engine(url, pool_size=size, max_overflow=0, pool_timeout=POOL_SECONDS, **options),
            # For what a client holds as long as it likes. It takes none of the pool's connections.
            "streaming": create_engine(url, poolclass=NullPool, **options),
        }
        app.teardown_appcontext(self._close)

    def get_engine(self, name: str) -> Engine:
        engine: Engine = current_app.extensions["database"][name]
        return engine

    @property
    def engine(self) -> Engine:
        return self.get_engine("pool")

    @property
    def session(self) -> Session:
        """The session of this context. Rows stay readable after a commit: an answer is made of them."""
        if "session" not in g:
            g.session = Session(self.engine, expire_on_commit=False)
        session: Session = g.session
        return session

    def _close(self, _error: BaseException | None) -> None:
        if session := g.pop("session", None):
            session.close()


db = Database()


class Base(DeclarativeBase):
    """All rows read back what the database made of them, with RETURNING (DB-4)."""

    type_annotation_map: ClassVar = {
        str: Text,
        datetime: TIMESTAMP(timezone=True, precision=3),
        dict[str, Any]: JSONB,
    }
    __mapper_args__: ClassVar = {"eager_defaults": True}  # type: ignore[misc]


class Row(Base):
    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))


@contextmanager
def transaction() -> Iterator[Session]:
    """Give the request's session in a READ COMMITTED transaction; an exception rolls it back."""
    with db.session.begin():
        db.session.connection(execution_options={"isolation_level": "READ COMMITTED"})
        yield db.session


# Serialization failure, deadlock, lock not available, query cancelled, too many connections, and a server that is
# shutting down, has crashed or starts up; class 08 are broken connections.
PASSING = {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03"}


def is_unavailable(error: BaseException) -> bool:
    """Tell whether the database is away or overloaded, so that the same request may succeed later (DB-6)."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # psycopg's own: it could not connect, or the connection broke
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state in PASSING or state.startswith("08")


def violated(error: IntegrityError) -> str | None:
    """Return the name of the constraint that a statement would have violated."""
    name: str | None = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return name
