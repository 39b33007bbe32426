"""The one open cart of a user. Every change locks it first and answers the whole cart."""

from django.db import transaction
from ninja import Router

from shop.carts import services
from shop.carts.models import Cart
from shop.carts.schemas import CartCouponPut, CartItemPut, CartOut
from shop.carts.services import PricedCart, price_locked, read_cart
from shop.http.auth import CallerRequest, customer

router = Router(auth=customer)


@router.api_operation(["GET", "HEAD"], "", response=CartOut)
def get_cart(request: CallerRequest) -> PricedCart:
    """Read the cart; this never makes one."""
    return read_cart(request.auth.id)


@router.put("/items/{sku:sku}", response=CartOut)
@transaction.atomic
def put_cart_item(request: CallerRequest, sku: str, body: CartItemPut) -> PricedCart:
    cart = Cart.objects.lock_or_open(request.auth.id)
    services.put_line(cart, sku, body.quantity)
    return price_locked(cart)


@router.delete("/items/{sku:sku}", response=CartOut)
@transaction.atomic
def delete_cart_item(request: CallerRequest, sku: str) -> PricedCart:
    cart = Cart.objects.lock_or_open(request.auth.id)
    cart.items.filter(product__sku=sku).delete()
    return price_locked(cart)


@router.put("/coupon", response=CartOut)
@transaction.atomic
def put_cart_coupon(request: CallerRequest, body: CartCouponPut) -> PricedCart:
    cart = Cart.objects.lock_or_open(request.auth.id)
    services.attach_coupon(cart, body.code)
    return price_locked(cart)


@router.delete("/coupon", response=CartOut)
@transaction.atomic
def delete_cart_coupon(request: CallerRequest) -> PricedCart:
    cart = Cart.objects.lock_or_open(request.auth.id)
    cart.coupon = None
    services.save_coupon(cart)
    return price_locked(cart)
