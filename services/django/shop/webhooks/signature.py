"""The signature of a webhook (WEBHOOK-1), over the bytes and texts as they were sent."""

import base64
import hmac
import re

from django.utils.crypto import constant_time_compare

MAX_CLOCK_SKEW = 300  # seconds

ID = re.compile("[A-Za-z0-9_-]{1,200}")
TIMESTAMP = re.compile("[1-9][0-9]{0,11}")


def is_genuine(secret: bytes, id: str, timestamp: str, signatures: str, body: bytes, now: float) -> bool:
    """Tell whether the headers fit the body.

    Args:
        secret: the key behind `whsec_`.
        signatures: a list of tokens, of which one must be right.
        now: the clock, in seconds since 1970.
    """
    if not ID.fullmatch(id) or not TIMESTAMP.fullmatch(timestamp) or abs(int(now) - int(timestamp)) > MAX_CLOCK_SKEW:
        return False
    digest = hmac.digest(secret, f"{id}.{timestamp}.".encode() + body, "sha256")
    expected = f"v1,{base64.b64encode(digest).decode()}"
    # Texts are compared: decoding would let other spellings of the same bytes pass.
    return any(constant_time_compare(token, expected) for token in signatures.split(" "))
