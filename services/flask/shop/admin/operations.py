"""What the back office does to products and coupons, in the database."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from shop.admin.schemas import MergedAttributesSchema
from shop.carts.models import Coupon
from shop.catalog.models import Product
from shop.catalog.operations import find_active, lock_active
from shop.catalog.schemas import MAX_STOCK
from shop.platform.database import db, violated
from shop.platform.problems import CodeTaken, InsufficientStock, SkuTaken, StockLimit, ValidationFailed
from shop.platform.schemas import field_errors

merged_attributes_schema = MergedAttributesSchema()


def create_product(values: Mapping[str, Any]) -> Product:
    created = insert(Product).values(values).on_conflict_do_nothing(index_elements=["sku"]).returning(Product)
    product: Product | None = db.session.scalar(created)
    if product is None:
        raise SkuTaken
    return product


def patch_product(sku: str, changes: dict[str, Any], check: Callable[[int], None]) -> Product:
    """Return the product with the patch merged into it; `check` judges the locked version first (ADMIN-3)."""
    product = lock_active(sku)
    check(product.version)
    if "attributes" in changes:
        changes["attributes"] = merge(product.attributes, changes["attributes"])
        try:
            merged_attributes_schema.load({"attributes": changes["attributes"]})
        except ValidationError as error:
            raise ValidationFailed(errors=field_errors(error.messages)) from error
    return _update(product, changes) if changes else product


def archive_product(sku: str, check: Callable[[int], None]) -> None:
    """Take a product out of the catalog; `check` judges the locked version first."""
    product = lock_active(sku)
    check(product.version)
    _update(product, {"active": False})


def _update(product: Product, changes: dict[str, Any]) -> Product:
    """Return the product with its changes; whether they are any is for the trigger to say (ADMIN-4).

    The unit of work would take true and 1 in a JSON document for equal.
    """
    changed = update(Product).values(changes).where(Product.id == product.id).returning(Product)
    return db.session.scalars(
        changed, execution_options={"synchronize_session": False, "populate_existing": True}
    ).one()


def merge(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a JSON Merge Patch (RFC 7396): null removes, objects merge, everything else replaces."""
    merged = dict(target)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            inner = merged.get(name)
            merged[name] = merge(inner if isinstance(inner, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def add_stock(sku: str, delta: int) -> Product:
    """Return the product with its new stock, or raise insufficient_stock or stock_limit (ADMIN-6)."""
    stock = Product.stock + delta
    # What cancelled orders lifted over the limit may only fall.
    fits = stock.between(0, MAX_STOCK) if delta > 0 else stock >= 0
    adjusted = update(Product).values(stock=stock).where(Product.sku == sku, Product.active, fits).returning(Product)
    fresh = {"synchronize_session": False, "populate_existing": True}
    while (product := db.session.scalar(adjusted, execution_options=fresh)) is None:
        refused = find_active(sku)
        db.session.refresh(refused)
        if refused.stock + delta < 0:
            line = {"sku": sku, "requested": -delta, "available": refused.stock}
            raise InsufficientStock(lines=[line])
        if delta > 0 and refused.stock + delta > MAX_STOCK:
            raise StockLimit
        # Otherwise the stock moved between the two statements, and there is room now.
    return product


def create_coupon(values: Mapping[str, Any]) -> Coupon:
    given = {name: value for name, value in values.items() if value is not None}  # null is the column's default
    created = insert(Coupon).values(given).on_conflict_do_nothing(index_elements=["code"]).returning(Coupon)
    try:
        coupon: Coupon | None = db.session.scalar(created)
    except IntegrityError as error:
        if violated(error) != "coupons_window_ck":
            raise
        # It starts now, by the database's clock, and has ended before.
        raise ValidationFailed(errors=[{"pointer": "/ends_at", "code": "out_of_range"}]) from error
    if coupon is None:
        raise CodeTaken
    return coupon
