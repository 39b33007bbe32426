"""Webhooks that were taken, and the events of streams with the triggers that write them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0005"
down_revision = "0004"

NOW = sa.text("now()")
MOMENT = TIMESTAMP(timezone=True, precision=3)

FUNCTIONS = Path(__file__).parents[4] / "contract" / "functions.sql"
DROP_FUNCTIONS = """
DROP FUNCTION bump_version, product_event, order_event CASCADE;
DROP FUNCTION emit_event, rate_take;
DROP SEQUENCE events_id_seq;
"""


def upgrade() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False, server_default="ignored"),
        sa.Column("received_at", MOMENT, nullable=False, server_default=NOW),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 200", name="webhook_events_id_ck"),
        sa.CheckConstraint("result IN ('applied','ignored')", name="webhook_events_result_ck"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.CheckConstraint("topic IN ('stock','orders')", name="events_topic_ck"),
    )
    op.create_index("events_topic_idx", "events", ["topic", "id"])
    of_orders = sa.text("topic = 'orders'")
    op.create_index("events_user_idx", "events", ["user_id", "id"], postgresql_where=of_orders)
    op.get_bind().exec_driver_sql(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DROP_FUNCTIONS)
    op.drop_table("events")
    op.drop_table("webhook_events")
