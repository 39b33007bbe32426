package example.shop.carts;

import java.util.Locale;

public final class CouponCodes {

	public static final String FORM = "[A-Za-z0-9]{3,20}";

	private CouponCodes() {
	}

	/**
	 * The code as it is stored. In its form upper-casing touches a to z alone.
	 */
	public static String normalize(String code) {
		return code.toUpperCase(Locale.ROOT);
	}

}
