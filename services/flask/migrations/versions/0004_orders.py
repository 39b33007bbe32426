"""Orders, and what makes each of them happen once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0004"
down_revision = "0003"

NOW = sa.text("now()")
NEW_ID = sa.text("gen_random_uuid()")
MOMENT = TIMESTAMP(timezone=True, precision=3)


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("cart_id", sa.Uuid, sa.ForeignKey("carts.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("payment_status", sa.Text, nullable=False, server_default="none"),
        sa.Column("currency", sa.Text, nullable=False, server_default="EUR"),
        sa.Column("coupon_code", sa.Text),
        sa.Column("subtotal", sa.BigInteger, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.Column("shipping", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("cart_id", name="orders_cart_key"),
        sa.CheckConstraint(
            "status IN ('pending','paid','shipped','delivered','cancelled','refunded')",
            name="orders_status_ck",
        ),
        sa.CheckConstraint(
            "payment_status IN ('none','failed','succeeded','refunded')", name="orders_payment_status_ck"
        ),
        sa.CheckConstraint("currency = 'EUR'", name="orders_currency_ck"),
        sa.CheckConstraint(
            "subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND shipping >= 0"
            " AND total = subtotal - discount + tax + shipping",
            name="orders_total_ck",
        ),
    )
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("orders_user_idx", "orders", ["user_id", *newest])
    op.create_index("orders_new_idx", "orders", newest)
    op.create_table(
        "order_items",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
        sa.Column("product_id", sa.Uuid, sa.ForeignKey("products.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit_price", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("tax_rate_bp", sa.Integer, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name="order_items_quantity_ck"),
        sa.UniqueConstraint("order_id", "position", name="order_items_pos_key"),
    )
    op.create_table(
        "coupon_redemptions",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("coupon_id", sa.Uuid, sa.ForeignKey("coupons.id"), nullable=False),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), nullable=False),
        sa.UniqueConstraint("order_id", name="coupon_redemptions_order_key"),
        sa.UniqueConstraint("coupon_id", "user_id", name="coupon_once_per_user"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=NEW_ID),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("idem_key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("response_status", sa.Integer, nullable=False),
        sa.Column("response_location", sa.Text),
        sa.Column("response_body", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("user_id", "idem_key", name="idempotency_user_key"),
        sa.CheckConstraint("length(idem_key) BETWEEN 1 AND 255", name="idempotency_key_ck"),
    )


def downgrade() -> None:
    for table in ("idempotency_keys", "coupon_redemptions", "order_items", "orders"):
        op.drop_table(table)
