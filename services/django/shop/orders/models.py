"""Orders: who sees them, and how they move on (ORDER-1 to ORDER-4)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Subquery

from shop.accounts.models import User
from shop.carts.models import Cart
from shop.catalog.models import Product
from shop.db.fields import MomentField, ShopModel
from shop.db.functions import TransactionTime
from shop.http.auth import Caller
from shop.http.problems import InvalidTransition


class Status(models.TextChoices):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentStatus(models.TextChoices):
    """In rising order: a payment never goes back, so that the order of arrival does not matter (WEBHOOK-4)."""

    NONE = "none"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    REFUNDED = "refunded"


# Who may bring an order from where to where; the payment provider does the rest.
OF_CUSTOMERS = {Status.PENDING: [Status.CANCELLED]}
OF_ADMINS = {
    Status.PENDING: [Status.CANCELLED],
    Status.PAID: [Status.SHIPPED, Status.CANCELLED],
    Status.SHIPPED: [Status.DELIVERED],
}


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, caller: Caller) -> Self:
        return self if caller.is_admin else self.filter(user_id=caller.id)

    def lock(self) -> Self:
        return self.select_for_update(of=("self",), no_key=True)


class Order(ShopModel):
    user = models.ForeignKey(User, models.PROTECT, related_name="orders", db_constraint=False, db_index=False)
    cart = models.ForeignKey(Cart, models.PROTECT, related_name="orders", db_constraint=False, db_index=False)
    status = models.TextField(choices=Status, db_default=Status.PENDING)
    payment_status = models.TextField(choices=PaymentStatus, db_default=PaymentStatus.NONE)
    currency = models.TextField(db_default="EUR")
    coupon_code = models.TextField(null=True)  # noqa: DJ001 - null where there is none (JSON-9)
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField()
    tax = models.BigIntegerField()
    shipping = models.BigIntegerField()
    total = models.BigIntegerField()
    version = models.BigIntegerField(db_default=1, editable=False)
    created_at = MomentField(db_default=TransactionTime(), editable=False)
    updated_at = MomentField(db_default=TransactionTime(), editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "orders"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart"], name="orders_cart_key"),
            models.CheckConstraint(name="orders_status_ck", condition=models.Q(status__in=Status.values)),
            models.CheckConstraint(
                name="orders_payment_status_ck", condition=models.Q(payment_status__in=PaymentStatus.values)
            ),
            models.CheckConstraint(name="orders_currency_ck", condition=models.Q(currency="EUR")),
            models.CheckConstraint(
                name="orders_total_ck",
                condition=models.Q(subtotal__gte=0)
                & models.Q(discount__range=(0, F("subtotal")))
                & models.Q(tax__gte=0)
                & models.Q(shipping__gte=0)
                & models.Q(total=F("subtotal") - F("discount") + F("tax") + F("shipping")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="orders_user_idx"),
            models.Index(fields=["-created_at", "-id"], name="orders_new_idx"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def refund_due(self) -> bool:
        return self.status == Status.CANCELLED and self.payment_status == PaymentStatus.SUCCEEDED

    def move(self, to: str, caller: Caller) -> None:
        """Bring the order, which is locked, to another status; a cancelled one that is cancelled again stays."""
        if self.status == to == Status.CANCELLED:
            return
        allowed = OF_ADMINS if caller.is_admin else OF_CUSTOMERS
        if to not in allowed.get(Status(self.status), []):
            raise InvalidTransition({"from": self.status, "to": to})
        if to == Status.CANCELLED:
            self._give_stock_back()
        self.status = to
        self.save(update_fields=["status"])
        self.refresh_from_db(fields=["version", "updated_at"])  # both are the database's (DB-4)

    def _give_stock_back(self) -> None:
        ordered = Product.objects.filter(pk__in=self.lines.values("product"))
        list(ordered.lock().values_list("pk"))
        taken = self.lines.filter(product=OuterRef("pk")).values("quantity")
        ordered.update(stock=F("stock") + Subquery(taken))

    def raise_payment(self, reached: str) -> bool:
        """Take what the provider says of the order, which is locked; return False if it says nothing new."""
        ranks = PaymentStatus.values
        if ranks.index(reached) <= ranks.index(self.payment_status):
            return False
        self.payment_status = reached
        if reached == PaymentStatus.REFUNDED:
            self.status = Status.REFUNDED
        elif reached == PaymentStatus.SUCCEEDED and self.status == Status.PENDING:
            self.status = Status.PAID
        self.save(update_fields=["status", "payment_status"])
        return True


class OrderItem(ShopModel):
    """A line, with copies of what the product was then."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="order_items", db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    sku = models.TextField()
    name = models.TextField()
    unit_price = models.BigIntegerField()
    quantity = models.IntegerField()
    discount = models.BigIntegerField()
    tax_rate_bp = models.IntegerField()
    tax = models.BigIntegerField()

    class Meta:
        db_table = "order_items"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_items_quantity_ck", condition=models.Q(quantity__range=(1, 99))),
            models.UniqueConstraint(fields=["order", "position"], name="order_items_pos_key"),
        ]

    @property
    def line_total(self) -> int:
        return self.unit_price * self.quantity
