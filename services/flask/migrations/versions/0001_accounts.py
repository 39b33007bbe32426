"""Users, log-ins and refresh tokens, rate limits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None

NOW = sa.text("now()")
NEW_ID = sa.text("gen_random_uuid()")
MOMENT = TIMESTAMP(timezone=True, precision=3)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False, server_default="customer"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("email", name="users_email_key"),
        sa.CheckConstraint(
            "email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254",
            name="users_email_ck",
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="users_name_ck"),
        sa.CheckConstraint("role IN ('customer','admin')", name="users_role_ck"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("session_id", sa.Uuid, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("token_hash", name="refresh_tokens_hash_key"),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="refresh_tokens_hash_ck"),
    )
    op.create_index("refresh_tokens_session_idx", "refresh_tokens", ["session_id"])
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tat", TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("rate_limits", "refresh_tokens", "sessions", "users"):
        op.drop_table(table)
