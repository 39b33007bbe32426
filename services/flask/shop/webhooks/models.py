"""The events of the payment provider that were taken."""

from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Base


class WebhookEvent(Base):
    __tablename__ = "webhook_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    result: Mapped[str] = mapped_column(server_default="ignored")
