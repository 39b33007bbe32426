"""Reading and cancelling orders."""

from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shop.orders import operations
from shop.orders.models import Order
from shop.orders.schemas import OrderQuerySchema, OrderSchema
from shop.platform.auth import current_caller, login_required
from shop.platform.cursors import link
from shop.platform.database import transaction
from shop.platform.etags import etag, is_unchanged
from shop.platform.requests import use_args

orders = Blueprint("orders", __name__, url_prefix="/orders")

order_schema = OrderSchema()

PRIVATE = "private, no-cache"


@orders.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = PRIVATE
    return response


@orders.get("")
@login_required
@use_args(OrderQuerySchema(), location="query")
def list_orders(query: dict[str, Any]) -> ResponseReturnValue:
    """List the caller's orders, or all for an administrator."""
    found, cursor = operations.list_visible(current_caller(), query)
    return {"items": order_schema.dump(found, many=True), "next_cursor": cursor}, 200, link(cursor)


@orders.get("/<id:id>")
@login_required
def get_order(id: str) -> ResponseReturnValue:
    order = operations.find_visible(current_caller(), id)
    if is_unchanged(order.version):
        return "", 304, {"ETag": etag(order.version)}
    return show(order)


@orders.post("/<id:id>/cancel")
@login_required
def cancel_order(id: str) -> ResponseReturnValue:
    """Cancel an order and give its stock back."""
    with transaction():
        order = operations.move(current_caller(), id, "cancelled")
    return show(order)


def show(order: Order, **headers: str) -> ResponseReturnValue:
    return order_schema.dump(order), 200, {"ETag": etag(order.version), **headers}
