"""What has happened. The triggers of functions.sql write it, in the order of COMMIT."""

from typing import ClassVar

from django.db import models

from shop.db.fields import MomentField
from shop.db.functions import TransactionTime


class Event(models.Model):
    class Topic(models.TextChoices):
        STOCK = "stock"
        ORDERS = "orders"

    id = models.BigIntegerField(primary_key=True)
    topic = models.TextField(choices=Topic)
    user_id = models.UUIDField(null=True)  # the owner, for topic orders
    type = models.TextField()
    data = models.TextField()  # JSON, sent as it is
    created_at = MomentField(db_default=TransactionTime(), editable=False)

    class Meta:
        db_table = "events"
        constraints: ClassVar = [
            models.CheckConstraint(name="events_topic_ck", condition=models.Q(topic__in=["stock", "orders"])),
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "id"], name="events_topic_idx"),
            models.Index(fields=["user_id", "id"], name="events_user_idx", condition=models.Q(topic="orders")),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
