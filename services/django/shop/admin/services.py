"""What the back office does to products and coupons."""

from django.db import IntegrityError
from django.db.models import F
from pydantic import ValidationError

from shop.admin.schemas import CouponIn
from shop.carts.models import Coupon
from shop.catalog.attributes import check_attributes, merge
from shop.catalog.models import MAX_STOCK, Product
from shop.catalog.schemas import ProductIn, ProductPatch
from shop.db.errors import violated
from shop.http.problems import CodeTaken, InsufficientStock, NotFound, SkuTaken, StockLimit, ValidationFailed
from shop.http.schemas import code_of, pointer


def create_product(new: ProductIn) -> Product:
    try:
        return Product.objects.create(**new.model_dump())
    except IntegrityError as error:
        if violated(error) == "products_sku_key":
            raise SkuTaken from None
        raise


def patch_product(product: Product, patch: ProductPatch) -> None:
    """Merge the patch into the product, which is locked (ADMIN-3)."""
    changes = patch.model_dump(exclude_unset=True)
    if "attributes" in changes:
        changes["attributes"] = merge(product.attributes, changes["attributes"])
        try:
            check_attributes(changes["attributes"])
        except ValidationError as error:
            errors = [
                {"pointer": pointer(("attributes", *each["loc"])), "code": code_of(each)} for each in error.errors()
            ]
            raise ValidationFailed({"errors": errors}) from None
    if changes:
        # Whether that changes anything is for the database to say (ADMIN-4): to Python true and 1 are equal.
        Product.objects.filter(pk=product.pk).update(**changes)
        product.refresh_from_db()


def add_stock(sku: str, delta: int) -> Product:
    """Return the product with its new stock, or raise insufficient_stock or stock_limit (ADMIN-6)."""
    products = Product.objects.active().filter(sku=sku)
    # What cancelled orders lifted over the limit may only fall.
    fits = products.filter(stock__lte=MAX_STOCK - delta) if delta > 0 else products.filter(stock__gte=-delta)
    if not fits.update(stock=F("stock") + delta):
        # The lock: the stock may have moved since.
        product = products.lock().first()
        if product is None:
            raise NotFound
        if delta > 0 and product.stock > MAX_STOCK - delta:
            raise StockLimit
        if product.stock < -delta:
            raise InsufficientStock({"lines": [{"sku": sku, "requested": -delta, "available": product.stock}]})
        products.update(stock=F("stock") + delta)
    return products.get()


def create_coupon(new: CouponIn) -> Coupon:
    try:
        # What is null gets the column's default, which is the database's clock for starts_at.
        return Coupon.objects.create(**new.model_dump(exclude_none=True))
    except IntegrityError as error:
        match violated(error):
            case "coupons_code_key":
                raise CodeTaken from None
            case "coupons_window_ck":  # it starts now and has ended before
                raise ValidationFailed({"errors": [{"pointer": "/ends_at", "code": "out_of_range"}]}) from None
            case _:
                raise
