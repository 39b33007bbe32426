"""POST /checkout: its key, its limit, and the answer that may be sent again."""

import hashlib
import re

from django.http import HttpRequest, HttpResponse
from ninja import Router

from shop.checkout.schemas import Checkout
from shop.checkout.services import place_once
from shop.http.auth import CallerRequest, customer
from shop.http.etag import etag
from shop.http.parser import JSON
from shop.http.problems import IdempotencyKeyInvalid, IdempotencyKeyMissing
from shop.http.ratelimit import Limit

router = Router(auth=customer)

CHECKOUT_LIMIT = Limit("checkout", burst=20, interval=3)
KEY = re.compile(r'(")?([!#-\[\]-~]{1,255})(?(1)")')


@router.post("/checkout")
def checkout(request: CallerRequest, body: Checkout) -> HttpResponse:
    key = read_key(request)
    CHECKOUT_LIMIT.take(str(request.auth.id))
    fingerprint = hashlib.sha256(b"POST\n/checkout\n" + request.body).hexdigest()
    answer, replayed = place_once(
        user_id=request.auth.id, key=key, fingerprint=fingerprint, expected_total=body.expected_total
    )
    headers = {"Location": answer.response_location or "", "ETag": etag(1)}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return HttpResponse(answer.response_body, JSON, answer.response_status, headers=headers)


def read_key(request: HttpRequest) -> str:
    """Return the request's key, without the pair of quotes that it may stand in (CHECKOUT-1)."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        raise IdempotencyKeyMissing
    if found := KEY.fullmatch(sent):
        return found[2]
    raise IdempotencyKeyInvalid
