package example.shop.carts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class CartRepository {

	private final JdbcClient jdbc;

	CartRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The open cart and the attached coupon with the first reason of CART-6 that holds.
	 * The time is that of the statement: a transaction may have waited for locks since
	 * its own.
	 */
	Optional<OpenCart> findOpen(UUID user) {
		return this.jdbc
			.sql("""
					SELECT carts.id, code, percent_bp, min_subtotal, CASE
					  WHEN starts_at > statement_timestamp() THEN 'not_started'
					  WHEN ends_at <= statement_timestamp() THEN 'expired'
					  WHEN EXISTS (
					    SELECT FROM coupon_redemptions used WHERE used.coupon_id = coupons.id AND used.user_id = carts.user_id
					  ) THEN 'already_used'
					  WHEN redeemed >= max_redemptions THEN 'exhausted'
					END AS reason
					FROM carts LEFT JOIN coupons ON coupons.id = coupon_id
					WHERE carts.user_id = ? AND status = 'open'
					""")
			.param(user)
			.query(OpenCart::fromRow)
			.optional();
	}

	List<CartProduct> listProducts(UUID cart) {
		return this.jdbc.sql("""
				SELECT sku, name, price, tax_rate_bp, active, stock, quantity
				FROM cart_items JOIN products ON products.id = product_id
				WHERE cart_id = ?
				ORDER BY sku
				""").param(cart).query(CartProduct::fromRow).list();
	}

	/**
	 * Locks the user's open cart.
	 */
	Optional<UUID> lockOpen(UUID user) {
		return this.jdbc.sql("SELECT id FROM carts WHERE user_id = ? AND status = 'open' FOR UPDATE")
			.param(user)
			.query(UUID.class)
			.optional();
	}

	/**
	 * Makes an open cart unless there is one.
	 */
	void open(UUID user) {
		this.jdbc.sql("""
				INSERT INTO carts (user_id) VALUES (?)
				ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING
				""").param(user).update();
	}

	/**
	 * Sets a quantity, unless the cart has that many other lines already.
	 */
	boolean putItem(UUID cart, UUID product, int quantity, int maxLines) {
		return this.jdbc.sql("""
				INSERT INTO cart_items (cart_id, product_id, quantity)
				SELECT :cart, :product, :quantity
				WHERE (SELECT count(*) FROM cart_items WHERE cart_id = :cart AND product_id <> :product) < :maxLines
				ON CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE SET quantity = excluded.quantity
				""")
			.param("cart", cart)
			.param("product", product)
			.param("quantity", quantity)
			.param("maxLines", maxLines)
			.update() > 0;
	}

	void deleteItem(UUID cart, String sku) {
		this.jdbc.sql("""
				DELETE FROM cart_items USING products
				WHERE cart_id = ? AND products.id = product_id AND sku = ?
				""").param(cart).param(sku).update();
	}

	/**
	 * Attaches the coupon of this code, if there is one.
	 */
	boolean attachCoupon(UUID cart, String code) {
		return this.jdbc.sql("""
				UPDATE carts SET coupon_id = coupons.id, updated_at = now()
				FROM coupons
				WHERE carts.id = ? AND code = ?
				""").param(cart).param(code).update() > 0;
	}

	void detachCoupon(UUID cart) {
		this.jdbc.sql("UPDATE carts SET coupon_id = NULL, updated_at = now() WHERE id = ?").param(cart).update();
	}

	record OpenCart(UUID id, @Nullable AttachedCoupon coupon) {

		static OpenCart fromRow(ResultSet row, int number) throws SQLException {
			String code = row.getString("code");
			return new OpenCart(row.getObject("id", UUID.class), (code != null) ? new AttachedCoupon(code,
					row.getLong("percent_bp"), row.getLong("min_subtotal"), row.getString("reason")) : null);
		}

	}

	record AttachedCoupon(String code, long percentBp, long minSubtotal, @Nullable String reason) {
	}

	record CartProduct(String sku, String name, long price, int taxRateBp, boolean active, int stock, int quantity) {

		static CartProduct fromRow(ResultSet row, int number) throws SQLException {
			return new CartProduct(row.getString("sku"), row.getString("name"), row.getLong("price"),
					row.getInt("tax_rate_bp"), row.getBoolean("active"), row.getInt("stock"), row.getInt("quantity"));
		}

	}

}
