package example.shop.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

/**
 * The contract's resource, which is also a row of the table.
 *
 * @param price in minor units of EUR
 * @param taxRateBp in basis points
 * @param attributes a JSON object, sent as the database writes it
 */
public record Product(UUID id, String sku, String name, @Nullable String description, String category, long price,
		int taxRateBp, @JsonRawValue String attributes, int stock, boolean active, long version, Instant createdAt,
		Instant updatedAt) {

	/**
	 * What {@link #fromRow} reads, for SELECT and RETURNING.
	 */
	public static final String COLUMNS = "id, sku, name, description, category, price, tax_rate_bp, attributes, stock, "
			+ "active, version, created_at, updated_at";

	public static Product fromRow(ResultSet row, int number) throws SQLException {
		return new Product(row.getObject("id", UUID.class), row.getString("sku"), row.getString("name"),
				row.getString("description"), row.getString("category"), row.getLong("price"),
				row.getInt("tax_rate_bp"), row.getString("attributes"), row.getInt("stock"), row.getBoolean("active"),
				row.getLong("version"), row.getObject("created_at", OffsetDateTime.class).toInstant(),
				row.getObject("updated_at", OffsetDateTime.class).toInstant());
	}

}
