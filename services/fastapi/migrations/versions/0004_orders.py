"""Orders, and what makes each of them happen once."""

import sqlalchemy as sa
from alembic import op

from migrations.columns import bigint, check, integer, key, moment, reference, text

revision = "0004"
down_revision = "0003"

STATES = "('pending','paid','shipped','delivered','cancelled','refunded')"
TOTAL = (
    "subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND shipping >= 0"
    " AND total = subtotal - discount + tax + shipping"
)


def upgrade() -> None:
    """Make the tables of orders."""
    op.create_table(
        "orders",
        key(),
        reference("user_id", "users"),
        reference("cart_id", "carts"),
        text("status", default="pending"),
        text("payment_status", default="none"),
        text("currency", default="EUR"),
        text("coupon_code", nullable=True),
        bigint("subtotal"),
        bigint("discount"),
        bigint("tax"),
        bigint("shipping"),
        bigint("total"),
        bigint("version", default="1"),
        moment("created_at"),
        moment("updated_at"),
        sa.UniqueConstraint("cart_id", name="orders_cart_key"),
        check("orders_status_ck", f"status IN {STATES}"),
        check("orders_payment_status_ck", "payment_status IN ('none','failed','succeeded','refunded')"),
        check("orders_currency_ck", "currency = 'EUR'"),
        check("orders_total_ck", TOTAL),
    )
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("orders_user_idx", "orders", ["user_id", *newest])
    op.create_index("orders_new_idx", "orders", newest)
    op.create_table(
        "order_items",
        key(),
        reference("order_id", "orders", cascade=True),
        reference("product_id", "products"),
        integer("position"),
        text("sku"),
        text("name"),
        bigint("unit_price"),
        integer("quantity"),
        bigint("discount"),
        integer("tax_rate_bp"),
        bigint("tax"),
        sa.UniqueConstraint("order_id", "position", name="order_items_pos_key"),
        check("order_items_quantity_ck", "quantity BETWEEN 1 AND 99"),
    )
    op.create_table(
        "coupon_redemptions",
        key(),
        reference("coupon_id", "coupons"),
        reference("user_id", "users"),
        reference("order_id", "orders"),
        sa.UniqueConstraint("order_id", name="coupon_redemptions_order_key"),
        sa.UniqueConstraint("coupon_id", "user_id", name="coupon_once_per_user"),
    )
    op.create_table(
        "idempotency_keys",
        key(),
        reference("user_id", "users", cascade=True),
        text("idem_key"),
        text("fingerprint"),
        integer("response_status"),
        text("response_location", nullable=True),
        text("response_body"),
        moment("created_at"),
        sa.UniqueConstraint("user_id", "idem_key", name="idempotency_user_key"),
        check("idempotency_key_ck", "length(idem_key) BETWEEN 1 AND 255"),
    )


def downgrade() -> None:
    """Drop the tables of orders."""
    for table in ("idempotency_keys", "coupon_redemptions", "order_items", "orders"):
        op.drop_table(table)
