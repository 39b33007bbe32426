"""What is said about products, in both directions."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path
from pydantic import Field, StringConstraints

from shop.catalog.attributes import Attributes, AttributesPatch
from shop.platform.paging import PageQuery
from shop.platform.schemas import Input, Output, UtcTime

# The most that an administrator may set; cancelled orders may lift the stock over it, and an import may bring that.
MAX_STOCK = 1_000_000
MAX_IMPORTED_STOCK = 2_000_000_000
MAX_NAME = 120

SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
Sku = Annotated[str, StringConstraints(pattern=f"^{SKU.pattern}$")]
PathSku = Annotated[Sku, Path()]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Description = Annotated[str, StringConstraints(max_length=4000)] | None
CategoryName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Price = Annotated[int, Field(ge=1, le=5_000_000)]
TaxRate = Annotated[int, Field(ge=0, le=5000)]
PriceBound = Annotated[int, Field(ge=0, le=9_999_999_999)]
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]


class ProductInput(Input):
    sku: Sku
    name: Name
    description: Description = None
    category: CategoryName
    price: Price
    tax_rate_bp: TaxRate
    attributes: Attributes = Field(default_factory=dict)
    stock: Stock = 0


class ProductCreate(ProductInput):
    """The body of createProduct."""


class ImportLine(ProductInput):
    """A line of an import. What an export adds may stand there, with any value."""

    stock: Annotated[int, Field(ge=0, le=MAX_IMPORTED_STOCK)] = 0
    active: bool = True
    id: Any = Field(default=None, exclude=True)
    version: Any = Field(default=None, exclude=True)
    created_at: Any = Field(default=None, exclude=True)
    updated_at: Any = Field(default=None, exclude=True)


class ProductPatch(Input):
    """The body of patchProduct. Only members that were sent count, so the defaults are never looked at."""

    name: Name = ""
    description: Description = None
    category: CategoryName = ""
    price: Price = 0
    tax_rate_bp: TaxRate = 0
    attributes: AttributesPatch = Field(default_factory=dict)


class ProductQuery(PageQuery):
    q: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] | None = None
    category: CategoryName | None = None
    price_min: PriceBound | None = None
    price_max: PriceBound | None = None
    in_stock: Literal["true", "false"] | None = None
    sort: Literal["newest", "price", "-price", "name"] = "newest"


class Product(Output):
    id: UUID
    sku: str
    name: str
    description: str | None
    category: str
    price: int
    tax_rate_bp: int
    attributes: dict[str, Any]
    stock: int
    active: bool
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class ProductList(Output):
    items: list[Product]
    next_cursor: str | None
