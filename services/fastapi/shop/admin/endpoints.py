"""The back office: products, their stock, and coupons."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop import models
from shop.admin.merge import merge
from shop.admin.schemas import Coupon, CouponCreate, MergedAttributes, StockAdjustment
from shop.catalog.repository import find_active, lock_active
from shop.catalog.schemas import MAX_STOCK, Product, ProductCreate, ProductPatch
from shop.platform.auth import require_admin
from shop.platform.body import MERGE_PATCH, document
from shop.platform.database import Transaction, violated
from shop.platform.etag import check_match, etag
from shop.platform.problem import Problem, StockLine
from shop.platform.routing import PathSku
from shop.platform.routing import router as feature_router
from shop.platform.validation import validate

router = feature_router("admin", prefix="/admin", dependencies=[Depends(require_admin)])


# region createProduct
@router.post("/products", status_code=201, response_model=Product)
async def create_product(
    body: Annotated[ProductCreate, document(ProductCreate)], session: Transaction, response: Response
) -> models.Product:
    """Create a product."""
    created = insert(models.Product).values(body.model_dump()).on_conflict_do_nothing(index_elements=["sku"])
    product: models.Product | None = await session.scalar(created.returning(models.Product))
    if product is None:
        raise Problem("sku_taken")
    response.headers.update({"ETag": etag(product.version), "Location": f"/products/{product.sku}"})
    return product


# endregion


# region patchProduct
@router.patch("/products/{sku}", response_model=Product)
async def patch_product(
    body: Annotated[ProductPatch, document(ProductPatch, MERGE_PATCH)],
    sku: PathSku,
    session: Transaction,
    request: Request,
    response: Response,
) -> models.Product:
    """Edit a product with a merge patch."""
    product = await _lock(session, sku, request)
    changes = body.model_dump(exclude_unset=True)
    if "attributes" in changes:
        changes["attributes"] = merge(product.attributes, changes["attributes"])
        validate(MergedAttributes, {"attributes": changes["attributes"]})
    if changes:
        product = await _update(session, product, changes)
    return _changed(product, response)


# endregion


# region archiveProduct
@router.delete("/products/{sku}", status_code=204)
async def archive_product(sku: PathSku, session: Transaction, request: Request) -> None:
    """Take a product out of the catalog; it keeps its sku."""
    product = await _lock(session, sku, request)
    await _update(session, product, {"active": False})


# endregion


# region adjustStock
@router.post("/products/{sku}/stock", response_model=Product)
async def adjust_stock(
    body: Annotated[StockAdjustment, document(StockAdjustment)],
    sku: PathSku,
    session: Transaction,
    response: Response,
) -> models.Product:
    """Add to the stock of a product, in one statement."""
    stock = models.Product.stock + body.delta
    # What cancelled orders lifted over the limit may only fall.
    fits = stock.between(0, MAX_STOCK) if body.delta > 0 else stock >= 0
    adjusted = (
        update(models.Product)
        .values(stock=stock)
        .where(models.Product.sku == sku, models.Product.active, fits)
        .returning(models.Product)
    )
    while (product := await session.scalar(adjusted)) is None:
        refused = await find_active(session, sku)
        if refused.stock + body.delta < 0:
            line: StockLine = {"sku": sku, "requested": -body.delta, "available": refused.stock}
            raise Problem("insufficient_stock", {"lines": [line]})
        if body.delta > 0 and refused.stock + body.delta > MAX_STOCK:
            raise Problem("stock_limit")
        session.expunge(refused)  # the stock moved between the two statements, and there is room now
    return _changed(product, response)


# endregion


# region createCoupon
@router.post("/coupons", status_code=201, response_model=Coupon)
async def create_coupon(body: Annotated[CouponCreate, document(CouponCreate)], session: Transaction) -> models.Coupon:
    """Create a coupon."""
    values = body.model_dump(exclude_none=True)  # what is null gets the column's default
    created = insert(models.Coupon).values(values).on_conflict_do_nothing(index_elements=["code"])
    try:
        coupon: models.Coupon | None = await session.scalar(created.returning(models.Coupon))
    except IntegrityError as error:
        if violated(error) != "coupons_window_ck":
            raise
        # It starts now, by the database's clock, and has ended before.
        raise Problem("validation_failed", {"errors": [{"pointer": "/ends_at", "code": "out_of_range"}]}) from error
    if coupon is None:
        raise Problem("code_taken")
    return coupon


# endregion


async def _lock(session: AsyncSession, sku: str, request: Request) -> models.Product:
    """Return the active product, locked, that If-Match names."""
    product = await lock_active(session, sku)
    check_match(request, product.version)
    return product


async def _update(session: AsyncSession, product: models.Product, changes: dict[str, Any]) -> models.Product:
    """Return the product with its changes; whether they are any is for the database to say (ADMIN-4).

    The unit of work would take true and 1 in a JSON document for equal.
    """
    changed = update(models.Product).values(changes).where(models.Product.id == product.id)
    result = await session.scalars(
        changed.returning(models.Product),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return result.one()


def _changed(product: models.Product, response: Response) -> models.Product:
    response.headers.update({"ETag": etag(product.version), "Content-Location": f"/products/{product.sku}"})
    return product
