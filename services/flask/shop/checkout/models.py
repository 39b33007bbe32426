"""What makes a checkout happen once."""

import uuid

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Row


class IdempotencyKey(Row):
    """A checkout that succeeded, with the bytes of its answer."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    idem_key: Mapped[str]
    fingerprint: Mapped[str]
    response_status: Mapped[int]
    response_location: Mapped[str]
    response_body: Mapped[str]
