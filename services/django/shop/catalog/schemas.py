"""What is said about products, in both directions."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shop.catalog.attributes import Attributes, AttributesPatch
from shop.catalog.models import MAX_IMPORTED_STOCK, MAX_PRICE, MAX_STOCK
from shop.http.pagination import PageQuery
from shop.http.schemas import Document, Moment, Resource

MAX_NAME = 120

Sku = Annotated[str, StringConstraints(pattern="^[A-Z0-9][A-Z0-9-]{0,31}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Description = Annotated[str, StringConstraints(max_length=4000)] | None
CategoryName = Annotated[str, StringConstraints(pattern="^[a-z0-9-]{1,40}$")]
Price = Annotated[int, Field(ge=1, le=MAX_PRICE)]
TaxRate = Annotated[int, Field(ge=0, le=5000)]
# A text, since pydantic's own integers take spaces, signs and underscores.
PriceBound = Annotated[str, StringConstraints(pattern="^(0|[1-9][0-9]{0,9})$")]


class ProductIn(Document):
    """The body of createProduct."""

    sku: Sku
    name: Name
    description: Description = None
    category: CategoryName
    price: Price
    tax_rate_bp: TaxRate
    attributes: Attributes = Field(default_factory=dict)
    stock: Annotated[int, Field(ge=0, le=MAX_STOCK)] = 0


class ImportLine(ProductIn):
    """A line of an import. What an export adds may stand there, with any value."""

    stock: Annotated[int, Field(ge=0, le=MAX_IMPORTED_STOCK)] = 0
    active: bool = True
    id: Any = Field(default=None, exclude=True)
    version: Any = Field(default=None, exclude=True)
    created_at: Any = Field(default=None, exclude=True)
    updated_at: Any = Field(default=None, exclude=True)


class ProductPatch(Document):
    """The body of patchProduct. Only members that were sent count, so the defaults are never looked at."""

    name: Name = ""
    description: Description = None
    category: CategoryName = ""
    price: Price = 0
    tax_rate_bp: TaxRate = 0
    attributes: AttributesPatch = Field(default_factory=dict)


class ProductQuery(PageQuery):
    q: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] = ""
    category: CategoryName | None = None
    price_min: PriceBound | None = None
    price_max: PriceBound | None = None
    in_stock: Literal["true", "false"] | None = None
    sort: Literal["newest", "price", "-price", "name"] = "newest"


class ProductOut(Resource):
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
    created_at: Moment
    updated_at: Moment


class ProductList(Resource):
    items: list[ProductOut]
    next_cursor: str | None
