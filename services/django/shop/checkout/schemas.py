"""What checkout takes."""

from typing import Annotated

from pydantic import Field

from shop.http.schemas import Document


class Checkout(Document):
    expected_total: Annotated[int, Field(ge=0, le=99_999_999_999)]
