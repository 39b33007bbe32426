"""Carts and their lines."""

import sqlalchemy as sa
from alembic import op

from migrations.columns import check, integer, key, moment, reference, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of carts."""
    op.create_table(
        "carts",
        key(),
        reference("user_id", "users", cascade=True),
        reference("coupon_id", "coupons", nullable=True),
        text("status", default="open"),
        moment("updated_at"),
        check("carts_status_ck", "status IN ('open','ordered')"),
    )
    op.create_index("carts_one_open", "carts", ["user_id"], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_table(
        "cart_items",
        key(),
        reference("cart_id", "carts", cascade=True),
        reference("product_id", "products"),
        integer("quantity"),
        sa.UniqueConstraint("cart_id", "product_id", name="cart_items_product_key"),
        check("cart_items_quantity_ck", "quantity BETWEEN 1 AND 99"),
    )


def downgrade() -> None:
    """Drop the tables of carts."""
    op.drop_table("cart_items")
    op.drop_table("carts")
