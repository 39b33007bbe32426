"""From the open cart to an order, in one transaction, all or nothing (CHECKOUT-4 to CHECKOUT-7).

Locks are taken in the order of DB-3: the key, the cart, the coupon, the products; triggers at COMMIT take the event's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop import models
from shop.carts.schemas import Cart, CartLine
from shop.carts.service import find_locked, read_cart
from shop.models import CartItem, Coupon, CouponRedemption, IdempotencyKey, OrderItem, Product
from shop.orders.schemas import Order
from shop.platform.problem import Code, Problem, StockLine

KEY_LOCK = select(
    func.pg_try_advisory_xact_lock(
        func.hashtextextended("idem:" + bindparam("user_id", type_=Text) + ":" + bindparam("key", type_=Text), 0)
    )
)
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


@dataclass(frozen=True)
class Answer:
    """What is sent, and sent again when the same request comes again."""

    location: str
    body: str
    replayed: bool = False


async def place_once(session: AsyncSession, user_id: UUID, key: str, fingerprint: str, expected_total: int) -> Answer:
    """Order the user's cart, or return the answer that this key, which is the user's own, got before."""
    if not await session.scalar(KEY_LOCK, {"user_id": str(user_id), "key": key}):
        raise Problem(Code.IDEMPOTENCY_IN_PROGRESS)
    if stored := await session.scalar(STORED, {"user_id": user_id, "key": key}):
        if stored.fingerprint != fingerprint:
            raise Problem(Code.IDEMPOTENCY_KEY_REUSED)
        return Answer(stored.response_location or "", stored.response_body, replayed=True)
    order = await _place(session, user_id, expected_total)
    answer = Answer(f"/orders/{order.id}", Order.model_validate(order).model_dump_json())
    session.add(
        IdempotencyKey(
            user_id=user_id,
            idem_key=key,
            fingerprint=fingerprint,
            response_status=201,
            response_location=answer.location,
            response_body=answer.body,
        )
    )
    return answer


async def _place(session: AsyncSession, user_id: UUID, expected_total: int) -> models.Order:
    cart_row = await find_locked(session, user_id)
    if cart_row is None:
        raise Problem(Code.CART_EMPTY)
    if cart_row.coupon_id:
        await session.execute(LOCK_COUPON, {"coupon_id": cart_row.coupon_id})
    # Statements after the lock of the coupon, so that they see what others committed while it was waited for.
    cart = await read_cart(session, user_id, lock_products=True)
    _judge(cart, expected_total)
    await session.execute(TAKE_STOCK, {"cart_id": cart_row.id})
    order = _order_of(cart, cart_row)
    session.add(order)
    cart_row.status, cart_row.updated_at = "ordered", func.now()
    await session.flush()
    if cart_row.coupon_id:
        session.add(CouponRedemption(coupon_id=cart_row.coupon_id, user_id=user_id, order_id=order.id))
        await session.execute(REDEEM, {"coupon_id": cart_row.coupon_id})
    return order


def _judge(cart: Cart, expected_total: int) -> None:
    """Raise the first fault that holds (CHECKOUT-5)."""
    if not cart.lines:
        raise Problem(Code.CART_EMPTY)
    if archived := _stock_lines(line for line in cart.lines if not line.available):
        raise Problem(Code.PRODUCT_UNAVAILABLE, {"lines": archived})
    if short := _stock_lines(line for line in cart.lines if not line.in_stock):
        raise Problem(Code.INSUFFICIENT_STOCK, {"lines": short})
    if cart.coupon and not cart.coupon.applied:
        raise Problem(Code.COUPON_NOT_APPLICABLE)
    if cart.total != expected_total:
        raise Problem(Code.TOTAL_CHANGED, {"total": cart.total})


def _stock_lines(lines: Iterable[CartLine]) -> list[StockLine]:
    return [
        {"sku": line.sku, "requested": line.quantity, "available": line.stock if line.available else 0}
        for line in lines
    ]


def _order_of(cart: Cart, cart_row: models.Cart) -> models.Order:
    """Return the order with copies of what the locked products are now."""
    lines = [
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
    ]
    return models.Order(
        user_id=cart_row.user_id,
        cart_id=cart_row.id,
        coupon_code=cart.coupon.code if cart.coupon else None,
        subtotal=cart.subtotal,
        discount=cart.discount,
        tax=cart.tax,
        shipping=cart.shipping,
        total=cart.total,
        lines=lines,
    )
