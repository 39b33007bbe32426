"""Webhooks, the log of events, and the contract's functions and triggers."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.columns import check, moment, text

revision = "0005"
down_revision = "0004"

FUNCTIONS = Path(__file__).parents[4] / "contract" / "functions.sql"


def upgrade() -> None:
    """Make the tables of events, then run contract/functions.sql as it is."""
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Text, primary_key=True),
        text("type"),
        text("result", default="ignored"),
        moment("received_at"),
        check("webhook_events_id_ck", "length(id) BETWEEN 1 AND 200"),
        check("webhook_events_result_ck", "result IN ('applied','ignored')"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        text("topic"),
        sa.Column("user_id", sa.Uuid),
        text("type"),
        text("data"),
        moment("created_at"),
        check("events_topic_ck", "topic IN ('stock','orders')"),
    )
    op.create_index("events_topic_idx", "events", ["topic", "id"])
    op.create_index("events_user_idx", "events", ["user_id", "id"], postgresql_where=sa.text("topic = 'orders'"))
    script = FUNCTIONS.read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.dbapi_connection
    # A script of many statements cannot be prepared, as SQLAlchemy would; asyncpg itself runs it as it is.
    connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    """Drop the tables of events and everything that functions.sql made."""
    for trigger, table in {
        "products_version": "products",
        "products_event": "products",
        "orders_version": "orders",
        "orders_event_ins": "orders",
        "orders_event_upd": "orders",
    }.items():
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in ("bump_version", "product_event", "order_event", "emit_event", "rate_take"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP SEQUENCE events_id_seq")
    op.drop_table("events")
    op.drop_table("webhook_events")
