"""The books that must balance when a storm is over: what clients saw, compared with the tables."""

from __future__ import annotations

from typing import Any

from rosetta.harness.database import connect
from rosetta.kit.storm import Follower, Storm


def rows(url: str, query: str, *given: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connect(url) as database:
        return database.execute(query.encode(), given or None).fetchall()


# What must have no row, whatever happened.
NEVER = {
    "an order has no stored answer, or more than one": """
        SELECT o.id FROM orders o LEFT JOIN idempotency_keys k ON k.response_body::json ->> 'id' = o.id::text
        GROUP BY o.id HAVING count(k.id) <> 1""",
    "a stored answer has no order": """
        SELECT k.idem_key FROM idempotency_keys k
        WHERE NOT EXISTS (SELECT FROM orders o
            WHERE o.id::text = k.response_body::json ->> 'id' AND o.user_id = k.user_id)""",
    "an order is not the sum of its lines": """
        SELECT o.id FROM orders o LEFT JOIN order_items i ON i.order_id = o.id GROUP BY o.id
        HAVING coalesce(sum(i.unit_price * i.quantity), 0) <> o.subtotal OR sum(i.discount) <> o.discount
            OR sum(i.tax) <> o.tax OR count(i.id) = 0""",
    "an order's cart is open, or somebody else's": """
        SELECT o.id FROM orders o JOIN carts c ON c.id = o.cart_id
        WHERE c.status <> 'ordered' OR c.user_id <> o.user_id""",
    "a cart is ordered without an order": """
        SELECT c.id FROM carts c
        WHERE c.status = 'ordered' AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id)""",
    "a coupon's counter is not the number of its redemptions": """
        SELECT c.code FROM coupons c LEFT JOIN coupon_redemptions r ON r.coupon_id = c.id
        GROUP BY c.id HAVING count(r.id) <> c.redeemed""",
    "a discounted order has no redemption, or a redemption no discounted order": """
        SELECT o.id FROM orders o FULL JOIN coupon_redemptions r ON r.order_id = o.id
        WHERE (o.coupon_code IS NULL) <> (r.id IS NULL) OR r.user_id <> o.user_id""",
    "the events of an order are not its versions": """
        SELECT o.id FROM orders o LEFT JOIN events e ON e.topic = 'orders' AND e.data::json ->> 'order_id' = o.id::text
        GROUP BY o.id HAVING count(e.id) <> o.version OR max((e.data::json ->> 'version')::bigint) <> o.version
            OR count(DISTINCT e.data::json ->> 'version') <> count(e.id)""",
    "the last event of a product does not tell its stock": """
        SELECT p.sku FROM products p JOIN LATERAL (SELECT data::json AS data FROM events e WHERE e.topic = 'stock'
        AND e.data::json ->> 'sku' = p.sku ORDER BY e.id DESC LIMIT 1) last ON true
        WHERE (last.data ->> 'stock')::int <> p.stock""",
    "a payment is recorded that no order shows": """
        SELECT o.id FROM orders o WHERE (o.payment_status IN ('succeeded', 'refunded')) <> (o.status IN
        ('paid', 'shipped', 'delivered', 'refunded') OR (o.status = 'cancelled' AND o.payment_status = 'succeeded'))""",
}


def reconcile(storm: Storm) -> None:
    """Assert that tables and clients agree about everything that a storm did."""
    seen = storm.seen
    for what, query in NEVER.items():
        found = rows(storm.url, query)
        assert not found, f"{what}: {len(found)} of them, such as {found[0][0]}"
    query = "SELECT idem_key, response_body, user_id::text FROM idempotency_keys"
    stored = {key: (body, user) for key, body, user in rows(storm.url, query)}
    for each in seen.bought:
        assert each.key in stored, f"order {each.order['id']} was answered with 201, and its key is not stored"
        assert stored[each.key] == (each.body.decode(), each.user_id), f"the stored answer of {each.key} is another one"
    known = {each.key for each in seen.bought}
    strangers = stored.keys() - known - seen.unknown
    assert not strangers, f"{len(strangers)} orders were made by requests that were refused, such as {min(strangers)}"
    _stocks(storm)


def _stocks(storm: Storm) -> None:
    """Each stock is what was there, plus what was added, less what was sold and has not come back."""
    sold = """
        SELECT p.sku, p.stock, coalesce(sum(i.quantity) FILTER (WHERE NOT EXISTS (SELECT FROM events e
            WHERE e.topic = 'orders' AND e.data::json ->> 'order_id' = i.order_id::text
            AND e.data::json ->> 'status' = 'cancelled')), 0)
        FROM products p LEFT JOIN order_items i ON i.product_id = p.id WHERE p.category = %s GROUP BY p.id"""
    for sku, stock, gone in rows(storm.url, sold, storm.category):
        expected = storm.stocks[sku] + sum(storm.seen.added.get(sku, [])) - int(gone)
        possible = {expected}
        for delta in storm.seen.perhaps.get(sku, []):
            possible |= {each + delta for each in possible}
        assert stock in possible, f"{sku} has a stock of {stock} where the orders leave {expected}"


def followed(storm: Storm, follower: Follower, topic: str) -> None:
    """Assert that a follower heard of each event of the topic once, in order."""
    expected = [row[0] for row in rows(storm.url, "SELECT id FROM events WHERE topic = %s ORDER BY id", topic)]
    told = follower.finish(expected[-1])
    missing, twice = len(set(expected) - set(told)), len(told) - len(set(told))
    assert told == expected, f"of {len(expected)} events of {topic} {missing} are missing, {twice} came twice"
