package example.shop.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/**
 * Reads rows of orders and order_items.
 */
public final class OrderRows {

	/**
	 * What {@link #order} reads, for SELECT and RETURNING. A prepared {@code *} fails
	 * once a newer release has added a column.
	 */
	public static final String ORDER_COLUMNS = "id, user_id, status, payment_status, currency, coupon_code, "
			+ "subtotal, discount, tax, shipping, total, version, created_at, updated_at";

	/**
	 * What {@link #line} reads.
	 */
	public static final String LINE_COLUMNS = "order_id, sku, name, unit_price, quantity, discount, tax_rate_bp, tax";

	private OrderRows() {
	}

	/**
	 * An order still without its lines.
	 */
	public static Order order(ResultSet row, int number) throws SQLException {
		return new Order(row.getObject("id", UUID.class), row.getObject("user_id", UUID.class),
				OrderStatus.of(row.getString("status")), row.getString("payment_status"), row.getString("currency"),
				row.getString("coupon_code"), List.of(), row.getLong("subtotal"), row.getLong("discount"),
				row.getLong("tax"), row.getLong("shipping"), row.getLong("total"), row.getLong("version"),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				row.getObject("updated_at", OffsetDateTime.class).toInstant());
	}

	public static Order.Line line(ResultSet row, int number) throws SQLException {
		return new Order.Line(row.getObject("order_id", UUID.class), row.getString("sku"), row.getString("name"),
				row.getLong("unit_price"), row.getInt("quantity"), row.getLong("discount"), row.getInt("tax_rate_bp"),
				row.getLong("tax"));
	}

}
