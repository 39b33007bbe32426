"""What the back office does to products and coupons, in the database."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.admin.merge import merge
from shop.admin.schemas import CouponCreate, MergedAttributes
from shop.catalog.schemas import MAX_STOCK, ProductCreate, ProductPatch
from shop.catalog.service import find_active, lock_active
from shop.models import Coupon, Product
from shop.platform.database import violated
from shop.platform.problem import Code, Problem, StockLine
from shop.platform.schemas import field_errors


async def create_product(session: AsyncSession, new: ProductCreate) -> Product:
    created = insert(Product).values(new.model_dump()).on_conflict_do_nothing(index_elements=["sku"])
    product: Product | None = await session.scalar(created.returning(Product))
    if product is None:
        raise Problem(Code.SKU_TAKEN)
    return product


async def patch(session: AsyncSession, sku: str, body: ProductPatch, check: Callable[[Product], None]) -> Product:
    """Return the product with the patch merged into it; `check` judges the locked product first (ADMIN-3)."""
    product = await lock_active(session, sku)
    check(product)
    changes = body.model_dump(exclude_unset=True)
    if "attributes" in changes:
        changes["attributes"] = merge(product.attributes, changes["attributes"])
        try:
            MergedAttributes.model_validate({"attributes": changes["attributes"]})
        except ValidationError as error:
            raise Problem(Code.VALIDATION_FAILED, {"errors": field_errors(error.errors())}) from error
    return await _update(session, product, changes) if changes else product


async def archive(session: AsyncSession, sku: str, check: Callable[[Product], None]) -> None:
    """Take a product out of the catalog; `check` judges the locked product first."""
    product = await lock_active(session, sku)
    check(product)
    await _update(session, product, {"active": False})


async def _update(session: AsyncSession, product: Product, changes: dict[str, Any]) -> Product:
    """Return the product with its changes; whether they are any is for the database to say (ADMIN-4).

    The unit of work would take true and 1 in a JSON document for equal.
    """
    result = await session.scalars(
        update(Product).values(changes).where(Product.id == product.id).returning(Product),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return result.one()


async def add_stock(session: AsyncSession, sku: str, delta: int) -> Product:
    """Return the product with its new stock, or raise insufficient_stock or stock_limit (ADMIN-6)."""
    stock = Product.stock + delta
    # What cancelled orders lifted over the limit may only fall.
    fits = stock.between(0, MAX_STOCK) if delta > 0 else stock >= 0
    adjusted = update(Product).values(stock=stock).where(Product.sku == sku, Product.active, fits).returning(Product)
    while (product := await session.scalar(adjusted)) is None:
        refused = await find_active(session, sku)
        if refused.stock + delta < 0:
            line: StockLine = {"sku": sku, "requested": -delta, "available": refused.stock}
            raise Problem(Code.INSUFFICIENT_STOCK, {"lines": [line]})
        if delta > 0 and refused.stock + delta > MAX_STOCK:
            raise Problem(Code.STOCK_LIMIT)
        session.expunge(refused)  # the stock moved between the two statements, and there is room now
    return product


async def create_coupon(session: AsyncSession, new: CouponCreate) -> Coupon:
    values = new.model_dump(exclude_none=True)  # what is null gets the column's default
    created = insert(Coupon).values(values).on_conflict_do_nothing(index_elements=["code"])
    try:
        coupon: Coupon | None = await session.scalar(created.returning(Coupon))
    except IntegrityError as error:
        if violated(error) != "coupons_window_ck":
            raise
        # It starts now, by the database's clock, and has ended before.
        errors = [{"pointer": "/ends_at", "code": "out_of_range"}]
        raise Problem(Code.VALIDATION_FAILED, {"errors": errors}) from error
    if coupon is None:
        raise Problem(Code.CODE_TAKEN)
    return coupon
