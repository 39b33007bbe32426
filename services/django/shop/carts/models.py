"""Coupons, and the carts that they are attached to."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from shop.accounts.models import User
from shop.catalog.models import Product
from shop.db.fields import MomentField, ShopModel
from shop.db.functions import TransactionTime


class Coupon(ShopModel):
    code = models.TextField()
    percent_bp = models.IntegerField("discount", help_text="In basis points: 1250 is 12.5 %.")
    min_subtotal = models.BigIntegerField(db_default=0)
    max_redemptions = models.IntegerField(null=True, blank=True)
    redeemed = models.IntegerField(db_default=0, editable=False)
    starts_at = MomentField(db_default=TransactionTime())
    ends_at = MomentField(null=True, blank=True)

    class Meta:
        db_table = "coupons"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="coupons_code_key"),
            models.CheckConstraint(name="coupons_code_ck", condition=models.Q(code__regex="^[A-Z0-9]{3,20}$")),
            models.CheckConstraint(name="coupons_percent_ck", condition=models.Q(percent_bp__range=(1, 10_000))),
            models.CheckConstraint(name="coupons_min_subtotal_ck", condition=models.Q(min_subtotal__gte=0)),
            models.CheckConstraint(name="coupons_max_ck", condition=models.Q(max_redemptions__gt=0)),
            models.CheckConstraint(
                name="coupons_limit_ck",
                condition=models.Q(redeemed__gte=0)
                & (models.Q(max_redemptions=None) | models.Q(redeemed__lte=models.F("max_redemptions"))),
            ),
            models.CheckConstraint(
                name="coupons_window_ck",
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CartQuerySet(models.QuerySet["Cart"]):
    def open_of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id, status=Cart.Status.OPEN)

    def lock_open_of(self, user_id: UUID) -> "Cart | None":
        return self.open_of(user_id).select_for_update().first()

    def lock_or_open(self, user_id: UUID) -> "Cart":
        """Return the user's open cart, locked, so that no line lands in one that is being ordered (CART-8)."""
        while (cart := self.lock_open_of(user_id)) is None:
            self.bulk_create([Cart(user_id=user_id)], ignore_conflicts=True)
        return cart

    def with_coupon(self) -> Self:
        """Read the coupon too, and why it does not hold for the cart's user: the first reason that is true (CART-6)."""
        used = self.model.coupon.field.related_model.objects.filter(  # type: ignore[attr-defined]
            pk=models.OuterRef("coupon_id"), redemptions__user=models.OuterRef("user_id")
        )
        return self.select_related("coupon").annotate(
            reason=models.Case(
                models.When(coupon__starts_at__gt=Now(), then=models.Value("not_started")),
                models.When(coupon__ends_at__lte=Now(), then=models.Value("expired")),
                models.When(models.Exists(used), then=models.Value("already_used")),
                models.When(coupon__redeemed__gte=models.F("coupon__max_redemptions"), then=models.Value("exhausted")),
                output_field=models.TextField(),
            )
        )


class Cart(ShopModel):
    class Status(models.TextChoices):
        OPEN = "open"
        ORDERED = "ordered"

    user = models.ForeignKey(User, models.CASCADE, related_name="carts", db_constraint=False, db_index=False)
    reason: str | None = None  # why the coupon does not hold, of with_coupon()
    coupon = models.ForeignKey(
        Coupon, models.PROTECT, null=True, related_name="carts", db_constraint=False, db_index=False
    )
    status = models.TextField(choices=Status, db_default=Status.OPEN)
    updated_at = MomentField(db_default=TransactionTime())

    objects = CartQuerySet.as_manager()

    class Meta:
        db_table = "carts"
        constraints: ClassVar = [
            models.CheckConstraint(name="carts_status_ck", condition=models.Q(status__in=["open", "ordered"])),
            models.UniqueConstraint(fields=["user"], condition=models.Q(status="open"), name="carts_one_open"),
        ]


class CartItem(ShopModel):
    """A line: a product at today's price, with what the whole cart makes of it."""

    discount = 0
    tax = 0

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="items", db_constraint=False, db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="cart_items", db_constraint=False, db_index=False)
    quantity = models.IntegerField()

    class Meta:
        db_table = "cart_items"
        constraints: ClassVar = [
            models.CheckConstraint(name="cart_items_quantity_ck", condition=models.Q(quantity__range=(1, 99))),
            models.UniqueConstraint(fields=["cart", "product"], name="cart_items_product_key"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku}"

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
    def line_total(self) -> int:
        return self.unit_price * self.quantity

    @property
    def available(self) -> bool:
        return self.product.active

    @property
    def in_stock(self) -> bool:
        return self.product.stock >= self.quantity
