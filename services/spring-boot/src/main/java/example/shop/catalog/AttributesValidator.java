package example.shop.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.regex.Pattern;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext.ConstraintViolationBuilder.NodeBuilderCustomizableContext;
import jakarta.validation.ConstraintValidatorContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.json.Texts;
import example.shop.platform.problem.FieldError;

/**
 * Reports each fault at its own place, with its code as the message.
 */
public class AttributesValidator implements ConstraintValidator<Attributes, ObjectNode> {

	private static final int MAX_KEYS = 20;

	private static final int MAX_LEVEL = 3;

	private static final int MAX_TEXT = 1000;

	/** Of all names and strings together. */
	private static final int MAX_CHARACTERS = 20_000;

	private static final long MAX_INTEGER = (1L << 53) - 1;

	private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]{0,31}");

	private boolean patch;

	@Override
	public void initialize(Attributes annotation) {
		this.patch = annotation.patch();
	}

	@Override
	public boolean isValid(@Nullable ObjectNode attributes, ConstraintValidatorContext context) {
		Check check = new Check(context);
		if (attributes != null) {
			check.object(attributes, List.of());
			if (!this.patch && (attributes.size() > MAX_KEYS || check.characters > MAX_CHARACTERS)) {
				check.fail(List.of(), FieldError.TOO_LONG);
			}
		}
		return check.valid;
	}

	private final class Check {

		private final ConstraintValidatorContext context;

		private int characters;

		private boolean valid = true;

		private Check(ConstraintValidatorContext context) {
			this.context = context;
			context.disableDefaultConstraintViolation();
		}

		private void object(ObjectNode object, List<String> at) {
			for (Entry<String, JsonNode> member : object.properties()) {
				this.characters += Texts.length(member.getKey());
				List<String> path = new ArrayList<>(at);
				path.add(member.getKey());
				String fault = KEY.matcher(member.getKey()).matches() ? value(member.getValue(), path)
						: FieldError.FORMAT;
				if (fault != null) {
					fail(path, fault);
				}
			}
		}

		private @Nullable String value(JsonNode value, List<String> path) {
			return switch (value.getNodeType()) {
				case NULL -> AttributesValidator.this.patch ? null : FieldError.TYPE;
				case BOOLEAN -> null;
				case STRING -> text(value.stringValue());
				case NUMBER -> number(value);
				case OBJECT -> nested((ObjectNode) value, path);
				default -> FieldError.TYPE;
			};
		}

		private @Nullable String text(String text) {
			this.characters += Texts.length(text);
			if (!Texts.isStorable(text)) {
				return FieldError.FORMAT;
			}
			return (Texts.length(text) > MAX_TEXT) ? FieldError.TOO_LONG : null;
		}

		private static @Nullable String number(JsonNode number) {
			if (!number.isIntegralNumber()) {
				return FieldError.TYPE;
			}
			return (number.canConvertToLong() && number.longValue() >= -MAX_INTEGER
					&& number.longValue() <= MAX_INTEGER) ? null : FieldError.OUT_OF_RANGE;
		}

		private @Nullable String nested(ObjectNode nested, List<String> path) {
			if (path.size() == MAX_LEVEL && !AttributesValidator.this.patch) {
				return FieldError.FORMAT;
			}
			object(nested, path);
			return (nested.size() > MAX_KEYS && !AttributesValidator.this.patch) ? FieldError.TOO_LONG : null;
		}

		private void fail(List<String> path, String code) {
			this.valid = false;
			var violation = this.context.buildConstraintViolationWithTemplate(code);
			if (path.isEmpty()) {
				violation.addConstraintViolation();
				return;
			}
			NodeBuilderCustomizableContext node = violation.addPropertyNode(path.getFirst());
			for (String name : path.subList(1, path.size())) {
				node = node.addPropertyNode(name);
			}
			node.addConstraintViolation();
		}

	}

}
