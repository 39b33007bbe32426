import django.db.models.lookups
from django.db import migrations, models

import shop.db.fields
import shop.db.functions


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("type", models.TextField()),
                (
                    "result",
                    models.TextField(choices=[("applied", "Applied"), ("ignored", "Ignored")], db_default="ignored"),
                ),
                (
                    "received_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
            ],
            options={
                "db_table": "webhook_events",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.Func("id", function="length", output_field=models.IntegerField()), 1
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("id", function="length", output_field=models.IntegerField()), 200
                            ),
                        ),
                        name="webhook_events_id_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["applied", "ignored"])), name="webhook_events_result_ck"
                    ),
                ],
            },
        ),
    ]
