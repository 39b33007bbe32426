"""Pages of a list, cut by position (QUERY-5 to QUERY-8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, SQLColumnExpression, tuple_

from shop.platform.cursor import Scope, Sealer


class Identified(Protocol):
    @property
    def id(self) -> Any: ...


Entity = TypeVar("Entity", bound=Identified)


class PageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(min_length=1)] | None = None


@dataclass(frozen=True)
class Sort(Generic[Entity]):
    """An order of rows, which an index has too; the id breaks ties in the same direction.

    `key` gives the cursor's key of a row, `parse` the column's value of such a key, or raises invalid_cursor.
    """

    column: SQLColumnExpression[Any]
    id: SQLColumnExpression[UUID]
    key: Callable[[Entity], str]
    parse: Callable[[str], object]
    descending: bool = False


@dataclass(frozen=True)
class Pages:
    """What a list needs of its request: the query as it was received, and what makes and opens cursors."""

    received: dict[str, str]
    path: str
    sealer: Sealer

    def scope(self, resource: str, sort: str, *filters: str) -> Scope:
        return Scope(resource, sort, [self.received.get(name, "") for name in filters])

    def link(self, cursor: str) -> str:
        """Return the Link header of a page: the same query with the next cursor."""
        return f'<{self.path}?{urlencode({**self.received, "cursor": cursor})}>; rel="next"'


async def get_pages(request: Request) -> Pages:
    return Pages(dict(request.query_params), request.scope["route"].path, request.state.sealer)


Paging = Annotated[Pages, Depends(get_pages)]


@dataclass(frozen=True)
class Page(Generic[Entity]):
    query: PageQuery
    scope: Scope
    sort: Sort[Entity]
    sealer: Sealer

    def of(self, rows: Select[Any]) -> Select[Any]:
        """Return the statement for the rows of the page, and one more if there is a next page."""
        position = tuple_(self.sort.column, self.sort.id)
        if self.query.cursor is not None:
            key, id = self.sealer.open(self.scope, self.query.cursor)
            last = (self.sort.parse(key), id)
            rows = rows.where(position < last if self.sort.descending else position > last)
        order = [column.desc() if self.sort.descending else column for column in (self.sort.column, self.sort.id)]
        return rows.order_by(*order).limit(self.query.limit + 1)

    def cut(self, found: Sequence[Entity]) -> tuple[Sequence[Entity], str | None]:
        if len(found) <= self.query.limit:
            return found, None
        page = found[: self.query.limit]
        return page, self.sealer.seal(self.scope, self.sort.key(page[-1]), page[-1].id)
