"""What is said about products, in both directions."""

from marshmallow import fields

from shop.catalog.attributes import Attributes
from shop.platform.cursors import PageSchema
from shop.platform.schemas import (
    SKU,
    Integer,
    QueryInteger,
    Schema,
    String,
    Timestamp,
    between,
    length,
    one_of,
    pattern,
)

# The most that an administrator may set; cancelled orders may lift the stock over it, and an import may bring that.
MAX_STOCK = 1_000_000
MAX_IMPORTED_STOCK = 2_000_000_000
MAX_NAME = 120
MAX_PRICE_BOUND = 9_999_999_999

CATEGORY = pattern(r"[a-z0-9-]{1,40}")


class ProductSchema(Schema):
    """A product. What is `dump_only` is the database's, and unknown to a request."""

    id = fields.UUID(dump_only=True)
    sku = String(required=True, validate=pattern(SKU))
    name = String(required=True, validate=length(1, MAX_NAME))
    description = String(load_default=None, allow_none=True, validate=length(0, 4000))
    category = String(required=True, validate=CATEGORY)
    price = Integer(required=True, validate=between(1, 5_000_000))
    tax_rate_bp = Integer(required=True, validate=between(0, 5000))
    attributes = Attributes(load_default=dict)
    stock = Integer(load_default=0, validate=between(0, MAX_STOCK))
    active = fields.Boolean(dump_only=True)
    version = fields.Integer(dump_only=True)
    created_at = Timestamp(dump_only=True)
    updated_at = Timestamp(dump_only=True)


class ProductQuerySchema(PageSchema):
    q = String(load_default="", validate=length(0, 64))
    category = String(validate=CATEGORY)
    price_min = QueryInteger(validate=between(0, MAX_PRICE_BOUND))
    price_max = QueryInteger(validate=between(0, MAX_PRICE_BOUND))
    in_stock = String(validate=one_of("true", "false"))
    sort = String(load_default="newest", validate=one_of("newest", "price", "-price", "name"))
