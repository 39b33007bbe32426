"""What the fuzzing sends and what it excuses: every setting and exclusion that is not schemathesis' default.

It is Python and no schemathesis.toml, which schemathesis would find by itself and use for other cases too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from rosetta.harness import contract

# Products that the run begins with, in stock for all that it orders.
GOODS = ["FUZZ-1", "FUZZ-2", "FUZZ-3"]

CONFIG: dict[str, Any] = {
    # A run learns nothing from an earlier one, so that one seed means one run.
    "cache": {"enabled": False},
    "generation": {"database": "none"},
    # The customers and the administrator are made before the run; their tokens belong into the curl commands.
    "auth": {"auto-signup": False},
    "output": {"sanitization": {"enabled": False}},
    "request-timeout": 10,
    "checks": {
        # A well-formed request is done, or meets a state that does not suit it; EXCUSED tells the rest by code. The
        # defaults would take 401, 403 and every 5xx too, though each request comes from somebody who may.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409"]},
        # Without the defaults' 403, 409, 429 and 5xx, which HTTP-1 puts after the judgement of the request; with 412,
        # which is what HTTP-10 says of an If-Match that cannot be parsed.
        "negative_data_rejection": {"expected-statuses": ["400", "401", "404", "405", "412", "415", "422", "428"]},
        # A missing If-Match is 428 (HTTP-10).
        "missing_required_header": {"expected-statuses": ["400", "401", "428"]},
        "max_response_time": 10,
    },
    "phases": {
        "coverage": {
            "generate-duplicate-query-parameters": True,
            # HTTP-3: TRACE is not tested. HTTP-12: a server need not know QUERY.
            "unexpected-methods": ["get", "put", "post", "delete", "patch", "options"],
        },
    },
    # What exists for certain, and the tag that always matches, half of the time: chance alone would meet neither.
    "dictionaries": {"goods": {"values": GOODS}, "tags": {"values": ["*"]}},
    "operations": [
        {
            "include-operation-id": ["getProduct", "putCartItem"],
            "parameters": {"path.sku": {"dictionary": "goods", "probability": 0.5}},
        },
        {
            "include-operation-id": ["patchProduct", "archiveProduct", "transitionOrder"],
            "parameters": {"header.If-Match": {"dictionary": "tags", "probability": 0.5}},
        },
        {
            # A stream ends by time alone. One event is read of it, and the cast sees to it that there is one.
            "include-operation-id": "streamEvents",
            "request-timeout": 5,
            "max-stream-events": 1,
        },
        {
            # HTTP-3: DELETE and PATCH of these paths may be judged as those of /admin/products/{sku}, and Allow may
            # name both.
            "include-operation-id": ["importProducts", "exportProducts"],
            "checks": {"allow_header_conformance": {"enabled": False}},
            "phases": {"coverage": {"unexpected-methods": ["get", "put", "post", "options"]}},
        },
    ],
}

# Headers that schemathesis makes up among others and that are taken out again: they say where a message ends or whom it
# is for, and a server may refuse what is odd in them before it routes (HTTP-12, HTTP-13). Level 7 has cases for them.
FRAMING = ["connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"]

# What a well-formed request may meet beside 404 and 409, because a schema cannot say it: problem codes, or a field and
# the code of its error.
EXCUSED = {
    "listProducts": {"invalid_cursor"},  # QUERY-7: only a cursor of the service is genuine
    "listOrders": {"invalid_cursor"},
    "login": {"invalid_credentials", "rate_limited"},  # RATE-1: five a minute for one address
    "refreshToken": {"invalid_refresh_token"},  # AUTH-5: good once
    "checkout": {"idempotency_key_reused", "rate_limited"},  # CHECKOUT-2; RATE-1: twenty a minute for one user
    "patchProduct": {
        "precondition_failed",
        "/attributes too_long",
    },  # HTTP-10; ADMIN-3: keys are counted after the merge
    "archiveProduct": {"precondition_failed"},
    "transitionOrder": {"precondition_failed"},
    "createCoupon": {"/ends_at out_of_range"},  # ADMIN-7: two members together
    "importProducts": {"/sku duplicate"},  # BULK-2: two lines together
    "paymentWebhook": {"webhook_rejected"},  # WEBHOOK-3: the amount is that of the order
}


def document() -> dict[str, Any]:
    """The contract as the fuzzing reads it: an import is a list of lines there, of which the body's bytes are made."""
    read = copy.deepcopy(contract.document())
    media_type = read["paths"]["/admin/products/import"]["post"]["requestBody"]["content"]["application/x-ndjson"]
    media_type["schema"] = {"type": "array", "items": media_type["x-line-schema"], "maxItems": 20}
    return read


def is_excused(operation: str, problem: Any, body: bytes = b"") -> bool:
    """Whether `problem`, the answer to a well-formed request with `body`, says only what may be said of one.

    That is what EXCUSED, JSON-5 and JSON-6 excuse.
    """
    said = set(_said(problem))
    excused = {*EXCUSED.get(operation, ()), *_spelt_with_fraction(problem, body), *_with_nul(problem, body)}
    return bool(said) and said <= excused


def _spelt_with_fraction(problem: Any, body: bytes) -> Iterator[str]:
    """What is said of errors that refuse a number such as 1937.0, which is an integer to JSON Schema, by its type."""
    errors = problem.get("errors") or [] if isinstance(problem, dict) else []
    for each in errors:
        if each.get("code") == "type" and _is_whole(_at(each, body)):
            yield f"{each.get('pointer')} type"


def _with_nul(problem: Any, body: bytes) -> Iterator[str]:
    """What is said of a body, or of lines of an import, with U+0000 in a member that is ignored, whose schema is {}."""
    errors = problem.get("errors") or [] if isinstance(problem, dict) else []
    malformed = [each.get("line", 0) for each in errors if each.get("code") == "malformed"]
    lines = body.split(b"\n")
    if malformed and all(0 < line <= len(lines) and b"\\u0000" in lines[line - 1] for line in malformed):
        yield " malformed"
    if b"\\u0000" in body:
        yield "malformed_json"


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _at(error: dict[str, Any], body: bytes) -> Any:
    """The value that `error` points at in a body; in that of an import it names the line too."""
    line = error.get("line")
    try:
        found = json.loads(body if line is None else body.split(b"\n")[line - 1])
        for name in str(error.get("pointer")).split("/")[1:]:
            found = found[name.replace("~1", "/").replace("~0", "~")]
    except (ValueError, LookupError, TypeError):
        return None
    return found


def _said(problem: Any) -> Iterator[str]:
    if isinstance(problem, dict):
        errors = problem.get("errors")
        if errors:
            yield from (f"{error.get('pointer')} {error.get('code')}" for error in errors)
        else:
            yield str(problem.get("type")).removeprefix(contract.TYPE)
