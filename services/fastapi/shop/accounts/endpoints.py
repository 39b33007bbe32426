"""Registration, log-in and tokens."""

from fastapi import APIRouter, Response

from shop import models
from shop.accounts import service
from shop.accounts.schemas import Login, Refresh, Register, TokenPair, User
from shop.platform.auth import Customer, Issuer
from shop.platform.database import Pool, Transaction
from shop.platform.problem import Code, Problem
from shop.platform.requests import Route

router = APIRouter(tags=["accounts"], route_class=Route)


@router.post("/auth/register", status_code=201, response_model=User)
async def register(body: Register, session: Transaction, response: Response) -> models.User:
    user = await service.create_customer(session, body)
    response.headers["Location"] = "/me"
    return user


@router.post("/auth/login")
async def login(body: Login, pool: Pool, tokens: Issuer) -> TokenPair:
    """Open a session and give its first pair of tokens."""
    caller = await service.authenticate(pool, body)
    async with pool.transaction() as session:
        refresh_token = await service.open_session(session, caller)
    return TokenPair(access_token=tokens.issue(caller), refresh_token=refresh_token)


@router.post("/auth/refresh")
async def refresh_token(body: Refresh, pool: Pool, tokens: Issuer) -> TokenPair:
    """Exchange a refresh token for a new pair in the same session."""
    async with pool.transaction() as session:
        rotated = await service.rotate(session, body.refresh_token)
    # Only here, after the commit: an exception inside of the block would undo the revocation.
    if rotated is None:
        raise Problem(Code.INVALID_REFRESH_TOKEN)
    caller, token = rotated
    return TokenPair(access_token=tokens.issue(caller), refresh_token=token)


@router.post("/auth/logout", status_code=204)
async def logout(body: Refresh, session: Transaction) -> None:
    """End the session of a refresh token, used or not; an unknown one has none."""
    await service.revoke(session, body.refresh_token)


@router.get("/me")
async def get_me(caller: Customer, pool: Pool) -> User:
    """Read the caller, as the database has it now."""
    return User.model_validate(await service.find_user(pool, caller))
