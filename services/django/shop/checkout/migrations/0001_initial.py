import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

import shop.db.fields
import shop.db.functions
from shop.db.operations import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("carts", "0001_initial"),
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouponRedemption",
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
                    "coupon",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="carts.coupon",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="orders.order",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="accounts.user",
                    ),
                ),
            ],
            options={
                "db_table": "coupon_redemptions",
                "constraints": [
                    models.UniqueConstraint(fields=("order",), name="coupon_redemptions_order_key"),
                    models.UniqueConstraint(fields=("coupon", "user"), name="coupon_once_per_user"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
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
                ("idem_key", models.TextField()),
                ("fingerprint", models.TextField()),
                ("response_status", models.IntegerField()),
                ("response_location", models.TextField(null=True)),
                ("response_body", models.TextField()),
                (
                    "created_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="accounts.user",
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.Func("idem_key", function="length", output_field=models.IntegerField()), 1
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("idem_key", function="length", output_field=models.IntegerField()), 255
                            ),
                        ),
                        name="idempotency_key_ck",
                    ),
                    models.UniqueConstraint(fields=("user", "idem_key"), name="idempotency_user_key"),
                ],
            },
        ),
        foreign_key("coupon_redemptions", "coupon_id", "coupons"),
        foreign_key("coupon_redemptions", "user_id", "users"),
        foreign_key("coupon_redemptions", "order_id", "orders"),
        foreign_key("idempotency_keys", "user_id", "users", cascade=True),
    ]
