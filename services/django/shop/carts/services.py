"""The open cart of a user: reading it at today's prices, and changing it under its lock."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now
from django.shortcuts import get_object_or_404

from shop.carts.models import Cart, CartItem, Coupon
from shop.carts.pricing import price
from shop.catalog.models import Product
from shop.http.problems import CartFull, CouponNotFound

MAX_LINES = 20


@dataclass
class AttachedCoupon:
    code: str
    applied: bool
    reason: str | None


@dataclass
class PricedCart:
    lines: list[CartItem]
    coupon: AttachedCoupon | None = None
    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    shipping: int = 0
    total: int = 0


def read_cart(user_id: UUID) -> PricedCart:
    """Return the user's open cart at today's prices, or an empty one."""
    cart = Cart.objects.open_of(user_id).with_coupon().first()
    return price_cart(cart) if cart else PricedCart([])


def price_locked(cart: Cart, *, lock_products: bool = False) -> PricedCart:
    """Return a cart, which is locked, at today's prices; its coupon is judged now, under whatever lock it has."""
    if cart.coupon_id:
        cart = Cart.objects.with_coupon().get(pk=cart.pk)
    return price_cart(cart, lock_products=lock_products)


def price_cart(cart: Cart, *, lock_products: bool = False) -> PricedCart:
    lines = CartItem.objects.filter(cart=cart).select_related("product").order_by("product__sku")
    if lock_products:
        # Of a row that another transaction has changed meanwhile, PostgreSQL locks and gives the newest version.
        lines = lines.select_for_update(of=("product",), no_key=True)
    counted = [line for line in lines if line.available]
    figures = price(counted, cart.coupon if cart.reason is None else None)
    for line, (discount, tax) in zip(counted, figures.shares, strict=True):
        line.discount, line.tax = discount, tax
    priced = PricedCart(
        list(lines),
        subtotal=figures.subtotal,
        discount=figures.discount,
        tax=figures.tax,
        shipping=figures.shipping,
        total=figures.total,
    )
    if cart.coupon:
        reason = None if figures.applied else cart.reason or "min_subtotal"
        priced.coupon = AttachedCoupon(cart.coupon.code, figures.applied, reason)
    return priced


def put_line(cart: Cart, sku: str, quantity: int) -> None:
    """Set the quantity of a product in a locked cart, or raise not_found or cart_full."""
    product = get_object_or_404(Product.objects.active(), sku=sku)
    if cart.items.filter(product=product).update(quantity=quantity):
        return
    if cart.items.count() >= MAX_LINES:
        raise CartFull
    cart.items.create(product=product, quantity=quantity)


def attach_coupon(cart: Cart, code: str) -> None:
    """Attach a coupon to a locked cart in place of another, whether it holds now or not."""
    cart.coupon = Coupon.objects.filter(code=code).first()
    if cart.coupon is None:
        raise CouponNotFound
    save_coupon(cart)


def save_coupon(cart: Cart) -> None:
    cart.updated_at = Now()
    cart.save(update_fields=["coupon", "updated_at"])
