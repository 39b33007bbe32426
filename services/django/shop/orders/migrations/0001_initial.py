import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import shop.db.fields
import shop.db.functions
from shop.db.operations import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("carts", "0001_initial"),
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
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
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "Pending"),
                            ("paid", "Paid"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                            ("refunded", "Refunded"),
                        ],
                        db_default="pending",
                    ),
                ),
                (
                    "payment_status",
                    models.TextField(
                        choices=[
                            ("none", "None"),
                            ("failed", "Failed"),
                            ("succeeded", "Succeeded"),
                            ("refunded", "Refunded"),
                        ],
                        db_default="none",
                    ),
                ),
                ("currency", models.TextField(db_default="EUR")),
                ("coupon_code", models.TextField(null=True)),
                ("subtotal", models.BigIntegerField()),
                ("discount", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("shipping", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                ("version", models.BigIntegerField(db_default=1, editable=False)),
                (
                    "created_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
                (
                    "updated_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
                (
                    "cart",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="carts.cart",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="accounts.user",
                    ),
                ),
            ],
            options={
                "db_table": "orders",
            },
        ),
        migrations.CreateModel(
            name="OrderItem",
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
                ("position", models.IntegerField()),
                ("sku", models.TextField()),
                ("name", models.TextField()),
                ("unit_price", models.BigIntegerField()),
                ("quantity", models.IntegerField()),
                ("discount", models.BigIntegerField()),
                ("tax_rate_bp", models.IntegerField()),
                ("tax", models.BigIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_items",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "db_table": "order_items",
                "ordering": ["position"],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["user", "-created_at", "-id"], name="orders_user_idx"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["-created_at", "-id"], name="orders_new_idx"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("cart",), name="orders_cart_key"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "paid", "shipped", "delivered", "cancelled", "refunded"])
                ),
                name="orders_status_ck",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_status__in", ["none", "failed", "succeeded", "refunded"])),
                name="orders_payment_status_ck",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("currency", "EUR")), name="orders_currency_ck"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subtotal__gte", 0),
                    ("discount__range", (0, models.F("subtotal"))),
                    ("tax__gte", 0),
                    ("shipping__gte", 0),
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("subtotal"), "-", models.F("discount")
                                ),
                                "+",
                                models.F("tax"),
                            ),
                            "+",
                            models.F("shipping"),
                        ),
                    ),
                ),
                name="orders_total_ck",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__range", (1, 99))), name="order_items_quantity_ck"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderitem",
            constraint=models.UniqueConstraint(fields=("order", "position"), name="order_items_pos_key"),
        ),
        foreign_key("orders", "user_id", "users"),
        foreign_key("orders", "cart_id", "carts"),
        foreign_key("order_items", "order_id", "orders", cascade=True),
        foreign_key("order_items", "product_id", "products"),
    ]
