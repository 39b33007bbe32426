"""POST /checkout: its key, its limit, and the answer that may be sent again."""

import hashlib
import re
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from shop.checkout import service
from shop.platform.auth import Customer
from shop.platform.body import JSON, bytes_of, document
from shop.platform.database import Pool
from shop.platform.etag import etag
from shop.platform.problem import Problem
from shop.platform.ratelimit import Limit
from shop.platform.routing import router as feature_router
from shop.platform.validation import Input

router = feature_router("checkout")

CHECKOUT_LIMIT = Limit("checkout", burst=20, interval=3)
KEY = re.compile(r'(")?([!#-\[\]-~]{1,255})(?(1)")')


class Checkout(Input):
    """The body of checkout."""

    expected_total: Annotated[int, Field(ge=0, le=99_999_999_999)]


async def idempotency_key(request: Request) -> str:
    """Give the request's key, without the pair of quotes that it may stand in (CHECKOUT-1)."""
    match request.headers.getlist("idempotency-key"):
        case []:
            raise Problem("idempotency_key_missing")
        case [text] if found := KEY.fullmatch(text):
            return found[2]
        case _:
            raise Problem("idempotency_key_invalid")


# region checkout
@router.post("/checkout", status_code=201)
async def checkout(
    caller: Customer,
    data: Annotated[bytes, Depends(bytes_of(JSON))],
    key: Annotated[str, Depends(idempotency_key)],
    body: Annotated[Checkout, document(Checkout)],
    pool: Pool,
) -> Response:
    """Order the cart."""
    await CHECKOUT_LIMIT.take(pool, str(caller.id))
    fingerprint = hashlib.sha256(b"POST\n/checkout\n" + data).hexdigest()
    async with pool.transaction() as session:
        answer = await service.place_once(session, caller.id, key, fingerprint, body.expected_total)
    headers = {"Location": answer.location, "ETag": etag(1)}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, 201, headers, "application/json")


# endregion
