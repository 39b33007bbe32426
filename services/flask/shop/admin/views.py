"""The back office: products, their stock, coupons, and the states of orders."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shop.admin import operations
from shop.admin.schemas import CouponSchema, ProductPatchSchema, StockAdjustmentSchema
from shop.catalog.models import Product
from shop.catalog.schemas import ProductSchema
from shop.orders.operations import move
from shop.orders.schemas import TransitionSchema
from shop.orders.views import PRIVATE, show
from shop.platform.auth import current_caller, require_admin
from shop.platform.database import transaction
from shop.platform.etags import check_match, etag
from shop.platform.requests import use_args

admin = Blueprint("admin", __name__, url_prefix="/admin")
admin.before_request(require_admin)

product_schema = ProductSchema()
coupon_schema = CouponSchema()


@admin.post("/products")
@use_args(product_schema)
def create_product(body: dict[str, Any]) -> ResponseReturnValue:
    product = operations.create_product(body)
    return (
        product_schema.dump(product),
        201,
        {"ETag": etag(product.version), "Location": f"/products/{product.sku}"},
    )


@admin.patch("/products/<sku:sku>")
@use_args(ProductPatchSchema(partial=True), location="merge_patch")
def patch_product(body: dict[str, Any], sku: str) -> ResponseReturnValue:
    with transaction():
        product = operations.patch_product(sku, body, check_match)
    return _changed(product)


@admin.delete("/products/<sku:sku>")
def archive_product(sku: str) -> ResponseReturnValue:
    """Take a product out of the catalog; it keeps its sku."""
    with transaction():
        operations.archive_product(sku, check_match)
    return "", 204


@admin.post("/products/<sku:sku>/stock")
@use_args(StockAdjustmentSchema())
def adjust_stock(body: dict[str, Any], sku: str) -> ResponseReturnValue:
    """Add to the stock of a product, in one statement."""
    return _changed(operations.add_stock(sku, body["delta"]))


@admin.post("/coupons")
@use_args(coupon_schema)
def create_coupon(body: dict[str, Any]) -> ResponseReturnValue:
    return coupon_schema.dump(operations.create_coupon(body)), 201


@admin.post("/orders/<id:id>/transition")
@use_args(TransitionSchema())
def transition_order(body: dict[str, Any], id: str) -> ResponseReturnValue:
    with transaction():
        order = move(current_caller(), id, body["to"], check_match)
    return show(order, **{"Cache-Control": PRIVATE, "Content-Location": f"/orders/{order.id}"})


def _changed(product: Product) -> ResponseReturnValue:
    headers = {"ETag": etag(product.version), "Content-Location": f"/products/{product.sku}"}
    return product_schema.dump(product), 200, headers
