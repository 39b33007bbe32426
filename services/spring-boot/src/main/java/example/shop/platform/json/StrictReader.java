package example.shop.platform.json;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.Violations;

/**
 * Does what {@code @Valid @RequestBody} does, for those who need the bytes or the tree as
 * well. Throws malformed_json and validation_failed.
 */
@Component
public class StrictReader {

	private final JsonMapper json;

	private final Validator validator;

	StrictReader(JsonMapper json, Validator validator) {
		this.json = json;
		this.validator = validator;
	}

	public <T> T read(byte[] text, Class<T> type) {
		T value = parse(text, this.json.reader(), type);
		throwIfAny(this.validator.validate(value));
		return value;
	}

	public <T> T read(@Nullable JsonNode tree, Class<T> type, Class<?>... groups) {
		T value = parse(() -> this.json.treeToValue(tree, type));
		throwIfAny(this.validator.validate(value, groups));
		return value;
	}

	/**
	 * Reads with a reader of one's own, and judges nothing but the shape.
	 */
	public <T> T parse(byte[] text, ObjectReader reader, Class<T> type) {
		checkText(text);
		return parse(() -> reader.forType(type).readValue(text));
	}

	/**
	 * What is wrong with the values.
	 */
	public List<FieldError> errors(Object value, Class<?>... groups) {
		return Violations.ofBody(this.validator.validate(value, groups).stream()).errors();
	}

	/**
	 * Judges a value as if it were that property of the type.
	 */
	public void checkValue(Class<?> type, String property, Object value, Class<?>... groups) {
		throwIfAny(this.validator.validateValue(type, property, value, groups));
	}

	private static <T> T parse(Supplier<@Nullable T> read) {
		try {
			T value = read.get();
			if (value == null) {
				throw Problem.MALFORMED_JSON.exception();
			}
			return value;
		}
		catch (JacksonException ex) {
			throw Violations.ofJson(ex);
		}
	}

	private static void throwIfAny(Set<? extends ConstraintViolation<?>> violations) {
		if (!violations.isEmpty()) {
			throw Violations.ofBody(violations.stream());
		}
	}

	/**
	 * Refuses what Jackson would read: overlong forms and surrogates in UTF-8, UTF-16 and
	 * UTF-32, and a byte-order mark.
	 */
	public static void checkText(byte[] text) {
		String decoded = Texts.decode(text).orElse("");
		if (decoded.isBlank() || decoded.startsWith("\uFEFF") || decoded.indexOf('\0') >= 0) {
			throw Problem.MALFORMED_JSON.exception();
		}
	}

}
