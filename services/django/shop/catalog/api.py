"""Reading products."""

from typing import Annotated

from django.db.models import F, Q
from django.db.models.functions import Collate
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from ninja import Router
from ninja.decorators import decorate_view

from shop.catalog.models import Product, ProductQuerySet
from shop.catalog.schemas import MAX_NAME, ProductList, ProductOut, ProductQuery
from shop.http import cursors
from shop.http.etag import etag, is_unchanged
from shop.http.pagination import Page, Sort, add_link, cut
from shop.http.problems import InvalidCursor
from shop.http.query import StrictQuery

router = Router()
READ = ["GET", "HEAD"]


def parse_price(key: str) -> int:
    if not key.isascii() or not key.isdecimal() or str(int(key[:10])) != key:
        raise InvalidCursor
    return int(key)


def parse_name(key: str) -> str:
    if not 1 <= len(key) <= MAX_NAME:
        raise InvalidCursor
    return key


def time_of(product: Product) -> str:
    return cursors.time_key(product.created_at)


SORTS: dict[str, Sort[Product]] = {
    "newest": Sort(F("created_at"), time_of, cursors.parse_time_key, descending=True),
    "price": Sort(F("price"), lambda product: str(product.price), parse_price),
    "-price": Sort(F("price"), lambda product: str(product.price), parse_price, descending=True),
    "name": Sort(Collate("name", "C"), lambda product: product.name, parse_name),
}


@router.api_operation(READ, "", response=ProductList)
@decorate_view(cache_control(no_cache=True))
def list_products(
    request: HttpRequest, response: HttpResponse, query: Annotated[ProductQuery, StrictQuery(...)]
) -> Page[Product]:
    """List active products, filtered, sorted, and cut into pages."""
    filters = ("q", "category", "price_min", "price_max", "in_stock")
    scope = cursors.scope("products", query.sort, (getattr(query, name) or "" for name in filters))
    page = cut(matching(query), query, SORTS[query.sort], scope)
    add_link(request, response, query, page.next_cursor)
    return page


def matching(query: ProductQuery) -> ProductQuerySet:
    products = Product.objects.active()
    if query.q:
        products = products.filter(Q(name__icontains=query.q) | Q(sku__icontains=query.q))
    if query.category:
        products = products.filter(category=query.category)
    if query.price_min:
        products = products.filter(price__gte=int(query.price_min))
    if query.price_max:
        products = products.filter(price__lte=int(query.price_max))
    if query.in_stock:
        products = products.filter(stock__gt=0) if query.in_stock == "true" else products.filter(stock=0)
    return products


@router.api_operation(READ, "/{sku:sku}", response=ProductOut)
@decorate_view(cache_control(no_cache=True))
def get_product(request: HttpRequest, response: HttpResponse, sku: str) -> Product | HttpResponse:
    product = get_object_or_404(Product.objects.active(), sku=sku)
    if is_unchanged(request, product.version):
        return HttpResponseNotModified(headers={"ETag": etag(product.version)})
    response["ETag"] = etag(product.version)
    return product
