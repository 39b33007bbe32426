"""Users, log-ins and refresh tokens, rate limits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.columns import check, key, moment, reference, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of accounts."""
    op.create_table(
        "users",
        key(),
        text("email"),
        text("password_hash"),
        text("name"),
        text("role", default="customer"),
        moment("created_at"),
        sa.UniqueConstraint("email", name="users_email_key"),
        check("users_email_ck", "email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254"),
        check("users_name_ck", "char_length(name) BETWEEN 1 AND 100"),
        check("users_role_ck", "role IN ('customer','admin')"),
    )
    op.create_table(
        "sessions",
        key(),
        reference("user_id", "users", cascade=True),
        moment("revoked_at", nullable=True, now=False),
        moment("created_at"),
    )
    op.create_table(
        "refresh_tokens",
        key(),
        reference("session_id", "sessions", cascade=True),
        text("token_hash"),
        moment("expires_at", now=False),
        moment("used_at", nullable=True, now=False),
        sa.UniqueConstraint("token_hash", name="refresh_tokens_hash_key"),
        check("refresh_tokens_hash_ck", "token_hash ~ '^[0-9a-f]{64}$'"),
    )
    op.create_index("refresh_tokens_session_idx", "refresh_tokens", ["session_id"])
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tat", TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables of accounts."""
    for table in ("rate_limits", "refresh_tokens", "sessions", "users"):
        op.drop_table(table)
