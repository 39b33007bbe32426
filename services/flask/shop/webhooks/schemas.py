"""What the payment provider sends; open, unlike all other bodies (WEBHOOK-3)."""

from marshmallow import EXCLUDE, fields

from shop.platform.schemas import UUID, Integer, Schema, String, length, one_of, pattern


class Open(Schema):
    class Meta:
        unknown = EXCLUDE


class EventSchema(Open):
    type = String(required=True, validate=length(1, 100))


class PaymentSchema(Open):
    order_id = String(required=True, validate=pattern(UUID))
    payment_id = String(required=True, validate=length(1, 200))
    amount = Integer(required=True)
    currency = String(required=True, validate=one_of("EUR"))


class PaymentEventSchema(Open):
    data = fields.Nested(PaymentSchema, required=True)
