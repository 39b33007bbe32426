"""Orders of customers, and how they move on."""

from typing import Annotated

from fastapi import Depends, Request, Response

from shop import models
from shop.orders import service
from shop.orders.schemas import Order, OrderList, OrderQuery, Transition
from shop.platform.auth import Customer, require_admin
from shop.platform.body import document
from shop.platform.database import Reading, Transaction
from shop.platform.etag import check_match, etag, is_unchanged
from shop.platform.paging import Cursors
from shop.platform.query import parameters
from shop.platform.routing import PathId
from shop.platform.routing import router as feature_router

router = feature_router("orders")


# region listOrders
@router.get("/orders")
async def list_orders(
    caller: Customer,
    query: Annotated[OrderQuery, parameters(OrderQuery)],
    session: Reading,
    cursors: Cursors,
    response: Response,
) -> OrderList:
    """List the caller's orders, or all for an administrator, newest first."""
    orders, next_cursor = await service.list_visible(session, caller, query, cursors)
    if next_cursor:
        response.headers["Link"] = query.link("/orders", next_cursor)
    return OrderList.model_validate({"items": orders, "next_cursor": next_cursor})


# endregion


# region getOrder
@router.get("/orders/{id}", response_model=Order)
async def get_order(
    caller: Customer, order_id: PathId, session: Reading, request: Request, response: Response
) -> models.Order | Response:
    """Read an order."""
    order = await service.find_visible(session, caller, order_id)
    headers = {"ETag": etag(order.version)}
    if is_unchanged(request, order.version):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return order


# endregion


# region cancelOrder
@router.post("/orders/{id}/cancel", response_model=Order)
async def cancel_order(caller: Customer, order_id: PathId, session: Transaction, response: Response) -> models.Order:
    """Cancel an order and give its stock back; a cancelled one stays as it is."""
    order = await service.move(session, caller, order_id, "cancelled")
    response.headers["ETag"] = etag(order.version)
    return order


# endregion


# region transitionOrder
@router.post("/admin/orders/{id}/transition", response_model=Order, dependencies=[Depends(require_admin)])
async def transition_order(
    caller: Customer,
    body: Annotated[Transition, document(Transition)],
    order_id: PathId,
    session: Transaction,
    request: Request,
    response: Response,
) -> models.Order:
    """Move an order on."""
    order = await service.move(session, caller, order_id, body.to, lambda order: check_match(request, order.version))
    response.headers.update({"ETag": etag(order.version), "Content-Location": f"/orders/{order.id}"})
    return order


# endregion
