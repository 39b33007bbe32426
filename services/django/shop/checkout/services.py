"""From the open cart to an order, in one transaction, all or nothing (CHECKOUT-4 to CHECKOUT-7).

Locks are taken in the order of DB-3: the key, the cart, the coupon, the products; triggers at COMMIT take the event's.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now

from shop.carts.models import Cart, CartItem, Coupon
from shop.carts.services import PricedCart, price_locked
from shop.catalog.models import Product
from shop.checkout.models import CouponRedemption, IdempotencyKey
from shop.http.problems import (
    CartEmpty,
    CouponNotApplicable,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    InsufficientStock,
    ProductUnavailable,
    StockLine,
    TotalChanged,
)
from shop.orders.models import Order, OrderItem
from shop.orders.schemas import OrderOut


@transaction.atomic
def place_once(*, user_id: UUID, key: str, fingerprint: str, expected_total: int) -> tuple[IdempotencyKey, bool]:
    """Order the user's cart, or return the answer that this key got before; the second value tells that it is one."""
    _lock_key(user_id, key)
    if stored := IdempotencyKey.objects.filter(user_id=user_id, idem_key=key).first():
        if stored.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return stored, True
    order = _place(user_id, expected_total)
    answer = IdempotencyKey.objects.create(
        user_id=user_id,
        idem_key=key,
        fingerprint=fingerprint,
        response_status=201,
        response_location=f"/orders/{order.pk}",
        response_body=OrderOut.model_validate(order).model_dump_json(),
    )
    return answer, False


def _lock_key(user_id: UUID, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s::text, 0))", [f"idem:{user_id}:{key}"])
        if not cursor.fetchone()[0]:
            raise IdempotencyInProgress


def _place(user_id: UUID, expected_total: int) -> Order:
    cart = Cart.objects.lock_open_of(user_id)
    if cart is None:
        raise CartEmpty
    if cart.coupon_id:
        Coupon.objects.select_for_update(no_key=True).get(pk=cart.coupon_id)
    # Statements after the lock of the coupon, so that they see what others committed while it was waited for.
    priced = price_locked(cart, lock_products=True)
    _judge(priced, expected_total)
    _take_stock(cart)
    order = _order(cart, priced)
    Cart.objects.filter(pk=cart.pk).update(status=Cart.Status.ORDERED, updated_at=Now())
    if cart.coupon_id:
        Coupon.objects.filter(pk=cart.coupon_id).update(redeemed=F("redeemed") + 1)
        CouponRedemption.objects.create(coupon_id=cart.coupon_id, user_id=user_id, order=order)
    return order


def _judge(cart: PricedCart, expected_total: int) -> None:
    """Raise the first fault that holds (CHECKOUT-5)."""
    if not cart.lines:
        raise CartEmpty
    if archived := [line for line in cart.lines if not line.available]:
        raise ProductUnavailable({"lines": _told(archived)})
    if short := [line for line in cart.lines if not line.in_stock]:
        raise InsufficientStock({"lines": _told(short)})
    if cart.coupon and not cart.coupon.applied:
        raise CouponNotApplicable
    if cart.total != expected_total:
        raise TotalChanged({"total": cart.total})


def _told(lines: Iterable[CartItem]) -> list[StockLine]:
    return [
        {"sku": line.sku, "requested": line.quantity, "available": line.product.stock if line.available else 0}
        for line in lines
    ]


def _take_stock(cart: Cart) -> None:
    quantity = CartItem.objects.filter(cart=cart, product=OuterRef("pk")).values("quantity")
    Product.objects.filter(pk__in=cart.items.values("product")).update(stock=F("stock") - Subquery(quantity))


def _order(cart: Cart, priced: PricedCart) -> Order:
    """Make the order, with copies of what the locked products are now."""
    order = Order.objects.create(
        user_id=cart.user_id,
        cart=cart,
        coupon_code=priced.coupon.code if priced.coupon else None,
        subtotal=priced.subtotal,
        discount=priced.discount,
        tax=priced.tax,
        shipping=priced.shipping,
        total=priced.total,
    )
    OrderItem.objects.bulk_create(
        OrderItem(
            order=order,
            product=line.product,
            position=position,
            sku=line.sku,
            name=line.name,
            unit_price=line.unit_price,
            quantity=line.quantity,
            discount=line.discount,
            tax_rate_bp=line.tax_rate_bp,
            tax=line.tax,
        )
        for position, line in enumerate(priced.lines, 1)
    )

    return order
