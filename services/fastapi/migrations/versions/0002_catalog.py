"""Products and coupons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import bigint, check, integer, key, moment, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the catalog."""
    op.create_table(
        "products",
        key(),
        text("sku", collation="C"),
        text("name"),
        text("description", nullable=True),
        text("category"),
        bigint("price"),
        integer("tax_rate_bp"),
        sa.Column("attributes", JSONB, nullable=False, server_default="{}"),
        integer("stock", default="0"),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        bigint("version", default="1"),
        moment("created_at"),
        moment("updated_at"),
        sa.UniqueConstraint("sku", name="products_sku_key"),
        check("products_sku_ck", "sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'"),
        check("products_name_ck", "char_length(name) BETWEEN 1 AND 120"),
        check("products_description_ck", "char_length(description) <= 4000"),
        check("products_category_ck", "category ~ '^[a-z0-9-]{1,40}$'"),
        check("products_price_ck", "price BETWEEN 1 AND 5000000"),
        check("products_tax_rate_ck", "tax_rate_bp BETWEEN 0 AND 5000"),
        check("products_attributes_ck", "jsonb_typeof(attributes) = 'object'"),
        check("products_stock_ck", "stock BETWEEN 0 AND 2000000000"),
    )
    active = sa.text("active")
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("products_new_idx", "products", newest, postgresql_where=active)
    op.create_index("products_price_idx", "products", ["price", "id"], postgresql_where=active)
    op.create_index("products_name_idx", "products", [sa.text('name COLLATE "C"'), "id"], postgresql_where=active)
    op.create_index("products_cat_idx", "products", ["category"], postgresql_where=active)
    op.create_table(
        "coupons",
        key(),
        text("code"),
        integer("percent_bp"),
        bigint("min_subtotal", default="0"),
        integer("max_redemptions", nullable=True),
        integer("redeemed", default="0"),
        moment("starts_at"),
        moment("ends_at", nullable=True, now=False),
        sa.UniqueConstraint("code", name="coupons_code_key"),
        check("coupons_code_ck", "code ~ '^[A-Z0-9]{3,20}$'"),
        check("coupons_percent_ck", "percent_bp BETWEEN 1 AND 10000"),
        check("coupons_min_subtotal_ck", "min_subtotal >= 0"),
        check("coupons_max_ck", "max_redemptions > 0"),
        check("coupons_limit_ck", "redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions)"),
        check("coupons_window_ck", "ends_at IS NULL OR ends_at > starts_at"),
    )


def downgrade() -> None:
    """Drop the tables of the catalog."""
    op.drop_table("coupons")
    op.drop_table("products")
