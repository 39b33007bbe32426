"""PostgreSQL's functions that Django has no name for, or another."""

from django.db import models
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


class TransactionTime(models.Func):
    """now(), as columns have it by default; Django's own Now() is the time of the statement."""

    function = "now"
    output_field = models.DateTimeField()


def length_between(field: str, least: int, most: int, function: str = "length") -> models.Q:
    """Return the condition of a check as schema.sql writes it."""
    length = models.Func(field, function=function, output_field=models.IntegerField())
    condition = models.Q(LessThanOrEqual(length, most))
    return models.Q(GreaterThanOrEqual(length, least)) & condition if least else condition
