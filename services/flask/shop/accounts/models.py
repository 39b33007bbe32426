"""Users and their log-ins."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Row

NOW = text("now()")


class User(Row):
    __tablename__ = "users"

    email: Mapped[str]
    password_hash: Mapped[str]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(server_default="customer")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Session(Row):
    """A log-in, and the family of refresh tokens that came of it."""

    __tablename__ = "sessions"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class RefreshToken(Row):
    __tablename__ = "refresh_tokens"

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sessions.id"))
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
