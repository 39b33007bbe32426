package example.shop.platform.web;

import java.util.Locale;

/**
 * Names as clients write them.
 */
public final class Names {

	private Names() {
	}

	public static String snakeCase(String name) {
		return name.replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
	}

}
