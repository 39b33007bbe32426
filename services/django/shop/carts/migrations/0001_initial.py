import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

import shop.db.fields
import shop.db.functions
from shop.db.operations import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Coupon",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.TextField()),
                (
                    "percent_bp",
                    models.IntegerField(help_text="In basis points: 1250 is 12.5 %.", verbose_name="discount"),
                ),
                ("min_subtotal", models.BigIntegerField(db_default=0)),
                ("max_redemptions", models.IntegerField(blank=True, null=True)),
                ("redeemed", models.IntegerField(db_default=0, editable=False)),
                ("starts_at", shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime())),
                ("ends_at", shop.db.fields.MomentField(blank=True, null=True)),
            ],
            options={
                "db_table": "coupons",
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="coupons_code_key"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9]{3,20}$")), name="coupons_code_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent_bp__range", (1, 10000))), name="coupons_percent_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_subtotal__gte", 0)), name="coupons_min_subtotal_ck"
                    ),
                    models.CheckConstraint(condition=models.Q(("max_redemptions__gt", 0)), name="coupons_max_ck"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("redeemed__gte", 0),
                            models.Q(
                                ("max_redemptions", None),
                                ("redeemed__lte", models.F("max_redemptions")),
                                _connector="OR",
                            ),
                        ),
                        name="coupons_limit_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                        name="coupons_window_ck",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("status", models.TextField(choices=[("open", "Open"), ("ordered", "Ordered")], db_default="open")),
                ("updated_at", shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime())),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carts",
                        to="accounts.user",
                    ),
                ),
                (
                    "coupon",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carts",
                        to="carts.coupon",
                    ),
                ),
            ],
            options={
                "db_table": "carts",
            },
        ),
        migrations.CreateModel(
            name="CartItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("quantity", models.IntegerField()),
                (
                    "cart",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="carts.cart",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cart_items",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "db_table": "cart_items",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (1, 99))), name="cart_items_quantity_ck"
                    ),
                    models.UniqueConstraint(fields=("cart", "product"), name="cart_items_product_key"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "ordered"])), name="carts_status_ck"
            ),
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("user",), name="carts_one_open"
            ),
        ),
        foreign_key("carts", "user_id", "users", cascade=True),
        foreign_key("carts", "coupon_id", "coupons"),
        foreign_key("cart_items", "cart_id", "carts", cascade=True),
        foreign_key("cart_items", "product_id", "products"),
    ]
