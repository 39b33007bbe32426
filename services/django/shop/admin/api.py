"""The back office: products, their stock, and coupons."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from shop.admin import services
from shop.admin.schemas import CouponIn, CouponOut, StockAdjustment
from shop.carts.models import Coupon
from shop.catalog.models import Product
from shop.catalog.schemas import ProductIn, ProductOut, ProductPatch
from shop.http.auth import CallerRequest, administrator
from shop.http.etag import check_match, etag

router = Router(auth=administrator)


@router.post("/products", response={201: ProductOut})
def create_product(request: CallerRequest, response: HttpResponse, body: ProductIn) -> Product:
    product = services.create_product(body)
    response["ETag"] = etag(product.version)
    response["Location"] = f"/products/{product.sku}"
    return product


@router.patch("/products/{sku:sku}", response=ProductOut)
@transaction.atomic
def patch_product(request: CallerRequest, response: HttpResponse, sku: str, body: ProductPatch) -> Product:
    product = lock_product(request, sku)
    services.patch_product(product, body)
    tell_version(response, product)
    return product


@router.delete("/products/{sku:sku}", response={204: None})
@transaction.atomic
def archive_product(request: CallerRequest, sku: str) -> None:
    """Take a product out of the catalog; it keeps its sku."""
    product = lock_product(request, sku)
    product.active = False
    product.save(update_fields=["active"])


@router.post("/products/{sku:sku}/stock", response=ProductOut)
@transaction.atomic
def adjust_stock(request: CallerRequest, response: HttpResponse, sku: str, body: StockAdjustment) -> Product:
    product = services.add_stock(sku, body.delta)
    tell_version(response, product)
    return product


@router.post("/coupons", response={201: CouponOut})
def create_coupon(request: CallerRequest, body: CouponIn) -> Coupon:
    return services.create_coupon(body)


def lock_product(request: CallerRequest, sku: str) -> Product:
    """Return the active product, locked, if it is the one that If-Match names."""
    product = get_object_or_404(Product.objects.active().lock(), sku=sku)
    check_match(request, product.version)
    return product


def tell_version(response: HttpResponse, product: Product) -> None:
    response["ETag"] = etag(product.version)
    response["Content-Location"] = f"/products/{product.sku}"
