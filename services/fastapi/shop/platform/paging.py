"""Pages of a list, cut by position (QUERY-5 to QUERY-8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shop.platform.cursor import Scope, Sealer
from shop.platform.database import Row

Entity = TypeVar("Entity", bound=Row)


class PageQuery(BaseModel):
    """What all lists take."""

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
        """Return the list that a cursor is good for."""
        return Scope(resource, sort, [self.received.get(name, "") for name in filters])

    def link(self, cursor: str) -> str:
        """Return the Link header of a page: the same query with the next cursor."""
        return f'<{self.path}?{urlencode({**self.received, "cursor": cursor})}>; rel="next"'


async def get_pages(request: Request) -> Pages:
    return Pages(dict(request.query_params), request.scope["route"].path, request.state.sealer)


Paging = Annotated[Pages, Depends(get_pages)]


async def read_page(
    session: AsyncSession, rows: Select[Entity], query: PageQuery, *, scope: Scope, sort: Sort[Entity], pages: Pages
) -> tuple[Sequence[Entity], str | None]:
    """Return the rows of a page, and the cursor of the next one if there is one."""
    position = tuple_(sort.column, sort.id)
    if query.cursor is not None:
        key, id = pages.sealer.open(scope, query.cursor)
        last = (sort.parse(key), id)
        rows = rows.where(position < last if sort.descending else position > last)
    order = [column.desc() if sort.descending else column for column in (sort.column, sort.id)]
    found = (await session.scalars(rows.order_by(*order).limit(query.limit + 1))).all()
    if len(found) <= query.limit:
        return found, None
    page = found[: query.limit]  # the one row too many says that there is a next page
    return page, pages.sealer.seal(scope, sort.key(page[-1]), page[-1].id)
