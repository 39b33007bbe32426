import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import shop.db.fields
import shop.db.functions
from shop.db.operations import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("tat", models.DateTimeField()),
            ],
            options={
                "db_table": "rate_limits",
            },
        ),
        migrations.CreateModel(
            name="User",
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
                ("email", models.TextField()),
                ("password", models.TextField(db_column="password_hash")),
                ("name", models.TextField()),
                (
                    "role",
                    models.TextField(choices=[("customer", "Customer"), ("admin", "Admin")], db_default="customer"),
                ),
                (
                    "created_at",
                    shop.db.fields.MomentField(db_default=shop.db.functions.TransactionTime(), editable=False),
                ),
            ],
            options={
                "db_table": "users",
                "constraints": [
                    models.UniqueConstraint(fields=("email",), name="users_email_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email")),
                            ("email__regex", "^[!-~]+@[!-~]+$"),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("email", function="length", output_field=models.IntegerField()), 254
                            ),
                        ),
                        name="users_email_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                models.Func("name", function="char_length", output_field=models.IntegerField()), 1
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                models.Func("name", function="char_length", output_field=models.IntegerField()), 100
                            ),
                        ),
                        name="users_name_ck",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["customer", "admin"])), name="users_role_ck"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
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
                ("revoked_at", shop.db.fields.MomentField(null=True)),
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
                        related_name="sessions",
                        to="accounts.user",
                    ),
                ),
            ],
            options={
                "db_table": "sessions",
            },
        ),
        migrations.CreateModel(
            name="RefreshToken",
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
                ("token_hash", models.TextField()),
                ("expires_at", shop.db.fields.MomentField()),
                ("used_at", shop.db.fields.MomentField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="accounts.session",
                    ),
                ),
            ],
            options={
                "db_table": "refresh_tokens",
                "indexes": [models.Index(fields=["session"], name="refresh_tokens_session_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("token_hash",), name="refresh_tokens_hash_key"),
                    models.CheckConstraint(
                        condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")), name="refresh_tokens_hash_ck"
                    ),
                ],
            },
        ),
        foreign_key("sessions", "user_id", "users", cascade=True),
        foreign_key("refresh_tokens", "session_id", "sessions", cascade=True),
    ]
