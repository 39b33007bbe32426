"""Cursors: a position in a sorted list, sealed, and the same in all services of a fleet (CURSOR-1)."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shop.platform.problem import Code, Problem
from shop.platform.schemas import UUID_TEXT

MAX_LENGTH = 1200
MAC_BYTES = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS = re.compile(r"0|[1-9][0-9]{0,13}")  # to the year 5138


@dataclass(frozen=True)
class Scope:
    """The list that a cursor is good for; `filters` are values as received, empty where absent."""

    resource: str
    sort: str
    filters: list[str]

    def prefix(self) -> str:
        digest = hashlib.sha256("\n".join(self.filters).encode()).hexdigest()
        return f"{self.resource}\n{self.sort}\n{digest[:16]}\n"


class Sealer:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, scope: Scope, key: str, id: UUID) -> str:
        """Return the cursor of a row: its sort key, and its id as the tie-breaker."""
        payload = f"{scope.prefix()}{key}\n{id}".encode()
        return f"{_encode(payload)}.{_encode(self._mac(payload))}"

    def open(self, scope: Scope, cursor: str) -> tuple[str, UUID]:
        """Return sort key and id of a cursor, or raise invalid_cursor if it was not made for this list."""
        try:
            payload, mac = (_decode(part) for part in cursor.split("."))
            text = payload.decode()
        except ValueError:
            raise Problem(Code.INVALID_CURSOR) from None
        prefix = scope.prefix()
        genuine = hmac.compare_digest(mac, self._mac(payload)) and text.startswith(prefix)
        # The key is everything up to the last line feed: a name may hold one.
        key, _, identity = text.removeprefix(prefix).rpartition("\n")
        if len(cursor) > MAX_LENGTH or not genuine or not UUID_TEXT.fullmatch(identity) or "\0" in key:
            raise Problem(Code.INVALID_CURSOR)
        return key, UUID(identity)

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._secret, payload, "sha256")[:MAC_BYTES]


def time_key(moment: datetime) -> str:
    """Return the key of a row that is sorted by a time."""
    return str((moment - EPOCH) // timedelta(milliseconds=1))


def parse_time_key(key: str) -> datetime:
    if not MILLISECONDS.fullmatch(key):
        raise Problem(Code.INVALID_CURSOR)
    return EPOCH + timedelta(milliseconds=int(key))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:  # the decoder skips what is not of its alphabet, and spare bits
        raise ValueError("not canonical")
    return raw
