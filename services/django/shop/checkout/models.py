"""What a checkout leaves beside its order."""

from typing import ClassVar

from django.db import models

from shop.accounts.models import User
from shop.carts.models import Coupon
from shop.db.fields import MomentField, ShopModel
from shop.db.functions import TransactionTime, length_between
from shop.orders.models import Order


class CouponRedemption(ShopModel):
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="redemptions", db_constraint=False, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="redemptions", db_constraint=False, db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="redemptions", db_constraint=False, db_index=False)

    class Meta:
        db_table = "coupon_redemptions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order"], name="coupon_redemptions_order_key"),
            models.UniqueConstraint(fields=["coupon", "user"], name="coupon_once_per_user"),
        ]


class IdempotencyKey(ShopModel):
    """The answer that a key got, as text: jsonb would not keep its bytes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="keys", db_constraint=False, db_index=False)
    idem_key = models.TextField()
    fingerprint = models.TextField()
    response_status = models.IntegerField()
    response_location = models.TextField(null=True)  # noqa: DJ001 - the contract's column
    response_body = models.TextField()
    created_at = MomentField(db_default=TransactionTime(), editable=False)

    class Meta:
        db_table = "idempotency_keys"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="idempotency_key_ck",
                condition=length_between("idem_key", 1, 255),
            ),
            models.UniqueConstraint(fields=["user", "idem_key"], name="idempotency_user_key"),
        ]
