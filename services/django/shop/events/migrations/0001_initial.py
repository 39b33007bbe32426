from django.db import migrations, models

import shop.db.fields
import shop.db.functions


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("topic", models.TextField(choices=[("stock", "Stock"), ("orders", "Orders")])),
                ("user_id", models.UUIDField(null=True)),
                ("type", models.TextField()),
                ("data", models.TextField()),
                (
                    "created_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
            ],
            options={
                "db_table": "events",
                "indexes": [
                    models.Index(fields=["topic", "id"], name="events_topic_idx"),
                    models.Index(
                        condition=models.Q(("topic", "orders")), fields=["user_id", "id"], name="events_user_idx"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("topic__in", ["stock", "orders"])), name="events_topic_ck"
                    )
                ],
            },
        ),
    ]
