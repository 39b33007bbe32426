"""A line of an import (BULK-2)."""

from marshmallow import fields

from shop.catalog.schemas import MAX_IMPORTED_STOCK, ProductSchema
from shop.platform.schemas import Boolean, Integer, between


class ImportLineSchema(ProductSchema):
    """A product as an export tells it. What the database keeps may stand there, with any value."""

    stock = Integer(load_default=0, validate=between(0, MAX_IMPORTED_STOCK))
    active = Boolean(load_default=True)
    id = fields.Raw(allow_none=True)
    version = fields.Raw(allow_none=True)
    created_at = fields.Raw(allow_none=True)
    updated_at = fields.Raw(allow_none=True)
