"""The signature of a webhook (WEBHOOK-1), over the bytes and texts as they were sent."""

import base64
import hmac
import re
import time

MAX_CLOCK_SKEW = 300  # seconds

ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")


def is_genuine(secret: bytes, id: str, timestamp: str, signatures: str, body: bytes) -> bool:
    """Tell whether the headers fit the body; `signatures` is a list of tokens, of which one must be right."""
    if (
        not ID.fullmatch(id)
        or not TIMESTAMP.fullmatch(timestamp)
        or abs(int(time.time()) - int(timestamp)) > MAX_CLOCK_SKEW
    ):
        return False
    digest = hmac.digest(secret, f"{id}.{timestamp}.".encode() + body, "sha256")
    expected = b"v1," + base64.b64encode(digest)
    # Texts are compared: decoding would let other spellings of the same bytes pass.
    return any(hmac.compare_digest(token.encode(), expected) for token in signatures.split(" "))
