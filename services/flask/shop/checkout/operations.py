"""From the open cart to an order, in one transaction, all or nothing (CHECKOUT-4 to CHECKOUT-7).

Locks are taken in the order of DB-3: the key, the cart, the coupon, the products; triggers at COMMIT take the event's.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import json
from sqlalchemy import Text, bindparam, func, select, update

from shop.carts.models import Cart, CartItem, Coupon, CouponRedemption
from shop.carts.operations import CartLine, OpenCart, lock_cart, read_cart
from shop.catalog.models import Product
from shop.checkout.models import IdempotencyKey
from shop.orders.models import Order, OrderItem
from shop.orders.schemas import OrderSchema
from shop.platform.database import db
from shop.platform.problems import (
    CartEmpty,
    CouponNotApplicable,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    InsufficientStock,
    ProductUnavailable,
    TotalChanged,
)

order_schema = OrderSchema()

LOCK_NAME = "idem:" + bindparam("user_id", type_=Text) + ":" + bindparam("key", type_=Text)
LOCK_KEY = select(func.pg_try_advisory_xact_lock(func.hashtextextended(LOCK_NAME, 0)))
STORED = select(IdempotencyKey).where(
    IdempotencyKey.user_id == bindparam("user_id"), IdempotencyKey.idem_key == bindparam("key")
)
LOCK_COUPON = select(Coupon.id).where(Coupon.id == bindparam("coupon_id")).with_for_update(key_share=True)
TAKE_STOCK = (
    update(Product)
    .values(stock=Product.stock - CartItem.quantity)
    .where(CartItem.cart_id == bindparam("cart_id"), Product.id == CartItem.product_id)
    .execution_options(synchronize_session=False)
)
REDEEM = (
    update(Coupon)
    .values(redeemed=Coupon.redeemed + 1)
    .where(Coupon.id == bindparam("coupon_id"))
    .execution_options(synchronize_session=False)
)


def find_stored(user_id: uuid.UUID, key: str, fingerprint: str) -> IdempotencyKey | None:
    """Lock a key, which is the user's own, and return the answer that it got before."""
    if not db.session.scalar(LOCK_KEY, {"user_id": str(user_id), "key": key}):
        raise IdempotencyInProgress
    stored = db.session.scalar(STORED, {"user_id": user_id, "key": key})
    if stored and stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return stored


def place(user_id: uuid.UUID, key: str, fingerprint: str, expected_total: int) -> IdempotencyKey:
    """Order the user's cart, and store the answer under the key."""
    order = _order(user_id, expected_total)
    stored = IdempotencyKey(
        user_id=user_id,
        idem_key=key,
        fingerprint=fingerprint,
        response_status=201,
        response_location=f"/orders/{order.id}",
        response_body=json.dumps(order_schema.dump(order)),
    )
    db.session.add(stored)
    return stored


def _order(user_id: uuid.UUID, expected_total: int) -> Order:
    row = lock_cart(user_id)
    if row is None:
        raise CartEmpty
    if row.coupon_id:
        db.session.execute(LOCK_COUPON, {"coupon_id": row.coupon_id})
    # Statements after the lock of the coupon, so that they see what others committed while it was waited for.
    cart = read_cart(user_id, lock_products=True)
    _judge(cart, expected_total)
    db.session.execute(TAKE_STOCK, {"cart_id": row.id})
    order = _copy(cart, row)
    db.session.add(order)
    row.status, row.updated_at = "ordered", func.now()
    db.session.flush()
    if row.coupon_id:
        db.session.add(CouponRedemption(coupon_id=row.coupon_id, user_id=user_id, order_id=order.id))
        db.session.execute(REDEEM, {"coupon_id": row.coupon_id})
    return order


def _judge(cart: OpenCart, expected_total: int) -> None:
    """Raise the first fault that holds (CHECKOUT-5)."""
    if not cart.lines:
        raise CartEmpty
    if archived := _lines_at_fault(line for line in cart.lines if not line.available):
        raise ProductUnavailable(lines=archived)
    if short := _lines_at_fault(line for line in cart.lines if not line.in_stock):
        raise InsufficientStock(lines=short)
    if cart.coupon and not cart.coupon["applied"]:
        raise CouponNotApplicable
    if cart.figures.total != expected_total:
        raise TotalChanged(total=cart.figures.total)


def _lines_at_fault(lines: Iterable[CartLine]) -> list[dict[str, Any]]:
    return [
        {"sku": line.sku, "requested": line.quantity, "available": line.stock if line.available else 0}
        for line in lines
    ]


def _copy(cart: OpenCart, row: Cart) -> Order:
    """Return the order with copies of what the locked products are now."""
    figures = cart.figures
    return Order(
        user_id=row.user_id,
        cart_id=row.id,
        coupon_code=cart.coupon["code"] if cart.coupon else None,
        subtotal=figures.subtotal,
        discount=figures.discount,
        tax=figures.tax,
        shipping=figures.shipping,
        total=figures.total,
        lines=[
            OrderItem(
                product_id=line.product_id,
                position=position,
                sku=line.sku,
                name=line.name,
                unit_price=line.unit_price,
                quantity=line.quantity,
                discount=line.discount,
                tax_rate_bp=line.tax_rate_bp,
                tax=line.tax,
            )
            for position, line in enumerate(cart.lines, 1)
        ],
    )
