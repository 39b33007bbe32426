package example.shop.catalog;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.Patterns;
import example.shop.platform.json.JsonField;
import example.shop.platform.json.JsonObject;

/**
 * What a client says about a whole product. In JSON its members have the names of the
 * columns.
 */
public record ProductInput(String sku, String name, @Nullable String description, String category, long price,
		int taxRateBp, ObjectNode attributes, int stock, boolean active) {

	/**
	 * The most that an administrator may set; cancelled orders may lift the stock over
	 * it.
	 */
	public static final int MAX_STOCK = 1_000_000;

	/**
	 * The most that a product can have, so that every export can be imported.
	 */
	public static final int MAX_IMPORTED_STOCK = 2_000_000_000;

	/**
	 * Asks the body for everything but {@code active}. What is wrong is in its errors.
	 */
	public static ProductInput read(JsonObject body, int maxStock) {
		ObjectNode attributes = body.optional("attributes").object();
		Attributes.check(body, attributes);
		return new ProductInput(body.required("sku").pattern(Patterns.SKU), readName(body.required("name")),
				readDescription(body.nullable("description")), readCategory(body.required("category")),
				readPrice(body.required("price")), readTaxRate(body.required("tax_rate_bp")), attributes,
				(int) body.optional("stock").integer(0, maxStock), true);
	}

	public ProductInput withActive(boolean value) {
		return new ProductInput(this.sku, this.name, this.description, this.category, this.price, this.taxRateBp,
				this.attributes, this.stock, value);
	}

	public static String readName(JsonField field) {
		return field.text(1, 120);
	}

	public static @Nullable String readDescription(JsonField field) {
		String text = field.text(0, 4000);
		return (field.isPresent() && !field.isNull()) ? text : null;
	}

	public static String readCategory(JsonField field) {
		return field.pattern(Patterns.CATEGORY);
	}

	public static long readPrice(JsonField field) {
		return field.integer(1, 5_000_000);
	}

	public static int readTaxRate(JsonField field) {
		return (int) field.integer(0, 5000);
	}

}
