"""The one open cart of a user. Every change locks it first and answers the whole cart."""

from fastapi import APIRouter

from shop.carts import service
from shop.carts.schemas import Cart, CartCouponPut, CartItemPut
from shop.catalog.schemas import PathSku
from shop.catalog.service import find_active
from shop.platform.auth import Customer
from shop.platform.database import Pool, Transaction
from shop.platform.requests import Route

router = APIRouter(prefix="/cart", tags=["carts"], route_class=Route)


@router.get("")
async def get_cart(caller: Customer, pool: Pool) -> Cart:
    """Read the cart; this never makes one."""
    async with pool.connect() as connection:
        return await service.read_cart(connection, caller.id)


@router.put("/items/{sku}")
async def put_cart_item(caller: Customer, sku: PathSku, body: CartItemPut, session: Transaction) -> Cart:
    cart = await service.open_locked(session, caller.id)
    product = await find_active(session, sku)
    await service.put_line(session, cart, product, body.quantity)
    return await service.read_cart(session, caller.id)


@router.delete("/items/{sku}")
async def delete_cart_item(caller: Customer, sku: PathSku, session: Transaction) -> Cart:
    cart = await service.open_locked(session, caller.id)
    await service.remove_line(session, cart, sku)
    return await service.read_cart(session, caller.id)


@router.put("/coupon")
async def put_cart_coupon(caller: Customer, body: CartCouponPut, session: Transaction) -> Cart:
    """Attach a coupon in place of another, whether it applies now or not."""
    cart = await service.open_locked(session, caller.id)
    await service.attach_coupon(session, cart, body.code)
    return await service.read_cart(session, caller.id)


@router.delete("/coupon")
async def delete_cart_coupon(caller: Customer, session: Transaction) -> Cart:
    cart = await service.open_locked(session, caller.id)
    await service.attach_coupon(session, cart, None)
    return await service.read_cart(session, caller.id)
