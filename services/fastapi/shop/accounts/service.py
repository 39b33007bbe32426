"""Users and their sessions, in the database."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shop.accounts.passwords import hash_password, verify_password
from shop.accounts.schemas import Login, Register
from shop.models import RefreshToken, Session, User
from shop.platform.auth import Caller
from shop.platform.database import Database
from shop.platform.problem import Code, Problem
from shop.platform.ratelimit import Limit

LOGIN_LIMIT = Limit("login", burst=5, interval=12)
REFRESH_LIFETIME = timedelta(days=30)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def create_customer(session: AsyncSession, new: Register) -> User:
    values = {"email": new.email, "name": new.name, "password_hash": await hash_password(new.password)}
    created = insert(User).values(values).on_conflict_do_nothing(index_elements=["email"]).returning(User)
    user = await session.scalar(created)
    if user is None:
        raise Problem(Code.EMAIL_TAKEN)
    return user


async def find_user(pool: Database, caller: Caller) -> Row[Any]:
    """Return the caller's row, or raise unauthenticated if it is gone."""
    async with pool.connect() as connection:
        user = (await connection.execute(select(User).where(User.id == caller.id))).one_or_none()
    if user is None:
        raise Problem(Code.UNAUTHENTICATED)
    return user


async def authenticate(pool: Database, login: Login) -> Caller:
    """Return whose e-mail and password these are, or raise rate_limited or invalid_credentials.

    No connection is held while the password is verified.
    """
    await LOGIN_LIMIT.take(pool, sha256(login.email))
    async with pool.connect() as connection:
        user = (await connection.execute(select(User).where(User.email == login.email))).one_or_none()
    good = await verify_password(user.password_hash if user else None, login.password)
    if user is None or not good:
        raise Problem(Code.INVALID_CREDENTIALS)
    return Caller(user.id, user.role)


async def open_session(session: AsyncSession, caller: Caller) -> str:
    """Begin a session and return its first refresh token."""
    log_in = Session(user_id=caller.id)
    session.add(log_in)
    await session.flush()
    return _add_token(session, log_in)


async def rotate(session: AsyncSession, token: str) -> tuple[Caller, str] | None:
    """Use a refresh token up; return whose it is and the next token.

    None is for a token that is not good. One that was used before has revoked its session, which is to be committed.
    Of several uses at once, the others wait for the row of the first and then find it used.
    """
    now = func.now()
    used = (
        update(RefreshToken)
        .values(used_at=now)
        .where(RefreshToken.token_hash == sha256(token), RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
        .where(Session.id == RefreshToken.session_id, Session.revoked_at.is_(None), User.id == Session.user_id)
        .returning(Session, User.id, User.role)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(used)).one_or_none()
    if row is None:
        await revoke(session, token, RefreshToken.used_at.is_not(None))
        return None
    log_in, user_id, role = row
    return Caller(user_id, role), _add_token(session, log_in)


async def revoke(session: AsyncSession, token: str, *conditions: ColumnElement[bool]) -> None:
    """End the session of a refresh token for which the conditions hold."""
    statement = (
        update(Session)
        .values(revoked_at=func.now())
        .where(RefreshToken.token_hash == sha256(token), Session.id == RefreshToken.session_id, *conditions)
        .where(Session.revoked_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    await session.execute(statement)


def _add_token(session: AsyncSession, log_in: Session) -> str:
    token = secrets.token_urlsafe(32)
    expires = func.now() + REFRESH_LIFETIME
    session.add(RefreshToken(session_id=log_in.id, token_hash=sha256(token), expires_at=expires))
    return token
