"""A line of an import (BULK-2)."""

from typing import Any

from marshmallow import pre_load

from shop.catalog.schemas import MAX_IMPORTED_STOCK, ProductSchema
from shop.platform.schemas import Boolean, Integer, between

IGNORED = ("id", "version", "created_at", "updated_at")


class ImportLineSchema(ProductSchema):
    """A product as an export tells it. What the database keeps may stand there, with any value."""

    stock = Integer(load_default=0, validate=between(0, MAX_IMPORTED_STOCK))
    active = Boolean(load_default=True)

    @pre_load
    def ignore_what_the_database_keeps(self, members: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name not in IGNORED}
