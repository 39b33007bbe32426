"""POST /checkout: its key, its limit, and the answer that may be sent again."""

import hashlib
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from shop.checkout import service
from shop.platform.auth import Customer
from shop.platform.database import Pool
from shop.platform.etag import etag
from shop.platform.problem import Code, Problem
from shop.platform.ratelimit import Limit
from shop.platform.requests import Route
from shop.platform.schemas import Input

router = APIRouter(tags=["checkout"], route_class=Route)

CHECKOUT_LIMIT = Limit("checkout", burst=20, interval=3)
KEY = re.compile(r'(")?([!#-\[\]-~]{1,255})(?(1)")')


class Checkout(Input):
    expected_total: Annotated[int, Field(ge=0, le=99_999_999_999)]


async def idempotency_key(request: Request) -> str:
    """Give the request's key, without the pair of quotes that it may stand in (CHECKOUT-1)."""
    match request.headers.getlist("idempotency-key"):
        case []:
            raise Problem(Code.IDEMPOTENCY_KEY_MISSING)
        case [text] if found := KEY.fullmatch(text):
            return found[2]
        case _:
            raise Problem(Code.IDEMPOTENCY_KEY_INVALID)


@router.post("/checkout", status_code=201)
async def checkout(
    caller: Customer, key: Annotated[str, Depends(idempotency_key)], body: Checkout, request: Request, pool: Pool
) -> Response:
    await CHECKOUT_LIMIT.take(pool, str(caller.id))
    fingerprint = hashlib.sha256(b"POST\n/checkout\n" + await request.body()).hexdigest()
    async with pool.transaction() as session:
        answer = await service.place_once(session, caller.id, key, fingerprint, body.expected_total)
    headers = {"Location": answer.location, "ETag": etag(1)}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, 201, headers, "application/json")
