package example.shop.orders;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.platform.Cursors.Position;
import example.shop.platform.security.Caller;

@Repository
class OrderRepository {

	// Where the first page starts: behind everything.
	private static final OffsetDateTime END_OF_TIME = OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC);

	private static final UUID LAST_ID = UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff");

	private final JdbcClient jdbc;

	OrderRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * That many of the orders that the caller may see at most. The owner is a condition
	 * of its own: {@code user_id = ? OR ?} has no index that serves both.
	 */
	List<Order> list(Caller caller, @Nullable String status, @Nullable Position after, int rows) {
		String owner = caller.isAdministrator() ? "" : "AND user_id = :owner ";
		List<Order> orders = this.jdbc
			.sql("SELECT " + OrderRows.ORDER_COLUMNS + " FROM orders WHERE (created_at, id) < (:time, :id) "
					+ "AND (:status::text IS NULL OR status = :status) " + owner
					+ "ORDER BY created_at DESC, id DESC LIMIT :rows")
			.param("time", (after != null) ? after.time() : END_OF_TIME)
			.param("id", (after != null) ? after.id() : LAST_ID)
			.param("status", status)
			.param("owner", caller.id())
			.param("rows", rows)
			.query(OrderRows::order)
			.list();
		return withLines(orders);
	}

	/**
	 * The order, if the caller may see it, without its lines.
	 */
	Optional<Order> find(UUID id, Caller caller) {
		return this.jdbc.sql("SELECT " + OrderRows.ORDER_COLUMNS + " FROM orders WHERE id = ? AND (user_id = ? OR ?)")
			.param(id)
			.param(caller.id())
			.param(caller.isAdministrator())
			.query(OrderRows::order)
			.optional();
	}

	/**
	 * The same, and locked.
	 */
	Optional<Order> lock(UUID id, Caller caller) {
		return this.jdbc
			.sql("SELECT " + OrderRows.ORDER_COLUMNS
					+ " FROM orders WHERE id = ? AND (user_id = ? OR ?) FOR NO KEY UPDATE")
			.param(id)
			.param(caller.id())
			.param(caller.isAdministrator())
			.query(OrderRows::order)
			.optional();
	}

	Order setStatus(UUID id, OrderStatus status) {
		return this.jdbc.sql("UPDATE orders SET status = ? WHERE id = ? RETURNING " + OrderRows.ORDER_COLUMNS)
			.param(status.value())
			.param(id)
			.query(OrderRows::order)
			.single();
	}

	void giveStockBack(UUID id) {
		this.jdbc.sql("""
				SELECT FROM products
				WHERE id IN (SELECT product_id FROM order_items WHERE order_id = ?)
				ORDER BY sku FOR NO KEY UPDATE
				""").param(id).query((_) -> {
		});
		this.jdbc.sql("""
				UPDATE products SET stock = stock + quantity
				FROM order_items
				WHERE order_id = ? AND products.id = product_id
				""").param(id).update();
	}

	/**
	 * The orders with their lines, by one query for all.
	 */
	List<Order> withLines(List<Order> orders) {
		String[] ids = orders.stream().map((order) -> order.id().toString()).toArray(String[]::new);
		Map<UUID, List<Order.Line>> lines = this.jdbc
			.sql("SELECT " + OrderRows.LINE_COLUMNS
					+ " FROM order_items WHERE order_id = ANY(?::uuid[]) ORDER BY order_id, position")
			.param(ids)
			.query(OrderRows::line)
			.list()
			.stream()
			.collect(Collectors.groupingBy(Order.Line::orderId));
		return orders.stream().map((order) -> order.withLines(lines.getOrDefault(order.id(), List.of()))).toList();
	}

	Order withLines(Order order) {
		return withLines(List.of(order)).getFirst();
	}

}
