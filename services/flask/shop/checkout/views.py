"""POST /checkout: its key, its limit, and the answer that may be sent again."""

import hashlib
import re
from typing import Any

from flask import Blueprint, Response, request

from shop.checkout import operations
from shop.platform.auth import current_caller, login_required
from shop.platform.database import transaction
from shop.platform.limits import Limit
from shop.platform.problems import IdempotencyKeyInvalid, IdempotencyKeyMissing
from shop.platform.requests import use_args
from shop.platform.schemas import Integer, Schema, between

checkout_blueprint = Blueprint("checkout", __name__)

CHECKOUT_LIMIT = Limit("checkout", burst=20, interval=3)
KEY = re.compile(r'(")?([!#-\[\]-~]{1,255})(?(1)")')


class CheckoutSchema(Schema):
    expected_total = Integer(required=True, validate=between(0, 99_999_999_999))


@checkout_blueprint.post("/checkout")
@login_required
@use_args(CheckoutSchema())
def checkout(body: dict[str, Any]) -> Response:
    caller, key = current_caller(), _idempotency_key()
    CHECKOUT_LIMIT.take(str(caller.id))
    fingerprint = hashlib.sha256(b"POST\n/checkout\n" + request.get_data()).hexdigest()
    with transaction():
        replayed = answer = operations.find_stored(caller.id, key, fingerprint)
        if answer is None:
            answer = operations.place(caller.id, key, fingerprint, body["expected_total"])
    response = Response(answer.response_body, answer.response_status, mimetype="application/json")
    response.headers["Location"] = answer.response_location
    response.set_etag("1")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _idempotency_key() -> str:
    """Return the request's key, without the pair of quotes that it may stand in (CHECKOUT-1)."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        raise IdempotencyKeyMissing
    found = KEY.fullmatch(sent)
    if not found:
        raise IdempotencyKeyInvalid
    return found[2]
