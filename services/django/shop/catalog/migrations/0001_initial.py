import django.contrib.postgres.functions
import django.db.models.functions.comparison
import django.db.models.lookups
from django.db import migrations, models

import shop.db.fields
import shop.db.functions


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Product",
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
                ("sku", models.TextField(db_collation="C")),
                ("name", models.TextField()),
                ("description", models.TextField(blank=True, null=True)),
                ("category", models.TextField()),
                ("price", models.BigIntegerField(help_text="In minor units of EUR.")),
                (
                    "tax_rate_bp",
                    models.IntegerField(help_text="In basis points: 1900 is 19 %.", verbose_name="tax rate"),
                ),
                (
                    "attributes",
                    models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                ("stock", models.IntegerField(db_default=0)),
                ("active", models.BooleanField(db_default=True)),
                ("version", models.BigIntegerField(db_default=1, editable=False)),
                (
                    "created_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
                (
                    "updated_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
            ],
            options={
                "db_table": "products",
                "indexes": [
                    models.Index(
                        condition=models.Q(("active", True)), fields=["-created_at", "-id"], name="products_new_idx"
                    ),
                    models.Index(
                        condition=models.Q(("active", True)), fields=["price", "id"], name="products_price_idx"
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("name", "C"),
                        models.F("id"),
                        condition=models.Q(("active", True)),
                        name="products_name_idx",
                    ),
                    models.Index(condition=models.Q(("active", True)), fields=["category"], name="products_cat_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sku",), name="products_sku_key"),
                    models.CheckConstraint(
                        condition=models.Q(("sku__regex", "^[A-Z0-9][A-Z0-9-]{0,31}$")), name="products_sku_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.Func("name", function="char_length", output_field=models.IntegerField()), 1
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("name", function="char_length", output_field=models.IntegerField()), 120
                            ),
                        ),
                        name="products_name_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("description", function="char_length", output_field=models.IntegerField()),
                                4000,
                            )
                        ),
                        name="products_description_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__regex", "^[a-z0-9-]{1,40}$")), name="products_category_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__range", (1, 5000000))), name="products_price_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_rate_bp__range", (0, 5000))), name="products_tax_rate_ck"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                models.Func("attributes", function="jsonb_typeof", output_field=models.TextField()),
                                "object",
                            )
                        ),
                        name="products_attributes_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stock__range", (0, 2000000000))), name="products_stock_ck"
                    ),
                ],
            },
        ),
    ]
