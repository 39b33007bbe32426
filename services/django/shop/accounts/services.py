"""Users and their sessions."""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from shop.accounts.models import RefreshToken, Role, Session, User
from shop.accounts.passwords import hash_password, verify_password
from shop.db.errors import violated
from shop.db.pool import give_back
from shop.http.auth import Caller
from shop.http.problems import EmailTaken, InvalidCredentials
from shop.http.ratelimit import Limit

LOGIN_LIMIT = Limit("login", burst=5, interval=12)
REFRESH_LIFETIME = timedelta(days=30)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def create_user(*, email: str, password: str, name: str, role: Role = Role.CUSTOMER) -> User:
    try:
        return User.objects.create(email=email, password=hash_password(password), name=name, role=role)
    except IntegrityError as error:
        if violated(error) == "users_email_key":
            raise EmailTaken from None
        raise


def authenticate(*, email: str, password: str) -> User:
    """Return whose e-mail and password these are, or raise rate_limited or invalid_credentials."""
    LOGIN_LIMIT.take(sha256(email))
    user = User.objects.filter(email=email).first()
    give_back()  # while this one waits for its hash
    if verify_password(user.password if user else None, password) and user:
        return user
    raise InvalidCredentials


@transaction.atomic
def open_session(user: User) -> str:
    """Begin a session and return its first refresh token."""
    return _new_token(Session.objects.create(user=user))


@transaction.atomic
def rotate(token: str) -> tuple[Caller, str] | None:
    """Use a refresh token up; return whose it is and the next token.

    None is for a token that is not good. One that was used before has revoked its session; an exception would undo it.
    """
    found = (
        RefreshToken.objects.filter(token_hash=sha256(token))
        .select_related("session__user")
        .annotate(expired=ExpressionWrapper(Q(expires_at__lte=Now()), BooleanField()))
        .select_for_update(of=("self", "session"), no_key=True)
        .first()
    )
    if found is None:
        return None
    session = found.session
    if found.used_at:
        Session.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=Now())
        return None
    if found.expired or session.revoked_at:
        return None
    RefreshToken.objects.filter(pk=found.pk).update(used_at=Now())
    return Caller(session.user.pk, session.user.role), _new_token(session)


def revoke(token: str) -> None:
    """End the session of a refresh token, used or not; an unknown one has none."""
    Session.objects.filter(tokens__token_hash=sha256(token), revoked_at=None).update(revoked_at=Now())


def _new_token(session: Session) -> str:
    token = secrets.token_urlsafe(32)
    RefreshToken.objects.create(session=session, token_hash=sha256(token), expires_at=Now() + REFRESH_LIFETIME)
    return token
