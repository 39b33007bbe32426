package example.shop.platform;

import java.util.UUID;
import java.util.regex.Pattern;

import example.shop.platform.problem.Problem;

/**
 * Forms of text that several features share. Ask with {@code matches()}, which means the
 * whole text.
 */
public final class Patterns {

	public static final Pattern LOWER_CASE_UUID = Pattern.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}");

	public static final Pattern SKU = Pattern.compile("[A-Z0-9][A-Z0-9-]{0,31}");

	public static final Pattern CATEGORY = Pattern.compile("[a-z0-9-]{1,40}");

	private Patterns() {
	}

	/**
	 * The sku of a path; one without its form is answered like an unknown one.
	 */
	public static String sku(String segment) {
		if (!SKU.matcher(segment).matches()) {
			throw Problem.NOT_FOUND.exception();
		}
		return segment;
	}

	/**
	 * The id of a path, likewise.
	 */
	public static UUID id(String segment) {
		if (!LOWER_CASE_UUID.matcher(segment).matches()) {
			throw Problem.NOT_FOUND.exception();
		}
		return UUID.fromString(segment);
	}

}
