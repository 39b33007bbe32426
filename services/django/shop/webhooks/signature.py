"""The signature of a webhook (WEBHOOK-1), over the bytes and texts as they were sent."""

import base64
import hmac
import re
from typing import NamedTuple

from django.utils.crypto import constant_time_compare

MAX_CLOCK_SKEW = 300  # seconds

ID = re.compile("[A-Za-z0-9_-]{1,200}")
TIMESTAMP = re.compile("[1-9][0-9]{0,11}")


class Headers(NamedTuple):
    """What stands in `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is a list."""

    id: str
    timestamp: str
    signatures: str


def is_genuine(secret: bytes, sent: Headers, body: bytes, now: float) -> bool:
    """Tell whether the headers fit the body; `secret` is the key behind `whsec_`, `now` in seconds since 1970."""
    if not ID.fullmatch(sent.id) or not TIMESTAMP.fullmatch(sent.timestamp):
        return False
    if abs(int(now) - int(sent.timestamp)) > MAX_CLOCK_SKEW:
        return False
    digest = hmac.digest(secret, f"{sent.id}.{sent.timestamp}.".encode() + body, "sha256")
    expected = f"v1,{base64.b64encode(digest).decode()}"
    # Texts are compared: decoding would let other spellings of the same bytes pass.
    return any(constant_time_compare(token, expected) for token in sent.signatures.split(" "))
