"""The one open cart of a user. Every change locks it first and answers the whole cart."""

from typing import Annotated

from shop.carts import service
from shop.carts.schemas import Cart, CartCouponPut, CartItemPut
from shop.catalog.repository import find_active
from shop.platform.auth import Customer
from shop.platform.body import document
from shop.platform.database import Reading, Transaction
from shop.platform.routing import PathSku
from shop.platform.routing import router as feature_router

router = feature_router("carts")


# region getCart
@router.get("/cart")
async def get_cart(caller: Customer, session: Reading) -> Cart:
    """Read the cart; this never makes one."""
    return await service.read_cart(session, caller.id)


# endregion


# region putCartItem
@router.put("/cart/items/{sku}")
async def put_cart_item(
    caller: Customer, body: Annotated[CartItemPut, document(CartItemPut)], sku: PathSku, session: Transaction
) -> Cart:
    """Set the quantity of a product."""
    cart = await service.open_locked(session, caller.id)
    product = await find_active(session, sku)
    await service.put_line(session, cart, product, body.quantity)
    return await service.read_cart(session, caller.id)


# endregion


# region deleteCartItem
@router.delete("/cart/items/{sku}")
async def delete_cart_item(caller: Customer, sku: PathSku, session: Transaction) -> Cart:
    """Take a product out, if it is there."""
    cart = await service.open_locked(session, caller.id)
    await service.remove_line(session, cart, sku)
    return await service.read_cart(session, caller.id)


# endregion


# region putCartCoupon
@router.put("/cart/coupon")
async def put_cart_coupon(
    caller: Customer, body: Annotated[CartCouponPut, document(CartCouponPut)], session: Transaction
) -> Cart:
    """Attach a coupon in place of another, whether it applies now or not."""
    cart = await service.open_locked(session, caller.id)
    await service.attach_coupon(session, cart, body.code)
    return await service.read_cart(session, caller.id)


# endregion


# region deleteCartCoupon
@router.delete("/cart/coupon")
async def delete_cart_coupon(caller: Customer, session: Transaction) -> Cart:
    """Detach the coupon, if there is one."""
    cart = await service.open_locked(session, caller.id)
    await service.attach_coupon(session, cart, None)
    return await service.read_cart(session, caller.id)


# endregion
