"""Reading products."""

from typing import Annotated

from fastapi import Request, Response

from shop import models
from shop.catalog import repository
from shop.catalog.schemas import Product, ProductList, ProductQuery
from shop.platform.database import Reading
from shop.platform.etag import etag, is_unchanged
from shop.platform.paging import Cursors
from shop.platform.query import parameters
from shop.platform.routing import PathSku
from shop.platform.routing import router as feature_router

router = feature_router("catalog")


# region listProducts
@router.get("/products")
async def list_products(
    query: Annotated[ProductQuery, parameters(ProductQuery)], session: Reading, cursors: Cursors, response: Response
) -> ProductList:
    """List active products, filtered, sorted, and cut into pages."""
    products, next_cursor = await repository.list_active(session, query, cursors)
    if next_cursor:
        response.headers["Link"] = query.link("/products", next_cursor)
    return ProductList.model_validate({"items": products, "next_cursor": next_cursor})


# endregion


# region getProduct
@router.get("/products/{sku}", response_model=Product)
async def get_product(
    sku: PathSku, session: Reading, request: Request, response: Response
) -> models.Product | Response:
    """Read an active product."""
    product = await repository.find_active(session, sku)
    headers = {"ETag": etag(product.version)}
    if is_unchanged(request, product.version):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return product


# endregion
