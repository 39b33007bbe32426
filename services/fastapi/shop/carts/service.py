"""The open cart of a user: reading it at today's prices, and changing it under its lock."""

from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, case, delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shop import models
from shop.carts.pricing import Discount, Item, Totals, calculate
from shop.carts.schemas import Cart, CartCoupon, CartLine
from shop.models import CartItem, Coupon, CouponRedemption, Product
from shop.platform.problem import Code, Problem

MAX_LINES = 20

# The time of the statement: a transaction may have waited for locks since its own began.
NOW = func.statement_timestamp()

# Why a coupon does not hold for the user of the cart: the first that is true (CART-6).
REASON = case(
    (Coupon.starts_at > NOW, "not_started"),
    (Coupon.ends_at <= NOW, "expired"),
    (
        exists().where(CouponRedemption.coupon_id == Coupon.id, CouponRedemption.user_id == models.Cart.user_id),
        "already_used",
    ),
    (Coupon.redeemed >= Coupon.max_redemptions, "exhausted"),
)

OPEN = (models.Cart.user_id == bindparam("user_id"), models.Cart.status == "open")
OPEN_CART = (
    select(models.Cart.id, Coupon.code, Coupon.percent_bp, Coupon.min_subtotal, REASON)
    .outerjoin(Coupon, Coupon.id == models.Cart.coupon_id)
    .where(*OPEN)
)
OPEN_CART_LOCKED = select(models.Cart).where(*OPEN).with_for_update()
NEW_CART = insert(models.Cart).on_conflict_do_nothing(index_elements=["user_id"], index_where=text("status = 'open'"))
# Columns and no entities: what the session has read before plays no part.
LINES = (
    select(*models.Product.__table__.columns, CartItem.quantity)
    .join(CartItem, CartItem.product_id == Product.id)
    .where(CartItem.cart_id == bindparam("cart_id"))
    .order_by(Product.sku)
)
# Of a row that another transaction has changed meanwhile, PostgreSQL locks and gives the newest version.
LINES_LOCKED = LINES.with_for_update(of=Product, key_share=True)

CART_ID, PRODUCT_ID = bindparam("cart_id", type_=Uuid), bindparam("product_id", type_=Uuid)
OTHER_LINES = select(func.count()).where(CartItem.cart_id == CART_ID, CartItem.product_id != PRODUCT_ID)
NEW_LINE = insert(CartItem).from_select(
    ["cart_id", "product_id", "quantity"],
    select(CART_ID, PRODUCT_ID, bindparam("quantity", type_=Integer)).where(OTHER_LINES.scalar_subquery() < MAX_LINES),
)
PUT_LINE = (
    NEW_LINE.on_conflict_do_update(constraint="cart_items_product_key", set_={"quantity": NEW_LINE.excluded.quantity})
    .returning(CartItem.id)
    .execution_options(dml_strategy="raw")  # its parameters are those of the SELECT, not rows to insert
)


async def read_cart(session: AsyncSession | AsyncConnection, user_id: UUID, *, lock_products: bool = False) -> Cart:
    row = (await session.execute(OPEN_CART, {"user_id": user_id})).one_or_none()
    if row is None:
        return Cart()
    cart_id, code, percent_bp, min_subtotal, reason = row
    rows = (await session.execute(LINES_LOCKED if lock_products else LINES, {"cart_id": cart_id})).all()
    items = [Item(row.price, row.quantity, row.tax_rate_bp, row.active) for row in rows]
    holds = code is not None and reason is None
    totals = calculate(items, Discount(percent_bp, min_subtotal) if holds else None)
    lines = [
        CartLine(
            sku=row.sku,
            name=row.name,
            **vars(item),
            **vars(priced),
            in_stock=row.stock >= row.quantity,
            stock=row.stock,
            product_id=row.id,
        )
        for row, item, priced in zip(rows, items, totals.lines, strict=True)
    ]
    return Cart(
        lines=lines,
        coupon=_coupon(code, reason, totals) if code else None,
        subtotal=totals.subtotal,
        discount=totals.discount,
        tax=totals.tax,
        shipping=totals.shipping,
        total=totals.total,
    )


def _coupon(code: str, reason: str | None, totals: Totals) -> CartCoupon:
    return CartCoupon(code=code, applied=totals.applied, reason=None if totals.applied else reason or "min_subtotal")


async def find_locked(session: AsyncSession, user_id: UUID) -> models.Cart | None:
    """Return the user's open cart, locked, if there is one."""
    return await session.scalar(OPEN_CART_LOCKED, {"user_id": user_id})


async def open_locked(session: AsyncSession, user_id: UUID) -> models.Cart:
    """Return the user's open cart, locked; a new one if there is none (CART-8)."""
    while (cart := await find_locked(session, user_id)) is None:
        await session.execute(NEW_CART, {"user_id": user_id})
    return cart


async def put_line(session: AsyncSession, cart: models.Cart, product: Product, quantity: int) -> None:
    """Set the quantity of a product in a locked cart, or raise cart_full."""
    line = {"cart_id": cart.id, "product_id": product.id, "quantity": quantity}
    if await session.scalar(PUT_LINE, line) is None:
        raise Problem(Code.CART_FULL)


async def remove_line(session: AsyncSession, cart: models.Cart, sku: str) -> None:
    """Take a product out of a locked cart, if it is there."""
    product = select(Product.id).where(Product.sku == sku).scalar_subquery()
    await session.execute(delete(CartItem).where(CartItem.cart_id == cart.id, CartItem.product_id == product))


async def attach_coupon(session: AsyncSession, cart: models.Cart, code: str | None) -> None:
    """Attach a coupon to a locked cart in place of another, or none; raise coupon_not_found for an unknown code."""
    coupon_id = await session.scalar(select(Coupon.id).where(Coupon.code == code)) if code else None
    if code and coupon_id is None:
        raise Problem(Code.COUPON_NOT_FOUND)
    cart.coupon_id, cart.updated_at = coupon_id, func.now()
    await session.flush()
