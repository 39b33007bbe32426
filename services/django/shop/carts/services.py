"""The open cart of a user: reading it at today's prices, and changing it under its lock."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now
from django.shortcuts import get_object_or_404

from shop.carts.models import Cart, CartItem, Coupon
from shop.carts.pricing import Figures, LineFigures, price
from shop.catalog.models import Product
from shop.http.problems import CartFull, CouponNotFound

MAX_LINES = 20


@dataclass
class Line:
    """A product in a cart, as it is now, and what that costs."""

    product: Product
    quantity: int
    figures: LineFigures

    @property
    def sku(self) -> str:
        return self.product.sku

    @property
    def name(self) -> str:
        return self.product.name

    @property
    def unit_price(self) -> int:
        return self.product.price

    @property
    def tax_rate_bp(self) -> int:
        return self.product.tax_rate_bp

    @property
    def available(self) -> bool:
        return self.product.active

    @property
    def in_stock(self) -> bool:
        return self.product.stock >= self.quantity

    @property
    def line_total(self) -> int:
        return self.unit_price * self.quantity

    @property
    def discount(self) -> int:
        return self.figures.discount

    @property
    def tax(self) -> int:
        return self.figures.tax


@dataclass
class AttachedCoupon:
    code: str
    applied: bool
    reason: str | None


@dataclass
class PricedCart:
    lines: list[Line]
    coupon: AttachedCoupon | None
    figures: Figures

    @property
    def subtotal(self) -> int:
        return self.figures.subtotal

    @property
    def discount(self) -> int:
        return self.figures.discount

    @property
    def tax(self) -> int:
        return self.figures.tax

    @property
    def shipping(self) -> int:
        return self.figures.shipping

    @property
    def total(self) -> int:
        return self.figures.total


def read_cart(user_id: UUID, *, lock_products: bool = False) -> PricedCart:
    """Return the user's open cart at today's prices, or an empty one."""
    cart = Cart.objects.open_of(user_id).with_coupon().first()
    if cart is None:
        return PricedCart([], None, price([], None))
    items = CartItem.objects.filter(cart=cart).select_related("product").order_by("product__sku")
    if lock_products:
        # Of a row that another transaction has changed meanwhile, PostgreSQL locks and gives the newest version.
        items = items.select_for_update(of=("product",), no_key=True)
    lines = [Line(item.product, item.quantity, LineFigures(0)) for item in items]
    counted = [line for line in lines if line.available]
    figures = price(counted, cart.coupon if cart.reason is None else None)
    for line, each in zip(counted, figures.lines, strict=True):
        line.figures = each
    coupon = None
    if cart.coupon:
        reason = None if figures.applied else cart.reason or "min_subtotal"
        coupon = AttachedCoupon(cart.coupon.code, figures.applied, reason)
    return PricedCart(lines, coupon, figures)


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
