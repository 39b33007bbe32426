"""What is told to streams; triggers write it, with ids in the order of commits."""

import uuid

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Base


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    topic: Mapped[str]
    user_id: Mapped[uuid.UUID | None]
    type: Mapped[str]
    data: Mapped[str]
