"""Registration, log-in and tokens."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shop.accounts import operations
from shop.accounts.models import User
from shop.accounts.schemas import LoginSchema, RefreshSchema, RegisterSchema, UserSchema
from shop.platform.auth import LIFETIME_SECONDS, Caller, current_caller, issue_token, login_required
from shop.platform.database import db
from shop.platform.problems import Unauthenticated
from shop.platform.requests import use_args

accounts = Blueprint("accounts", __name__)

user_schema = UserSchema()


@accounts.post("/auth/register")
@use_args(RegisterSchema())
def register(body: dict[str, Any]) -> ResponseReturnValue:
    return user_schema.dump(operations.create_customer(**body)), 201, {"Location": "/me"}


@accounts.post("/auth/login")
@use_args(LoginSchema())
def login(body: dict[str, Any]) -> ResponseReturnValue:
    """Open a session and give its first pair of tokens."""
    caller = operations.authenticate(**body)
    return _token_pair(caller, operations.open_session(caller))


@accounts.post("/auth/refresh")
@use_args(RefreshSchema())
def refresh_token(body: dict[str, Any]) -> ResponseReturnValue:
    """Exchange a refresh token for a new pair in the same session."""
    return _token_pair(*operations.rotate(body["refresh_token"]))


@accounts.post("/auth/logout")
@use_args(RefreshSchema())
def logout(body: dict[str, Any]) -> ResponseReturnValue:
    """End the session of a refresh token, used or not; an unknown one has none."""
    operations.revoke(body["refresh_token"])
    return "", 204


@accounts.get("/me")
@login_required
def get_me() -> dict[str, Any]:
    """Read the caller, as the database has it now."""
    user = db.session.get(User, current_caller().id)
    if user is None:
        raise Unauthenticated
    shown: dict[str, Any] = user_schema.dump(user)
    return shown


def _token_pair(caller: Caller, refresh_token: str) -> dict[str, Any]:
    return {
        "access_token": issue_token(caller),
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "refresh_token": refresh_token,
    }
