"""Orders of customers, and how they move on."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from shop import models
from shop.orders import service
from shop.orders.schemas import Order, OrderList, OrderQuery, PathId, Transition
from shop.platform.auth import Administrator, Customer
from shop.platform.database import Pool, Transaction
from shop.platform.etag import check_match, etag, is_unchanged
from shop.platform.paging import Paging
from shop.platform.requests import Route

router = APIRouter(tags=["orders"], route_class=Route)


@router.get("/orders")
async def list_orders(
    caller: Customer, query: Annotated[OrderQuery, Query()], pool: Pool, pages: Paging, response: Response
) -> OrderList:
    """List the caller's orders, or all for an administrator, newest first."""
    async with pool.reading() as session:
        orders, next_cursor = await service.list_visible(session, caller, query, pages)
    if next_cursor:
        response.headers["Link"] = pages.link(next_cursor)
    return OrderList.model_validate({"items": orders, "next_cursor": next_cursor})


@router.get("/orders/{id}", response_model=Order)
async def get_order(
    caller: Customer, id: PathId, pool: Pool, request: Request, response: Response
) -> models.Order | Response:
    async with pool.reading() as session:
        order = await service.find_visible(session, caller, id)
    headers = {"ETag": etag(order.version)}
    if is_unchanged(request, order.version):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return order


@router.post("/orders/{id}/cancel", response_model=Order)
async def cancel_order(caller: Customer, id: PathId, session: Transaction, response: Response) -> models.Order:
    order = await service.move(session, caller, id, "cancelled")
    response.headers["ETag"] = etag(order.version)
    return order


@router.post("/admin/orders/{id}/transition", response_model=Order)
async def transition_order(
    caller: Administrator,
    id: PathId,
    body: Transition,
    session: Transaction,
    request: Request,
    response: Response,
) -> models.Order:
    order = await service.move(session, caller, id, body.to, lambda order: check_match(request, order.version))
    response.headers.update({"ETag": etag(order.version), "Content-Location": f"/orders/{order.id}"})
    return order
