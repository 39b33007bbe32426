package example.shop.admin;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import example.shop.catalog.Attributes;
import example.shop.catalog.Product;
import example.shop.catalog.ProductInput;
import example.shop.platform.json.JsonField;
import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;

/**
 * A merge patch of a product (RFC 7396), checked as far as that is possible without the
 * product.
 */
final class ProductPatch {

	private final JsonObject body;

	private final JsonField name;

	private final JsonField description;

	private final JsonField category;

	private final JsonField price;

	private final JsonField taxRate;

	private final JsonField attributes;

	ProductPatch(JsonObject body) {
		this.body = body;
		this.name = body.optional("name");
		this.description = body.nullable("description");
		this.category = body.optional("category");
		this.price = body.optional("price");
		this.taxRate = body.optional("tax_rate_bp");
		this.attributes = body.optional("attributes");
		applyTo(new Changes("", null, "", 0, 0, "{}"));
		Attributes.checkPatch(body, this.attributes.object());
	}

	/**
	 * What the product is after the patch.
	 * @throws example.shop.platform.problem.ProblemException validation_failed if the
	 * merged attributes are too many or too deep
	 */
	Changes applyTo(Product product) {
		Changes changes = applyTo(new Changes(product.name(), product.description(), product.category(),
				product.price(), product.taxRateBp(), product.attributes()));
		if (!this.attributes.isPresent()) {
			return changes;
		}
		ObjectNode stored = StrictJson.parseNode(product.attributes().getBytes(StandardCharsets.UTF_8));
		ObjectNode merged = merge(stored, this.attributes.object());
		Attributes.check(this.body, merged);
		this.body.check();
		return changes.withAttributes(merged.toString());
	}

	private Changes applyTo(Changes old) {
		return new Changes(this.name.isPresent() ? ProductInput.readName(this.name) : old.name(),
				this.description.isPresent() ? ProductInput.readDescription(this.description) : old.description(),
				this.category.isPresent() ? ProductInput.readCategory(this.category) : old.category(),
				this.price.isPresent() ? ProductInput.readPrice(this.price) : old.price(),
				this.taxRate.isPresent() ? ProductInput.readTaxRate(this.taxRate) : old.taxRateBp(), old.attributes());
	}

	static ObjectNode merge(@Nullable JsonNode target, ObjectNode patch) {
		// Anything but an object is replaced by one.
		ObjectNode merged = (target instanceof ObjectNode object) ? object.deepCopy()
				: JsonNodeFactory.instance.objectNode();
		patch.properties().forEach((member) -> {
			if (member.getValue().isNull()) {
				merged.remove(member.getKey());
			}
			else if (member.getValue() instanceof ObjectNode nested) {
				merged.set(member.getKey(), merge(merged.get(member.getKey()), nested));
			}
			else {
				merged.set(member.getKey(), member.getValue());
			}
		});
		return merged;
	}

	/**
	 * The columns that a patch may change.
	 */
	record Changes(String name, @Nullable String description, String category, long price, int taxRateBp,
			String attributes) {

		Changes withAttributes(String merged) {
			return new Changes(this.name, this.description, this.category, this.price, this.taxRateBp, merged);
		}

	}

}
