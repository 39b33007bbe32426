package example.shop.bulk;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

import example.shop.catalog.Product;

/**
 * Writes and reads products in sets.
 */
@Repository
class BulkRepository {

	private static final int BATCH_BYTES = 256 * 1024;

	private static final int EXPORT_ROWS = 100;

	private final JdbcClient jdbc;

	BulkRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Upserts all rows or none, some 256 KiB in one statement. Every import takes its
	 * locks in order of sku, so that two of them cannot deadlock.
	 */
	@Transactional
	ImportResult upsert(SortedMap<String, byte[]> rows) {
		ImportResult result = new ImportResult(0, 0, rows.size());
		ByteArrayOutputStream batch = new ByteArrayOutputStream();
		for (byte[] row : rows.values()) {
			batch.write((batch.size() == 0) ? '[' : ',');
			batch.writeBytes(row);
			if (batch.size() >= BATCH_BYTES) {
				result = result.plus(upsertBatch(batch));
				batch.reset();
			}
		}
		return (batch.size() > 0) ? result.plus(upsertBatch(batch)) : result;
	}

	/**
	 * Rows that would not change are locked and left alone; they count as neither.
	 */
	private ImportResult upsertBatch(ByteArrayOutputStream batch) {
		batch.write(']');
		return this.jdbc.sql("""
				WITH upserted AS (
				  INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
				  SELECT sku, name, description, category, price, tax_rate_bp, attributes, stock, active
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
			.param(batch.toString(StandardCharsets.UTF_8))
			.query((row, _) -> new ImportResult(row.getLong("created"), row.getLong("updated"), 0))
			.single();
	}

	/**
	 * Gives every product by sku, from the one snapshot of one statement. In a
	 * transaction the driver fetches by a cursor, so each statement time-out is for a
	 * hundred rows, however slowly the client reads.
	 */
	@Transactional(readOnly = true)
	void forEachProduct(Consumer<Product> consumer) {
		try (Stream<Product> products = this.jdbc.sql("SELECT " + Product.COLUMNS + " FROM products ORDER BY sku")
			.withFetchSize(EXPORT_ROWS)
			.query(Product::fromRow)
			.stream()) {
			products.forEach(consumer);
		}
	}

	/**
	 * How many rows were made, changed, and neither.
	 */
	record ImportResult(long created, long updated, long unchanged) {

		private ImportResult plus(ImportResult batch) {
			return new ImportResult(this.created + batch.created, this.updated + batch.updated,
					this.unchanged - batch.created - batch.updated);
		}

	}

}
