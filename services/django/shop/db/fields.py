"""What schema.sql says of columns and Django does not by itself."""

from typing import TYPE_CHECKING

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:  # django-stubs knows its types by this name
    MomentField = models.DateTimeField
else:

    class MomentField(models.DateTimeField):
        """A time with milliseconds."""

        def db_type(self, connection: BaseDatabaseWrapper) -> str:
            return "timestamp(3) with time zone"


class ShopModel(models.Model):
    """A row whose id the database makes."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)

    class Meta:
        abstract = True
