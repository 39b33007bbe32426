package example.shop.bulk;

import java.util.stream.Stream;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.catalog.Product;

/**
 * Writes and reads products in sets.
 */
@Repository
class BulkRepository {

	private static final int EXPORT_ROWS = 100;

	private final JdbcClient jdbc;

	BulkRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Rows that would not change are locked and left alone; they count as neither.
	 */
	ImportResult upsert(String rows) {
		return this.jdbc.sql("""
				WITH upserted AS (
				  INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
				  SELECT sku, name, description, category, price, tax_rate_bp, coalesce(attributes, '{}'),
				         coalesce(stock, 0), coalesce(active, true)
				  FROM jsonb_populate_recordset(NULL::products, ?::jsonb)
				  ORDER BY sku
				  ON CONFLICT (sku) DO UPDATE
				  SET name = excluded.name, description = excluded.description, category = excluded.category,
				      price = excluded.price, tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes,
				      active = excluded.active
				  WHERE (products.name, products.description, products.category, products.price, products.tax_rate_bp,
				         products.attributes, products.active)
				    IS DISTINCT FROM
				        (excluded.name, excluded.description, excluded.category, excluded.price, excluded.tax_rate_bp,
				         excluded.attributes, excluded.active)
				  RETURNING (xmax = 0) AS created
				)
				SELECT count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE NOT created) AS updated
				FROM upserted
				""")
			.param(rows)
			.query((row, _) -> new ImportResult(row.getLong("created"), row.getLong("updated"), 0))
			.single();
	}

	/**
	 * Every product by sku, from the one snapshot of one statement. In a transaction the
	 * driver fetches by a cursor, so each statement time-out is for a hundred rows.
	 * @return holds a connection until it is closed
	 */
	Stream<Product> streamAll() {
		return this.jdbc.sql("SELECT " + Product.COLUMNS + " FROM products ORDER BY sku")
			.withFetchSize(EXPORT_ROWS)
			.query(Product::fromRow)
			.stream();
	}

	/**
	 * How many rows were made, changed, and neither.
	 */
	record ImportResult(long created, long updated, long unchanged) {

		ImportResult plus(ImportResult batch) {
			return new ImportResult(this.created + batch.created, this.updated + batch.updated,
					this.unchanged - batch.created - batch.updated);
		}

	}

}
