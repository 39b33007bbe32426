package example.shop.admin;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import example.shop.catalog.ProductInput;
import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;

/**
 * A merge patch of a product (RFC 7396).
 *
 * @param body as sent, which tells null from absent
 * @param values the same, checked as far as that is possible without the product
 */
record ProductPatch(ObjectNode body, ProductInput values) {

	private static final List<String> READ_ONLY = List.of("sku", "stock", "active");

	static ProductPatch read(ObjectNode body, StrictReader reader) {
		List<FieldError> errors = READ_ONLY.stream()
			.filter(body::has)
			.map((name) -> FieldError.ofPointer("/" + name, FieldError.READ_ONLY))
			.toList();
		if (!errors.isEmpty()) {
			throw Problem.VALIDATION_FAILED.exception().withErrors(errors);
		}
		return new ProductPatch(body, reader.read(body, ProductInput.class, ProductInput.Patch.class));
	}

	boolean hasDescription() {
		return this.body.has("description");
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

}
