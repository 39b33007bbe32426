"""Products."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0002"
down_revision = "0001"

NOW = sa.text("now()")
MOMENT = TIMESTAMP(timezone=True, precision=3)


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("sku", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("tax_rate_bp", sa.Integer, nullable=False),
        sa.Column("attributes", JSONB, nullable=False, server_default="{}"),
        sa.Column("stock", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("sku", name="products_sku_key"),
        sa.CheckConstraint("sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'", name="products_sku_ck"),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="products_name_ck"),
        sa.CheckConstraint("char_length(description) <= 4000", name="products_description_ck"),
        sa.CheckConstraint("category ~ '^[a-z0-9-]{1,40}$'", name="products_category_ck"),
        sa.CheckConstraint("price BETWEEN 1 AND 5000000", name="products_price_ck"),
        sa.CheckConstraint("tax_rate_bp BETWEEN 0 AND 5000", name="products_tax_rate_ck"),
        sa.CheckConstraint("jsonb_typeof(attributes) = 'object'", name="products_attributes_ck"),
        sa.CheckConstraint("stock BETWEEN 0 AND 2000000000", name="products_stock_ck"),
    )
    active = sa.text("active")
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("products_new_idx", "products", newest, postgresql_where=active)
    op.create_index("products_price_idx", "products", ["price", "id"], postgresql_where=active)
    op.create_index("products_name_idx", "products", [sa.text('name COLLATE "C"'), "id"], postgresql_where=active)
    op.create_index("products_cat_idx", "products", ["category"], postgresql_where=active)


def downgrade() -> None:
    op.drop_table("products")
