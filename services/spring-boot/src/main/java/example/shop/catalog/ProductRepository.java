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
	 * A page, and one product more if there is a next one. The statement has just the
	 * conditions of this request, so that each combination is prepared once a connection
	 * and planned with its index.
	 */
	List<Product> list(ProductListRequest request) {
		SqlConditions where = request.conditions();
		return this.jdbc
			.sql("SELECT " + Product.COLUMNS + " FROM products WHERE " + where.text() + " ORDER BY "
					+ request.order().orderBy() + " LIMIT ?")
			.params(where.parameters())
			.param(request.limit() + 1)
			.query(Product::fromRow)
			.list();
	}

}
