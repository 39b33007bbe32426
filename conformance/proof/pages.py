"""Lists cut by position, and the signed cursors of rule CURSOR-1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from proof.bugs import bug, one_has
from proof.liberties import free
from proof.web import UUID, Answer, Problem
from rosetta.harness.environment import secrets

T = TypeVar("T")
Position = tuple[Any, str]
DIGITS = re.compile("0|[1-9][0-9]*", re.ASCII)
LAST_MOMENT = 32_503_679_999_999  # of the year 2999, in milliseconds


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by what, in which direction, and how a cursor's text gives the key back."""

    key: Callable[[Any], Any]
    falling: bool
    parse: Callable[[str], Any]


def number(most: int) -> Callable[[str], int]:
    """Reads a key that is a number from 0 to `most`, in its one spelling; raises ValueError."""

    def parse(key: str) -> int:
        if bug("cursor_keys_by_int"):
            return int(key)
        if len(key) > 19 and bug("long_cursor_keys_are_500"):
            raise RuntimeError("value out of int64 range")
        if not DIGITS.fullmatch(key) or int(key) > most:
            _Pool.spoiled += 1
            raise ValueError(key)
        return int(key)

    return parse


class _Pool:
    """How many connections a refused cursor has spoiled, if that bug is on."""

    spoiled = 0
    taken = 0


def text_of(key: Any) -> str:
    """A key as a cursor holds it."""
    return key.decode() if isinstance(key, bytes) else str(key)


@dataclass(frozen=True)
class Listing:
    """One list: its resource and path are the same word."""

    resource: str
    sort: str
    order: Order
    filters: Sequence[str]
    given: dict[str, str]

    def page(self, rows: list[T], shown: Callable[[T], Any]) -> Answer:
        """The page that the query asks for, of rows that have passed the filters."""
        if bug("refused_cursors_spoil_connections") and _Pool.spoiled:
            _Pool.taken += 1
            if _Pool.taken % 10 == 0:
                raise RuntimeError("cannot use a connection whose transaction has failed")
        limit = int(self.given.get("limit", 50 if bug("limit_is_50") else 20))
        cursor = self.given.get("cursor")
        ranked = sorted(rows, key=self._position, reverse=self.order.falling)
        if bug("no_tie_breaker"):
            ranked = sorted(rows, key=self.order.key, reverse=self.order.falling)
        if cursor is not None:
            ranked = self._after(ranked, cursor)
        items, rest = ranked[:limit], ranked[limit:]
        following = self._cursor(items[-1], rows) if rest else None
        listed = [shown(item) for item in items]
        body: dict[str, Any] = {
            "items": listed or None if bug("empty_list_is_null") else listed,
            "next_cursor": following,
        }
        answer = Answer.json(body)
        if following:
            answer.headers["link"] = self._link(following)
        return answer

    def _position(self, row: Any) -> Position:
        return self.order.key(row), row.id

    def _after(self, ranked: list[T], cursor: str) -> list[T]:
        if bug("pages_by_offset"):
            return ranked[int(self._opened(cursor)[0]) :]
        key, id = self._opened(cursor)
        try:
            position = (self.order.parse(key), id)
        except ValueError:
            raise Problem("invalid_cursor") from None
        if not (UUID.fullmatch(id) or bug("cursor_ids_unchecked")):
            raise Problem("invalid_cursor")
        if bug("no_tie_breaker"):
            return [row for row in ranked if _beyond(self.order.key(row), position[0], self.order.falling)]
        return [row for row in ranked if _beyond(self._position(row), position, self.order.falling)]

    def _cursor(self, row: Any, rows: list[Any]) -> str:
        key, id = self._position(row)
        if bug("pages_by_offset"):
            ranked = sorted(rows, key=self._position, reverse=self.order.falling)
            key = ranked.index(row) + 1
        return seal([*self._head(), text_of(key), id])

    def _head(self) -> list[str]:
        """The part of the payload that belongs to the list, not to the position."""
        filters = "\n".join(self.given.get(name, "") for name in self.filters)
        if bug("cursor_with_its_limit"):
            filters += self.given.get("limit", "")
        if bug("cursor_without_filters"):
            filters = ""
        return [self.resource, self.sort, hashlib.sha256(filters.encode()).hexdigest()[:16]]

    def _opened(self, cursor: str) -> tuple[str, str]:
        """Key and id of a genuine cursor of this list; raises Problem."""
        parts = opened(cursor).split("\n", 3)
        head = self._head()
        if bug("cursor_of_any_resource"):
            head[0] = parts[0]
        if len(parts) < 4 or parts[:3] != head:
            raise Problem("invalid_cursor")
        key, _, id = parts[3].rpartition("\n")
        return key, id

    def _link(self, cursor: str) -> str:
        parameters = {name: value for name, value in self.given.items() if name != "cursor"} | {"cursor": cursor}
        if bug("link_not_encoded"):
            query = "&".join(f"{name}={value}" for name, value in parameters.items()).encode().decode("latin-1")
        else:
            query = urlencode(parameters, quote_via=quote)
        if one_has("member_links_to_itself"):
            return f'<http://localhost/{self.resource}?{query}>; rel="next"'
        return f'</{self.resource}?{query}>; rel="next"'


def _beyond(one: Any, other: Any, falling: bool) -> bool:
    return bool(one < other if falling else one > other)


def seal(lines: list[str]) -> str:
    """A cursor of these lines."""
    data = "\n".join(lines).encode()
    return f"{_encode(data)}.{_encode(_mac(data))}"


def opened(cursor: str) -> str:
    """The payload of a cursor that this shop or another of its fleet has signed; raises Problem."""
    payload, dot, mac = cursor.partition(".")
    if bug("junk_cursors_are_500") and not dot:
        raise RuntimeError("not enough values to unpack")
    try:
        data, signed = _decode(payload), _decode(mac)
        if not dot or len(cursor) > 1200 or not (hmac.compare_digest(signed, _mac(data)) or bug("cursor_not_signed")):
            raise Problem("invalid_cursor")
        return data.decode()
    except ValueError:
        raise Problem("invalid_cursor") from None


def _mac(data: bytes) -> bytes:
    key = secrets()["CURSOR_SECRET"].encode()
    if one_has("member_seals_cursors_for_itself"):
        key = b"a key of its own"
    return hmac.digest(key, data, "sha256")[:16]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Strictly: what is decoded must encode to the same text. Raises ValueError."""
    data = base64.urlsafe_b64decode(text.rstrip("= \n") + "=" * (-len(text.rstrip("= \n")) % 4))
    if _encode(data) != text and not free("cursor_decoded_leniently"):
        raise binascii.Error
    return data
