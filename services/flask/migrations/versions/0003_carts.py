"""Coupons and carts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0003"
down_revision = "0002"

NOW = sa.text("now()")
NEW_ID = sa.text("gen_random_uuid()")
MOMENT = TIMESTAMP(timezone=True, precision=3)


def upgrade() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("percent_bp", sa.Integer, nullable=False),
        sa.Column("min_subtotal", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("max_redemptions", sa.Integer),
        sa.Column("redeemed", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("starts_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("ends_at", MOMENT),
        sa.UniqueConstraint("code", name="coupons_code_key"),
        sa.CheckConstraint("code ~ '^[A-Z0-9]{3,20}$'", name="coupons_code_ck"),
        sa.CheckConstraint("percent_bp BETWEEN 1 AND 10000", name="coupons_percent_ck"),
        sa.CheckConstraint("min_subtotal >= 0", name="coupons_min_subtotal_ck"),
        sa.CheckConstraint("max_redemptions > 0", name="coupons_max_ck"),
        sa.CheckConstraint(
            "redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions)",
            name="coupons_limit_ck",
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="coupons_window_ck"),
    )
    op.create_table(
        "carts",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("coupon_id", sa.Uuid, sa.ForeignKey("coupons.id")),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=NOW),
        sa.CheckConstraint("status IN ('open','ordered')", name="carts_status_ck"),
    )
    is_open = sa.text("status = 'open'")
    op.create_index("carts_one_open", "carts", ["user_id"], unique=True, postgresql_where=is_open)
    op.create_table(
        "cart_items",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("cart_id", sa.Uuid, sa.ForeignKey("carts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("product_id", sa.Uuid, sa.ForeignKey("products.id"), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name="cart_items_quantity_ck"),
        sa.UniqueConstraint("cart_id", "product_id", name="cart_items_product_key"),
    )


def downgrade() -> None:
    for table in ("cart_items", "carts", "coupons"):
        op.drop_table(table)
