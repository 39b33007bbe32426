"""Products."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Collate
from django.db.models.lookups import Exact

from shop.db.fields import MomentField, ShopModel
from shop.db.functions import TransactionTime, length_between

# The most that an administrator may set; cancelled orders may lift the stock over it, and an import may bring that.
MAX_STOCK = 1_000_000
MAX_IMPORTED_STOCK = 2_000_000_000
MAX_PRICE = 5_000_000


class ProductQuerySet(models.QuerySet["Product"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def lock(self) -> Self:
        """Lock rows in the one order of all services (DB-3); FOR NO KEY UPDATE lets order lines refer to them."""
        return self.order_by("sku").select_for_update(of=("self",), no_key=True)


class Product(ShopModel):
    sku = models.TextField(db_collation="C")
    name = models.TextField()
    description = models.TextField(null=True, blank=True)  # noqa: DJ001 - null and "" are two things (JSON-7)
    category = models.TextField()
    price = models.BigIntegerField(help_text="In minor units of EUR.")
    tax_rate_bp = models.IntegerField("tax rate", help_text="In basis points: 1900 is 19 %.")
    attributes = models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, blank=True)
    stock = models.IntegerField(db_default=0)
    active = models.BooleanField(db_default=True)
    version = models.BigIntegerField(db_default=1, editable=False)
    created_at = MomentField(db_default=TransactionTime(), editable=False)
    updated_at = MomentField(db_default=TransactionTime(), editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        db_table = "products"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sku"], name="products_sku_key"),
            models.CheckConstraint(name="products_sku_ck", condition=models.Q(sku__regex="^[A-Z0-9][A-Z0-9-]{0,31}$")),
            models.CheckConstraint(name="products_name_ck", condition=length_between("name", 1, 120, "char_length")),
            models.CheckConstraint(
                name="products_description_ck", condition=length_between("description", 0, 4000, "char_length")
            ),
            models.CheckConstraint(
                name="products_category_ck", condition=models.Q(category__regex="^[a-z0-9-]{1,40}$")
            ),
            models.CheckConstraint(name="products_price_ck", condition=models.Q(price__range=(1, MAX_PRICE))),
            models.CheckConstraint(name="products_tax_rate_ck", condition=models.Q(tax_rate_bp__range=(0, 5000))),
            models.CheckConstraint(
                name="products_attributes_ck",
                condition=models.Q(
                    Exact(models.Func("attributes", function="jsonb_typeof", output_field=models.TextField()), "object")
                ),
            ),
            models.CheckConstraint(name="products_stock_ck", condition=models.Q(stock__range=(0, MAX_IMPORTED_STOCK))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="products_new_idx", condition=models.Q(active=True)),
            models.Index(fields=["price", "id"], name="products_price_idx", condition=models.Q(active=True)),
            models.Index(Collate("name", "C"), "id", name="products_name_idx", condition=models.Q(active=True)),
            models.Index(fields=["category"], name="products_cat_idx", condition=models.Q(active=True)),
        ]

    def __str__(self) -> str:
        return self.sku
