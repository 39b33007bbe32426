package example.shop.catalog;

import java.util.Map.Entry;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.json.Integers;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.FieldError;

/**
 * Checks the attributes of a product (PRODUCT-2), and reports to the body what is
 * forbidden.
 */
public final class Attributes {

	private static final String POINTER = "/attributes";

	private static final int MAX_KEYS = 20;

	private static final int MAX_LEVEL = 3;

	private static final int MAX_TEXT = 1000;

	/** Of all names and strings together. */
	private static final int MAX_CHARACTERS = 20_000;

	private static final long MAX_INTEGER = (1L << 53) - 1;

	private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]{0,31}");

	private final JsonObject body;

	private final boolean patch;

	private int characters;

	private Attributes(JsonObject body, boolean patch) {
		this.body = body;
		this.patch = patch;
	}

	/**
	 * Judges attributes as they will be stored. Integers lose their spelling: 1.0 becomes
	 * 1.
	 */
	public static void check(JsonObject body, ObjectNode attributes) {
		Attributes checked = new Attributes(body, false);
		checked.checkMembers(attributes, POINTER, 1);
		if (attributes.size() > MAX_KEYS || checked.characters > MAX_CHARACTERS) {
			body.fail(POINTER, FieldError.TOO_LONG);
		}
	}

	/**
	 * Judges a merge patch, in which null is allowed, and keys, levels and characters
	 * count only after the merge.
	 */
	public static void checkPatch(JsonObject body, ObjectNode patch) {
		new Attributes(body, true).checkMembers(patch, POINTER, 1);
	}

	private void checkMembers(ObjectNode object, String pointer, int level) {
		for (Entry<String, JsonNode> member : object.properties()) {
			this.characters += length(member.getKey());
			String at = pointer + JsonObject.pointer(member.getKey());
			String fault = checkMember(member, at, level);
			if (fault == null && !KEY.matcher(member.getKey()).matches()) {
				fault = FieldError.FORMAT;
			}
			if (fault != null) {
				this.body.fail(at, fault);
			}
		}
	}

	private @Nullable String checkMember(Entry<String, JsonNode> member, String pointer, int level) {
		return switch (member.getValue().getNodeType()) {
			case NULL -> this.patch ? null : FieldError.NULL_NOT_ALLOWED;
			case BOOLEAN -> null;
			case STRING -> checkText(member.getValue().stringValue());
			case NUMBER -> checkNumber(member);
			case OBJECT -> checkNested((ObjectNode) member.getValue(), pointer, level);
			default -> FieldError.TYPE;
		};
	}

	private @Nullable String checkText(String text) {
		this.characters += length(text);
		if (text.indexOf('\0') >= 0) {
			return FieldError.FORMAT;
		}
		return (length(text) > MAX_TEXT) ? FieldError.TOO_LONG : null;
	}

	private static @Nullable String checkNumber(Entry<String, JsonNode> member) {
		try {
			long number = Integers.of(member.getValue());
			member.setValue(LongNode.valueOf(number));
			return (number < -MAX_INTEGER || number > MAX_INTEGER) ? FieldError.OUT_OF_RANGE : null;
		}
		catch (Integers.NotAnIntegerException ex) {
			return ex.code();
		}
	}

	private static int length(String text) {
		return text.codePointCount(0, text.length());
	}

	private @Nullable String checkNested(ObjectNode nested, String pointer, int level) {
		if (!this.patch && level == MAX_LEVEL) {
			return FieldError.FORMAT;
		}
		checkMembers(nested, pointer, level + 1);
		return (!this.patch && nested.size() > MAX_KEYS) ? FieldError.TOO_LONG : null;
	}

}
