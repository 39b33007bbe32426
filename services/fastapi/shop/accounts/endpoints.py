"""Registration, log-in and tokens."""

from typing import Annotated

from fastapi import Depends, Request, Response

from shop import models
from shop.accounts import service
from shop.accounts.schemas import Login, Refresh, Register, TokenPair, User
from shop.platform.auth import Customer, Tokens
from shop.platform.body import document
from shop.platform.database import Pool, Reading, Transaction
from shop.platform.problem import Problem
from shop.platform.routing import router as feature_router

router = feature_router("accounts")


async def get_tokens(request: Request) -> Tokens:
    """Give what issues access tokens."""
    tokens: Tokens = request.state.tokens
    return tokens


Issuer = Annotated[Tokens, Depends(get_tokens)]


# region register
@router.post("/auth/register", status_code=201, response_model=User)
async def register(
    body: Annotated[Register, document(Register)], session: Transaction, response: Response
) -> models.User:
    """Make a customer."""
    user = await service.create_customer(session, body)
    response.headers["Location"] = "/me"
    return user


# endregion


# region login
@router.post("/auth/login")
async def login(body: Annotated[Login, document(Login)], pool: Pool, tokens: Issuer) -> TokenPair:
    """Open a session and give its first pair of tokens."""
    caller = await service.authenticate(pool, body)
    async with pool.transaction() as session:
        refresh_token = await service.open_session(session, caller)
    return TokenPair(access_token=tokens.issue(caller), refresh_token=refresh_token)


# endregion


# region refreshToken
@router.post("/auth/refresh")
async def refresh_token(body: Annotated[Refresh, document(Refresh)], pool: Pool, tokens: Issuer) -> TokenPair:
    """Exchange a refresh token for a new pair in the same session."""
    async with pool.transaction() as session:
        rotated = await service.rotate(session, body.refresh_token)
    # Only here, after the commit: an exception inside of the block would undo the revocation.
    if rotated is None:
        raise Problem("invalid_refresh_token")
    caller, token = rotated
    return TokenPair(access_token=tokens.issue(caller), refresh_token=token)


# endregion


# region logout
@router.post("/auth/logout", status_code=204)
async def logout(body: Annotated[Refresh, document(Refresh)], session: Transaction) -> None:
    """End the session of a refresh token, used or not; an unknown one has none."""
    await service.revoke(session, body.refresh_token)


# endregion


# region getMe
@router.get("/me", response_model=User)
async def get_me(caller: Customer, session: Reading) -> models.User:
    """Read the caller, as the database has it now."""
    user = await session.get(models.User, caller.id)
    if user is None:
        raise Problem("unauthenticated")
    return user


# endregion
