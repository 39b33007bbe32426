"""What the payment provider has told."""

from typing import ClassVar

from django.db import models

from shop.db.fields import MomentField
from shop.db.functions import TransactionTime, length_between


class WebhookEvent(models.Model):
    class Result(models.TextChoices):
        APPLIED = "applied"
        IGNORED = "ignored"

    id = models.TextField(primary_key=True)
    type = models.TextField()
    result = models.TextField(choices=Result, db_default=Result.IGNORED)
    received_at = MomentField(db_default=TransactionTime(), editable=False)

    class Meta:
        db_table = "webhook_events"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhook_events_id_ck",
                condition=length_between("id", 1, 200),
            ),
            models.CheckConstraint(
                name="webhook_events_result_ck", condition=models.Q(result__in=["applied", "ignored"])
            ),
        ]

    def __str__(self) -> str:
        return self.pk
