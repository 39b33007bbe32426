package example.shop.admin;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

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
			.param(input.attributes().toString())
			.param(input.stock())
			.query(Product::fromRow)
			.optional();
	}

	Optional<Product> lockActive(String sku) {
		return this.jdbc.sql("SELECT " + Product.COLUMNS + " FROM products WHERE sku = ? AND active FOR NO KEY UPDATE")
			.param(sku)
			.query(Product::fromRow)
			.optional();
	}

	Product update(UUID id, ProductPatch.Changes changes) {
		return this.jdbc.sql("""
				UPDATE products
				SET name = ?, description = ?, category = ?, price = ?, tax_rate_bp = ?, attributes = ?::jsonb
				WHERE id = ?
				""" + RETURNING)
			.param(changes.name())
			.param(changes.description())
			.param(changes.category())
			.param(changes.price())
			.param(changes.taxRateBp())
			.param(changes.attributes())
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
