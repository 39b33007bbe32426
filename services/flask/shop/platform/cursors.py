"""Pages of a list, cut by position, and the sealed cursors that say where to go on (QUERY-5 to QUERY-8, CURSOR-1)."""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from flask import current_app, request
from sqlalchemy import Select, SQLColumnExpression, tuple_

from shop.platform.problems import InvalidCursor
from shop.platform.schemas import UUID, QueryInteger, Schema, String, between, not_empty

MAX_LENGTH = 1200
MAC_BYTES = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(3000, 1, 1, tzinfo=UTC)
DECIMAL = re.compile(r"0|[1-9][0-9]{0,13}")


class Identified(Protocol):
    @property
    def id(self) -> Any: ...


Entity = TypeVar("Entity", bound=Identified)


class PageSchema(Schema):
    limit = QueryInteger(load_default=20, validate=between(1, 100))
    cursor = String(load_default=None, validate=not_empty)


@dataclass(frozen=True)
class Order(Generic[Entity]):
    """An order of rows, which an index has too; the id breaks ties in the same direction.

    `key` gives the cursor's text of a row, `parse` the column's value of such a text, or raises invalid_cursor.
    """

    column: SQLColumnExpression[Any]
    id: SQLColumnExpression[uuid.UUID]
    key: Callable[[Entity], str]
    parse: Callable[[str], object]
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[Entity]):
    """A page of `resource`: its query as it was loaded, its order, and the names of its filters in their order."""

    resource: str
    query: Mapping[str, Any]
    sort: str
    order: Order[Entity]
    filters: Sequence[str]

    def select(self, rows: Select[Any]) -> Select[Any]:
        """Return the statement for the rows of the page, and one more if there is a next one."""
        order, position = self.order, tuple_(self.order.column, self.order.id)
        if self.query["cursor"] is not None:
            last = self._open(self.query["cursor"])
            rows = rows.where(position < last if order.descending else position > last)
        columns = (order.column, order.id)
        ordered = rows.order_by(*(each.desc() if order.descending else each for each in columns))
        return ordered.limit(self.query["limit"] + 1)

    def cut(self, found: Sequence[Entity]) -> tuple[Sequence[Entity], str | None]:
        """Return the rows of the page, and the cursor of the next."""
        page = found[: self.query["limit"]]
        if len(found) == len(page):
            return page, None
        payload = f"{self._prefix()}{self.order.key(page[-1])}\n{page[-1].id}".encode()
        return page, f"{_encode(payload)}.{_encode(_mac(payload))}"

    def _open(self, cursor: str) -> tuple[object, uuid.UUID]:
        """Return the position of a cursor; even one that the fleet has signed is judged like input."""
        try:
            payload, mac = (_decode(part) for part in cursor.split("."))
            text = payload.decode()
        except ValueError:
            raise InvalidCursor from None
        prefix = self._prefix()
        # The key is everything up to the last line feed: a name may hold one.
        key, _, identity = text.removeprefix(prefix).rpartition("\n")
        genuine = hmac.compare_digest(mac, _mac(payload)) and text.startswith(prefix)
        if not genuine or len(cursor) > MAX_LENGTH or not re.fullmatch(UUID, identity):
            raise InvalidCursor
        return self.order.parse(key), uuid.UUID(identity)

    def _prefix(self) -> str:
        received = "\n".join(request.args.get(name, "") for name in self.filters)
        return f"{self.resource}\n{self.sort}\n{hashlib.sha256(received.encode()).hexdigest()[:16]}\n"


def link(cursor: str | None) -> dict[str, str]:
    """Return the Link header of a page: the same query with the next cursor."""
    if cursor is None:
        return {}
    query = urlencode({**request.args, "cursor": cursor})
    return {"Link": f'<{request.path}?{query}>; rel="next"'}


def time_key(moment: datetime) -> str:
    return str((moment - EPOCH) // timedelta(milliseconds=1))


def parse_time_key(key: str) -> datetime:
    moment = EPOCH + timedelta(milliseconds=parse_integer(key, 10**14))
    if moment >= END:
        raise InvalidCursor
    return moment


def parse_integer(key: str, most: int) -> int:
    if not DECIMAL.fullmatch(key) or int(key) > most:
        raise InvalidCursor
    return int(key)


def _mac(payload: bytes) -> bytes:
    return hmac.digest(current_app.config["CURSOR_SECRET"], payload, "sha256")[:MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:  # the decoder skips what is not of its alphabet, and spare bits
        raise ValueError("not canonical")
    return raw
