"""Pages of a list, cut by position (QUERY-5 to QUERY-8).

Django's Paginator and django-ninja's paginate cut by offset, and count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from shop.http import cursors

Row = TypeVar("Row", bound=Model)


class PageQuery(BaseModel):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(min_length=1)] | None = None


@dataclass(frozen=True)
class Sort(Generic[Row]):
    """An order of rows, which an index has too; the id breaks ties in the same direction.

    `key` gives the cursor's key of a row, `parse` the column's value of such a key, or raises invalid_cursor.
    """

    column: Combinable
    key: Callable[[Row], str]
    parse: Callable[[str], Any]
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: list[Row]
    next_cursor: str | None


def cut(rows: QuerySet[Row], query: PageQuery, sort: Sort[Row], scope: str) -> Page[Row]:
    """Return the page that the query asks for; it takes one row more to know whether there is a next page."""
    if query.cursor:
        key, id = cursors.unseal(scope, query.cursor)
        beyond = TupleLessThan if sort.descending else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(sort.column, F("id")), (sort.parse(key), id)))
    order = (sort.column, F("id"))
    rows = rows.order_by(*(each.desc() for each in order) if sort.descending else order)  # type: ignore[attr-defined]
    found = list(rows[: query.limit + 1])
    if len(found) <= query.limit:
        return Page(found, None)
    last = found[query.limit - 1]
    return Page(found[: query.limit], cursors.seal(scope, sort.key(last), last.pk))


def add_link(request: HttpRequest, response: HttpResponse, query: PageQuery, next_cursor: str | None) -> None:
    """Add the Link to the next page, if there is one: the same query, with its cursor."""
    if next_cursor:
        sent = {name: value for name, value in request.GET.items() if name in query.model_fields_set}
        response["Link"] = f'<{request.path}?{urlencode({**sent, "cursor": next_cursor})}>; rel="next"'
