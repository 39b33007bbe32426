"""Users and their sessions, in the database."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shop.accounts.models import RefreshToken, Session, User
from shop.accounts.passwords import hash_password, verify_password
from shop.platform.auth import Caller
from shop.platform.database import db, transaction
from shop.platform.limits import Limit
from shop.platform.problems import EmailTaken, InvalidCredentials, InvalidRefreshToken

LOGIN_LIMIT = Limit("login", burst=5, interval=12)
REFRESH_LIFETIME = timedelta(days=30)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def create_customer(email: str, password: str, name: str) -> User:
    """Make a user, or raise email_taken. The password is hashed before a connection is taken."""
    values = {"email": email, "name": name, "password_hash": hash_password(password)}
    created = insert(User).values(values).on_conflict_do_nothing(index_elements=["email"])
    user: User | None = db.session.scalar(created.returning(User))
    if user is None:
        raise EmailTaken
    return user


def authenticate(email: str, password: str) -> Caller:
    """Return whose e-mail and password these are, or raise rate_limited or invalid_credentials."""
    LOGIN_LIMIT.take(sha256(email))
    with db.session.begin():  # which gives the connection back before the password is verified
        user = db.session.scalar(select(User).where(User.email == email))
    good = verify_password(user.password_hash if user else None, password)
    if user is None or not good:
        raise InvalidCredentials
    return Caller(user.id, user.role)


def open_session(caller: Caller) -> str:
    """Begin a session and return its first refresh token."""
    with transaction() as session:
        login = Session(user_id=caller.id)
        session.add(login)
        session.flush()
        return _add_token(login.id)


def rotate(token: str) -> tuple[Caller, str]:
    """Use a refresh token up; return whose it is and the next token, or raise invalid_refresh_token.

    One that was used before revokes its session. Of several uses at once, the others wait for the row of the first
    and then find it used.
    """
    now = func.now()
    used = (
        update(RefreshToken)
        .values(used_at=now)
        .where(
            RefreshToken.token_hash == sha256(token),
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .where(Session.id == RefreshToken.session_id, Session.revoked_at.is_(None), User.id == Session.user_id)
        .returning(Session.id, User.id, User.role)
        .execution_options(synchronize_session=False)
    )
    with transaction() as session:
        row = session.execute(used).one_or_none()
        if row:
            session_id, user_id, role = row
            return Caller(user_id, role), _add_token(session_id)
        revoke(token, RefreshToken.used_at.is_not(None))
    # Only here, after the commit: an exception inside of the block would undo the revocation.
    raise InvalidRefreshToken


def revoke(token: str, *conditions: ColumnElement[bool]) -> None:
    """End the session of a refresh token for which the conditions hold."""
    statement = (
        update(Session)
        .values(revoked_at=func.now())
        .where(RefreshToken.token_hash == sha256(token), Session.id == RefreshToken.session_id, *conditions)
        .where(Session.revoked_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(statement)


def _add_token(session_id: uuid.UUID) -> str:
    token = secrets.token_urlsafe(32)
    expires_at = func.now() + REFRESH_LIFETIME
    db.session.add(RefreshToken(session_id=session_id, token_hash=sha256(token), expires_at=expires_at))
    return token
