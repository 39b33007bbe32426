package example.shop.admin;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.node.ObjectNode;

import example.shop.catalog.Product;
import example.shop.catalog.ProductInput;

@Repository
class ProductAdminRepository {

	private static final String RETURNING = " RETURNING " + Product.COLUMNS;

	private final JdbcClient jdbc;

	ProductAdminRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The new product, or none if the sku is taken.
	 */
	Optional<Product> create(ProductInput input) {
		return this.jdbc.sql("""
				INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock)
				VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?)
				ON CONFLICT (sku) DO NOTHING
				""" + RETURNING)
			.param(input.sku())
			.param(input.name())
			.param(input.description())
			.param(input.category())
			.param(input.price())
			.param(input.taxRateBp())
			.param(Objects.toString(input.attributes(), "{}"))
			.param(Objects.requireNonNullElse(input.stock(), 0))
			.query(Product::fromRow)
			.optional();
	}

	Optional<Product> lockActive(String sku) {
		return this.jdbc.sql("SELECT " + Product.COLUMNS + " FROM products WHERE sku = ? AND active FOR NO KEY UPDATE")
			.param(sku)
			.query(Product::fromRow)
			.optional();
	}

	/**
	 * Changes what the patch has.
	 * @param attributes the merged ones, or null
	 */
	Product update(UUID id, ProductPatch patch, @Nullable ObjectNode attributes) {
		ProductInput values = patch.values();
		return this.jdbc.sql("""
				UPDATE products
				SET name = coalesce(?, name), description = CASE WHEN ? THEN ? ELSE description END,
				    category = coalesce(?, category), price = coalesce(?, price),
				    tax_rate_bp = coalesce(?, tax_rate_bp), attributes = coalesce(?::jsonb, attributes)
				WHERE id = ?
				""" + RETURNING)
			.param(values.name())
			.param(patch.hasDescription())
			.param(values.description())
			.param(values.category())
			.param(values.price())
			.param(values.taxRateBp())
			.param((attributes != null) ? attributes.toString() : null)
			.param(id)
			.query(Product::fromRow)
			.single();
	}

	void archive(UUID id) {
		this.jdbc.sql("UPDATE products SET active = false WHERE id = ?").param(id).update();
	}

	/**
	 * The product afterwards, or none if there is no such product or its stock would
	 * leave its bounds.
	 */
	Optional<Product> adjustStock(String sku, int delta) {
		return this.jdbc.sql("""
				UPDATE products SET stock = stock + :delta
				WHERE sku = :sku AND active AND stock + :delta >= 0 AND (:delta < 0 OR stock + :delta <= :maxStock)
				""" + RETURNING)
			.param("delta", delta)
			.param("sku", sku)
			.param("maxStock", ProductInput.MAX_STOCK)
			.query(Product::fromRow)
			.optional();
	}

}
