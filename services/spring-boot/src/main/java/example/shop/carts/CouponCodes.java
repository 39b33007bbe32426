package example.shop.carts;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

public final class CouponCodes {

	private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{3,20}");

	private CouponCodes() {
	}

	/**
	 * The code as it is stored, or null if it is none. Only ASCII passes, so that
	 * upper-casing touches a to z alone.
	 */
	public static @Nullable String normalize(String text) {
		return FORM.matcher(text).matches() ? text.toUpperCase(Locale.ROOT) : null;
	}

}
