"""The back office: products, their stock, and coupons."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response, Security

from shop import models
from shop.admin import service
from shop.admin.schemas import Coupon, CouponCreate, StockAdjustment
from shop.catalog.schemas import PathSku, Product, ProductCreate, ProductPatch
from shop.platform.auth import administrator
from shop.platform.database import Transaction
from shop.platform.etag import check_match, etag
from shop.platform.requests import MERGE_PATCH, Route

router = APIRouter(prefix="/admin", tags=["admin"], route_class=Route, dependencies=[Security(administrator)])


@router.post("/products", status_code=201, response_model=Product)
async def create_product(body: ProductCreate, session: Transaction, response: Response) -> models.Product:
    product = await service.create_product(session, body)
    response.headers.update({"ETag": etag(product.version), "Location": f"/products/{product.sku}"})
    return product


@router.patch("/products/{sku}", response_model=Product)
async def patch_product(
    sku: PathSku,
    body: Annotated[ProductPatch, Body(media_type=MERGE_PATCH)],
    session: Transaction,
    request: Request,
    response: Response,
) -> models.Product:
    product = await service.patch(session, sku, body, lambda product: check_match(request, product.version))
    return _changed(product, response)


@router.delete("/products/{sku}", status_code=204)
async def archive_product(sku: PathSku, session: Transaction, request: Request) -> None:
    """Take a product out of the catalog; it keeps its sku."""
    await service.archive(session, sku, lambda product: check_match(request, product.version))


@router.post("/products/{sku}/stock", response_model=Product)
async def adjust_stock(sku: PathSku, body: StockAdjustment, session: Transaction, response: Response) -> models.Product:
    """Add to the stock of a product, in one statement."""
    return _changed(await service.add_stock(session, sku, body.delta), response)


@router.post("/coupons", status_code=201, response_model=Coupon)
async def create_coupon(body: CouponCreate, session: Transaction) -> models.Coupon:
    return await service.create_coupon(session, body)


def _changed(product: models.Product, response: Response) -> models.Product:
    response.headers.update({"ETag": etag(product.version), "Content-Location": f"/products/{product.sku}"})
    return product
