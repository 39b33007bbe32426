package example.shop.platform.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.problem.FieldError;

/**
 * One member of a {@link JsonObject}. A value method reports at most one error; for what
 * is absent, null or wrong it gives 0, false, an empty text or an empty object.
 */
public final class JsonField {

	private final JsonObject object;

	private final String name;

	private final @Nullable JsonNode value;

	private boolean failed;

	JsonField(JsonObject object, String name, @Nullable JsonNode value) {
		this.object = object;
		this.name = name;
		this.value = value;
	}

	/**
	 * Whether the member is there, be it null: a merge patch changes only what is
	 * present.
	 */
	public boolean isPresent() {
		return this.value != null;
	}

	public boolean isNull() {
		return this.value != null && this.value.isNull();
	}

	/**
	 * Reports an error of this member, unless there is one already.
	 */
	public void fail(String code) {
		if (!this.failed) {
			this.failed = true;
			this.object.fail(JsonObject.pointer(this.name), code);
		}
	}

	/**
	 * A number whose value is an integer in these bounds; 1.0 and 1e0 are 1.
	 */
	public long integer(long lowest, long highest) {
		JsonNode node = usable();
		if (node == null) {
			return 0;
		}
		try {
			long number = Integers.of(node);
			if (number >= lowest && number <= highest) {
				return number;
			}
			fail(FieldError.OUT_OF_RANGE);
		}
		catch (Integers.NotAnIntegerException ex) {
			fail(ex.code());
		}
		return 0;
	}

	public boolean bool() {
		JsonNode node = usable();
		if (node != null && !node.isBoolean()) {
			fail(FieldError.TYPE);
		}
		return node != null && node.asBoolean(false);
	}

	/**
	 * A string of so many code points, kept as sent.
	 */
	public String text(int shortest, int longest) {
		String text = string();
		if (text == null) {
			return "";
		}
		int length = text.codePointCount(0, text.length());
		if (length < shortest) {
			fail(FieldError.TOO_SHORT);
		}
		else if (length > longest) {
			fail(FieldError.TOO_LONG);
		}
		return text;
	}

	/**
	 * A string that the pattern matches as a whole.
	 */
	public String pattern(Pattern pattern) {
		return normalized((text) -> pattern.matcher(text).matches() ? text : null);
	}

	/**
	 * What the function makes of a string; its null means that the string does not have
	 * its form.
	 */
	public String normalized(NullableOperator normalize) {
		String text = string();
		String normal = (text != null) ? normalize.apply(text) : "";
		if (normal == null) {
			fail(FieldError.FORMAT);
			return "";
		}
		return normal;
	}

	/**
	 * A time of the years 2000 to 2999 in the form of JSON-8, or null.
	 */
	public @Nullable OffsetDateTime timestamp() {
		String text = string();
		if (text == null) {
			return null;
		}
		try {
			OffsetDateTime time = Instant.from(Timestamps.FORMAT.parse(text)).atOffset(ZoneOffset.UTC);
			if (time.getYear() >= 2000 && time.getYear() <= 2999) {
				return time;
			}
		}
		catch (DateTimeException ex) {
			// no date
		}
		fail(FieldError.FORMAT);
		return null;
	}

	/**
	 * An object as it is; whoever asks judges its members.
	 */
	public ObjectNode object() {
		JsonNode node = usable();
		if (node instanceof ObjectNode found) {
			return found;
		}
		if (node != null) {
			fail(FieldError.TYPE);
		}
		return JsonNodeFactory.instance.objectNode();
	}

	/**
	 * An object whose members are asked for one by one; their errors are its own.
	 */
	public JsonObject nested() {
		return new JsonObject(object());
	}

	private @Nullable String string() {
		JsonNode node = usable();
		if (node == null) {
			return null;
		}
		if (!node.isString()) {
			fail(FieldError.TYPE);
			return null;
		}
		String text = node.stringValue();
		if (text.indexOf('\0') >= 0) { // PostgreSQL cannot store it
			fail(FieldError.FORMAT);
			return null;
		}
		return text;
	}

	private @Nullable JsonNode usable() {
		return (this.value == null || this.value.isNull() || this.failed) ? null : this.value;
	}

	/**
	 * Gives a text, or null.
	 */
	@FunctionalInterface
	public interface NullableOperator {

		@Nullable String apply(String text);

	}

}
