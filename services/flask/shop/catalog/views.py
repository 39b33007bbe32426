"""Reading products."""

from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shop.catalog import operations
from shop.catalog.schemas import ProductQuerySchema, ProductSchema
from shop.platform.cursors import link
from shop.platform.etags import etag, is_unchanged
from shop.platform.requests import use_args

catalog = Blueprint("catalog", __name__, url_prefix="/products")

product_schema = ProductSchema()


@catalog.after_request
def revalidate(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


@catalog.get("")
@use_args(ProductQuerySchema(), location="query")
def list_products(query: dict[str, Any]) -> ResponseReturnValue:
    """List active products, filtered, sorted, and cut into pages."""
    products, cursor = operations.list_active(query)
    return {"items": product_schema.dump(products, many=True), "next_cursor": cursor}, 200, link(cursor)


@catalog.get("/<sku:sku>")
def get_product(sku: str) -> ResponseReturnValue:
    product = operations.find_active(sku)
    headers = {"ETag": etag(product.version)}
    if is_unchanged(product.version):
        return "", 304, headers
    return product_schema.dump(product), 200, headers
