"""Pages of a list, cut by position (QUERY-5 to QUERY-8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shop import models
from shop.platform.cursor import Scope, Sealer
from shop.platform.query import Query, QueryInteger

Entity = TypeVar("Entity", bound=models.Row)


class PageQuery(Query):
    """What all lists take."""

    limit: Annotated[QueryInteger, Field(ge=1, le=100)] = 20
    cursor: str | None = None


@dataclass(frozen=True)
class Sort(Generic[Entity]):
    """An order of rows, which an index has too; the id breaks ties in the same direction.

    Args:
        key: gives the cursor's key of a row.
        parse: gives the column's value of such a key, or raises invalid_cursor.
    """

    column: SQLColumnExpression[Any]
    id: SQLColumnExpression[UUID]
    key: Callable[[Entity], str]
    parse: Callable[[str], object]
    descending: bool = False


async def get_sealer(request: Request) -> Sealer:
    """Give what makes and opens cursors."""
    sealer: Sealer = request.state.sealer
    return sealer


Cursors = Annotated[Sealer, Depends(get_sealer)]


async def read_page(
    session: AsyncSession,
    rows: Select[Entity],
    query: PageQuery,
    *,
    scope: Scope,
    sort: Sort[Entity],
    cursors: Sealer,
) -> tuple[Sequence[Entity], str | None]:
    """Return the rows of a page, and the cursor of the next one if there is one."""
    position = tuple_(sort.column, sort.id)
    if query.cursor is not None:
        key, id = cursors.open(scope, query.cursor)  # noqa: A001
        last = (sort.parse(key), id)
        rows = rows.where(position < last if sort.descending else position > last)
    order = [column.desc() if sort.descending else column for column in (sort.column, sort.id)]
    found = (await session.scalars(rows.order_by(*order).limit(query.limit + 1))).all()
    if len(found) <= query.limit:
        return found, None
    page = found[: query.limit]  # the one row too many says that there is a next page
    return page, cursors.seal(scope, sort.key(page[-1]), page[-1].id)
