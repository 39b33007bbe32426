"""Reading products."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from shop.catalog import service
from shop.catalog.schemas import PathSku, Product, ProductList, ProductQuery
from shop.platform.database import Pool
from shop.platform.etag import etag, is_unchanged
from shop.platform.paging import Paging
from shop.platform.requests import Route

router = APIRouter(prefix="/products", tags=["catalog"], route_class=Route)


@router.get("")
async def list_products(
    query: Annotated[ProductQuery, Query()], pool: Pool, pages: Paging, response: Response
) -> ProductList:
    """List active products, filtered, sorted, and cut into pages."""
    products, next_cursor = await service.list_active(pool, query, pages)
    if next_cursor:
        response.headers["Link"] = pages.link(next_cursor)
    return ProductList.model_validate({"items": products, "next_cursor": next_cursor})


@router.get("/{sku}", response_model=Product)
async def get_product(sku: PathSku, pool: Pool, request: Request, response: Response) -> Row[Any] | Response:
    product = await service.read_active(pool, sku)
    headers = {"ETag": etag(product.version)}
    if is_unchanged(request, product.version):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return product
