"""Cursors: a position in a sorted list, sealed, and the same in all services of a fleet (CURSOR-1)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings

from shop.http.problems import InvalidCursor

MAX_LENGTH = 1200
MAC_BYTES = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS = re.compile("0|[1-9][0-9]{0,13}")
YEAR_3000 = 32_503_680_000_000
UUID = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def scope(resource: str, sort: str, filters: Iterable[str]) -> str:
    """Return the part of a cursor that says for which list it is good; `filters` are values as received."""
    digest = hashlib.sha256("\n".join(filters).encode()).hexdigest()
    return f"{resource}\n{sort}\n{digest[:16]}\n"


def seal(prefix: str, key: str, id: object) -> str:
    """Return the cursor of a row: its sort key, and its id as the tie-breaker."""
    payload = f"{prefix}{key}\n{id}".encode()
    return f"{_encode(payload)}.{_encode(_mac(payload))}"


def unseal(prefix: str, cursor: str) -> tuple[str, str]:
    """Return sort key and id of a cursor, or raise invalid_cursor if it was not made for this list."""
    try:
        payload, mac = (_decode(part) for part in cursor.split("."))
        text = payload.decode()
    except ValueError:
        raise InvalidCursor from None
    genuine = hmac.compare_digest(mac, _mac(payload)) and text.startswith(prefix)
    # The key is everything up to the last line feed: a name may hold one.
    key, _, id = text.removeprefix(prefix).rpartition("\n")
    if len(cursor) > MAX_LENGTH or not genuine or not UUID.fullmatch(id) or "\0" in key:
        raise InvalidCursor
    return key, id


def time_key(moment: datetime) -> str:
    """Return the key of a row that is sorted by a time."""
    return str((moment - EPOCH) // timedelta(milliseconds=1))


def parse_time_key(key: str) -> datetime:
    if not MILLISECONDS.fullmatch(key) or int(key) >= YEAR_3000:
        raise InvalidCursor
    return EPOCH + timedelta(milliseconds=int(key))


def _mac(payload: bytes) -> bytes:
    return hmac.digest(settings.CURSOR_SECRET, payload, "sha256")[:MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:  # the decoder skips what is not of its alphabet, and spare bits
        raise ValueError("not canonical")
    return raw
