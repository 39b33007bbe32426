"""The caller's open cart. Every write answers with the cart as the database then has it."""

from typing import Any

from flask import Blueprint

from shop.carts import operations
from shop.carts.schemas import CartCouponPutSchema, CartItemPutSchema, CartSchema
from shop.platform.auth import current_caller, login_required
from shop.platform.database import transaction
from shop.platform.requests import use_args

carts = Blueprint("carts", __name__, url_prefix="/cart")

cart_schema = CartSchema()


def _show() -> dict[str, Any]:
    shown: dict[str, Any] = cart_schema.dump(operations.read_cart(current_caller().id))
    return shown


@carts.get("")
@login_required
def get_cart() -> dict[str, Any]:
    return _show()


@carts.put("/items/<sku:sku>")
@login_required
@use_args(CartItemPutSchema())
def put_cart_item(body: dict[str, Any], sku: str) -> dict[str, Any]:
    with transaction():
        operations.put_item(current_caller().id, sku, body["quantity"])
        return _show()


@carts.delete("/items/<sku:sku>")
@login_required
def delete_cart_item(sku: str) -> dict[str, Any]:
    with transaction():
        operations.remove_item(current_caller().id, sku)
        return _show()


@carts.put("/coupon")
@login_required
@use_args(CartCouponPutSchema())
def put_cart_coupon(body: dict[str, Any]) -> dict[str, Any]:
    with transaction():
        operations.attach_coupon(current_caller().id, body["code"])
        return _show()


@carts.delete("/coupon")
@login_required
def delete_cart_coupon() -> dict[str, Any]:
    with transaction():
        operations.detach_coupon(current_caller().id)
        return _show()
