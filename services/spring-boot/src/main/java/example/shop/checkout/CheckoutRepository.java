package example.shop.checkout;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.carts.Cart;
import example.shop.orders.Order;
import example.shop.orders.OrderRows;

/**
 * The statements of a checkout, in the order in which they run.
 */
@Repository
class CheckoutRepository {

	private final JdbcClient jdbc;

	CheckoutRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Locks the key to the end of the transaction, or tells at once that another request
	 * has it.
	 */
	boolean tryLockKey(CheckoutRequest request) {
		return this.jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))")
			.param("idem:" + request.user() + ":" + request.key())
			.query(Boolean.class)
			.single();
	}

	Optional<StoredAnswer> findAnswer(CheckoutRequest request) {
		return this.jdbc.sql("""
				SELECT fingerprint, response_location, response_body
				FROM idempotency_keys
				WHERE user_id = ? AND idem_key = ?
				""")
			.param(request.user())
			.param(request.key())
			.query((row, _) -> new StoredAnswer(row.getString("fingerprint"), row.getString("response_location"),
					row.getString("response_body")))
			.optional();
	}

	Optional<LockedCart> lockCart(UUID user) {
		return this.jdbc.sql("SELECT id, coupon_id FROM carts WHERE user_id = ? AND status = 'open' FOR UPDATE")
			.param(user)
			.query((row, _) -> new LockedCart(row.getObject("id", UUID.class), row.getObject("coupon_id", UUID.class)))
			.optional();
	}

	void lockCoupon(UUID coupon) {
		this.jdbc.sql("SELECT FROM coupons WHERE id = ? FOR NO KEY UPDATE").param(coupon).query((_) -> {
		});
	}

	/**
	 * All in one statement, in the database's order of sku: two buyers of the same
	 * products cannot deadlock.
	 */
	void lockProducts(UUID cart) {
		this.jdbc.sql("""
				SELECT FROM products
				WHERE id IN (SELECT product_id FROM cart_items WHERE cart_id = ?)
				ORDER BY sku FOR NO KEY UPDATE
				""").param(cart).query((_) -> {
		});
	}

	void takeStock(UUID cart) {
		this.jdbc.sql("""
				UPDATE products SET stock = stock - quantity
				FROM cart_items
				WHERE cart_id = ? AND products.id = product_id
				""").param(cart).update();
	}

	/**
	 * Makes the order and its lines, with what the locked products are now.
	 */
	Order createOrder(UUID user, UUID cartId, Cart cart) {
		Order order = this.jdbc.sql("""
				INSERT INTO orders (user_id, cart_id, coupon_code, subtotal, discount, tax, shipping, total)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)
				RETURNING %s
				""".formatted(OrderRows.ORDER_COLUMNS))
			.param(user)
			.param(cartId)
			.param((cart.coupon() != null) ? cart.coupon().code() : null)
			.param(cart.subtotal())
			.param(cart.discount())
			.param(cart.tax())
			.param(cart.shipping())
			.param(cart.total())
			.query(OrderRows::order)
			.single();
		List<Order.Line> lines = this.jdbc
			.sql("""
					INSERT INTO order_items
					  (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
					SELECT ?, product_id, position, sku, name, price, quantity,
					  (?::bigint[])[position], tax_rate_bp, (?::bigint[])[position]
					FROM (
					  SELECT product_id, quantity, sku, name, price, tax_rate_bp, row_number() OVER (ORDER BY sku) AS position
					  FROM cart_items JOIN products ON products.id = product_id
					  WHERE cart_id = ?
					) AS line
					ORDER BY position
					RETURNING %s
					"""
				.formatted(OrderRows.LINE_COLUMNS))
			.param(order.id())
			.param(cart.lines().stream().mapToLong(Cart.Line::discount).toArray())
			.param(cart.lines().stream().mapToLong(Cart.Line::tax).toArray())
			.param(cartId)
			.query(OrderRows::line)
			.list();
		return order.withLines(lines);
	}

	void redeemCoupon(UUID coupon, UUID user, UUID order) {
		this.jdbc.sql("""
				WITH counted AS (
				  UPDATE coupons SET redeemed = redeemed + 1 WHERE id = :coupon
				)
				INSERT INTO coupon_redemptions (coupon_id, user_id, order_id) VALUES (:coupon, :user, :order)
				""").param("coupon", coupon).param("user", user).param("order", order).update();
	}

	void closeCart(UUID cart) {
		this.jdbc.sql("UPDATE carts SET status = 'ordered', updated_at = now() WHERE id = ?").param(cart).update();
	}

	void storeAnswer(CheckoutRequest request, CheckoutService.Answer answer) {
		this.jdbc.sql("""
				INSERT INTO idempotency_keys
				  (user_id, idem_key, fingerprint, response_status, response_location, response_body)
				VALUES (?, ?, ?, 201, ?, ?)
				""")
			.param(request.user())
			.param(request.key())
			.param(request.fingerprint())
			.param(answer.location())
			.param(answer.body())
			.update();
	}

	record StoredAnswer(String fingerprint, String location, String body) {
	}

	record LockedCart(UUID id, @Nullable UUID coupon) {
	}

}
