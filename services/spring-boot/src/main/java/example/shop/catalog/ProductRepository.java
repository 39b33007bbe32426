package example.shop.catalog;

import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the products that everybody may see.
 */
@Repository
public class ProductRepository {

	private static final String FIND_ACTIVE = "SELECT " + Product.COLUMNS + " FROM products WHERE sku = ? AND active";

	private final JdbcClient jdbc;

	ProductRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	public Optional<Product> findActive(String sku) {
		return this.jdbc.sql(FIND_ACTIVE).param(sku).query(Product::fromRow).optional();
	}

	/**
	 * That many rows at most. The statement has just the conditions of this request, so
	 * that each combination is prepared once a connection and planned with its index.
	 */
	List<Product> list(SqlConditions where, ProductOrder order, int rows) {
		return this.jdbc
			.sql("SELECT " + Product.COLUMNS + " FROM products WHERE " + where.text() + " ORDER BY " + order.orderBy()
					+ " LIMIT ?")
			.params(where.parameters())
			.param(rows)
			.query(Product::fromRow)
			.list();
	}

}
