"""The open cart of a user: reading it at today's prices, and changing it under its lock."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, Uuid, bindparam, case, delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from shop.carts.models import Cart, CartItem, Coupon, CouponRedemption
from shop.carts.pricing import Figures, Line, price
from shop.catalog.models import Product
from shop.catalog.operations import find_active
from shop.platform.database import db, violated
from shop.platform.problems import CartFull, CouponNotFound, Unauthenticated

MAX_LINES = 20

# The time of the statement: a transaction may have waited for locks since its own began.
NOW = func.statement_timestamp()

USED = exists().where(CouponRedemption.coupon_id == Coupon.id, CouponRedemption.user_id == Cart.user_id)
# Why a coupon does not hold for the user of the cart: the first that is true (CART-6).
REASON = case(
    (Coupon.starts_at > NOW, "not_started"),
    (Coupon.ends_at <= NOW, "expired"),
    (USED, "already_used"),
    (Coupon.redeemed >= Coupon.max_redemptions, "exhausted"),
)

IS_OPEN = (Cart.user_id == bindparam("user_id"), Cart.status == "open")
OPEN_CART = (
    select(Cart.id, Coupon.code, Coupon.percent_bp, Coupon.min_subtotal, REASON.label("reason"))
    .outerjoin(Coupon, Coupon.id == Cart.coupon_id)
    .where(*IS_OPEN)
)
LOCKED_CART = select(Cart).where(*IS_OPEN).with_for_update()
NEW_CART = insert(Cart).on_conflict_do_nothing(index_elements=["user_id"], index_where=text("status = 'open'"))

# Columns and no entities: what the session has read before plays no part.
LINES = (
    select(
        CartItem.quantity,
        CartItem.product_id,
        *(Product.sku, Product.name, Product.price, Product.tax_rate_bp, Product.active, Product.stock),
    )
    .join(Product, Product.id == CartItem.product_id)
    .where(CartItem.cart_id == bindparam("cart_id"))
    .order_by(Product.sku)
)
# Of a row that another transaction has changed meanwhile, PostgreSQL locks and gives the newest version.
LOCKED_LINES = LINES.with_for_update(of=Product, key_share=True)

CART_ID, PRODUCT_ID = bindparam("cart_id", type_=Uuid), bindparam("product_id", type_=Uuid)
OTHERS = select(func.count()).where(CartItem.cart_id == CART_ID, CartItem.product_id != PRODUCT_ID)
NEW_LINE = insert(CartItem.__table__).from_select(  # type: ignore[arg-type] # a table, though not said so
    ["cart_id", "product_id", "quantity"],
    select(CART_ID, PRODUCT_ID, bindparam("quantity", type_=Integer)).where(OTHERS.scalar_subquery() < MAX_LINES),
)
PUT_LINE = NEW_LINE.on_conflict_do_update(
    constraint="cart_items_product_key", set_={"quantity": NEW_LINE.excluded.quantity}
).returning(CartItem.__table__.c.id)


@dataclass(kw_only=True)
class CartLine(Line):
    sku: str
    name: str
    product_id: uuid.UUID
    stock: int

    @property
    def in_stock(self) -> bool:
        return self.stock >= self.quantity


@dataclass
class OpenCart:
    """A cart as its user sees it; the default is that of somebody who has none."""

    lines: list[CartLine] = field(default_factory=list)
    coupon: dict[str, Any] | None = None
    figures: Figures = field(default_factory=Figures)


def read_cart(user_id: uuid.UUID, *, lock_products: bool = False) -> OpenCart:
    cart = db.session.execute(OPEN_CART, {"user_id": user_id}).one_or_none()
    if cart is None:
        return OpenCart()
    rows = db.session.execute(LOCKED_LINES if lock_products else LINES, {"cart_id": cart.id}).all()
    lines = [
        CartLine(
            unit_price=row.price,
            quantity=row.quantity,
            tax_rate_bp=row.tax_rate_bp,
            available=row.active,
            sku=row.sku,
            name=row.name,
            product_id=row.product_id,
            stock=row.stock,
        )
        for row in rows
    ]
    if cart.code is None:
        return OpenCart(lines, None, price(lines, None))
    figures = price(lines, None if cart.reason else cart.percent_bp, cart.min_subtotal)
    reason = None if figures.applied else cart.reason or "min_subtotal"
    return OpenCart(lines, {"code": cart.code, "applied": figures.applied, "reason": reason}, figures)


def lock_cart(user_id: uuid.UUID) -> Cart | None:
    """Return the user's open cart, locked, if there is one."""
    return db.session.scalar(LOCKED_CART, {"user_id": user_id})


def lock_or_open_cart(user_id: uuid.UUID) -> Cart:
    """Return the user's open cart, locked; a new one if there is none (CART-8)."""
    try:
        while (cart := lock_cart(user_id)) is None:
            db.session.execute(NEW_CART, {"user_id": user_id})
    except IntegrityError as error:
        if violated(error) == "carts_user_id_fkey":  # the token's user is gone
            raise Unauthenticated from error
        raise
    return cart


def put_item(user_id: uuid.UUID, sku: str, quantity: int) -> None:
    """Set the quantity of a product in the user's cart, or raise not_found or cart_full."""
    cart = lock_or_open_cart(user_id)
    line = {"cart_id": cart.id, "product_id": find_active(sku).id, "quantity": quantity}
    if db.session.scalar(PUT_LINE, line) is None:
        raise CartFull


def remove_item(user_id: uuid.UUID, sku: str) -> None:
    """Take a product out of the user's cart, if it is there."""
    if cart := lock_cart(user_id):
        product = select(Product.id).where(Product.sku == sku).scalar_subquery()
        db.session.execute(delete(CartItem).where(CartItem.cart_id == cart.id, CartItem.product_id == product))


def attach_coupon(user_id: uuid.UUID, code: str) -> None:
    """Attach a coupon to the user's cart in place of another, or raise coupon_not_found."""
    cart = lock_or_open_cart(user_id)
    coupon_id = db.session.scalar(select(Coupon.id).where(Coupon.code == code))
    if coupon_id is None:
        raise CouponNotFound
    cart.coupon_id, cart.updated_at = coupon_id, func.now()


def detach_coupon(user_id: uuid.UUID) -> None:
    if cart := lock_cart(user_id):
        cart.coupon_id, cart.updated_at = None, func.now()
